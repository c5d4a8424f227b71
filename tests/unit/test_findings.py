import pytest

from llmgate import findings
from llmgate.config import Policy
from llmgate.trial import Arm
from llmgate.verdict import Severity
from tests.unit.sampling import fakes

EDIT = {"prompts/p.md": "Answer better: {{ question }}\n"}
NO_MATTER = {"block": Severity.BLOCK, "warn": Severity.WARN, "off": None}

UNCOVERED = {"prompts/other.md": "hello"}
STORIES = {
    "coverage": {**EDIT, **UNCOVERED},
    "suite_changes": {**EDIT, "fixtures/a.yaml": None},
}


def base(policy=""):
    return fakes.files(policy=policy)


def found(rule, head, policy=""):
    material = fakes.inspected(base(policy), head)
    return [item for item in material.findings if item.rule == rule]


@pytest.mark.parametrize("does", NO_MATTER)
@pytest.mark.parametrize("rule", ["coverage", "suite_changes"])
def test_a_rule_does_what_the_base_says(rule, does):
    severities = [item.severity for item in found(rule, STORIES[rule], f"  {rule}: '{does}'\n")]
    assert severities == ([NO_MATTER[does]] if NO_MATTER[does] else [])


def pinned(model):
    return {"llmgate.yaml": fakes.config().replace("house, model: m-2026-01-15", f"openai, model: {model}")}


@pytest.mark.parametrize("does", NO_MATTER)
def test_a_pin_that_can_move_does_what_the_policy_says(does):
    severities = [item.severity for item in found("pins", pinned("gpt-4.1"), f"  pins: '{does}'\n")]
    assert severities == ([NO_MATTER[does]] if NO_MATTER[does] else [])


def test_an_end_that_is_announced_warns_and_does_not_block():
    assert {item.severity for item in found("pins", pinned("gpt-4.1-2025-04-14"))} <= {Severity.WARN}


@pytest.mark.parametrize("does", NO_MATTER)
def test_a_corpus_that_changed_is_said_unless_the_rule_is_off_and_never_blocks_by_itself(does):
    severities = [item.severity for item in found("index", {"docs/returns.md": "x"}, f"  index: '{does}'\n")]
    assert severities == ([] if does == "off" else [Severity.WARN])


def test_a_head_cannot_loosen_a_rule():
    loose = fakes.config(policy="  coverage: 'off'\n")
    assert [item.severity for item in found("coverage", {**STORIES["coverage"], "llmgate.yaml": loose})] == [
        Severity.BLOCK
    ]


def test_a_finding_says_where_and_what_to_do():
    (item,) = found("coverage", STORIES["coverage"])
    assert (item.file, item.line) == ("prompts/other.md", 1)
    assert item.message == "no fixture exercises the change of prompt prompts/other.md"
    assert "surface.exclude" in item.remedy


def test_a_corpus_needs_no_coverage():
    assert found("coverage", {"docs/returns.md": "x"}) == []


def test_a_change_of_retrieval_is_not_covered_by_frozen_documents():
    head = {"llmgate.yaml": fakes.config().replace("top_k: 4", "top_k: 9")}
    assert [item.severity for item in found("coverage", head)] == [Severity.BLOCK]


def test_fixtures_that_no_longer_fit_are_found_one_by_one():
    items = found("coverage", {"prompts/p.md": "{{ question }} {{ country }}"})
    assert [item.file for item in items if "no longer fits" in item.message] == [
        f"fixtures/{name}.yaml" for name in "abc"
    ]


def test_each_weakened_fixture_is_named_with_what_it_lost():
    heads = {"fixtures/a.yaml": None, "fixtures/b.yaml": fakes.case("b", extra="enabled: false\n")}
    messages = [item.message for item in found("suite_changes", EDIT | heads)]
    assert messages == [
        "fixture 'a' may ask less than on the base: it is removed",
        "fixture 'b' may ask less than on the base: it is disabled",
    ]


def test_a_weakened_suite_is_found_though_no_model_is_sent_anything_new():
    assert found("suite_changes", {"fixtures/a.yaml": None})


@pytest.mark.parametrize(("labels", "count"), [((), 1), (("llmgate: suite approved",), 0), (("other",), 1)])
def test_an_approvers_label_lets_the_configuration_go(labels, count):
    material = fakes.inspected(base(), {"llmgate.yaml": None}, labels=labels)
    assert len([item for item in material.findings if item.rule == "suite_changes"]) == count


# The model that answers


def served(asked, answered, **policy):
    return list(findings.served({Arm.HEAD: {(asked, answered)}}, Policy(**policy)))


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("gpt-4.1", "gpt-4.1"),
        ("gpt-4.1", "gpt-4.1-2025-04-14"),
        ("claude-sonnet-4", "claude-sonnet-4-20250514"),
        ("gpt-4", "gpt-4-0613"),
        ("gemini-1.5-pro", "gemini-1.5-pro-002"),
        ("gemini-2.5-pro-preview", "gemini-2.5-pro-preview-05-06"),
    ],
)
def test_an_alias_may_answer_under_its_dated_release(asked, answered):
    assert served(asked, answered) == []


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("gpt-4.1-2025-04-14", "gpt-4.1-2025-05-01"),
        ("gpt-4.1-2025-04-14", "gpt-4.1"),
        ("gpt-4", "gpt-41"),
        ("claude-opus-4", "claude-opus-4-1"),
        ("m-1", "m-1-mini"),
        ("m-1", "M-1"),
        ("m-1", "m-1-"),
    ],
)
def test_any_other_name_is_another_model(asked, answered):
    (item,) = served(asked, answered)
    assert (item.rule, item.severity) == ("pins", Severity.BLOCK)
    assert answered in item.message


def test_who_answers_matters_as_much_as_the_policy_of_pins_says():
    assert [item.severity for item in served("m", "n", pins="warn")] == [Severity.WARN]
    assert served("m", "n", pins="off") == []


def test_both_arms_are_looked_at():
    both = {arm: {("m", "n")} for arm in Arm}
    assert [item.message.split(",")[0] for item in findings.served(both, Policy())] == ["on the base", "on the head"]


def test_a_model_entry_is_judged_once_however_many_names_it_has():
    twice = pinned("gpt-4.1")["llmgate.yaml"].replace(
        "targets:\n", "targets:\n  u: {kind: prompt, prompt: prompts/p.md, model: answerer}\n"
    )
    assert len(found("pins", {"llmgate.yaml": twice})) == 1
