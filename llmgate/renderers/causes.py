"""What is known of why a fixture broke → sentences below its example: with their counts, and no word more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from llmgate.renderers import inert
from llmgate.renderers.parts import Code, Part, Prose, Sentence
from llmgate.report import FailureEntry, FixtureEntry
from llmgate.report.diagnosis import AttributionEntry, DiagnosisEntry, EffectEntry, HypothesisEntry, LocatedEntry

MOST_HUNKS = 4
MOST_EFFECTS = 6
MIN_UNMOVED = 0.75
MOST_FACTS = 4
_SOURCES: Mapping[str, Callable[[FailureEntry], str]] = {
    "hand": lambda _: "as the fixture says",
    "assertion": lambda _: "as the failed assertion says",
    "signs": lambda failure: f"{failure.confidence} confidence",
    "replay": lambda _: "by what cures it",
}


def sentences(fixture: FixtureEntry) -> list[Sentence]:
    """List what was found, each with the trials that show it."""
    found = fixture.diagnosis
    return [sentence for sentence in _sentences(found) if sentence] if found else []


def _sentences(found: DiagnosisEntry) -> Iterator[Sentence]:
    if found.attribution:
        yield _arms(found.attribution)
    if found.located:
        yield from _located(found.located)
    yield from (_effect(effect) for effect in found.effects[:MOST_EFFECTS] if effect.holds)
    yield _unmoved(found)
    if found.hypothesis:
        yield _hypothesis(found.hypothesis)


def _arms(found: AttributionEntry) -> Sentence:
    """Say how each mixture did: where only one factor differs there is nothing to say."""
    if not found.arms:
        return ()
    most = max(len(arm.head) for arm in found.arms)
    parts = [f"{_mixture(arm.head, most)} {arm.passed:,}/{arm.trials:,}" for arm in found.arms if arm.trials]
    if not parts:
        return (f"not run apart, so which of {', '.join(found.open)} it was is open",)
    shares = [f"{factor} {share:.0%}" for factor, share in found.shares.items()]
    said = f"; share of the drop: {', '.join(shares)}" if shares else ""
    left = f"; not settled: {', '.join(found.open)}" if found.open else ""
    return (f"run apart, passes with {', '.join(parts)}{said}{left}",)


def _mixture(head: tuple[str, ...], most: int) -> str:
    if not head:
        return "all of the base"
    return "all of the head" if len(head) == most else f"the head's {' + '.join(head)} alone"


def _located(found: LocatedEntry) -> Iterator[Sentence]:
    """Name the hunks; one hunk that is the whole edit is told by the changes already."""
    if found.total < 2 or not found.hunks:
        return
    for hunk in found.hunks[:MOST_HUNKS]:
        gone: tuple[Part, ...] = (" − ", Code(hunk.removed.strip())) if hunk.removed.strip() else ()
        came: tuple[Part, ...] = (" + ", Code(hunk.added.strip())) if hunk.added.strip() else ()
        yield ("in the prompt: ", Code(f"{hunk.path}:{hunk.line}"), *gone, *came)
    yield (_claims(found),)


def _claims(found: LocatedEntry) -> str:
    several = len(found.hunks) > 1
    which = f"these {len(found.hunks)} of {found.total:,} places" if several else f"this one of {found.total:,} places"
    claims = [f"{which} {'break' if several else 'breaks'} it alone"] if found.breaks else []
    claims += ["the head is well without"] if found.suffices else []
    return ", ".join(claims) or f"the search among {found.total:,} places ended without evidence"


def _effect(effect: EffectEntry) -> Sentence:
    unchanged = f"{effect.unchanged_passed:,}/{effect.unchanged_trials:,}"
    return (f"passes {effect.passed:,}/{effect.trials:,} when ", Prose(effect.title), f", {unchanged} unchanged")


def _unmoved(found: DiagnosisEntry) -> Sentence:
    """Say where the documents made no difference to a failing answer."""
    if not found.without_context or found.unmoved < MIN_UNMOVED * found.without_context:
        return ()
    return (f"says the same without any document in {found.unmoved:,} of {found.without_context:,} failing answers",)


def _hypothesis(found: HypothesisEntry) -> Sentence:
    return (f"hypothesis {found.status}: ", Prose(found.statement))


def kind(fixture: FixtureEntry) -> Sentence:
    """The kind of failure, who or what says so, who looks after it, and where to read on: as text, never as a link."""
    failure = fixture.failure
    if failure is None:
        return ()
    owner: Sentence = (" · owner ", Prose(failure.owner)) if failure.owner.strip() else ()
    about: Sentence = (" · ", Code(failure.link)) if failure.link.strip() else ()
    return ("classified as ", Prose(failure.name), f" ({_SOURCES[failure.source](failure)})", *owner, *about)


def facts(fixture: FixtureEntry) -> list[Sentence]:
    """What the kind of failure rests on, what the trace shows where somebody says otherwise, and what else broke."""
    failure = fixture.failure
    if failure is None:
        return []
    lines: list[Sentence] = [(Prose(fact),) for fact in failure.evidence[:MOST_FACTS] if inert.line(fact)]
    if failure.signs:
        lines.append(("the trace shows ", Prose(failure.signs.name), f" ({failure.signs.confidence} confidence)"))
    if failure.secondary:
        also = "; ".join(sign.name for sign in failure.secondary[:MOST_FACTS])
        lines.append(("also seen: ", Prose(also)))
    return lines
