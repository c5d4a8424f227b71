"""The installed program on a real repository and a loopback model server: each row of the verdict table."""

import pytest

from tests import modelserver, project

WORSE = {"prompts/support.jinja": project.prompt("Be brief.")}
SAME_SENSE = {"prompts/support.jinja": project.prompt(project.GOOD_RULE + " Be kind.")}


@pytest.fixture
def served():
    with modelserver.serve(project.obedient) as server:
        yield server


def made(folder, server, **settings):
    return project.Project.create(folder / "repository", project.files(server.url, **settings))


def test_a_prompt_that_loses_its_rule_is_regressed_and_exits_1(tmp_path, served):
    shop = made(tmp_path, served)
    shop.pull(WORSE)
    ended = project.gate(shop, tmp_path)
    assert (ended.report["verdict"], ended.code) == ("regressed", 1)
    assert "merge blocked" in ended.stdout


def test_a_harmless_edit_is_passed_and_exits_0(tmp_path, served):
    shop = made(tmp_path, served, fixtures=30)
    shop.pull(SAME_SENSE)
    ended = project.gate(shop, tmp_path)
    assert (ended.report["verdict"], ended.code) == ("passed", 0)


def test_an_edit_that_repairs_every_fixture_is_improved_and_exits_0(tmp_path, served):
    content = project.files(served.url, fixtures=30) | WORSE
    shop = project.Project.create(tmp_path / "repository", content)
    shop.pull({"prompts/support.jinja": project.prompt()})
    ended = project.gate(shop, tmp_path)
    assert (ended.report["verdict"], ended.code) == ("improved", 0)


def test_two_fixtures_are_too_few_to_rule_a_drop_out_and_that_warns(tmp_path, served):
    shop = made(tmp_path, served, fixtures=2)
    shop.pull(SAME_SENSE)
    ended = project.gate(shop, tmp_path)
    assert (ended.report["verdict"], ended.code) == ("inconclusive", 0)


def test_the_policy_of_the_base_can_make_inconclusive_block(tmp_path, served):
    shop = made(tmp_path, served, fixtures=2, policy="  on_inconclusive: block\n")
    shop.pull(SAME_SENSE)
    ended = project.gate(shop, tmp_path)
    assert (ended.report["verdict"], ended.code) == ("inconclusive", 1)


def test_a_removed_fixture_is_rejected_and_still_runs(tmp_path, served):
    shop = made(tmp_path, served, fixtures=30)
    shop.pull(SAME_SENSE | {"fixtures/case-003.yaml": None})
    ended = project.gate(shop, tmp_path)
    assert (ended.report["verdict"], ended.code) == ("rejected", 1)
    assert "case-003" in {fixture["id"] for fixture in ended.report["fixtures"]}
    assert [finding["rule"] for finding in ended.report["findings"]] == ["suite_changes"]


@pytest.mark.trust("tamper")
def test_a_loosened_policy_in_the_head_changes_nothing(tmp_path, served):
    shop = made(tmp_path, served)
    loose = project.config(served.url, policy="  alpha: 0.0001\n  on_inconclusive: warn\n  coverage: 'off'\n")
    shop.pull(WORSE | {"llmgate.yaml": loose})
    ended = project.gate(shop, tmp_path)
    assert (ended.report["verdict"], ended.report["suite"]["block_at"]) == ("regressed", 20.0)


@pytest.mark.trust("nothing-relevant")
def test_a_change_of_a_readme_is_not_applicable_and_asks_nobody(tmp_path, served):
    shop = made(tmp_path, served)
    shop.pull({"README.md": "A better shop.\n"})
    ended = project.gate(shop, tmp_path)
    assert (ended.report["verdict"], ended.code, served.connections) == ("not_applicable", 0, 0)


def test_a_comment_in_a_template_is_no_change(tmp_path, served):
    shop = made(tmp_path, served)
    shop.pull({"prompts/support.jinja": project.prompt().replace("for writers", "for whoever writes")})
    ended = project.gate(shop, tmp_path)
    assert (ended.report["verdict"], ended.code) == ("not_applicable", 0)
    assert [change["kind"] for change in ended.report["changes"]] == ["comment-only"]


@pytest.mark.trust("uncovered")
def test_a_prompt_that_no_fixture_sends_is_never_green(tmp_path, served):
    shop = made(tmp_path, served)
    shop.pull({"prompts/other.md": "Say hello.\n"})
    ended = project.gate(shop, tmp_path)
    assert (ended.report["verdict"], ended.code) == ("not_evaluated", 3)
    assert ended.report["findings"][0]["rule"] == "coverage"


@pytest.mark.trust("key-missing")
def test_a_missing_key_is_not_evaluated_and_asks_nobody(tmp_path, served):
    shop = made(tmp_path, served, key="HOUSE_KEY")
    shop.pull(WORSE)
    ended = project.gate(shop, tmp_path)
    assert (ended.report["verdict"], ended.code, served.connections) == ("not_evaluated", 3, 0)
    assert "HOUSE_KEY" in ended.stdout


@pytest.mark.trust("suite-empty")
def test_an_empty_suite_is_not_evaluated(tmp_path, served):
    shop = made(tmp_path, served, fixtures=0)
    shop.pull(WORSE)
    ended = project.gate(shop, tmp_path)
    assert (ended.report["verdict"], ended.code, served.connections) == ("not_evaluated", 3, 0)


@pytest.mark.trust("provider-down")
def test_a_provider_that_only_answers_503_is_not_evaluated(tmp_path):
    with modelserver.serve(project.obedient, plan=lambda _: modelserver.status(503, retry_after="0")) as server:
        shop = made(tmp_path, server)
        shop.pull(WORSE)
        ended = project.gate(shop, tmp_path)
    assert (ended.report["verdict"], ended.code) == ("not_evaluated", 3)
    assert ended.report["calls"]["errors"] > 0
    assert ended.report["fixtures"] == [] or all(item["head"]["passed"] == 0 for item in ended.report["fixtures"])


@pytest.mark.trust("provider-refuses")
def test_a_provider_that_refuses_is_not_evaluated_and_is_asked_once_for_a_trial(tmp_path):
    with modelserver.serve(project.obedient, plan=lambda _: modelserver.status(410)) as server:
        shop = made(tmp_path, server, fixtures=3)
        shop.pull(WORSE)
        ended = project.gate(shop, tmp_path)
    assert (ended.report["verdict"], ended.code) == ("not_evaluated", 3)
    assert len(server.seen) == ended.report["calls"]["errors"] > 0
    assert "410" in str(ended.report["reasons"])


@pytest.mark.trust("budget")
def test_a_budget_of_one_call_is_not_evaluated(tmp_path, served):
    shop = made(tmp_path, served, policy="  budget: {calls: 1}\n")
    shop.pull(WORSE)
    ended = project.gate(shop, tmp_path)
    assert (ended.report["verdict"], ended.code, len(served.seen)) == ("not_evaluated", 3, 1)


@pytest.mark.trust("no-policy")
def test_a_base_without_a_policy_is_not_evaluated_and_says_what_to_do(tmp_path, served):
    shop = project.Project.create(tmp_path / "repository", {"README.md": "A shop.\n"})
    shop.pull(project.files(served.url))
    ended = project.gate(shop, tmp_path)
    assert (ended.report["verdict"], ended.code, served.connections) == ("not_evaluated", 3, 0)
    assert "dd llmgate.yaml and fixtures to the base first" in " ".join(ended.stdout.split())


def test_a_second_run_of_the_same_head_makes_no_call_and_says_the_same(tmp_path, served):
    shop = made(tmp_path, served)
    shop.pull(WORSE)
    first = project.gate(shop, tmp_path)
    asked = len(served.seen)
    second = project.gate(shop, tmp_path)
    assert len(served.seen) == asked
    assert second.report["calls"]["made"] == 0
    assert second.report["calls"]["reused"] == first.report["calls"]["made"]
    assert second.report["fixtures"] == first.report["fixtures"]
    assert second.report["suite"] == first.report["suite"]


def test_the_model_that_answers_must_be_the_model_that_was_asked_for(tmp_path):
    with modelserver.serve(project.obedient, plan=lambda _: modelserver.served_model("house-mini")) as server:
        shop = made(tmp_path, server, fixtures=30)
        shop.pull(SAME_SENSE)
        ended = project.gate(shop, tmp_path)
    assert (ended.report["verdict"], ended.code) == ("rejected", 1)
    assert "house-mini" in ended.report["findings"][0]["message"]


@pytest.mark.trust("key-elsewhere")
def test_a_key_is_sent_to_its_host_and_shown_nowhere(tmp_path):
    with modelserver.serve(project.obedient) as server:
        shop = made(tmp_path, server, key="HOUSE_KEY")
        shop.pull(WORSE)
        ended = project.gate(shop, tmp_path, environment={"HOUSE_KEY": project.KEY})
    assert {asked.key for asked in server.seen} == {project.KEY}
    everything = ended.stdout + ended.stderr + str(ended.report) + (tmp_path / "store.sqlite").read_bytes().hex()
    assert project.KEY not in everything
    assert project.KEY.encode().hex() not in everything


@pytest.mark.trust("key-elsewhere")
def test_a_provider_that_the_change_moves_is_not_contacted(tmp_path):
    with modelserver.serve(project.obedient) as server, modelserver.serve(project.obedient) as elsewhere:
        shop = made(tmp_path, server, key="HOUSE_KEY")
        shop.pull({**WORSE, "llmgate.yaml": project.config(elsewhere.url, key="HOUSE_KEY")})
        ended = project.gate(shop, tmp_path, environment={"HOUSE_KEY": project.KEY})
    assert (ended.report["verdict"], ended.code, elsewhere.connections) == ("regressed", 1, 0)
    assert {asked.key for asked in server.seen} == {project.KEY}


@pytest.mark.trust("other-model")
@pytest.mark.parametrize("arm", ["base", "head"])
def test_another_model_that_answers_on_either_arm_is_rejected_and_named(tmp_path, arm):
    def answer(asked):
        on_head = "Be kind." in asked.prompt
        swapped = "house-model-small-2026-01-15" if on_head is (arm == "head") else project.MODEL
        return modelserver.Said(text=project.obedient(asked), model=swapped)

    with modelserver.serve(answer) as server:
        shop = made(tmp_path, server)
        shop.pull(SAME_SENSE)
        ended = project.gate(shop, tmp_path)
    assert (ended.report["verdict"], ended.code) == ("rejected", 1)
    (finding,) = [item for item in ended.report["findings"] if item["rule"] == "pins" and "served" in item["message"]]
    assert finding["message"].startswith(f"on the {arm}, the provider served 'house-model-small-2026-01-15'")
