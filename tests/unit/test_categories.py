"""What the policy makes of a kind of failure that became more frequent."""

import pytest

from llmgate import categories, suite
from llmgate.compare import Categories, Failures
from llmgate.config import Policy
from llmgate.suite import Loaded, Stored
from llmgate.taxonomy import Kind, Taxonomy, default
from llmgate.verdict import Severity
from tests.unit.sampling import fakes
from tests.unit.sampling.fakes import FakeClient, judged

MANY = tuple(f"f{number:02}" for number in range(30))
BETTER = {"prompts/p.md": "Answer better: {{ question }}\n"}
GATED = "  categories: {output_format: block}\n"


def policy(**rules):
    return Policy(categories=rules)


def paired(worse, category="tool_use"):
    return Categories().after([Failures(base=None, head=category)] * worse)


def told(worse, taxonomy=default.TAXONOMY, **rules):
    return list(categories.worse(paired(worse), taxonomy, policy(**rules)))


def test_a_gated_category_whose_evidence_reaches_the_limit_is_a_finding_as_the_policy_says():
    found = {rule: told(12, tool_use=rule)[0].severity for rule in ("block", "warn")}
    assert found == {"block": Severity.BLOCK, "warn": Severity.WARN}


@pytest.mark.parametrize("rules", [{}, {"tool_use": "off"}, {"grounding": "block"}])
def test_a_category_that_is_not_gated_is_no_finding(rules):
    assert told(12, **rules) == []


def test_evidence_below_the_limit_is_no_finding():
    assert told(5, tool_use="block") == []


def test_alpha_is_shared_by_the_gated_categories():
    assert told(8, tool_use="block")
    rest = dict.fromkeys(("grounding", "reasoning", "retrieval", "output_format"), "warn")
    assert told(8, tool_use="block", **rest) == []
    assert categories.limit(policy(tool_use="block", **rest, refusal_safety="off")) == 100


def test_the_finding_says_what_was_seen_and_whose_it_is():
    kinds = {"tool_use": Kind(name="tools", owner="agents team")}
    (found,) = told(12, taxonomy=Taxonomy(kinds=kinds), tool_use="block")
    assert found.rule == "category"
    assert found.message == (
        "failures of the kind 'tools' became more frequent in some fixtures: of 12 fresh pairs 12 failed so on the "
        "head alone and 0 on the base alone; evidence 245 : 1, 20 : 1 needed; its owner is agents team"
    )


def labelled(name, category):
    return Stored(fixture=fakes.fixture(name, category=category), file=f"{name}.yaml", line=1)


def joined(*labels):
    """The base's fixtures, and a suite in which the head calls them as `labels` say."""
    names = [f"f{number}" for number in range(len(labels))]
    base = Loaded(fixtures={name: labelled(name, "grounding") for name in names})
    head = Loaded(fixtures={name: labelled(name, label) for name, label in zip(names, labels, strict=True)})
    return suite.union(base, head, reads=lambda _: frozenset()), base


def relabelled(**rules):
    """A fixture that the base calls grounding and the head reasoning."""
    return categories.as_on_base(*joined("reasoning"), policy(**rules)).cases[0].fixture.category


def test_fixtures_that_get_another_label_are_told_where_labels_decide():
    (found,) = categories.relabelled(*joined("reasoning", "grounding", *["tone"] * 4), policy(grounding="block"))
    assert (found.rule, found.severity, found.file) == ("policy", Severity.WARN, "f0.yaml")
    assert "'f0' (grounding → reasoning), 'f2' (grounding → tone)" in found.message
    assert " and 2 more; " in found.message


def test_labels_that_decide_nothing_or_stay_are_not_told():
    assert list(categories.relabelled(*joined("reasoning"), policy())) == []
    assert list(categories.relabelled(*joined("grounding"), policy(grounding="block"))) == []


def test_where_labels_decide_they_are_those_of_the_base():
    assert (relabelled(grounding="block"), relabelled()) == ("grounding", "reasoning")


def test_a_new_fixture_has_its_own_label():
    joined = suite.union(
        Loaded(fixtures={}), Loaded(fixtures={"a": labelled("a", "tone")}), reads=lambda _: frozenset()
    )
    found = categories.as_on_base(joined, Loaded(fixtures={}), policy(grounding="block"))
    assert found.cases[0].fixture.category == "tone"


# Through the gate


def json_case(name):
    return fakes.case(name).replace("{type: contains, value: good}", "{type: is-json}")


def files(names=MANY, policy=""):
    made = fakes.files(fixtures=names, policy=policy)
    return {**made, **{f"fixtures/{name}.yaml": json_case(name) for name in names}}


def prose(asked):
    return "Certainly, here you are." if "better" in asked.text else '{"a": 1}'


def test_a_head_that_breaks_json_is_told_by_kind_with_a_small_adjusted_p(tmp_path):
    found = judged(tmp_path, files(), BETTER, FakeClient(answer=prose))
    (row,) = found.categories
    assert (row.category, row.name, row.source, row.gated) == ("output_format", "output format", "screen", None)
    assert (row.base.failed, row.head.failed, row.head.trials) == (0, row.base.trials, row.base.trials)
    assert row.adjusted_p_value < 1e-6
    assert row.evidence > 20
    assert not [item for item in found.findings if item.rule == "category"]


def test_a_gated_kind_is_a_reason_beside_the_regression(tmp_path):
    found = judged(tmp_path, files(policy=GATED), BETTER, FakeClient(answer=prose))
    assert [reason.verdict.value for reason in found.reasons] == ["regressed", "rejected"]
    assert [item.rule for item in found.findings] == ["category"]
    assert (found.categories[0].gated, found.categories[0].limit) == ("block", 20)


def test_the_heads_policy_gates_nothing(tmp_path):
    head = {**BETTER, "llmgate.yaml": fakes.config(policy=GATED)}
    found = judged(tmp_path, files(), head, FakeClient(answer=prose))
    assert not [item for item in found.findings if item.rule == "category"]


def test_a_head_that_relabels_its_fixtures_is_gated_by_the_bases_labels(tmp_path):
    base = files(policy=GATED)
    labels = {f"fixtures/{name}.yaml": "category: reasoning\n" + json_case(name) for name in MANY}
    found = judged(tmp_path, base, {**BETTER, **labels}, FakeClient(answer=prose))
    assert [item.rule for item in found.findings] == ["policy", "category"]


def test_a_change_that_breaks_nothing_has_no_kinds(tmp_path):
    found = judged(tmp_path, files(), BETTER, FakeClient(answer=lambda _: "[]"))
    assert found.categories == ()
