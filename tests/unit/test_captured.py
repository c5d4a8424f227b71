"""What is said of fixtures that production or staging made."""

import pytest

from llmgate import captured
from llmgate.fixture import Proof
from llmgate.suite import Stored
from llmgate.verdict import Severity
from tests.unit.sampling import fakes

WHOLE = {"origin": {"kind": "production"}, "category": "grounding", "hypothesis": {"statement": "it guesses"}}


def stored(name="a", line=3, **content):
    fixture = fakes.fixture(name, **{**WHOLE, **content})
    return Stored(fixture=fixture, file="fixtures/all.yaml", line=line)


def proven(name="a", line=3, *, separates=True, digest=None, **content):
    digest = digest or stored(name, **content).fixture.digest
    count = {"revision": "a" * 40, "passed": 0, "trials": 8}
    proof = Proof(
        separates=separates,
        p_value=0.01,
        repeats=10,
        fails_at=count,
        passes_at=count,
        date="2026-11-26",
        fixture=digest,
    )
    return stored(name, line, proven=proof.model_dump(mode="json"), **content)


@pytest.mark.parametrize(
    ("left_out", "words"),
    [
        ({"category": None}, "has no category"),
        ({"category": " "}, "has no category"),
        ({"hypothesis": None}, "has no hypothesis"),
        ({"hypothesis": {"statement": ""}}, "has no hypothesis"),
        ({"category": None, "hypothesis": None}, "has no category and no hypothesis"),
    ],
)
@pytest.mark.parametrize("kind", ["production", "staging"])
def test_a_captured_fixture_must_say_what_it_guards_against(kind, left_out, words):
    (fault,) = captured.faults([stored(**{**left_out, "origin": {"kind": kind}})])
    assert (fault.file, fault.line) == ("fixtures/all.yaml", 3)
    assert fault.message == f"fixture 'a' was captured in {kind} and {words}"
    assert all(word in fault.remedy for word in words.replace("has no ", "").split(" and no "))


@pytest.mark.parametrize(
    "content",
    [
        {"draft": True},
        {"origin": {"kind": "manual"}},
        {"origin": {"kind": "import"}},
    ],
)
def test_what_is_not_captured_or_a_draft_is_asked_for_nothing(content):
    lacking = [stored(**{"category": None, "hypothesis": None, **content})]
    assert [*captured.faults(lacking), *captured.unproven(lacking)] == []


@pytest.mark.parametrize("content", [{"enabled": False}, {"completeness": {"depends_on": ["memory"]}}])
def test_one_that_does_not_run_must_say_what_it_guards_against_and_needs_no_proof(content):
    lacking = [stored(**{"category": None, **content})]

    assert [fault.message for fault in captured.faults(lacking)] == [
        "fixture 'a' was captured in production and has no category"
    ]
    assert [*captured.unproven(lacking)] == []


def test_a_whole_one_that_is_proven_is_well():
    assert [*captured.faults([proven()]), *captured.unproven([proven()])] == []


@pytest.mark.parametrize(
    ("case", "message"),
    [
        (stored(), "captured fixture 'a' was never proven"),
        (proven(digest="sha256:" + "0" * 64), "captured fixture 'a' was changed since it was proven"),
        (proven(separates=False), "captured fixture 'a' does not separate the revisions that it was run on"),
    ],
)
def test_one_of_which_nothing_shows_that_it_guards_is_a_warning_at_its_line(case, message):
    (finding,) = captured.unproven([case])
    assert (finding.rule, finding.severity, finding.message) == ("unproven", Severity.WARN, message)
    assert (finding.file, finding.line) == ("fixtures/all.yaml", 3)
    assert "`llmgate prove a --fails-at REV --passes-at REV`" in finding.remedy


def test_an_edit_of_the_title_leaves_the_proof_as_it_was():
    assert list(captured.unproven([proven(title="another")])) == []


def test_many_of_a_kind_are_one_warning_and_others_are_told_apart():
    many = [stored(f"case-{number}", line=number) for number in range(37, 0, -1)]
    weak = [proven(f"weak-{number}", 50 + number, separates=False) for number in range(3)]
    messages = [finding.message for finding in captured.unproven([*many, *weak])]
    assert messages[0] == "37 captured fixtures were never proven, first 'case-1'"
    assert len(messages) == 4
