import pytest

from llmgate.exceptions import edits
from tests.unit.exceptions import listing

ACCEPTED = listing.text(accepted=[listing.accepted()])
QUARANTINED = listing.text(quarantined=[listing.quarantined()])
NONE = "version: 1\n"
MADE_TO_HOLD = "its exception, which lasts too long, is made to hold"


def loosened(base, head):
    return [(each.fixture, each.what) for each in edits.loosened(listing.read(base), listing.read(head), listing.TODAY)]


@pytest.mark.parametrize(
    ("base", "head", "what"),
    [
        (NONE, ACCEPTED, "its regression is accepted"),
        (NONE, QUARANTINED, "it is quarantined"),
        (ACCEPTED, QUARANTINED, "it is quarantined"),
        (QUARANTINED, ACCEPTED, "its regression is accepted"),
        (ACCEPTED, ACCEPTED.replace(listing.SOON, "2027-01-01"), "its exception lasts longer"),
        (QUARANTINED, QUARANTINED.replace(listing.SOON, "2027-01-01"), "its exception lasts longer"),
        (ACCEPTED, ACCEPTED.replace("aaaa", "bbbb"), "its exception is edited"),
        (ACCEPTED, ACCEPTED.replace("ana", "bo"), "its exception is edited"),
        (QUARANTINED, QUARANTINED.replace("flaky", "slow"), "its exception is edited"),
        (QUARANTINED.replace(listing.SOON, "2027-12-31"), QUARANTINED, MADE_TO_HOLD),
    ],
)
def test_what_lets_more_pass_or_says_otherwise_who_answers_for_it_is_named(base, head, what):
    assert loosened(base, head) == [("a", what)]


@pytest.mark.parametrize(
    "head",
    [NONE, ACCEPTED, f"# one\n{ACCEPTED}", ACCEPTED.replace(listing.SOON, "2026-12-01")],
)
def test_fewer_and_shorter_exceptions_are_not_named(head):
    assert loosened(ACCEPTED, head) == []
