"""The benchmark's own validity: the application behaves as the seeds say, through the real engine over HTTP."""

import random
from collections import Counter

import pytest

from llmgate.trial import Arm, Outcome
from tests import project
from tests.benchmarks.diagnosis import faults, house
from tests.benchmarks.diagnosis.experiment import Asking, laboratory
from tests.benchmarks.diagnosis.seeds import FIVE, Collection, Intervention, Truth

BASE_TRIALS, HEAD_TRIALS, CHANGED_TRIALS, MANY_TRIALS = 4, 10, 4, 40
CURED, NOT_CURED = 0.75, 0.5
OTHERS = 40


@pytest.fixture(scope="module", params=Collection)
def collection(request):
    return request.param


@pytest.fixture(scope="module")
def seeds(collection):
    return faults.seeds(collection)


@pytest.fixture(scope="module")
def lab(collection, tmp_path_factory):
    with laboratory(tmp_path_factory.mktemp("laboratory"), collection) as running:
        yield running


@pytest.fixture(scope="module")
def head(lab, seeds):
    return lab.ask(Asking(seed=seed, trials=HEAD_TRIALS) for seed in seeds)


def failing(answered):
    wanted = Outcome.FAILED
    if answered.asking.seed.truth is Truth.INFRASTRUCTURE and answered.asking.seed.case.failure:
        wanted = Outcome.ERROR
    return answered.share(wanted)


def examples(answered):
    return [f"{each.asking.seed.id} ({each.asking.change}): {[one.reason for one in each.graded]}" for each in answered]


def test_the_healthy_base_passes(lab, seeds):
    answered = lab.ask(Asking(seed=seed, arm=Arm.BASE, trials=BASE_TRIALS) for seed in seeds)
    passed = sum(each.share(Outcome.PASSED) for each in answered) / len(answered)
    assert passed >= 0.95
    assert not examples(each for each in answered if each.share(Outcome.PASSED) < CURED)


def test_every_fault_shows_on_the_head(lab, head):
    assert sum(failing(each) for each in head) / len(head) >= 0.9
    doubtful = [each.asking.seed for each in head if failing(each) < 0.9]
    closer = lab.ask(Asking(seed=seed, trials=MANY_TRIALS) for seed in doubtful)
    assert not examples(each for each in closer if failing(each) < 0.8)


@pytest.mark.parametrize("change", [each for each in Intervention if each is not Intervention.NO_CONTEXT])
def test_an_intervention_cures_what_it_should_and_nothing_else(lab, seeds, change):
    answered = lab.ask(Asking(seed=seed, change=change, trials=CHANGED_TRIALS) for seed in asked(change, seeds))
    cured = {each.asking.seed.id for each in answered if each.share(Outcome.PASSED) >= CURED}
    left = {each.asking.seed.id for each in answered if each.share(Outcome.PASSED) <= NOT_CURED}
    expected = {each.asking.seed.id for each in answered if change in each.asking.seed.cures}
    assert expected, "an intervention that cures nothing tests nothing"
    assert (sorted(cured ^ expected), sorted(cured & left)) == ([], [])


def asked(change, seeds):
    """All that it should cure, and by lot some of those that it should not."""
    found = [seed for seed in seeds if concerns(change, seed)]
    others = [seed for seed in found if change not in seed.cures]
    lot = random.Random(change.value).sample(others, min(len(others), OTHERS))
    return [*(seed for seed in found if change in seed.cures), *lot]


def concerns(change, seed):
    """Leave out what would send the same request."""
    tools = change in (Intervention.TOOL_CHOICE, Intervention.TOOL_RESULTS)
    return seed.case.tooling is not None if tools else True


def test_without_context_only_a_model_that_ignores_it_answers_as_before(lab, seeds, head):
    ignoring = [seed for seed in seeds if seed.case.blind]
    reading = [seed for seed in seeds if seed.truth is Truth.GROUNDING and not seed.case.blind]
    answered = lab.ask(
        Asking(seed=seed, change=Intervention.NO_CONTEXT, trials=HEAD_TRIALS) for seed in ignoring + reading
    )
    before = {each.asking.seed.id: said(each) for each in head}
    same = {each.asking.seed.id for each in answered if before[each.asking.seed.id] & said(each)}
    reading = {seed.id for seed in reading if seed.code != "unwarranted_abstention"}
    assert (same >= {seed.id for seed in ignoring}, sorted(same & reading)) == (True, [])


def said(answered):
    """What failing trials say, without opening and ending."""
    case = answered.asking.seed.case
    texts = [each.trace.output for each in answered.graded if each.outcome is Outcome.FAILED]
    return {text for text in case.sick if any(text in output for output in texts)}


def test_the_fixtures_are_a_suite_that_the_product_takes(collection, tmp_path):
    content = house.files("http://127.0.0.1:9", head=True, collection=collection) | faults.suite(collection)
    made = project.Project.create(tmp_path / "repository", content)
    ended = project.command("check", cwd=made.origin.path)
    assert ended.code == 0, ended.stdout + ended.stderr


def test_there_are_enough_faults_of_every_kind(collection, seeds):
    in_all, of_each, aside = {Collection.FIRST: (150, 25, 15), Collection.HELD_OUT: (80, 12, 6)}[collection]
    count = Counter(seed.truth for seed in seeds)
    assert sum(count.values()) >= in_all
    assert min(count[truth] for truth in FIVE) >= of_each
    assert count[Truth.REFUSAL] + count[Truth.INFRASTRUCTURE] >= aside


def test_no_fixture_says_what_kind_of_failure_it_has(seeds):
    words = {"category", "hypothesis", *(truth.value for truth in Truth)} | {seed.code for seed in seeds if seed.code}
    for seed in seeds:
        assert not words & {seed.fixture.id, seed.fixture.title, *seed.content}
        assert seed.fixture.category is None
        assert all(assertion.category is None for assertion in seed.fixture.assertions)


def test_most_fixtures_have_no_assertion_whose_name_gives_the_kind_away(seeds):
    neutral = [seed for seed in seeds if not any(faults.is_telling(each["type"]) for each in seed.content["assert"])]
    assert len(neutral) >= len(seeds) / 2


def test_a_third_of_the_fixtures_or_a_half_has_no_gold_ids(collection, seeds):
    least, most = {Collection.FIRST: (0.25, 0.45), Collection.HELD_OUT: (0.45, 0.55)}[collection]
    found = [seed for seed in seeds if seed.truth in (Truth.RETRIEVAL, Truth.GROUNDING)]
    plain = [seed for seed in found if not seed.fixture.context.gold]
    assert least <= len(plain) / len(found) <= most


def test_the_held_out_set_shares_no_text_with_the_first():
    first, held_out = (faults.seeds(collection) for collection in Collection)
    texts = {text for seed in first for text in (*seed.case.keys, *seed.case.evidence, *seed.case.right)}
    assert not texts & {text for seed in held_out for text in (*seed.case.keys, *seed.case.evidence, *seed.case.right)}


def test_a_question_finds_one_row_only(seeds):
    keys = [seed.case.keys[0] for seed in seeds]
    texts = [text for seed in seeds for text in (*seed.case.evidence, *seed.case.others)]
    assert not [(one, other) for one in keys for other in [*keys, *texts] if one is not other and one in other]
