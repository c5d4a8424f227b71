"""Draft fixtures from prompts."""

import pytest

from llmgate import documents, fixture
from llmgate.capture import prompt as source
from tests import reading


def drafted(text, path="prompts/Refund policy.jinja", **settings):
    name, written = source.draft("support", reading.one(path, text.encode(), lambda _: None), **settings)
    found, faults = fixture.parse(documents.read(f"{name}.yaml", written.encode()))
    assert faults == ()
    return name, found[0]


def test_a_draft_is_a_valid_fixture_that_does_not_run():
    name, made = drafted("Answer {{ question }} for {{ user }}.")
    assert (made.id, made.target, made.draft) == (name, "support", True)
    assert made.assertions == ()


def test_a_draft_has_a_place_for_each_variable_of_the_prompt():
    _, made = drafted("Answer {{ question }} for {{ user }}. {{ documents }} {{ context }}")
    assert made.input.variables == {"question": "", "user": ""}


def test_a_draft_of_a_prompt_that_asks_nothing_has_a_place_for_what_the_user_says():
    _, made = drafted("You are a waiter.", is_asked=True)
    assert [message.role for message in made.input.messages] == ["user"]


@pytest.mark.parametrize(
    ("turns", "asks"),
    [
        ("- {role: system, content: Be brief.}", False),
        ("- {role: system, content: Be brief.}\n- {role: user, content: Hi}", True),
    ],
)
def test_a_prompt_with_a_turn_of_the_user_asks(turns, asks):
    prompt = reading.one("a.prompt.yml", f"messages:\n{turns}\n".encode(), lambda _: None)
    assert source.asks(prompt) is asks


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("prompts/Refund policy.jinja", "refund-policy-jinja"),
        ("a/b/{{ evil }}\n.txt", "evil-txt"),
        ("a/???", "prompt"),
        (f"a/{'x' * 200}.txt", "x" * 80),
    ],
)
def test_the_id_is_made_of_the_name_alone(path, expected):
    name, made = drafted("Hi", path=path)
    assert name == made.id == expected


def test_an_id_that_is_taken_gets_a_number():
    name, _ = drafted("Hi", taken={"refund-policy-jinja", "refund-policy-jinja-2"})
    assert name == "refund-policy-jinja-3"
