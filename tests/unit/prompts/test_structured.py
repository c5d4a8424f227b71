"""What the formats of YAML and JSON have in common."""

import time

import pytest

from llmgate.prompts import File, Turn, blocks, catalogue, structured


@pytest.mark.parametrize(
    ("path", "name", "expected"),
    [
        ("a/b.yaml", "c.txt", "a/c.txt"),
        ("a/b.yaml", "./c.txt", "a/c.txt"),
        ("a/b.yaml", "../c.txt", "c.txt"),
        ("b.yaml", "../c.txt", None),
        ("a/b.yaml", "../../etc/passwd", None),
        ("a/b.yaml", "/etc/passwd", None),
        ("a/b.yaml", "x/../../c.txt", "c.txt"),
    ],
)
def test_a_file_is_looked_for_from_the_folder_of_the_one_that_names_it(path, name, expected):
    assert structured.located(path, name) == expected


def test_names_are_short_on_one_line_without_a_hash_and_each_once():
    names = ["a", "a", "b\n c", "d#e", "", "x" * 200, "a", "\x1b[2J"]
    expected = ["a", "a~2", "b c", "d e", "unnamed", "x" * 79 + "…", "a~3", "\\x1b[2J"]
    assert list(structured.named(names)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Translate {{text}} to French, please, now and then", "translate-text-to-french-please-now"),
        ("…!", "text"),
        ("x" * 500, "x" * 80),
    ],
)
def test_a_text_is_named_by_its_first_words(text, expected):
    assert structured.slug(text) == expected


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        ([{"role": "system", "content": "x"}], ((Turn("system", "x"),), None)),
        (
            [{"role": "Human", "content": "x"}, {"role": "ai", "content": "y"}],
            ((Turn("user", "x"), Turn("assistant", "y")), None),
        ),
        ([{"role": "user", "content": "x", "name": "n"}], ((Turn("user", "x"),), [{"name": "n"}])),
        ([{"role": "robot", "content": "x"}], None),
        ([{"role": "user", "content": [{"type": "image"}]}], None),
        ([{"role": ["user"], "content": "x"}], None),
        ([], None),
        ("x", None),
    ],
)
def test_a_chat_is_a_list_of_messages_with_a_role_and_a_text(messages, expected):
    assert structured.chat(messages) == expected


@pytest.mark.parametrize(
    ("provider", "model", "expected"),
    [
        ("openai", "gpt-4o", "openai/gpt-4o"),
        ("openai", "openai/gpt-4o", "openai/gpt-4o"),
        (None, "gpt-4o", "gpt-4o"),
        ("openai", None, None),
        ("openai", 4, None),
        ("openai", "", None),
    ],
)
def test_the_provider_stands_before_the_model(provider, model, expected):
    assert structured.provided(provider, model) == expected


@pytest.mark.parametrize(
    ("data", "expected"), [(b"a\r\n", "a\n"), (b"\xff", None), (None, None), (b"x" * 2_000_000, None)]
)
def test_another_file_is_text_or_nothing(data, expected):
    file = File(path="a.yaml", source="", load=lambda _: data)
    assert structured.text_of(file, "b.txt") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{% message role='user' %} a {% endmessage %}", (Turn("user", "a"),)),
        (
            "{%- message role=\"system\" -%}a{%- endmessage -%}{# b #}\n{% message role='user' %}c{% endmessage %}",
            (Turn("system", "a"), Turn("user", "c")),
        ),
        ("{% message role='user' %}{% if x %}a{% endif %}{% endmessage %}", (Turn("user", "{% if x %}a{% endif %}"),)),
        ("{% if x %}{% message role='user' %}a{% endmessage %}{% endif %}", None),
        ("{% message role='robot' %}a{% endmessage %}", None),
        ("{% message role='user' %}a", None),
        ("a{% endmessage %}", None),
        ("a", None),
    ],
)
def test_a_row_of_blocks_is_a_row_of_messages(text, expected):
    assert blocks.split(text, "message") == expected


HEADS = {
    "blank lines": "\n" * 64_000,
    "blanks": " " * 64_000,
    "keys": "prompts:\n" * 7_000,
    "deep": "".join(" " * (n % 90) + "a:\n" for n in range(1_500)),
    "types": "  type: " + "a." * 30_000,
    "type lines": "  type: a.b.c\n" * 4_500,
    "names": "- name: " + "x" * 60_000,
    "quotes": "'" * 64_000,
    "list": "providers:\n" + "- \n" * 20_000,
    "comments": "prompts:\n" + "#\n" * 30_000,
    "template_vars": "template_vars" * 4_900,
    "text_qa": "text_qa_template" * 4_000,
    "context": "{ {{ context_str " * 3_800,
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
@pytest.mark.parametrize("path", ["a.yaml", "a.json", "config/agents.yaml", "endpoints.yml"])
def test_recognising_a_file_takes_no_time(path, head):
    began = time.monotonic()
    catalogue.recognise(path, head)
    assert time.monotonic() - began < 0.5
