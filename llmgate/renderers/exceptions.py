"""A Report → the lines on fixtures that do not count for a while: who answers for it, until when, and why."""

from llmgate.renderers import inert, sentences
from llmgate.renderers.parts import Code, Prose, Sentence
from llmgate.report import Report
from llmgate.report.exception import ExceptionEntry

TITLE = "Exceptions"
_WHO_CHARS = 100


def lines(report: Report) -> list[Sentence]:
    """Say of each exception that had a say what it did; what cannot hold is told by a finding."""
    scores = {
        fixture.id: f" {sentences.score(fixture.base)} → {sentences.score(fixture.head)}"
        for fixture in report.fixtures
        if fixture.tier == "excepted"
    }
    again = [entry for entry in report.exceptions if entry.state == "other_request"]
    return [
        *(_held(entry, scores.get(entry.fixture, "")) for entry in report.excepted),
        *(_counts(entry) for entry in again),
    ]


def _held(entry: ExceptionEntry, score: str) -> Sentence:
    until: Sentence = (" until ", Code(entry.expires))
    who: Sentence = (
        ("accepted by ", _who(entry.by), *until)
        if entry.kind == "accepted"
        else ("quarantined", *until, ", owner ", _who(entry.owner))
    )
    return (Code(entry.fixture), f"{score}, not counted: ", *who, ": ", Prose(entry.reason))


def _counts(entry: ExceptionEntry) -> Sentence:
    accepted = (_who(entry.by), " accepted until ", Code(entry.expires))
    return (Code(entry.fixture), " counts again: it sends something else than ", *accepted)


def _who(name: str) -> Prose:
    return Prose(inert.line(name, _WHO_CHARS))
