"""The lines that are drawn on a terminal."""

import io
import time

import pytest

from llmgate.cli.progress import live
from llmgate.cli.progress.tallying import Tallying
from llmgate.trial import Outcome
from tests.unit.cli.progress import reported


def told(*events, clock=None):
    tallying = Tallying(clock or reported.Clock())
    for event in events:
        tallying.tell(event)
    return tallying


def lines(tallying, width):
    return [line.plain for line in live.lines(tallying, width)]


MUCH = (
    reported.opened(),
    reported.screen(),
    *[reported.graded(Outcome.FAILED)] * 41,
    *[reported.graded(Outcome.ERROR)] * 3,
    *[reported.graded()] * 60,
)


def test_before_anything_is_drawn_it_says_what_is_done():
    assert lines(told(), 80) == ["reading both revisions"]


def test_the_stage_with_its_trials_and_what_is_spent_of_the_budget_are_told():
    stage, budget = lines(told(*MUCH), 120)
    assert stage == "━━━━━━━━──────────── Screen: 30 fixtures · 104 of 240 trials · 41 failed · 3 without an answer"
    assert budget == "$0.13 of $5.00 · 312 of 4,000 calls · 0:00 of 30 min"


def test_a_round_tells_the_evidence_of_the_best_suspects_and_the_suite():
    _, evidence, _ = lines(told(*MUCH, reported.confirm(), reported.looked()), 120)
    assert evidence == "evidence 12 (blocks at 20) · refund-window-eu 9 : 1 · order-lookup 9 : 1 · suite 1.5 : 1"


def test_evidence_that_blocks_says_so():
    assert lines(told(*MUCH, reported.confirm(), reported.looked(34.5)), 60)[1].startswith("blocks: 34 · ")


def test_what_failed_in_the_screen_is_not_forgotten_in_a_round():
    assert "0 of 4 trials · 41 failed" in lines(told(*MUCH, reported.confirm()), 120)[0]


def test_the_names_of_fixtures_steer_no_terminal():
    shown = lines(told(*MUCH, reported.confirm(), reported.looked(2, "\x1b[2J\u202eevil\n::error::x")), 120)
    assert "\x1b" not in "".join(shown)
    assert "evil ::error::x" in shown[1]


@pytest.mark.parametrize("width", [10, 40, 41, 60, 80, 200])
def test_no_line_is_wider_than_the_screen(width):
    tallying = told(
        *MUCH, reported.confirm(12), reported.looked(12, "f" * 90, "日本語" * 20), reported.waiting("h" * 90)
    )
    assert all(line.cell_len <= width for line in live.lines(tallying, width))


def test_forty_columns_have_room_for_stage_trials_and_money():
    stage, budget = lines(told(*MUCH), 40)
    assert (stage, budget) == ("Screen: 30 fixtures · 104 of 240 trials", "$0.13 of $5.00 · 312 of 4,000 calls")


def test_waiting_for_a_provider_is_told_for_as_long_as_it_lasts():
    clock = reported.Clock()
    tallying = told(*MUCH, reported.waiting("api.example", 2), clock=clock)
    assert lines(tallying, 80)[0] == "Screen: 30 fixtures · waiting for api.example, which does not answer"
    clock.seconds += 2.5
    assert "waiting" not in lines(tallying, 80)[0]


def test_what_is_left_is_told_once_the_rate_is_known():
    clock = reported.Clock()
    tallying = told(*MUCH, clock=clock)
    assert "left" not in lines(tallying, 200)[1]
    for _ in range(40):
        tallying.tell(reported.graded())
    clock.seconds += 4
    assert " · 10 s to 2 min left · " in lines(tallying, 200)[1]


def test_a_new_budget_begins_new_counts():
    again = told(*MUCH, reported.looked(), reported.opened(), reported.screen())
    assert lines(again, 80)[0] == "──────────────────── Screen: 30 fixtures · 0 of 240 trials"


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_nothing_that_was_drawn_stays(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    stream = Terminal()
    with live.drawn(told(*MUCH), stream, colour=False):
        pass
    shown = stream.getvalue()
    assert "104 of 240 trials" in shown
    assert shown.endswith(("\x1b[1A\x1b[2K", "\x1b[2K"))
    assert "\x1b[3" not in shown


@pytest.mark.parametrize("colour", [True, False])
def test_colours_are_left_out_where_nobody_wants_them(colour, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    stream = Terminal()
    with live.drawn(told(*MUCH), stream, colour=colour):
        pass
    assert ("\x1b[32m" in stream.getvalue()) is colour


def test_a_trial_costs_a_twentieth_of_a_millisecond_at_most():
    tallying, one = told(reported.opened(), reported.screen(100_000)), reported.graded()
    with live.drawn(tallying, Terminal(), colour=True):
        before = time.process_time()
        for _ in range(50_000):
            tallying.tell(one)
        spent_s = time.process_time() - before
    assert spent_s / 50_000 < 0.05e-3
