"""`llmgate capture` for suites writes fixtures, proposes what llmgate.yaml lacks, and writes nothing over."""

from __future__ import annotations

import pytest

from llmgate import config, documents, fixture
from tests import project
from tests.unit.cli import program

HEAD = """prompts:
  - {label: ask, raw: 'Q: {{ question }} {{ tone }} {{ context }}'}
providers: ['openai:gpt-4o-2024-08-06']
"""
CASE = "  - {description: %s, vars: {question: %s}, assert: [{type: contains, value: x}]}\n"


def shop(tmp_path, tests, **others):
    files = {"evals/promptfooconfig.yaml": HEAD + tests, **others}
    return project.Project.create(tmp_path / "repository", files)


def capture(found, *options, form="promptfoo", file="evals/promptfooconfig.yaml"):
    here = found.origin.path
    return program.run("capture", form, here / file, "--out", here / "fixtures", "--repository", here, *options)


def written(found):
    paths = sorted((found.origin.path / "fixtures").glob("*.yaml"))
    read = [fixture.parse(documents.read(path.name, path.read_bytes())) for path in paths]
    assert not [fault for _, faults in read for fault in faults]
    return [each for parsed, _ in read for each in parsed]


def configured(tmp_path, entries):
    return {"llmgate.yaml": f"version: 1\nmodels: {{m: {{provider: openai, model: gpt-4o-2024-08-06}}}}\n{entries}"}


def test_a_case_becomes_a_fixture_that_is_active(tmp_path):
    found = shop(tmp_path, "tests:\n" + CASE % ("First", "a"))
    assert capture(found).exit_code == 0
    (each,) = written(found)
    assert each.is_active
    assert (each.target, each.title, each.origin.kind, each.origin.source) == ("ask", "First", "import", "promptfoo")
    assert each.input.variables == {"question": "a", "tone": ""}


def test_the_variable_context_is_the_text_of_the_documents(tmp_path):
    found = shop(tmp_path, "tests: [{vars: {context: C, documents: [d]}, assert: [{type: contains, value: x}]}]\n")
    done = capture(found)
    (each,) = written(found)
    assert each.context.text == "C"
    assert each.draft
    assert "4: not imported: the variable 'documents'" in done.output


def test_what_is_proposed_is_a_configuration(tmp_path):
    found = shop(tmp_path, "tests:\n" + CASE % ("First", "a"))
    capture(found)
    proposed = config.read((found.origin.path / "fixtures" / "llmgate.snippet.txt").read_bytes())
    assert proposed.targets["ask"].prompt == "evals/promptfooconfig.yaml#ask"
    assert proposed.models["gpt-4o-2024-08-06"].provider == "openai"


def test_targets_that_send_the_prompt_get_its_cases_and_nothing_is_proposed(tmp_path):
    entry = "{kind: prompt, prompt: 'evals/promptfooconfig.yaml#ask', model: m}"
    found = shop(
        tmp_path, "tests:\n" + CASE % ("First", "a"), **configured(tmp_path, f"targets: {{a: {entry}, b: {entry}}}")
    )
    assert capture(found).exit_code == 0
    assert sorted(each.target for each in written(found)) == ["a", "b"]
    assert not (found.origin.path / "fixtures" / "llmgate.snippet.txt").exists()


def test_a_target_that_sends_the_file_of_the_prompt_gets_its_cases(tmp_path):
    config_text = "prompts: ['file://../prompts/x.j2']\nproviders: ['openai:gpt-4o-2024-08-06']\n"
    files = {
        "evals/promptfooconfig.yaml": config_text + "tests:\n" + CASE % ("First", "a"),
        "prompts/x.j2": "Answer shortly: {{ question }}\n",
        **configured(tmp_path, "targets: {own: {kind: prompt, prompt: prompts/x.j2, model: m}}"),
    }
    found = project.Project.create(tmp_path / "repository", files)
    assert capture(found).exit_code == 0
    assert [each.target for each in written(found)] == ["own"]
    assert not (found.origin.path / "fixtures" / "llmgate.snippet.txt").exists()


def test_the_proposal_lists_what_a_configuration_does_not_look_at(tmp_path):
    entries = "surface: {prompts: [other/**]}\nsuite: {fixtures: [suite/*.yaml]}\n"
    found = shop(tmp_path, "tests:\n" + CASE % ("First", "a"), **configured(tmp_path, entries))
    capture(found)
    text = (found.origin.path / "fixtures" / "llmgate.snippet.txt").read_text()
    assert "version" not in text
    assert "prompts: [evals/promptfooconfig.yaml]" in text
    assert 'fixtures: ["fixtures/*.yaml"]' in text


def test_a_target_that_is_named_gets_all_cases(tmp_path):
    files = configured(tmp_path, "targets: {own: {kind: prompt, prompt: p.jinja, model: m}}") | {"p.jinja": "{{ b }}"}
    found = shop(tmp_path, "tests:\n" + CASE % ("First", "a"), **files)
    assert capture(found, "--target", "own").exit_code == 0
    (each,) = written(found)
    assert (each.target, each.input.variables) == ("own", {"b": "", "question": "a"})


def test_where_a_new_target_is_proposed_the_way_to_one_that_is_there_is_told(tmp_path):
    files = configured(tmp_path, "targets: {own: {kind: prompt, prompt: p.jinja, model: m}}") | {"p.jinja": "{{ b }}"}
    found = shop(tmp_path, "tests:\n" + CASE % ("First", "a"), **files)
    assert "; --target own gives the cases to one that is there" in capture(found).output


def test_an_input_without_a_name_goes_into_the_only_variable(tmp_path):
    files = configured(tmp_path, "targets: {own: {kind: prompt, prompt: p.jinja, model: m}}") | {"p.jinja": "{{ ask }}"}
    data = "cases: [{name: n, inputs: hello, evaluators: [{Contains: x}]}]\n"
    found = shop(tmp_path, "", **files, **{"cases.yaml": data})
    assert capture(found, form="pydantic-evals", file="cases.yaml").exit_code == 0
    assert [each.input.variables for each in written(found)] == [{"ask": "hello"}]


def test_a_file_that_is_there_is_never_written_over(tmp_path):
    found = shop(tmp_path, "tests:\n" + CASE % ("First", "a"))
    capture(found)
    (path,) = (found.origin.path / "fixtures").glob("*.yaml")
    path.write_text(path.read_text() + "# mine\n")
    done = capture(found)
    assert path.read_text().endswith("# mine\n")
    assert "is there already and says something else" in done.output


def test_a_case_that_nothing_is_asserted_of_is_a_draft(tmp_path):
    found = shop(
        tmp_path,
        "tests: [{vars: {question: a}}, {vars: {question: b}, assert: [{type: cost, threshold: 1, weight: 0}]}]\n",
    )
    done = capture(found)
    assert [each.draft for each in written(found)] == [True, True]
    assert "4: not imported: nothing is asserted of the answer" in done.output


def test_cases_that_say_the_same_are_told_apart_by_their_checks_or_told_of(tmp_path):
    other = CASE.replace("value: x", "value: y")
    found = shop(tmp_path, "tests:\n" + CASE % ("A", "a") + other % ("A", "a") + CASE % ("A", "a"))
    done = capture(found)
    assert len(written(found)) == 2
    assert "7: not imported: the case: it stands in the suite twice" in done.output


def test_a_secret_is_replaced_and_told(tmp_path):
    found = shop(tmp_path, "tests:\n" + CASE % ("A", "sk-canary-0123456789abcdefghij"))
    done = program.run(
        *("capture", "promptfoo", found.origin.path / "evals/promptfooconfig.yaml"),
        *("--out", found.origin.path / "fixtures", "--repository", found.origin.path),
        environment={"OPENAI_API_KEY": "sk-canary-0123456789abcdefghij"},
    )
    assert "a secret, which stands in the case" in done.output
    assert "canary" not in "".join(path.read_text() for path in (found.origin.path / "fixtures").glob("*"))


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--target", "none"), "there is no target 'none'"),
        (("--span", "x"), "choose among traces"),
    ],
)
def test_options_that_do_not_fit_are_refused(tmp_path, options, told):
    files = configured(tmp_path, "targets: {own: {kind: prompt, prompt: p.jinja, model: m}}") | {"p.jinja": "{{ b }}"}
    assert told in str(capture(shop(tmp_path, "", **files), *options).exception)


def test_a_suite_outside_of_the_repository_is_refused(tmp_path):
    found = shop(tmp_path, "")
    (tmp_path / "promptfooconfig.yaml").write_text(HEAD)
    done = capture(found, file="../promptfooconfig.yaml")
    assert "is no file of the repository" in str(done.exception)


def test_a_suite_that_cannot_be_read_is_told_once_the_others_are_written(tmp_path):
    found = shop(tmp_path, "tests:\n" + CASE % ("A", "a"), **{"b/promptfooconfig.yaml": "prompts: [\n"})
    here = found.origin.path
    names = (here / "b/promptfooconfig.yaml", here / "evals/promptfooconfig.yaml")
    done = program.run("capture", "promptfoo", *names, "--out", here / "fixtures", "--repository", here)
    assert "b/promptfooconfig.yaml:2: not YAML" in str(done.exception)
    assert len(written(found)) == 1


_FILTERED = """prompts:
  - {label: ask, raw: 'Q: {{ question }}'}
  - {label: beg, raw: 'Please: {{ question }}'}
providers: [{id: 'openai:a-2024-08-06', prompts: [ask]}, 'openai:b-2024-08-06']
tests:
  - {vars: {question: one}, assert: [{type: contains, value: x}]}
  - {vars: {question: two}, providers: ['openai:b-2024-08-06'], prompts: [beg], assert: [{type: contains, value: x}]}
"""


def test_only_the_pairs_that_a_suite_allows_are_imported_and_none_is_a_draft(tmp_path):
    found = project.Project.create(tmp_path / "repository", {"promptfooconfig.yaml": _FILTERED})
    assert capture(found, file="promptfooconfig.yaml").exit_code == 0
    each = sorted((one.input.variables["question"], one.target) for one in written(found) if one.is_active)
    assert each == [
        ("one", "ask-openai-a-2024-08-06"),
        ("one", "ask-openai-b-2024-08-06"),
        ("one", "beg-openai-b-2024-08-06"),
        ("two", "beg-openai-b-2024-08-06"),
    ]


def test_a_case_of_the_second_model_goes_to_the_target_that_both_models_share(tmp_path):
    targets = "targets: {t: {kind: prompt, prompt: 'promptfooconfig.yaml#beg', model: m}}"
    files = {"promptfooconfig.yaml": _FILTERED.replace("prompts: [ask]", "prompts: [ask, beg]")}
    found = project.Project.create(tmp_path / "repository", {**files, **configured(tmp_path, targets)})
    assert capture(found, file="promptfooconfig.yaml").exit_code == 0
    each = [one.input.variables["question"] for one in written(found) if one.target == "t"]
    assert sorted(each) == ["one", "two"]
