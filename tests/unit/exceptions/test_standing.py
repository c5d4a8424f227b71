import datetime as dt

import pytest

from llmgate.exceptions import standing
from llmgate.exceptions.standing import State
from llmgate.suite import Case, Suite
from llmgate.trial import Arm
from tests.unit.exceptions import listing
from tests.unit.sampling import fakes

OTHER = "sha256:other"


def suite(*, critical=False):
    case = Case(fixture=fakes.fixture("a", critical=critical), form=Arm.HEAD, new=False, file="a.yaml", line=1)
    return Suite(cases=(case,))


def found(written, *, known=("a",), critical=False, today=listing.TODAY):
    return standing.standing(listing.read(written), suite(critical=critical), known, today)


ACCEPTED = listing.text(accepted=[listing.accepted()])
QUARANTINED = listing.text(quarantined=[listing.quarantined()])


@pytest.mark.parametrize(("written", "others"), [(ACCEPTED, False), (QUARANTINED, True)])
def test_an_accepted_one_holds_for_its_request_and_a_quarantined_one_for_any(written, others):
    made = found(written)
    assert made.excepts("a", listing.REQUEST)
    assert made.excepts("a", OTHER) is others
    assert not made.excepts("b", listing.REQUEST)


@pytest.mark.parametrize("written", [ACCEPTED, QUARANTINED])
@pytest.mark.parametrize(("today", "holds"), [(dt.date(2026, 12, 31), True), (dt.date(2027, 1, 1), False)])
def test_an_exception_holds_to_the_end_of_its_day(written, today, holds):
    assert found(written, today=today).excepts("a", listing.REQUEST) is holds


@pytest.mark.parametrize(("today", "holds"), [(dt.date(2026, 10, 2), True), (dt.date(2026, 10, 1), False)])
def test_an_exception_that_ends_more_than_ninety_days_ahead_counts_for_nothing(today, holds):
    assert found(ACCEPTED, today=today).excepts("a", listing.REQUEST) is holds


@pytest.mark.parametrize(("written", "holds"), [(ACCEPTED, True), (QUARANTINED, False)])
def test_a_critical_fixture_can_be_accepted_and_not_quarantined(written, holds):
    assert found(written, critical=True).excepts("a", listing.REQUEST) is holds


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (found(QUARANTINED, today=dt.date(2027, 1, 1)), "exceptions have expired"),
        (found(QUARANTINED, today=dt.date(2026, 1, 1)), "exceptions end more than 90 days ahead"),
        (found(QUARANTINED, critical=True), "critical fixtures cannot be quarantined"),
        (found(QUARANTINED, known=()), "exceptions name fixtures that there are not"),
    ],
)
def test_what_cannot_hold_is_told_with_who_answers_for_it_and_where_it_stands(made, said):
    (finding,) = standing.told(made)
    assert finding.message == f"{said}, so that they count for nothing: 'a' (team-a, 2026-12-31)"
    assert (finding.file, finding.line, finding.severity) == ("llmgate.exceptions.yaml", 3, "warn")
    assert finding.remedy


def test_many_that_cannot_hold_are_one_finding():
    names = [f"f{number}" for number in range(9)]
    made = found(listing.text(quarantined=map(listing.quarantined, names)), known=names, today=dt.date(2027, 1, 1))
    (finding,) = standing.told(made)
    assert finding.message.endswith("'f2' (team-a, 2026-12-31) and 6 more")


def test_of_what_holds_nothing_is_told():
    assert list(standing.told(found(ACCEPTED))) == []


@pytest.mark.parametrize(
    ("made", "excepted", "compared", "state"),
    [
        (found(ACCEPTED), {"a"}, set(), State.HOLDS),
        (found(QUARANTINED), {"a"}, set(), State.HOLDS),
        (found(ACCEPTED), set(), {"a"}, State.OTHER_REQUEST),
        (found(ACCEPTED), set(), set(), State.IDLE),
        (found(QUARANTINED), set(), {"a"}, State.IDLE),
        (found(QUARANTINED, critical=True), set(), {"a"}, State.CRITICAL),
    ],
)
def test_the_state_of_an_entry_says_what_it_did(made, excepted, compared, state):
    ((_, told),) = made.states(excepted, compared)
    assert told is state
