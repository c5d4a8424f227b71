"""A name that moves is proposed by its date."""

import pytest

from llmgate.init import pinning
from llmgate.pins.asked import Asked


@pytest.mark.parametrize(
    ("provider", "model", "pin"),
    [
        ("openai", "gpt-4o", "gpt-4o-2024-11-20"),
        ("openai", "gpt-4o-2024-11-20", None),
        ("house", "own-model", None),
    ],
)
def test_the_newest_date_of_a_name_is_proposed(provider, model, pin):
    assert pinning.proposed(provider, model) == pin


def asked(model, path="m.yaml"):
    return Asked(name="a", provider="openai", model=model, path=path, line=1)


def test_a_name_is_pinned_where_it_stands_as_a_word_of_its_own():
    (one,) = pinning.moving([asked("gpt-4o"), asked("gpt-4o")], lambda _: b"gpt-4o")
    text = "a: gpt-4o\nb: openai/gpt-4o\nc: 'gpt-4o'\nd: gpt-4o-mini\ne: my-gpt-4o\nf: gpt-4o-2024-08-06\n"
    dated = "gpt-4o-2024-11-20"
    assert one.pinned(text).splitlines() == [
        f"a: {dated}",
        f"b: openai/{dated}",
        f"c: '{dated}'",
        "d: gpt-4o-mini",
        "e: my-gpt-4o",
        "f: gpt-4o-2024-08-06",
    ]


@pytest.mark.parametrize("data", [b"a: other\n", "gpt-4o ä".encode("latin-1")])
def test_a_file_without_the_name_or_without_text_has_nothing_to_pin(data):
    assert list(pinning.moving([asked("gpt-4o")], lambda _: data)) == []
