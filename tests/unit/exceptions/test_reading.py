import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmgate import config
from llmgate.exceptions import reading
from llmgate.exceptions.entry import MAX_ENTRIES, Kind
from tests.unit.exceptions import listing


def faults(written):
    found = listing.read(written)
    assert found.entries == {}
    return [(fault.file, fault.line, fault.message) for fault in found.faults]


def test_a_revision_without_the_file_excepts_nothing():
    assert reading.of({}.get) == reading.Listed()


def test_entries_have_their_kind_their_words_their_day_and_their_line():
    found = listing.read(listing.text(accepted=[listing.accepted("a")], quarantined=[listing.quarantined("b")])).entries
    one, other = found["a"], found["b"]
    assert (one.kind, one.who, one.reason, one.request, one.line) == (
        Kind.ACCEPTED,
        "ana",
        "meant so",
        listing.REQUEST,
        3,
    )
    assert (other.kind, other.who, other.request, other.line) == (Kind.QUARANTINED, "team-a", None, 5)
    assert one.expires == dt.date(2026, 12, 31)


def test_lists_that_are_left_empty_hold_nothing():
    assert listing.read("version: 1\naccepted:\nquarantined: []\n") == reading.Listed()


@pytest.mark.parametrize("key", ["fixture: a", 'reason: "meant so"', 'by: "ana"', "expires: 2026-12-31", "request"])
def test_every_field_of_an_accepted_one_is_needed(key):
    entry = listing.accepted().replace(f', request: "{listing.REQUEST}"' if key == "request" else f"{key}, ", "")
    name = key.partition(":")[0]
    assert faults(listing.text(accepted=[entry])) == [(config.EXCEPTIONS, 3, f"'accepted.0.{name}' is missing")]


@pytest.mark.parametrize("key", ["fixture: a", 'reason: "flaky"', 'owner: "team-a"', "expires"])
def test_every_field_of_a_quarantined_one_is_needed(key):
    entry = listing.quarantined().replace(f", expires: {listing.SOON}" if key == "expires" else f"{key}, ", "")
    name = key.partition(":")[0]
    assert faults(listing.text(quarantined=[entry])) == [(config.EXCEPTIONS, 3, f"'quarantined.0.{name}' is missing")]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("version: 1\nskipped: []\n", "unknown key 'skipped'"),
        (listing.text(quarantined=[listing.quarantined().replace("owner", "by")]), "unknown key 'quarantined.0.by'"),
        (listing.text(accepted=[listing.accepted(expires="0")]), "write a day, as in 2026-12-31"),
        (listing.text(accepted=[listing.accepted(expires="2026-12-31T00:00:00")]), "write a day, as in 2026-12-31"),
        (listing.text(accepted=[listing.accepted(expires="2026-02-30")]), "day value is outside expected range"),
        (listing.text(accepted=[listing.accepted(reason=" ")]), "write a few words, on one line"),
        (listing.text(accepted=[listing.accepted(reason="a\\nb")]), "write a few words, on one line"),
        (listing.text(accepted=[listing.accepted(by="\\u202e")]), "write a few words, on one line"),
        (listing.text(accepted=[listing.accepted(request="any")]), "String should match pattern"),
        ("version: 1\naccepted: everything\n", "'accepted': Input should be a valid tuple"),
        ("[]", "the document: expected a mapping"),
        ("version: [", "not YAML"),
    ],
)
def test_what_is_not_an_exception_is_a_fault(written, said):
    assert said in "\n".join(message for _, _, message in faults(written))


@pytest.mark.parametrize(
    "written",
    [
        listing.text(accepted=[listing.accepted(), listing.accepted()]),
        listing.text(accepted=[listing.accepted()], quarantined=[listing.quarantined()]),
    ],
)
def test_two_exceptions_of_a_fixture_are_a_fault_that_names_both_lines(written):
    ((file, line, message),) = faults(written)
    assert (file, line) == (config.EXCEPTIONS, 4 if "quarantined" not in written else 5)
    assert message == "the fixture 'a' has two exceptions; the first stands in line 3"


def test_more_entries_than_anybody_looks_at_are_a_fault():
    many = [listing.quarantined(f"f{number}") for number in range(MAX_ENTRIES + 1)]
    assert len(faults(listing.text(quarantined=many))) == 1


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["version", "accepted", "quarantined", "fixture", "reason", "expires"]), inner
            )
        ),
        max_leaves=12,
    )
)
def test_whatever_the_file_holds_it_is_read_or_told(value):
    """A file of any form gives entries or faults with lines, and never an error."""
    found = listing.read(json.dumps(value))
    assert not (found.entries and found.faults)
    assert all(fault.line >= 1 and fault.remedy for fault in found.faults)
