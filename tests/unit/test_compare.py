"""The rules of the comparison, one test for each that could break. Numbers are from statistics.md §6 to §10."""

import math
from dataclasses import replace

import numpy as np
import pytest

from llmgate.compare import (
    Count,
    Pair,
    Purpose,
    Rules,
    Screened,
    Source,
    Tier,
    fewest_to_pass,
    observe,
    screen,
    screen_size,
    summary,
)
from llmgate.stats.suite_evidence import Drops, confidence_set

BROKE, PASSED, FIXED, FAILED = (
    Pair(base=base, head=head) for base, head in ((True, False), (True, True), (False, True), (False, False))
)


def count(text):
    passed, trials = text.split("/")
    return Count(passed=int(passed), trials=int(trials))


def entry(fixture, base="10/10", head="2/2", **more):
    return Screened(fixture=fixture, base=count(base), head=count(head), **more)


def quiet(number, base="10/10", head="2/2"):
    return [entry(f"quiet-{index:03d}", base, head) for index in range(number)]


def start(*entries, unchanged=0, **rules):
    return screen(entries, Rules(**rules), unchanged)


def rounds(comparison, *outcomes):
    """Observe one round for each outcome, which is a pair for all wanted fixtures or a mapping by fixture."""
    for outcome in outcomes:
        pairs = outcome if isinstance(outcome, dict) else dict.fromkeys(comparison.wanted, outcome)
        comparison = observe(comparison, pairs)
    return comparison


def sunken(number=20):
    """A suite that looks low although no fixture does: 8 of 10 on base, 6 of 10 on head everywhere."""
    return screen(quiet(number, "8/10", "6/10"), Rules())


def tiers(comparison):
    return {row.fixture: row.tier for row in summary(comparison).fixtures}


class TestRules:
    @pytest.mark.parametrize(
        ("fixtures", "samples"), [(1, 10), (24, 10), (25, 10), (50, 5), (100, 3), (200, 2), (1999, 2), (2000, 1)]
    )
    def test_small_suites_are_sampled_more_often(self, fixtures, samples):
        assert screen_size(fixtures) == samples

    @pytest.mark.parametrize(("fixtures", "samples"), [(20, 10), (200, 5), (10_000, 5)])
    def test_a_critical_fixture_is_sampled_five_times_at_least(self, fixtures, samples):
        assert screen_size(fixtures, critical=True) == samples

    def test_a_screen_of_nothing_is_refused(self):
        with pytest.raises(ValueError, match="at least one fixture"):
            screen_size(0)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("alpha", 0.0),
            ("alpha", 1.0),
            ("alpha", math.nan),
            ("margin", 0.0),
            ("margin", math.nan),
            ("fixture_margin", -0.1),
            ("fixture_margin", 1.0),
            ("suite_margin", 0.34),
            ("max_pairs", 0),
            ("futility", 1.0),
            ("suite_futility", -0.1),
            ("critical_weight", 0.5),
            ("critical_weight", math.inf),
            ("suite_share", 1.0),
        ],
    )
    def test_a_rule_out_of_range_is_named(self, name, value):
        with pytest.raises(ValueError, match=rf"^{name} must be "):
            Rules(**{name: value})


class TestInput:
    @pytest.mark.parametrize(("passed", "trials"), [(3, 2), (-1, 2)])
    def test_more_passes_than_trials_are_refused(self, passed, trials):
        with pytest.raises(ValueError, match="is not a count"):
            Count(passed=passed, trials=trials)

    @pytest.mark.parametrize(("base", "head", "arm"), [("0/0", "2/2", "base"), ("2/2", "0/0", "head")])
    def test_a_fixture_without_a_valid_trial_on_an_arm_is_refused(self, base, head, arm):
        with pytest.raises(ValueError, match=f"'a' has no valid {arm} trial"):
            entry("a", base, head)

    @pytest.mark.parametrize("weight", [0.0, -1.0, math.inf, math.nan])
    def test_a_weight_that_is_none_is_refused(self, weight):
        with pytest.raises(ValueError, match="weight must be above 0"):
            entry("a", weight=weight)

    def test_a_fixture_given_twice_is_refused(self):
        with pytest.raises(ValueError, match="'a' is given twice"):
            start(entry("a"), entry("b"), entry("a"))

    def test_nothing_to_compare_is_refused(self):
        with pytest.raises(ValueError, match="nothing to compare"):
            start()

    def test_a_negative_number_of_unchanged_fixtures_is_refused(self):
        with pytest.raises(ValueError, match="unchanged"):
            start(entry("a"), unchanged=-1)

    @pytest.mark.parametrize("pairs", [{}, {"b": PASSED}, {"a": PASSED, "b": PASSED}])
    def test_a_round_that_was_not_asked_for_is_refused(self, pairs):
        with pytest.raises(ValueError, match="one pair for each wanted fixture"):
            observe(start(entry("a", head="0/2"), entry("b")), pairs)


class TestScreen:
    @pytest.mark.parametrize(
        ("base", "head", "flagged"),
        [
            ("8/10", "0/2", True),  # p .09
            ("16/19", "0/1", True),  # p .20 exactly, which floating point makes a little more
            ("8/10", "1/2", False),  # p .45
            ("2/2", "1/2", True),  # p .50, but base always passed
            ("10/10", "2/2", False),
            ("0/10", "0/2", False),
        ],
    )
    def test_a_fixture_is_flagged_when_it_failed_and_that_is_rare_or_new(self, base, head, flagged):
        comparison = start(entry("a", base, head), *quiet(40))
        assert comparison.wanted == (("a",) if flagged else ())

    def test_a_critical_fixture_is_flagged_on_any_failure(self):
        assert start(entry("a", "8/10", "1/2", critical=True), *quiet(40)).wanted == ("a",)

    def test_a_critical_fixture_that_passes_is_not_flagged(self):
        assert start(entry("a", "8/10", "2/2", critical=True)).wanted == ()

    def test_a_critical_fixture_that_never_passed_has_nothing_to_lose(self):
        assert start(entry("a", "0/10", "0/2", critical=True)).suspects == ()

    @pytest.mark.parametrize(("fixtures", "kept"), [(30, 10), (200, 10), (220, 11)])
    def test_only_so_many_suspects_are_kept(self, fixtures, kept):
        assert len(screen(quiet(fixtures, head="0/2"), Rules()).suspects) == kept

    def test_the_smallest_p_values_are_kept(self):
        comparison = start(*quiet(30, head="1/2"), entry("worst", head="0/2"))
        assert "worst" in comparison.wanted

    def test_critical_suspects_stay_beyond_the_cap(self):
        comparison = start(*quiet(30, head="0/2"), entry("vital", head="1/2", critical=True))
        assert len(comparison.wanted) == 11
        assert "vital" in comparison.wanted

    def test_shares_follow_importance_over_p(self):
        # p: 1/66 for 0 of 2, 1/6 for 1 of 2 after 10 of 10
        comparison = start(entry("a", head="0/2"), entry("b", head="1/2"), entry("c", head="1/2", critical=True))
        assert [suspect.share for suspect in comparison.suspects] == pytest.approx([66 / 102, 6 / 102, 30 / 102])

    def test_the_screen_alone_is_no_evidence(self):
        comparison = screen(quiet(40, head="0/2"), Rules())
        assert (comparison.evidence, comparison.blocked) == (pytest.approx(1.0), False)

    def test_a_suite_that_looks_low_is_flagged_although_no_fixture_is(self):
        comparison = sunken()
        assert (comparison.suspects, comparison.purpose) == ((), Purpose.SUITE)

    def test_a_suite_that_always_passes_is_not_flagged(self):
        assert screen(quiet(50), Rules()).purpose is Purpose.DONE

    def test_the_order_of_the_fixtures_does_not_matter(self):
        entries = [entry("b", head="0/2"), entry("a", head="1/2"), *quiet(30, "8/10", "1/2")]
        assert screen(entries, Rules()) == screen(entries[::-1], Rules())


class TestSuspects:
    def test_four_breaks_of_a_lone_suspect_block(self):
        comparison = start(entry("a", head="0/2"), *quiet(20))
        seen = [rounds(comparison, *[BROKE] * breaks).blocked for breaks in (3, 4)]
        assert seen == [False, True]

    def test_a_looser_alpha_blocks_earlier(self):
        assert rounds(start(entry("a", head="0/2"), alpha=0.2), *[BROKE] * 3).blocked

    def test_four_passing_pairs_clear_a_suspect(self):
        comparison = start(entry("a", head="0/2"), *quiet(20))
        purposes = [rounds(comparison, *[PASSED] * pairs).purpose for pairs in (3, 4)]
        assert purposes == [Purpose.FIXTURES, Purpose.SUITE]

    def test_a_suspect_is_given_no_more_than_the_most_pairs(self):
        comparison = start(entry("a", head="0/2"), *quiet(20), max_pairs=3)
        purposes = [rounds(comparison, *outcomes).purpose for outcomes in ((BROKE, PASSED), (BROKE, PASSED, BROKE))]
        assert purposes == [Purpose.FIXTURES, Purpose.SUITE]

    def test_a_missing_pair_is_drawn_again_and_says_nothing(self):
        comparison = start(entry("a", head="0/2"), *quiet(20))
        after = rounds(comparison, None)
        assert (after.wanted, after.evidence, after.suspects[0].tally.pairs) == (("a",), 1.0, 0)

    def test_a_suspect_that_cannot_be_paired_is_given_up_and_rules_out_a_pass(self):
        comparison = rounds(start(entry("a", head="1/2"), *quiet(50)), *[None] * 8)
        result = summary(comparison)
        assert (result.finished, result.passed, result.unresolved) == (True, False, ("a",))

    def test_only_suspects_still_open_are_asked_for(self):
        comparison = start(entry("a", head="0/2"), entry("b", head="0/2"), *quiet(20))
        assert rounds(comparison, *[{"a": BROKE, "b": PASSED}] * 4).wanted == ("a",)

    def test_shares_and_bets_never_change_after_the_screen(self):
        comparison = start(entry("a", head="0/2"), entry("b", head="1/2"), *quiet(20))
        after = rounds(comparison, {"a": BROKE, "b": PASSED}, {"a": PASSED, "b": FAILED})
        fixed = [(suspect.share, suspect.evidence.bets) for suspect in comparison.suspects]
        assert [(suspect.share, suspect.evidence.bets) for suspect in after.suspects] == fixed

    def test_the_order_of_a_rounds_pairs_does_not_matter(self):
        comparison = start(entry("a", head="0/2"), entry("b", head="0/2"))
        assert observe(comparison, {"a": BROKE, "b": PASSED}) == observe(comparison, {"b": PASSED, "a": BROKE})

    def test_pairs_of_suspects_never_enter_the_suites_evidence(self):
        comparison = rounds(start(entry("a", head="0/2"), *quiet(5)), *[BROKE] * 3)
        assert comparison.suite.evidence.value == 1.0


class TestNames:
    """One fixture that broke, with nearly all of the budget, among nine suspects that did not."""

    @pytest.fixture
    def broken(self):
        return start(entry("broken", head="0/10"), *quiet(9, "8/9", "0/1"), *[entry(f"z{i}") for i in range(90)])

    def pair(self, comparison, number):
        for _ in range(number):
            comparison = rounds(comparison, {name: BROKE if name == "broken" else PASSED for name in comparison.wanted})
        return comparison

    def test_sampling_goes_on_after_a_block_until_the_name_is_sure(self, broken):
        state = [(after.blocked, after.wanted) for after in (self.pair(broken, rounds_) for rounds_ in (4, 5, 6))]
        assert [blocked for blocked, _ in state] == [True, True, True]
        assert ["broken" in wanted for _, wanted in state] == [True, True, False]

    def test_a_block_stays_when_the_evidence_falls_again(self, broken):
        blocked = self.pair(broken, 4)
        later = rounds(blocked, PASSED)
        assert later.evidence < 20 <= blocked.evidence == later.highest
        assert later.blocked

    def test_tiers_rise_with_the_adjusted_evidence(self, broken):
        seen = [tiers(self.pair(broken, number))["broken"] for number in (4, 5, 6)]
        assert seen == [Tier.SUSPECTED, Tier.LIKELY, Tier.CONFIRMED]

    def test_the_adjusted_evidence_is_the_closed_mean(self, broken):
        row = next(row for row in summary(self.pair(broken, 6)).fixtures if row.fixture == "broken")
        assert row.evidence / 10 < row.adjusted_evidence < row.evidence / 9.5

    def test_suspects_that_pass_are_cleared_and_the_rest_was_never_flagged(self, broken):
        seen = tiers(self.pair(broken, 6))
        assert (seen["quiet-000"], seen["z0"]) == (Tier.CLEARED, Tier.UNFLAGGED)

    def test_a_confirmed_name_stays_when_the_evidence_of_others_falls(self):
        comparison = start(entry("a", head="0/10"), *quiet(2, "8/9", "0/1"), *[entry(f"z{i}") for i in range(90)])
        sure = rounds(comparison, *[BROKE] * 3, {"a": BROKE, "quiet-000": FAILED, "quiet-001": FAILED})
        later = rounds(sure, FIXED)
        adjusted = [summary(state).fixtures[0].adjusted_evidence for state in (sure, later)]
        assert adjusted[0] >= 20 > adjusted[1]
        assert tiers(sure)["a"] is tiers(later)["a"] is Tier.CONFIRMED

    def test_nothing_is_confirmed_without_a_block(self):
        comparison = rounds(start(entry("a", head="0/2"), suite_share=0.9), *[BROKE] * 4)
        assert (comparison.blocked, tiers(comparison)) == (False, {"a": Tier.LIKELY})


class TestSuiteRounds:
    def test_a_suite_round_asks_for_every_fixture(self):
        assert len(sunken().wanted) == 20

    def test_suspects_come_before_the_suite(self):
        comparison = screen([*quiet(20, "8/10", "6/10"), entry("a", head="0/10")], Rules())
        first = comparison.wanted
        assert (first, len(rounds(comparison, *[PASSED] * 4).wanted)) == (("a",), 21)

    def test_a_block_by_suspects_saves_the_suite_rounds(self):
        comparison = screen([*quiet(20, "8/10", "6/10"), entry("a", head="0/10")], Rules())
        after = rounds(comparison, *[BROKE] * 4)
        assert (after.blocked, after.suite.flagged, after.purpose) == (True, True, Purpose.DONE)

    def test_a_drop_of_the_whole_suite_blocks_and_stops_at_once(self):
        after = rounds(sunken(), BROKE)
        assert (after.blocked, after.purpose, after.suite.done) == (True, Purpose.DONE, 1)

    def test_the_suites_evidence_counts_discordant_pairs_with_half_of_the_budget(self):
        names = sunken().wanted
        after = rounds(sunken(), {name: BROKE if name in names[:6] else PASSED for name in names})
        expected = sum((1 + stake) ** 6 for stake in (0.15, 0.3, 0.5, 0.75)) / 4
        assert after.evidence == pytest.approx(0.5 * expected + 0.5)

    def test_an_improving_suite_is_given_up_early(self):
        after = rounds(sunken(), FIXED)
        assert (after.purpose, after.blocked) == (Purpose.DONE, False)

    @pytest.mark.parametrize(("fixtures", "most"), [(10, 24), (100, 16), (200, 8), (400, 6)])
    def test_rounds_end_after_the_most(self, fixtures, most):
        comparison = screen(quiet(fixtures, "8/10", "6/10"), Rules())
        after = rounds(comparison, *[PASSED] * most)
        assert (after.suite.done, after.purpose) == (most, Purpose.DONE)

    def test_a_fixture_with_a_missing_pair_leaves_this_and_all_later_rounds(self):
        comparison = sunken()
        gone = comparison.wanted[3]
        after = rounds(comparison, {name: None if name == gone else PASSED for name in comparison.wanted})
        assert (len(after.wanted), gone in after.wanted, summary(after).suite.left) == (19, False, 1)

    def test_what_a_fixture_gave_before_it_left_stays(self):
        comparison = sunken()
        gone = comparison.wanted[3]
        once = rounds(comparison, {name: BROKE if name == gone else PASSED for name in comparison.wanted})
        after = rounds(once, {name: None if name == gone else PASSED for name in once.wanted})
        assert after.evidence == once.evidence

    def test_a_flagged_suite_that_could_not_be_paired_does_not_pass(self):
        after = rounds(screen(quiet(200, "80/100", "77/100"), Rules(margin=0.5)), None)
        result = summary(after)
        assert (result.suite.flagged, result.finished, result.passed) == (True, True, False)
        assert result.suite.lower_bound > -0.5

    def test_a_heavier_fixture_counts_more(self):
        entries = quiet(20, "8/10", "6/10")
        heavy = replace(entries[0], weight=4.0)
        comparison = screen([heavy, *entries[1:]], Rules())
        only = [
            rounds(comparison, {name: BROKE if name == broke else PASSED for name in comparison.wanted}).evidence
            for broke in (heavy.fixture, entries[1].fixture)
        ]
        assert only[0] > only[1] > 1

    def test_a_suite_margin_lowers_the_evidence_of_the_same_pairs(self):
        plain = rounds(sunken(), PASSED).evidence
        lenient = rounds(screen(quiet(20, "8/10", "6/10"), Rules(suite_margin=0.01)), PASSED).evidence
        assert lenient < plain == 1.0


class TestSummary:
    def test_fifty_fixtures_that_always_pass_are_shown_to_pass(self):
        result = summary(screen(quiet(50), Rules()))
        assert (result.passed, result.improved, result.evidence, result.p_always_valid) == (True, False, 1.0, 1.0)
        assert result.suite.lower_bound == pytest.approx(-0.0230, abs=5e-5)

    def test_one_clean_fixture_is_too_little_and_34_samples_would_do(self):
        result = summary(start(entry("a", head="10/10")))
        assert (result.passed, result.leaning, result.needed) == (False, False, 34)

    def test_one_broken_fixture_blocks_alone(self):
        result = summary(rounds(start(entry("a", head="0/10")), *[BROKE] * 4))
        assert (result.blocked, result.leaning, result.passed) == (True, False, False)
        assert result.fixtures[0].tier is Tier.CONFIRMED

    def test_a_suite_that_always_fails_has_no_headroom_and_never_passes(self):
        result = summary(screen(quiet(50, "0/10", "0/2"), Rules()))
        assert (result.no_headroom, result.suite.no_headroom, result.passed) == (True, 50, False)

    def test_a_suite_that_was_repaired_from_nothing_is_improved(self):
        result = summary(screen(quiet(50, "0/10", "2/2"), Rules()))
        assert (result.no_headroom, result.passed, result.improved) == (True, True, True)

    def test_an_open_comparison_has_not_passed_yet(self):
        comparison = start(entry("a", head="1/2"), *quiet(100))
        open_, closed = summary(comparison), summary(rounds(comparison, *[PASSED] * 4))
        assert [(result.finished, result.passed) for result in (open_, closed)] == [(False, False), (True, True)]

    def test_evidence_of_three_and_more_leans_and_does_not_pass(self):
        suspect, suite = entry("a", head="1/2"), quiet(100, "9/10")  # the others improve: the suite is not flagged
        comparison = rounds(start(suspect, *suite, max_pairs=3), *[BROKE] * 3)
        result = summary(comparison)
        assert (result.finished, result.leaning, result.passed) == (True, True, False)
        assert result.suite.lower_bound > -0.05

    def test_p_is_one_over_the_highest_evidence(self):
        comparison = rounds(start(entry("a", head="0/2"), *quiet(20)), BROKE, BROKE, PASSED, PASSED)
        result = summary(comparison)
        assert result.evidence < result.highest
        assert result.p_always_valid == pytest.approx(1 / result.highest)

    def test_the_evidence_of_every_look_is_kept(self):
        comparison = rounds(start(entry("a", head="0/2"), *quiet(20)), BROKE, BROKE, PASSED, PASSED)
        looks = summary(comparison).looks
        assert (len(looks), max(looks), looks[-1]) == (4, comparison.highest, comparison.evidence)

    def test_pairs_of_suspects_do_not_move_the_suites_estimate(self):
        comparison = start(entry("a", head="0/2"), *quiet(9))
        before, after = summary(comparison).suite, summary(rounds(comparison, *[PASSED] * 4)).suite
        assert (before.difference, before.interval) == (after.difference, after.interval)
        assert before.difference == pytest.approx(-0.1)

    def test_suite_rounds_replace_the_screens_estimate(self):
        suite = summary(rounds(sunken(), PASSED, PASSED)).suite
        assert (suite.source, suite.difference, suite.base_rate, suite.rounds) == (Source.PAIRS, 0.0, 1.0, 2)

    def test_the_interval_after_suite_rounds_is_the_always_valid_one(self):
        names = sunken().wanted
        comparison = rounds(sunken(), {name: BROKE if name in names[:6] else PASSED for name in names})
        drops = Drops(values=np.array([1.0, 0.0]), scales=np.ones(2), counts=np.array([6.0, 14.0]))
        drop, interval = confidence_set(drops), summary(comparison).suite.interval
        assert (interval.low, interval.high) == pytest.approx((-drop.high, -drop.low))

    def test_the_bound_after_suite_rounds_is_that_of_pseudo_fixtures_of_one_pair(self):
        # 20 equal fixtures: ±1 with t(21) at 97.5 %, 2.0796 · sqrt(2 / 21 / 22)
        suite = summary(rounds(sunken(), PASSED, PASSED)).suite
        assert suite.lower_bound == pytest.approx(-2.0796 * math.sqrt(2 / 21 / 22), abs=1e-4)

    def test_counts_add_the_screen_to_the_pairs_and_keep_the_pairs_apart(self):
        row = summary(rounds(start(entry("a", head="0/2"), *quiet(20)), *[BROKE] * 4)).fixtures[0]
        assert (row.base, row.head) == (count("14/14"), count("0/6"))
        assert (row.paired_base, row.paired_head, row.pairs) == (count("4/4"), count("0/4"), 4)

    def test_what_could_be_seen_is_stated(self):
        suite = summary(screen(quiet(200, "9/10", "2/2"), Rules())).suite
        # sigma_D = sqrt(2 · 9 / 90); 5.2 · sigma_D / sqrt(200 · 8); table of §7.4 for two samples
        assert (suite.mde, suite.fixture_mde) == pytest.approx((5.2 * math.sqrt(0.2 / 1600), 0.65))


class TestUnchanged:
    """Fixtures that send the same bytes on both arms differ by exactly 0 and decide nothing."""

    def test_they_scale_what_is_said_of_the_whole_suite(self):
        replayed = [entry("a", "10/10", "10/10"), entry("b", "10/10", "5/10")]
        suite = summary(screen(replayed, Rules(), unchanged=8)).suite
        assert (suite.difference, suite.whole.difference, suite.whole.fixtures) == (-0.25, -0.05, 10)
        assert (suite.whole.interval.low, suite.whole.mde) == pytest.approx((suite.interval.low / 5, suite.mde / 5))

    @pytest.mark.parametrize("unchanged", [0, 1_000_000])
    def test_any_number_of_them_does_not_make_a_pass(self, unchanged):
        result = summary(screen([entry("a", head="10/10")], Rules(), unchanged))
        assert not result.passed

    def test_they_leave_evidence_and_bound_alone(self):
        entries = [entry("a", head="0/2"), *quiet(20, "8/10", "1/2")]
        few, many = (rounds(screen(entries, Rules(), unchanged), BROKE) for unchanged in (0, 500))
        assert (few.evidence, summary(few).suite.lower_bound) == (many.evidence, summary(many).suite.lower_bound)


@pytest.mark.parametrize(("margin", "fixtures"), [(0.05, 7), (0.03, 12), (0.10, 3), (0.001, None)])
def test_the_fewest_fixtures_that_pass_though_an_answer_is_lost(margin, fixtures):
    assert fewest_to_pass(margin, lambda _: 10) == fixtures
