"""Suites that are made to hurt: each is refused or told of by line, in bounded time, and reaches no other file."""

from __future__ import annotations

import csv
import io
import time

import pytest

from llmgate.capture.suites import folder, values
from llmgate.capture.suites.case import MAX_CASES
from llmgate.errors import ConfigurationError
from tests import gitserver
from tests.unit.capture.suites import reading
from tests.unit.cli import program

SECONDS = 20.0


@pytest.fixture(autouse=True)
def _within_time():
    began = time.perf_counter()
    yield
    assert time.perf_counter() - began < SECONDS


@pytest.mark.trust("imported-suites")
def test_an_alias_bomb_is_refused():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    with pytest.raises(ConfigurationError, match="promptfooconfig"):
        reading.suite("promptfoo", "promptfooconfig.yaml", "\n".join([*lines, "tests: *a9\n"]))


def test_lists_that_multiply_to_a_hundred_thousand_cases_are_refused_before_one_is_made():
    names = "abcdefgh"
    variables = ", ".join(f"{name}: [{', '.join(f'v{n}' for n in range(10))}]" for name in names)
    with pytest.raises(ConfigurationError, match=f"more than {MAX_CASES} cases"):
        reading.promptfoo(f"tests: [{{vars: {{{variables}}}}}]")


def test_a_table_of_a_hundred_thousand_rows_is_told_of_and_bounded():
    found = reading.promptfoo("tests: t.csv", {"evals/t.csv": "q\n" + "x\n" * 100_000})
    assert len(found.cases) == MAX_CASES
    assert reading.told(found) == [f"evals/promptfooconfig.yaml:3: 'evals/t.csv' has more than {MAX_CASES} rows"]


def test_a_huge_cell_is_told_of_with_its_line():
    text = io.StringIO()
    csv.writer(text).writerows([["q", "__expected"], ["a", "b"], ["x" * 120_000, "c"], ["y" * 200_000, "d"]])
    found = reading.promptfoo("tests: t.csv", {"evals/t.csv": text.getvalue()})
    assert len(found.cases) == 1
    assert [line.partition(": ")[0] for line in reading.told(found)] == ["evals/t.csv:3", "evals/t.csv:4"]


@pytest.mark.parametrize("text", ['q,r\n"a', "q,r\na\n", "q,q\na,b\n", "", "\n\n", "q\n\x00\n"])
def test_a_broken_table_never_breaks_the_import(text):
    found = reading.promptfoo("tests: t.csv", {"evals/t.csv": text})
    assert reading.told(found) or found.cases


@pytest.mark.parametrize(
    "text",
    [
        "{{" * 200_000,
        "{{ a" + ".b" * 100_000 + " }}",
        "{{ " + " " * 200_000 + "a }}",
        "{{a}}" * 100_000,
        "{% " * 100_000,
    ],
)
def test_a_template_of_any_form_is_filled_or_refused_in_time(text):
    try:
        values.filled(text, {"a": "x" * 100})
    except values.Unfilled:
        return
    assert "{{a}}" in text


@pytest.mark.parametrize("text", ['"' * 200_000, '"\\' * 100_000, ", " * 200_000, '"a" ' * 100_000])
def test_a_list_of_any_form_is_parted_or_refused_in_time(text):
    try:
        fields = values.parted(text)
    except values.Unfilled:
        return
    assert sum(map(len, fields)) <= len(text)


def _many(item: str, count: int) -> str:
    return ",".join([item] * count)


MULTIPLYING = {
    "promptfoo": f"""prompts: [a]
providers: [openai:gpt-4o]
defaultTest: {{assert: [{_many("{type: contains, value: a}", 2_000)}]}}
tests: [{_many("{vars: {a: b}}", 2_000)}]
""",
    "prompt-yml": f"""messages: [{{role: user, content: a}}]
testData: [{{e: {"x" * 90_000}}}]
evaluators: [{_many("{name: a, string: {contains: '{{e}}'}}", 4_000)}]
""",
    "pydantic-evals": f"""cases: [{_many("{inputs: a}", 4_000)}]
evaluators: [{_many("{Contains: a}", 4_000)}]
""",
}


@pytest.mark.parametrize(("form", "text"), MULTIPLYING.items(), ids=MULTIPLYING)
def test_checks_that_multiply_with_cases_are_refused_in_time(form, text):
    with pytest.raises(ConfigurationError, match=r"s\.prompt\.yml:1: the cases of the suite come to more than"):
        reading.suite(form, "s.prompt.yml", text)


@pytest.mark.parametrize(
    ("prompt", "choices"),
    [
        ("{{input}}" * 99 + "{{completion}}", "{choice: a, score: 1}, {choice: b}"),
        ("{{input}}" * 1_000 + "{{completion}}", "{choice: a, score: 1}, {choice: b}"),
        ("{{completion}}" + "{{ " * 3_000, "{choice: a, score: 1}, {choice: b}"),
    ],
    ids=["variables", "many variables", "braces"],
)
def test_evaluators_that_multiply_with_cases_are_imported_or_told_of_in_time(prompt, choices):
    found = reading.suite("prompt-yml", "p.prompt.yml", evaluated(prompt, choices))
    assert len(found.cases) == MAX_CASES
    assert reading.told(found)


def test_choices_that_multiply_with_cases_are_refused_in_time():
    choices = ", ".join(f"{{choice: {n:03}{'a' * 190}, score: {n % 2}}}" for n in range(50))
    with pytest.raises(ConfigurationError, match="the cases of the suite come to more than"):
        reading.suite("prompt-yml", "p.prompt.yml", evaluated("{{completion}}", choices))


def evaluated(prompt, choices):
    head = "model: m\nmessages: [{role: user, content: '{{input}}'}]\ntestData:\n"
    data = "".join(f"  - {{input: q{n}}}\n" for n in range(MAX_CASES))
    llm = f"{{modelId: m, prompt: '{prompt}', choices: [{choices}]}}"
    return f"{head}{data}evaluators: [{{name: e, llm: {llm}}}]\n"


def test_a_file_that_every_case_reads_is_read_once():
    content = {"evals/big.txt": "x" * 1_000}
    tests = ", ".join(["{vars: {question: file://big.txt}}"] * 2_000)
    found = reading.promptfoo(f"tests: [{tests}]", content)
    assert len(found.cases) == 2_000
    assert not reading.told(found)


def test_variables_that_double_each_other_stay_bounded():
    variables = ", ".join([f"v{n}: '{{{{v{n + 1}}}}}{{{{v{n + 1}}}}}'" for n in range(60)] + ["v60: xxxxxxxxxx"])
    found = reading.promptfoo(f"tests: [{{vars: {{{variables}}}}}]")
    assert sum(len(str(value)) for value in found.cases[0].variables.values()) < folder.MAX_WRITTEN_CHARS


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "a/../../../x", "*/../../../*", "../../*", "\x00", "[", "{"]
)
def test_a_name_never_leads_out_of_the_repository(name):
    files = reading.opened("evals/c.yaml", {"evals/c.yaml": "", "other": "secret"})
    with pytest.raises(folder.Unread):
        files.data(files.matching(f"file://{name}")[0])


@pytest.mark.trust("imported-suites")
def test_a_link_is_not_followed_and_nothing_outside_is_read(tmp_path):
    (tmp_path / "secret.txt").write_text("the secret")
    shop = gitserver.init(tmp_path / "repository")
    (shop.path / "link.txt").symlink_to(tmp_path / "secret.txt")
    text = "prompts: ['{{ a }}']\nproviders: [openai:gpt-4o]\ntests: [{vars: {a: file://link.txt}}]\n"
    shop.commit({"promptfooconfig.yaml": text}, "base")
    done = program.run(
        "capture", "promptfoo", shop.path / "promptfooconfig.yaml", "--out", shop.path / "f", "--repository", shop.path
    )
    assert done.exit_code == 0, done.exception
    assert "promptfooconfig.yaml:3: not imported: the variable 'a': 'link.txt' cannot be read" in done.output
    written = "".join(path.read_text() for path in (shop.path / "f").rglob("*") if path.is_file())
    assert "the secret" not in written


def test_names_and_texts_of_a_suite_reach_neither_the_terminal_nor_a_path_as_they_are(tmp_path):
    shop = gitserver.init(tmp_path / "repository")
    text = """prompts: ["{{ a }}"]
providers: [openai:gpt-4o]
tests:
  - description: "../../\\e[2J::error::x"
    vars: {a: "\\e[2J"}
    assert: [{type: "\\n::error::x"}, {type: contains, value: a}]
"""
    shop.commit({"promptfooconfig.yaml": text}, "base")
    done = program.run(
        "capture", "promptfoo", shop.path / "promptfooconfig.yaml", "--out", shop.path / "f", "--repository", shop.path
    )
    assert done.exit_code == 0, done.exception
    assert "\x1b" not in done.output
    assert not [line for line in done.output.splitlines() if line.lstrip().startswith("::")]
    assert {path.suffix for path in (shop.path / "f").rglob("*") if path.is_file()} == {".yaml", ".txt", ".jinja"}
    assert not list(tmp_path.glob("*.yaml"))
