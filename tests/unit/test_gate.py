import json

import jsonschema
import pytest

from llmgate import gate, report
from llmgate.errors import CallLost, NotEvaluated, UsageError
from llmgate.redaction import Redactor
from llmgate.report import Report
from llmgate.store import Store
from tests.unit.sampling import fakes
from tests.unit.sampling.fakes import FakeClient, judged

BETTER = {"prompts/p.md": "Answer better: {{ question }}\n"}
MANY = tuple(f"f{number:02}" for number in range(30))
DESIGN_KEYS = {"schema", "verdict", "exit_code", "base", "head", "changes", "fixtures", "suite", "findings", "calls"}
DESIGN_KEYS |= {"cost", "seconds"}
OWN_KEYS = {
    "version",
    "reasons",
    "baseline",
    "calibrated",
    "diagnosis",
    "looked",
    "simulated",
    "exceptions",
    "leaning",
    "pushes",
    "earlier",
    "reproduce",
    "only",
    "retrieval",
    "categories",
    "skipped",
    "guarded",
}


def breaks(asked):
    return "bad" if "better" in asked.text else "good"


def verdicts(found):
    return [reason.verdict.value for reason in found.reasons]


def ended(found):
    return found.verdict.value, found.exit_code


# What keeps a change from being judged


def test_without_a_policy_on_the_base_nothing_is_decided(tmp_path):
    found = judged(tmp_path, {"README.md": "x"}, fakes.files())
    assert ended(found) == ("not_evaluated", 3)
    assert "add llmgate.yaml and fixtures to the base first" in found.reasons[0].remedy


def test_faults_of_the_head_are_wrong_usage_and_all_of_them_are_findings(tmp_path):
    client = FakeClient()
    head = {
        "llmgate.yaml": fakes.config().replace("prompts/p.md, model: answerer", "prompts/gone.md, model: nobody"),
        "fixtures/a.yaml": "id: a\n",
        "fixtures/b.yaml": "[",
    }
    found = judged(tmp_path, fakes.files(), head, client)
    assert ended(found) == ("not_evaluated", 2)
    assert {item.rule for item in found.findings} == {"configuration"}
    files = {item.file for item in found.findings}
    assert {"fixtures/a.yaml", "fixtures/b.yaml", "llmgate.yaml"} <= files
    assert client.asked == []


def test_a_head_whose_configuration_cannot_be_read_is_wrong_usage(tmp_path):
    found = judged(tmp_path, fakes.files(), {"llmgate.yaml": "version: 1\npolicies: {}\n"})
    assert (ended(found), found.findings[0].file, found.findings[0].line) == (("not_evaluated", 2), "llmgate.yaml", 2)


def test_a_base_whose_configuration_cannot_be_read_says_that_it_is_the_bases(tmp_path):
    found = judged(tmp_path, fakes.files() | {"llmgate.yaml": "version: 7\n"}, fakes.files())
    assert (ended(found), found.findings[0].file) == (("not_evaluated", 2), "llmgate.yaml (base)")


def test_faults_in_the_bases_fixtures_do_not_keep_the_head_from_mending_them(tmp_path):
    base = fakes.files(fixtures=MANY) | {"fixtures/f00.yaml": "id: f00\n"}
    found = judged(tmp_path, base, {**BETTER, "fixtures/f00.yaml": fakes.case("f00")})
    assert ended(found) == ("passed", 0)
    assert [item.id for item in found.fixtures if item.tier == "new"] == ["f00"]


def test_a_client_that_cannot_be_made_is_not_evaluated_with_what_was_found(tmp_path):
    def no_key(_policy, _used):
        raise NotEvaluated("HOUSE_KEY is not set", remedy="set it", id="key-missing")

    found = judged(tmp_path, fakes.files(), BETTER, things={"client": no_key})
    assert (ended(found), found.reasons[0].message) == (("not_evaluated", 3), "HOUSE_KEY is not set [key-missing]")
    assert found.changes


@pytest.mark.trust("disk")
def test_a_store_that_fails_while_calls_are_made_is_not_evaluated(tmp_path):
    opened = []

    def opening():
        opened.append(Store.open(tmp_path / "store.sqlite"))
        return opened[0]

    def answer(asked):
        if asked.number == 20:
            opened[0].close()
        return "good"

    things = {"store": opening}
    found = judged(tmp_path, fakes.files(fixtures=MANY), BETTER, FakeClient(answer=answer), things=things)
    assert ended(found) == ("not_evaluated", 3)
    assert "the store failed" in found.reasons[0].message


def test_a_wrong_call_reaches_the_caller_as_itself(tmp_path):
    with pytest.raises(UsageError, match="there is no fixture zzz"):
        judged(tmp_path, fakes.files(), BETTER, only=("zzz",))


def test_an_interrupt_reaches_the_caller_as_itself_and_the_client_is_closed(tmp_path):
    client = FakeClient(answer=lambda asked: KeyboardInterrupt() if asked.number == 5 else "good")
    with pytest.raises(KeyboardInterrupt):
        judged(tmp_path, fakes.files(), BETTER, client)
    assert client.closed == 1


# The head and the policy


def test_a_head_that_removes_the_configuration_is_rejected_under_the_bases(tmp_path):
    found = judged(tmp_path, fakes.files(fixtures=MANY), {**BETTER, "llmgate.yaml": None}, FakeClient(answer=breaks))
    assert found.verdict.value == "regressed"
    assert "llmgate.yaml is removed; the base's is used for both revisions" in [item.message for item in found.findings]


def test_every_row_that_applies_is_a_reason_in_the_order_of_the_table(tmp_path):
    head = {**BETTER, "fixtures/f01.yaml": None, "prompts/other.md": "hello"}
    found = judged(tmp_path, fakes.files(fixtures=MANY), head, FakeClient(answer=breaks))
    assert verdicts(found) == ["regressed", "rejected", "rejected"]


def test_a_finding_that_blocks_does_not_hide_that_the_comparison_passed(tmp_path):
    found = judged(tmp_path, fakes.files(fixtures=MANY), {**BETTER, "prompts/other.md": "hello"})
    assert verdicts(found) == ["rejected", "passed"]


def test_new_fixtures_do_not_dilute_what_the_others_are_screened_with(tmp_path):
    new = {f"fixtures/n{number}.yaml": fakes.case(f"n{number}") for number in range(300)}
    found = judged(tmp_path, fakes.files(fixtures=MANY), BETTER | new)
    trials = {item.head.trials for item in found.fixtures if item.tier != "new"}
    assert trials == {8}
    assert found.suite.compared == 30


# Missing data


@pytest.mark.trust("one-arm")
def test_a_fixture_that_the_head_cannot_ask_at_all_is_never_passed_over(tmp_path):
    names = tuple(f"f{number:03}" for number in range(150))
    client = FakeClient(
        answer=lambda asked: (
            CallLost("gone", id="provider-unreachable") if "better: case f007?" in asked.text else "good"
        )
    )
    found = judged(tmp_path, fakes.files(fixtures=names), BETTER, client)
    assert ended(found) == ("not_evaluated", 3)
    assert "f007" in found.reasons[0].message


def test_a_fixture_that_no_longer_fits_rules_a_pass_out_whatever_coverage_says(tmp_path):
    base = fakes.files(fixtures=MANY, policy="  coverage: 'off'\n")
    base["fixtures/odd.yaml"] = fakes.case("odd", target="u")
    target = "  u: {kind: prompt, prompt: prompts/q.md, model: answerer}\n"
    base |= {"llmgate.yaml": fakes.config(policy="  coverage: 'off'\n", extra=target), "prompts/q.md": "{{ question }}"}
    found = judged(tmp_path, base, {**BETTER, "prompts/q.md": "{{ question }} {{ country }}"})
    assert ended(found) == ("inconclusive", 0)
    assert "1 fixture no longer fits the head" in found.reasons[0].message


# A look at single fixtures


def test_a_look_at_one_fixture_is_never_a_pass(tmp_path):
    settings = fakes.files(fixtures=MANY, policy="  screen: 50\n  margin: 0.5\n")
    whole = judged(tmp_path, settings, BETTER)
    one = judged(tmp_path, settings, BETTER, only=("f03",))
    assert (ended(whole), ended(one)) == (("passed", 0), ("inconclusive", 0))
    assert "only f03 ran" in one.reasons[0].message


def test_a_look_at_one_fixture_can_block(tmp_path):
    found = judged(tmp_path, fakes.files(fixtures=MANY), BETTER, FakeClient(answer=breaks), only=("f03",))
    assert ended(found) == ("regressed", 1)
    assert [item.id for item in found.fixtures] == ["f03"]


def test_a_look_at_one_fixture_finds_no_change_uncovered_that_others_cover(tmp_path):
    base = fakes.files() | {"prompts/q.md": "Say {{ question }}", "fixtures/d.yaml": fakes.case("d", target="u")}
    base["llmgate.yaml"] = fakes.config(extra="  u: {kind: prompt, prompt: prompts/q.md, model: answerer}\n")
    found = judged(tmp_path, base, {**BETTER, "prompts/q.md": "Tell {{ question }}"}, only=("a",))
    assert found.findings == ()


def test_a_look_at_one_fixture_is_no_entry_in_the_history(tmp_path):
    judged(tmp_path, fakes.files(), BETTER, subject="x#1", head_sha="one", only=("a",))
    found = judged(tmp_path, fakes.files(), BETTER, subject="x#1", head_sha="two")
    assert (found.pushes, found.earlier) == (1, ())


def test_earlier_pushes_of_the_same_pull_request_are_told(tmp_path):
    judged(tmp_path, fakes.files(), BETTER, FakeClient(answer=breaks), subject="x#1", head_sha="1" * 40)
    found = judged(tmp_path, fakes.files(), BETTER, subject="x#1", head_sha="2" * 40)
    (push,) = found.earlier
    assert (found.pushes, push.head, push.verdict, push.broken) == (2, "1" * 40, "regressed", 3)
    assert set(push.fixtures) == {"a", "b", "c"}


def test_runs_without_a_pull_request_are_no_pushes_of_one(tmp_path):
    judged(tmp_path, fakes.files(), BETTER, head_sha="one")
    assert judged(tmp_path, fakes.files(), BETTER, head_sha="two").pushes == 1


# The report


@pytest.fixture(scope="module")
def regressed(tmp_path_factory):
    return judged(tmp_path_factory.mktemp("gate"), fakes.files(fixtures=MANY), BETTER, FakeClient(answer=breaks))


def test_the_json_has_the_keys_of_the_design_and_ours_and_no_other(regressed):
    assert json.loads(regressed.to_json()).keys() == DESIGN_KEYS | OWN_KEYS
    assert {"id", "base", "head", "evidence", "tier", "category", "attribution"} <= set(
        json.loads(regressed.to_json())["fixtures"][0]
    )


def test_the_json_is_valid_by_the_schema_that_is_published(regressed):
    jsonschema.validate(json.loads(regressed.to_json()), Report.model_json_schema(by_alias=True))


def test_kinds_of_failure_are_named_as_the_base_names_them(tmp_path):
    base = fakes.files(fixtures=(), extra="taxonomy: {categories: {reasoning: {name: thinking, owner: us}}}\n")
    base |= {f"fixtures/{name}.yaml": fakes.case(name, extra="category: reasoning\n") for name in MANY}
    own = fakes.config(extra="taxonomy: {categories: {reasoning: {name: nothing to see here, owner: nobody}}}\n")
    found = judged(tmp_path, base, {**BETTER, "llmgate.yaml": own}, FakeClient(answer=breaks))
    assert {(one.category, one.failure.owner) for one in found.broken} == {("thinking: wrong conclusion", "us")}


@pytest.mark.parametrize("head", [{"README.md": "x"}, {"llmgate.yaml": "["}, {"prompts/other.md": "x"}, BETTER])
def test_every_kind_of_report_is_valid(tmp_path, head):
    found = judged(tmp_path, fakes.files(), head)
    jsonschema.validate(json.loads(found.to_json()), Report.model_json_schema(by_alias=True))


def test_a_broken_fixture_is_told_with_its_evidence_cause_and_an_example(regressed):
    item = regressed.broken[0]
    assert item.evidence >= 20
    assert item.attribution == "prompt prompts/p.md:1"
    assert (item.example.base_output, item.example.head_output) == ("good", "bad")
    assert item.example.failed[0].assertion.startswith("contains")


def test_no_secret_is_left_in_any_text(tmp_path):
    secret = "hush-0123456789"
    client = FakeClient(answer=lambda asked: f"{secret} " + breaks(asked))
    base = fakes.files(fixtures=MANY) | {"docs/x.md": secret}
    head = BETTER | {f"prompts/{secret}.md": secret, f"docs/{secret}.md": "x"}
    redact = Redactor([secret]).text
    found = judged(tmp_path, base, head, client, things={"redact": redact}, head_ref=f"feature/{secret}")
    assert found.verdict.value == "regressed"
    assert "[redacted]" in found.to_json()
    assert secret not in found.to_json()


def test_a_secret_that_is_a_word_of_ours_does_not_stop_the_report(tmp_path):
    redact = Redactor(["regressed"]).text
    found = judged(tmp_path, fakes.files(fixtures=MANY), BETTER, FakeClient(answer=breaks), things={"redact": redact})
    assert found.exit_code == 1


# Why it broke, which changes nothing of what was decided


NO_DIAGNOSIS = fakes.files(fixtures=MANY, policy="  diagnose: {budget: {calls: 0}}\n")


def told(found):
    return found.model_copy(update={"diagnosis": None, "fixtures": (), "seconds": 0.0})


@pytest.fixture(scope="module")
def undiagnosed(tmp_path_factory):
    return judged(tmp_path_factory.mktemp("gate"), NO_DIAGNOSIS, BETTER, FakeClient(answer=breaks))


def broken_off(folder, error, after):
    """Judge where a call of diagnosing raises; the policy allows it 200."""

    def answer(asked):
        if asked.number >= after:
            raise error
        return breaks(asked)

    return judged(folder, fakes.files(fixtures=MANY), BETTER, FakeClient(answer=answer))


@pytest.mark.parametrize(
    "error",
    [
        NotEvaluated("the store failed", id="worker-failed"),
        UsageError("no", id="wrong-option"),
        ValueError("surprise"),
        RecursionError("deep"),
        KeyError("x"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_whatever_breaks_in_diagnosing_the_verdict_stands_and_the_report_says_so(tmp_path, undiagnosed, error):
    found = broken_off(tmp_path, error, undiagnosed.calls.made + 5)
    assert told(found) == told(undiagnosed)
    assert (found.verdict.value, found.exit_code) == ("regressed", 1)
    assert str(error.args[0]) in found.diagnosis.exhausted
    assert [item.id for item in found.broken] == [item.id for item in undiagnosed.broken]


def test_what_was_found_before_it_broke_stays(tmp_path, undiagnosed):
    found = broken_off(tmp_path, ValueError("surprise"), undiagnosed.calls.made + 5)
    assert found.broken[0].attribution == "prompt prompts/p.md:1"


def test_an_interrupt_is_no_report(tmp_path, undiagnosed):
    with pytest.raises(KeyboardInterrupt):
        broken_off(tmp_path, KeyboardInterrupt(), undiagnosed.calls.made + 5)


def test_a_fixture_that_got_no_worse_is_held_against_no_change(tmp_path):
    """Explained on demand because it fails, and on both arms: nothing broke it."""
    wish = gate.Wish(every=True, thorough=True)
    history = fakes.FakeHistory({"base": fakes.files(), "head": fakes.changed(fakes.files(), BETTER)})
    things = fakes.outside(tmp_path / "store.sqlite", FakeClient(answer=lambda _: "bad"))
    found = gate.judge(history, fakes.question(), things, wish)
    assert {item.attribution for item in found.fixtures} == {None}
    assert all(item.diagnosis and item.diagnosis.attribution is None for item in found.fixtures)


# How to reproduce it


def reproduced(folder, *, client=None, **asked):
    return judged(folder, fakes.files(fixtures=MANY), BETTER, client, **asked).reproduce


def test_a_run_of_two_revisions_is_reproduced_by_their_commits(tmp_path):
    assert reproduced(tmp_path, head_sha="0123456789abcdef") == "llmgate gate --base base --head 0123456789"


def test_a_run_of_the_worktree_is_reproduced_without_a_head(tmp_path):
    assert reproduced(tmp_path, head_ref="worktree") == "llmgate gate --base base"


def test_a_look_at_single_fixtures_is_reproduced_with_them(tmp_path):
    assert reproduced(tmp_path, only=("f03", "f04")).endswith(" --fixture f03 --fixture f04")


def test_the_surest_of_the_broken_fixtures_is_looked_at(tmp_path):
    def answer(asked):
        broken = "f05?" in asked.text or "f20?" in asked.text
        late = "f05?" in asked.text and asked.number % 6 == 0
        return "bad" if "better" in asked.text and broken and not late else "good"

    found = judged(tmp_path, fakes.files(fixtures=MANY), BETTER, FakeClient(answer=answer))
    assert found.reproduce.endswith(f" --fixture {found.broken[0].id}")


def test_a_simulated_run_is_reproduced_by_the_demo_and_no_call_of_it_lacks_a_price(tmp_path):
    things = {"simulated": True}
    found = judged(tmp_path, fakes.files(fixtures=MANY), BETTER, things=things, head_ref="regression")
    assert (found.reproduce, found.cost.unpriced) == ("llmgate demo --head regression", 0)


def test_calls_without_a_price_are_told_where_the_model_is_real(tmp_path):
    found = judged(tmp_path, fakes.files(), BETTER)
    assert found.cost.unpriced == found.calls.made > 0


def test_nothing_is_reproduced_where_nothing_ran(tmp_path):
    assert judged(tmp_path, fakes.files(), {"README.md": "x"}).reproduce == ""


# Cost of a look


def test_a_change_that_does_not_matter_reads_no_fixture_and_opens_no_store(tmp_path):
    history = fakes.FakeHistory({"base": fakes.files(), "head": fakes.files() | {"README.md": "x"}})
    found = gate.judge(history, fakes.question(), fakes.outside(tmp_path / "store.sqlite", FakeClient()))
    assert found.verdict.value == "not_applicable"
    assert not (tmp_path / "store.sqlite").exists()
    assert not [path for _, path in history.reads if path.startswith("fixtures/")]


def test_a_second_run_says_the_same_and_asks_nobody(tmp_path):
    clients = [FakeClient(answer=breaks) for _ in range(2)]
    first, second = (judged(tmp_path, fakes.files(fixtures=MANY), BETTER, client) for client in clients)
    assert clients[1].asked == []
    assert (second.fixtures, second.suite, second.reasons) == (first.fixtures, first.suite, first.reasons)


def test_the_report_module_names_the_form_that_it_writes(regressed):
    assert json.loads(regressed.to_json())["schema"] == "llmgate.report/1"
    assert report.Report.model_validate_json(regressed.to_json()) == regressed


def test_more_broken_fixtures_than_are_confirmed_are_suspected_and_never_clear(tmp_path):
    names = [f"c{number:02d}" for number in range(40)]
    found = judged(
        tmp_path,
        fakes.files(fixtures=names),
        {"prompts/p.md": "Answer better: {{ question }}\n"},
        fakes.FakeClient(answer=breaks),
    )
    tiers = {entry.tier for entry in found.fixtures}
    assert (ended(found), tiers) == (("regressed", 1), {"confirmed", "suspected"})
