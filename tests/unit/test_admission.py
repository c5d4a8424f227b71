import datetime as dt
import json

import pytest

from llmgate import admission, calibration, config, findings
from llmgate.config import ModelEntry, Policy
from llmgate.plan import Planned
from llmgate.suite import Case, Suite
from llmgate.trial import Arm
from tests.unit.assertions.judges import rubric
from tests.unit.sampling import fakes
from tests.unit.test_calibration import examples, read, stored

MODEL = {"provider": "house", "model": "judge-2026-01-15"}
PLAIN = {"type": "contains", "value": "good"}
NESTED = [{"type": "assert-set", "assert": [{"type": "similar:dot", "value": "a"}]}]


def policy(*, labels="labels.json", **model):
    return Policy(judge={"model": {**MODEL, **model}, "calibration": labels})


def suite(**fixtures):
    cases = (
        Case(fixture=fakes.fixture(name, **{"assert": written}), form=Arm.HEAD, new=False, file=f"{name}.yaml", line=1)
        for name, written in fixtures.items()
    )
    return Suite(cases=tuple(cases))


def reading(*, wrong=0, written=None, verdicts=True):
    written = examples() if written is None else written
    entry = ModelEntry(**MODEL)
    kept = calibration.Verdicts(judge=entry, verdicts=stored(read(written), wrong=wrong))
    files = {"labels.json": json.dumps(written).encode()}
    if verdicts:
        files["labels.json.verdicts.json"] = calibration.written(kept).encode()
    return files.get


SUITE = suite(graded=[rubric()], mixed=[rubric(), PLAIN], plain=[PLAIN])


def test_a_suite_that_asks_no_judge_is_left_as_it_is():
    plain = suite(plain=[PLAIN])
    assert admission.admitted(plain, Policy(), reading()) == (plain, ())


def test_a_calibrated_judge_decides():
    admitted, told = admission.admitted(SUITE, policy(), reading())
    assert told == ()
    assert [case.fixture for case in admitted.cases] == [case.fixture for case in SUITE.cases]
    assert [bool(case.judge) for case in admitted.cases] == [True, True, False]


def test_a_judge_that_is_not_calibrated_measures_and_what_it_alone_would_decide_does_not_run():
    admitted, (told,) = admission.admitted(SUITE, policy(), reading(wrong=30))
    assert [case.fixture.id for case in admitted.cases] == ["mixed", "plain"]
    assert [assertion.weight for assertion in admitted.cases[0].fixture.assertions] == [0, 1]
    assert "fixtures 'graded', 'mixed': the judge 'judge-2026-01-15' is not calibrated, so it only" in told.message
    assert "its kappa with the labels is 0.00" in told.message
    assert (told.rule, told.severity.value) == ("judge", "warn")
    (left_out,) = admitted.left_out
    assert left_out.fixture == "graded"
    assert "only a judge would decide it, and the judge 'judge-2026-01-15' is not calibrated" in left_out.why
    assert left_out.remedy


def test_without_a_judge_nothing_is_changed_and_it_is_said():
    admitted, (told,) = admission.admitted(SUITE, Policy(), reading())
    assert admitted == SUITE
    assert "there is no policy.judge on the base" in told.message


@pytest.mark.parametrize(
    ("given", "read_file", "why"),
    [
        (policy(labels=None), reading(), "policy.judge.calibration names no labels"),
        (policy(labels="gone.json"), reading(), "there is no gone.json"),
        (policy(), reading(verdicts=False), "60 of 60 examples have no verdict"),
        (policy(params={"top_p": 0.5}), reading(), "60 of 60 examples have no verdict"),
        (policy(), reading(written=examples(20, 20)), "40 examples are labelled"),
        (policy(), {"labels.json": b"["}.get, "labels.json:1"),
        (policy(), {"labels.json": b"[]", "labels.json.verdicts.json": b"[]"}.get, "labels.json.verdicts.json:1"),
    ],
)
def test_what_keeps_a_judge_from_deciding_is_said(given, read_file, why):
    standing = admission.of(given.judge, read_file)
    assert why in standing.refusal
    assert standing.remedy


# The embedder

COMPARED = suite(likened=[{"type": "similar", "value": "a"}], nested=NESTED, plain=[PLAIN])
EMBEDDER = {"provider": "openai", "model": "text-embedding-3-small"}


def test_cases_that_compare_embeddings_carry_the_embedders_name_and_others_do_not():
    admitted, told = admission.embedding(COMPARED, Policy(embedder=EMBEDDER))
    names = {case.fixture.id: case.embedder for case in admitted.cases}
    assert (told, names["plain"], names["likened"] == names["nested"] != "") == ((), "", True)
    other, _ = admission.embedding(COMPARED, Policy(embedder={**EMBEDDER, "params": {"dimensions": 256}}))
    assert other.cases[0].embedder != admitted.cases[0].embedder


def test_without_an_embedder_nothing_is_changed_and_it_is_said():
    admitted, (told,) = admission.embedding(COMPARED, Policy())
    assert admitted == COMPARED
    assert "`similar` of fixtures 'likened', 'nested': there is no policy.embedder on the base" in told.message
    assert (told.rule, told.severity.value) == ("embedder", "warn")


def test_a_suite_that_compares_nothing_is_left_as_it_is():
    plain = suite(plain=[PLAIN])
    assert admission.embedding(plain, Policy()) == (plain, ())


def test_the_embedders_own_model_must_be_pinned_where_it_is_asked():
    moving = Policy(embedder={"provider": "mistral", "model": "mistral-embed-latest"})
    admitted, _ = admission.embedding(COMPARED, moving)
    (found,) = findings.grader_pinning(admitted, moving, today=dt.date(2026, 11, 26))
    assert "the embedder's model 'mistral-embed-latest' is floating" in found.message
    assert not list(findings.grader_pinning(suite(plain=[PLAIN]), moving, today=dt.date(2026, 11, 26)))


@pytest.mark.parametrize("model", ["text-embedding-3-small", "text-embedding-3-large", "text-embedding-ada-002"])
def test_embedders_that_have_no_snapshots_are_no_finding(model):
    plain = Policy(embedder={**EMBEDDER, "model": model})
    admitted, _ = admission.embedding(COMPARED, plain)
    assert not list(findings.grader_pinning(admitted, plain, today=dt.date(2026, 11, 26)))


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("{provider: nobody, model: m}", "the embedder names the provider 'nobody'"),
        ("{provider: anthropic, model: m}", "the embedder's provider 'anthropic' speaks anthropic-messages, which has"),
        ("{provider: openai, model: m, params: {input: x}}", "input cannot be set as parameters of an embedder"),
        ("{provider: openai, model: m, params: {encoding_format: base64}}", "encoding_format cannot be set"),
        ("{provider: openai, model: m, params: {dimensions: 0}}", "dimensions must be a whole number from 1"),
        ("{provider: openai, model: m, params: {dimensions: 256.0}}", "dimensions must be a whole number from 1"),
        ("{provider: openai}", "model"),
        ("text-embedding-3-small", "embedder"),
    ],
)
def test_an_embedder_that_cannot_be_asked_is_a_fault_at_its_line(written, why):
    with pytest.raises(config.ConfigurationError) as found:
        config.read(f"version: 1\npolicy:\n  embedder: {written}\n".encode())
    (fault,) = found.value.faults
    assert (fault.line, why in str(fault)) == (3, True)


def test_a_known_provider_of_the_embedder_needs_no_entry():
    text = "version: 1\npolicy: {embedder: {provider: openai, model: text-embedding-3-small}}\n"
    assert config.read(text.encode()).policy.providers["openai"].key == "OPENAI_API_KEY"


def test_the_judges_own_model_must_be_pinned_where_it_is_asked():
    floating = Policy(judge={"model": {"provider": "openai", "model": "gpt-4.1"}})
    admitted, _ = admission.admitted(SUITE, floating, reading())
    found = list(findings.grader_pinning(admitted, floating, today=dt.date(2026, 11, 26)))
    assert [(item.rule, item.severity.value) for item in found] == [("pins", "block")]
    assert "the judge's model 'gpt-4.1' is floating" in found[0].message


def test_the_model_of_a_judge_that_nobody_asks_is_no_concern():
    floating = Policy(judge={"model": {"provider": "openai", "model": "gpt-4.1"}})
    assert not list(findings.grader_pinning(suite(plain=[PLAIN]), floating, today=dt.date(2026, 11, 26)))


def planned(*, base="m-2026-01-15", head="m-2026-01-15", provider="house", judge="asked"):
    """A fixture that asks a judge, with the models of its arms; None for no base."""
    case = Case(fixture=fakes.fixture(), form=Arm.HEAD, new=base is None, file="a.yaml", line=1, judge=judge)
    arms = (fakes.prepared("x", provider=provider, model=model) if model else None for model in (base, head))
    return Planned(case=case, **dict(zip(("base", "head"), arms, strict=True)))


@pytest.mark.parametrize(
    "arms", [{"head": MODEL["model"]}, {"base": MODEL["model"]}, {"base": None, "head": MODEL["model"]}]
)
def test_a_judge_of_the_model_of_either_arm_is_warned_of_once(arms):
    found = list(admission.self_preference([planned(), planned(**arms), planned(**arms)], policy()))
    assert [(item.rule, item.severity.value) for item in found] == [("judge", "warn")]
    assert "'judge-2026-01-15' grades answers of its own model" in found[0].message
    assert "another family" in found[0].remedy


def test_an_alias_of_the_judges_model_is_the_same_model():
    written = Policy(judge={"model": {"provider": "openai", "model": "gpt-4o-2024-08-06"}})
    asked = planned(provider="openai", head="gpt-4o")
    assert list(admission.self_preference([asked], written))


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        (planned(), policy()),
        (planned(head=MODEL["model"], provider="hut"), policy()),
        (planned(head=MODEL["model"], judge=""), policy()),
        (planned(head=MODEL["model"]), Policy()),
    ],
    ids=["another model", "another provider", "a fixture without a judge", "no judge"],
)
def test_a_judge_of_another_model_is_not_warned_of(asked, written):
    assert not list(admission.self_preference([asked], written))


def test_a_judge_of_a_provider_that_the_policy_does_not_have_is_a_fault_at_its_line():
    text = "version: 1\npolicy:\n  judge:\n    model: {provider: nobody, model: m}\n"
    with pytest.raises(config.ConfigurationError, match=r"llmgate\.yaml:4: the judge names the provider 'nobody'"):
        config.read(text.encode())


def test_a_known_provider_of_the_judge_needs_no_entry():
    text = "version: 1\npolicy: {judge: {model: {provider: openai, model: gpt-4.1-2025-04-14}}}\n"
    assert config.read(text.encode()).policy.providers["openai"].host == "https://api.openai.com"
