"""What a change does to later gates: code that grades, policy, labels."""

from __future__ import annotations

import pytest

from llmgate import config, weakening
from tests.unit.sampling import fakes

OWN = "assertions: {polite: {file: checks/polite.py, class: Polite}}\n"
CLASS = "class Polite:\n    def grade(self, output, context):\n        return True\n"
ASSERTED = 'assert: [{type: contains, value: good}, {type: "custom:polite"}]\n'
FUNCTION = 'assert: [{type: contains, value: good}, {type: python, value: "file://checks/tone.py"}]\n'


def with_class(**more):
    base = {**fakes.files(), "checks/polite.py": CLASS, **more}
    base["llmgate.yaml"] = fakes.config(extra=OWN)
    base["fixtures/a.yaml"] = fakes.case("a").replace("assert: [{type: contains, value: good}]\n", ASSERTED)
    return base


def rules(material):
    return {finding.rule: finding.severity.value for finding in material.findings}


@pytest.mark.parametrize(
    "edit",
    [
        {"checks/polite.py": CLASS.replace("True", "1.0")},
        {"checks/polite.py": None},
        {
            "llmgate.yaml": fakes.config(extra=OWN.replace("Polite}", "Other}")),
            "checks/polite.py": CLASS.replace("Polite", "Other"),
        },
    ],
    ids=["edited", "deleted", "another class"],
)
def test_code_that_grades_is_told_though_nothing_else_changed(edit):
    material = fakes.inspected(with_class(), edit)
    assert (material.changes, rules(material)["suite_changes"]) == ((), "block")


def test_a_function_in_a_file_is_told_though_nothing_else_changed():
    base = {**fakes.files(), "checks/tone.py": "def get_assert(output, context):\n    return True\n"}
    base["fixtures/a.yaml"] = fakes.case("a").replace("assert: [{type: contains, value: good}]\n", FUNCTION)
    material = fakes.inspected(base, {"checks/tone.py": "def get_assert(output, context):\n    return 1\n"})
    assert rules(material) == {"suite_changes": "block"}


def test_other_code_keeps_the_fixtures_unread():
    base = with_class(**{"app/main.py": "x = 1\n"})
    material = fakes.inspected(base, {"app/main.py": "x = 2\n"})
    assert (material.findings, material.suite.cases) == ([], ())


def test_an_edited_policy_is_told_with_what_it_was_and_is():
    weaker = fakes.config(policy="  suite_changes: off\n  margin: 0.5\n")
    material = fakes.inspected(fakes.files(), {"llmgate.yaml": weaker})
    (told,) = [finding for finding in material.findings if finding.rule == weakening.RULE]
    assert "margin 0.05 → 0.5, suite_changes block → off" in told.message
    assert (told.severity.value, material.policy.margin) == ("warn", 0.05)


def test_a_provider_that_is_filled_in_for_a_new_model_is_no_edit_of_the_policy():
    base = config.read(fakes.config().encode())
    more = fakes.config().replace("models:\n", "models:\n  other: {provider: openai, model: gpt-4.1-2025-04-14}\n")
    assert list(weakening.policy_edits(base, config.read(more.encode()), frozenset())) == []


def test_another_host_of_a_provider_is_an_edit_of_the_policy():
    base = config.read(fakes.config().encode())
    head = config.read(fakes.config().replace("host: model.example", "host: other.example").encode())
    (told,) = weakening.policy_edits(base, head, frozenset())
    assert "providers.house.host https://model.example → https://other.example" in told.message


def test_edited_labels_of_the_judge_are_told():
    judge = "  judge: {model: {provider: house, model: m-2026-01-15}, calibration: labels.yaml}\n"
    settings = config.read(fakes.config(policy=judge).encode())
    (told,) = weakening.policy_edits(settings, settings, frozenset({"labels.yaml"}))
    assert "the labels of the judge in labels.yaml" in told.message


@pytest.mark.parametrize("written", [r"file:\/\/checks\/tone.py", "file://checks/t\\u006fne.py"])
def test_a_function_whose_path_is_escaped_is_told_too(written):
    base = {**fakes.files(), "checks/tone.py": "def get_assert(output, context):\n    return True\n"}
    asserted = f'assert: [{{type: contains, value: good}}, {{type: python, value: "{written}"}}]\n'
    base["fixtures/a.yaml"] = fakes.case("a").replace("assert: [{type: contains, value: good}]\n", asserted)
    material = fakes.inspected(base, {"checks/tone.py": "def get_assert(output, context):\n    return 1\n"})
    assert rules(material) == {"suite_changes": "block"}


@pytest.mark.parametrize("section", ["telemetry: {content: true}\n", "taxonomy: {map: {tone: grounding}}\n"])
def test_edits_of_what_else_is_read_from_the_base_are_told(section):
    base = config.read(fakes.config().encode())
    (told,) = weakening.policy_edits(base, config.read((fakes.config() + section).encode()), frozenset())
    assert section.partition(":")[0] in told.message


def told_of(edited, base=None):
    before = config.read((base or fakes.config()).encode())
    return [finding.message for finding in weakening.looking_away(before, config.read(edited.encode()))]


def test_many_edits_below_one_key_hide_none_of_another():
    hosts = "".join(f"    a{number}: {{host: https://a{number}.example}}\n" for number in range(9))
    base = config.read(fakes.config().encode())
    head = config.read(fakes.config(policy=f"  retrieval_hosts:\n{hosts}  suite_changes: off\n").encode())
    (told,) = weakening.policy_edits(base, head, frozenset())
    assert " and 6 more there, suite_changes block → off" in told.message


def test_a_host_that_moves_is_named_before_hosts_that_are_new():
    hosts = "".join(f"    a{number}: {{host: https://a{number}.example}}\n" for number in range(9))
    plain = fakes.config(policy="  retrieval_hosts:\n    docs: {host: https://docs.example}\n")
    more = plain.replace("  retrieval_hosts:\n", f"  retrieval_hosts:\n{hosts}").replace("//docs", "//x")
    head = config.read(more.encode())
    (told,) = weakening.policy_edits(config.read(plain.encode()), head, frozenset())
    assert "retrieval_hosts.docs.host https://docs.example → https://x.example, " in told.message


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{prompts: ["a/**"]}', '{prompts: ["b/**"]}'),
        ('{prompts: ["a/**"]}', "{prompts: []}"),
        ("{}", '{models: ["config/**"]}'),
        ('{exclude: ["a/**"]}', '{exclude: ["a/**", "b/**"]}'),
    ],
)
def test_a_surface_of_fewer_files_is_told(before, after):
    plain = "version: 1\nsurface: "
    assert told_of(plain + after, plain + before)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{prompts: ["a/**"]}', '{prompts: ["a/**", "b/**"]}'),
        ('{models: ["config/**"]}', "{}"),
        ('{exclude: ["a/**", "b/**"]}', '{exclude: ["b/**"]}'),
    ],
)
def test_a_surface_of_more_files_is_not_told(before, after):
    plain = "version: 1\nsurface: "
    assert told_of(plain + after, plain + before) == []
