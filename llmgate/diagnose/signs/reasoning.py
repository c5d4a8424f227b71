"""What is left where the evidence was there and nothing else broke, the conclusion; else what would decide."""

from __future__ import annotations

from typing import Final

from llmgate.assertions import judgement
from llmgate.assertions.categories import Category
from llmgate.diagnose.label import Confidence, Label
from llmgate.diagnose.reading import arithmetic
from llmgate.diagnose.reading import seen as looked
from llmgate.diagnose.reading.seen import Seen

_MEASURED: Final = frozenset({"latency", "cost", "perplexity", "perplexity-score"})
_TOLD: Final = frozenset({"word-count", "starts-with"})


def sign(seen: Seen) -> Label | None:
    """Find a wrong conclusion from evidence that was there; None where it is not known whether it was."""
    if not seen.failures or all(failure.kind in _MEASURED for failure in seen.failures):
        return None
    return _computed(seen) or _told(seen) or _part(seen) or _concluded(seen)


def undecided(seen: Seen) -> Label:
    """Say which annotation would decide."""
    kinds = {failure.kind for failure in seen.failures}
    if kinds and kinds <= _MEASURED:
        lines = [f"{judgement.listed(sorted(kinds))} says nothing about the answer; its `category:` would"]
    else:
        lines = ["an expected text (`contains`, `observed.expected`) would tell a wrong answer from its cause"]
        if seen.trace.documents:
            lines.insert(0, "`context.gold`, the ids of what is needed, would tell retrieval from grounding")
    evidence = tuple(map(judgement.short, lines))
    return Label(category=Category.UNCLASSIFIED, confidence=Confidence.LOW, evidence=evidence)


def _computed(seen: Seen) -> Label | None:
    if found := arithmetic.slip(seen):
        evidence, sure = found
        return _label("arithmetic", Confidence.HIGH if sure else Confidence.MEDIUM, evidence)
    return None


def _told(seen: Seen) -> Label | None:
    """An instruction about the answer as such: its length, its first words, what must not be in it."""
    for failure in seen.failures:
        negated = failure.grade.assertion.startswith("not-")
        if failure.kind in _TOLD or (negated and failure.assertion is not None and not seen.missing):
            evidence = f"{failure.grade.assertion} failed: {failure.grade.reason}"
            return _label("instruction_violation", Confidence.MEDIUM, evidence)
    return None


def _part(seen: Seen) -> Label | None:
    """An answer that has some of what was expected, and lacks other things that it was given."""
    met = [one for one in seen.expected if one.met and not one.forbidden and one.is_evidence]
    lacking = [one for one in seen.missing if any(one.stands_in(text) for text in seen.given)]
    if met and lacking and len(lacking) == len(seen.missing):
        evidence = f"the answer has {judgement.quoted(met[0].shown)} and lacks {judgement.quoted(lacking[0].shown)}"
        return _label("incomplete", Confidence.MEDIUM, evidence)
    return None


def _concluded(seen: Seen) -> Label | None:
    failed = judgement.listed(dict.fromkeys(failure.grade.assertion for failure in seen.failures))
    for one in seen.missing:
        if source := next((source for source in seen.documents if one.stands_in(source.text)), None):
            evidence = f"{judgement.quoted(source.id)} has {judgement.quoted(one.shown)}, and the answer keeps to it"
            return _label("wrong_conclusion", Confidence.MEDIUM, evidence)
    gold = [source.id for source in seen.documents if source.needed and looked.stands(seen, source)]
    if gold:
        evidence = f"{judgement.listed(gold)} was in front of the model, nothing else is wrong, and {failed} failed"
        return _label("wrong_conclusion", Confidence.MEDIUM if seen.missing else Confidence.LOW, evidence)
    if not seen.documents and not seen.gold and not seen.fixture.tools.results:
        evidence = f"the prompt was all there was to go by, nothing else is wrong, and {failed} failed"
        return _label("wrong_conclusion", Confidence.LOW, evidence)
    if any(one.stands_in(text) for one in seen.missing for text in seen.given):
        return _label("wrong_conclusion", Confidence.LOW, f"what was expected stood in the prompt, and {failed} failed")
    return _reckoned(seen, failed)


def _reckoned(seen: Seen, failed: str) -> Label | None:
    """An expected conclusion that no text needs to state, from texts or tools that the answer used."""
    own = seen.output.words - seen.question.words
    used = max((len(own & source.text.words) for source in (*seen.documents, *seen.results)), default=0)
    if seen.missing and used >= 2 and used * 2 >= len(own):
        return _label("wrong_conclusion", Confidence.LOW, f"the answer uses what it was given, and {failed} failed")
    return None


def _label(code: str, confidence: Confidence, *evidence: str) -> Label:
    lines = tuple(map(judgement.short, evidence))
    return Label(category=Category.REASONING, code=code, confidence=confidence, evidence=lines)
