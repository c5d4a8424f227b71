"""`stable` through the installed program: a loopback model that wavers where the prompt does not tell it what holds."""

import collections

import pytest

from tests import gitserver, modelserver, project

GUESSING = {"prompts/support.jinja": project.prompt("Be brief.")}
SAME_SENSE = {"prompts/support.jinja": project.prompt(project.GOOD_RULE + " Be kind.")}
ASSERTION = '  - {type: stable, n: 3, pick: "([0-9]+) days"}\n'
PER_TRIAL = 3


def wavering(asked):
    """With the rule it words one answer in two ways; without it, the seed decides which of two answers it gives."""
    odd = asked.seed % 2
    days = 14 if project.GOOD_RULE in asked.prompt + asked.system else (14, 30)[odd]
    return f"{('Within', 'It is')[odd]} {days} days."


@pytest.fixture
def served():
    with modelserver.serve(wavering) as server:
        yield server


def case(number, asserted=ASSERTION):
    text = project.case(number)
    return text[: text.index("  - {type: contains")] + asserted


def files(server, *, fixtures=12, asserted=ASSERTION, **settings):
    cases = {f"fixtures/case-{number:03d}.yaml": case(number, asserted) for number in range(fixtures)}
    return {**project.files(server.url, fixtures=0, **settings), **cases}


def ended(folder, server, change, **settings):
    shop = project.Project.create(folder / "repository", files(server, **settings))
    shop.pull(change)
    return shop, project.gate(shop, folder)


def trials(report):
    return sum(one[arm]["trials"] for one in report["fixtures"] for arm in ("base", "head") if one[arm])


def reasons(report):
    return {failed["reason"] for one in report["fixtures"] if one["example"] for failed in one["example"]["failed"]}


def test_a_prompt_that_lets_the_model_waver_regresses(tmp_path, served):
    _, done = ended(tmp_path, served, GUESSING)
    assert (done.report["verdict"], done.code) == ("regressed", 1), done.stdout + done.stderr
    assert '2 of 3 answers agree on "14", not "30"; the threshold is 1' in reasons(done.report)
    assert done.report["calls"]["made"] == len(served.seen) == PER_TRIAL * trials(done.report)


def test_answers_that_say_the_same_in_other_words_pass(tmp_path, served):
    _, done = ended(tmp_path, served, SAME_SENSE, fixtures=30)
    assert (done.report["verdict"], done.code) == ("passed", 0), done.stdout + done.stderr
    assert len({asked.seed for asked in served.seen}) > len(served.seen) / 2


def test_no_two_answers_of_a_fixture_and_arm_have_the_same_seed(tmp_path, served):
    ended(tmp_path, served, GUESSING)
    seeds = collections.Counter((asked.prompt, asked.seed) for asked in served.seen)
    assert max(seeds.values()) == 1


def test_a_second_run_asks_for_no_answer_again_and_decides_the_same(tmp_path, served):
    shop, first = ended(tmp_path, served, GUESSING)
    count = len(served.seen)
    second = project.gate(shop, tmp_path)
    assert (len(served.seen), second.report["calls"]["made"]) == (count, 0)
    assert second.report["fixtures"] == first.report["fixtures"]
    assert second.report["verdict"] == "regressed"


def test_a_budget_that_ends_within_a_trial_is_no_pass_and_a_larger_one_goes_on(tmp_path, served):
    shop, done = ended(tmp_path, served, SAME_SENSE, fixtures=1, policy="  budget: {calls: 5}\n")
    assert (done.report["verdict"], done.code) == ("not_evaluated", 3), done.stdout + done.stderr
    assert "the budget of 5 calls is used up" in str(done.report)
    again = project.gate(shop, tmp_path)
    assert again.report["calls"]["reused"] == 5
    assert len(served.seen) == 10


def test_a_provider_that_fails_a_repeat_is_missing_data_and_no_failure(tmp_path):
    def third_of_all(asked):
        count[asked.prompt] += 1
        return modelserver.status(400) if count[asked.prompt] % PER_TRIAL == 0 else modelserver.OK

    count = collections.Counter()
    with modelserver.serve(wavering, plan=third_of_all) as server:
        _, done = ended(tmp_path, server, SAME_SENSE, fixtures=2, policy="  concurrency: 1\n")
    assert (done.report["verdict"], done.code) == ("not_evaluated", 3), done.stdout + done.stderr
    assert "only 2 of 3 answers came" in str(done.report)


def test_it_is_proven_that_the_answers_waver_on_one_revision_and_agree_on_the_other(tmp_path, served):
    made = gitserver.init(tmp_path / "repository")
    content = files(served, fixtures=1)
    made.commit({**content, **GUESSING}, "guesses")
    made("tag", "before")
    made.commit(content, "answers")
    words = ["prove", "fixtures/case-000.yaml", "--fails-at", "before", "--passes-at", "main"]
    done = project.command(*words, cwd=made.path)
    assert done.code == 0, done.stdout + done.stderr
    assert len(served.seen) % PER_TRIAL == 0
