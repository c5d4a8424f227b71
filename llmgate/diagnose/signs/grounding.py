"""Signs that the model was given what it needed and did not keep to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from llmgate.assertions import grounding_citations_exist, judgement
from llmgate.assertions.categories import Category
from llmgate.diagnose.label import Confidence, Label
from llmgate.diagnose.reading import abstaining, arithmetic, claims, usage
from llmgate.diagnose.reading import seen as looked
from llmgate.diagnose.reading.claims import Claim, Sort
from llmgate.diagnose.reading.expected import Expected
from llmgate.diagnose.reading.seen import Failure, Seen
from llmgate.diagnose.reading.usage import Kept

_SURE: Final = frozenset({Sort.NUMBER, Sort.DATE, Sort.ADDRESS, Sort.ID})


def sign(seen: Seen) -> Label | None:
    """Find what an answer is not based on, the most telling first; what was computed wrongly is no such sign."""
    for find in _FINDERS:
        if label := find(seen):
            return label
    return None


def _cited(seen: Seen) -> Label | None:
    """A citation of a document that was not there."""
    known = {document.id for document in seen.trace.documents}
    failed = _failed(seen, "grounding:citations-exist")
    if failed and failed.grade.reason.startswith("no such document"):
        evidence = f"{failed.grade.assertion} failed: {failed.grade.reason}"
        return _label("fabricated_citation", Confidence.HIGH, evidence)
    if not known or not seen.failures:
        return None
    cited = dict.fromkeys(grounding_citations_exist.citations(seen.output.written, known))
    strange = [name for name in cited if name not in known and any(char in name for char in "#/._")]
    if strange:
        return _label("fabricated_citation", Confidence.MEDIUM, f"no such document: {judgement.listed(strange)}")
    return None


def _abstained(seen: Seen) -> Label | None:
    """An answer that claims not to know what stood in front of it, or one where there was nothing to know."""
    said = abstaining.phrase(seen.output.written)
    wanted = [one for one in seen.missing if any(abstaining.phrase(part.written) for part in one.texts)]
    if said is None:
        if wanted:
            evidence = f"{wanted[0].assertion} wants it said that the answer is not known"
            return _label("should_have_abstained", Confidence.HIGH, evidence, *_unsaid(seen))
        return None
    quoted = f"the answer says {judgement.quoted(said)}"
    if gold := [source.id for source in seen.documents if source.needed and looked.stands(seen, source)]:
        return _label("unwarranted_abstention", Confidence.HIGH, quoted, f"{judgement.listed(gold)} was in front of it")
    for one in seen.missing:
        if source := next((source for source in seen.documents if one.stands_in(source.text)), None):
            there = f"{judgement.quoted(source.id)} has {judgement.quoted(one.shown)}"
            return _label("unwarranted_abstention", Confidence.MEDIUM, quoted, there)
    return None


def _unsaid(seen: Seen) -> list[str]:
    found = claims.unsupported(claims.of(seen.output), seen.given)
    return [f"nothing says {judgement.quoted(found[0].text.written)}"] if found else []


def _unused(seen: Seen) -> Label | None:
    """What the answer lacks stood in what the model was given to read, and the answer keeps to something else."""
    for one in seen.missing:
        holding = [source for source in seen.documents if one.stands_in(source.text)]
        if not holding or arithmetic.slip(seen):
            continue
        used = usage.of(seen, one)
        if used.kept is Kept.NEEDED or (used.kept is Kept.OTHER and not seen.gold and usage.is_comparing(seen)):
            continue
        there = f"{judgement.quoted(holding[0].id)} has {judgement.quoted(one.shown)}, which the answer lacks"
        sure = any(source.needed for source in holding) and used.claim is not None
        confidence = Confidence.LOW if one.weak else Confidence.HIGH if sure else Confidence.MEDIUM
        return _label(_unused_code(one, used), confidence, there, used.evidence)
    return None


def _elsewhere(seen: Seen) -> Label | None:
    """What the answer lacks stands in no text, and the answer keeps to others than the needed ones."""
    if not seen.missing or arithmetic.slip(seen):
        return None
    if (used := usage.elsewhere(seen)) is None:
        return None
    needed = judgement.listed(source.id for source in seen.documents if source.needed)
    return _label("context_ignored", Confidence.MEDIUM, f"{needed} was in front of the model", used.evidence)


def _unused_code(one: Expected, used: usage.Usage) -> str:
    """Tell another value in the place of the right one from no use of it at all."""
    claim = used.claim
    replaces = claim is not None and bool(claim.units & one.units) and used.kept is Kept.NOTHING
    return "contradicts_context" if replaces else "context_ignored"


def _instructed(seen: Seen) -> Label | None:
    """What the answer lacks stood in the instructions or an earlier turn, and it has another value in its place."""
    if seen.prompt is None:
        return None
    for one in seen.missing:
        if not one.is_evidence or not one.stands_in(seen.prompt):
            continue
        unsaid = claims.unsupported(claims.of(seen.output), seen.given)
        other = next((claim for claim in unsaid if claim.units & one.units or claim.sort is one.sort), None)
        if other is not None and not arithmetic.slip(seen):
            there = f"the prompt has {judgement.quoted(one.shown)}, the answer {judgement.quoted(other.text.written)}"
            return _label("contradicts_context", Confidence.MEDIUM, there)
    return None


def _forbidden(seen: Seen) -> Label | None:
    """What the answer must not have, and has from a text that it did not need, or from nowhere."""
    for one in seen.unwanted:
        if not one.is_evidence or one.stands_in(seen.question) or not (seen.documents or seen.results):
            continue
        holding = [source for source in (*seen.documents, *seen.results) if one.stands_in(source.text)]
        if any(source.needed for source in holding) or (holding and not seen.gold):
            continue
        shown = judgement.quoted(one.shown)
        if holding:
            evidence = f"the answer has {shown}, which is what {judgement.quoted(holding[0].id)} says"
            return _label("context_ignored", Confidence.MEDIUM, evidence)
        if not any(one.stands_in(text) for text in seen.given) and not arithmetic.slip(seen):
            evidence = f"the answer has {shown}, which nothing that the model was given says"
            return _label("unsupported_claim", Confidence.MEDIUM, evidence)
    return None


def _asserted(seen: Seen) -> Label | None:
    """What a failed assertion of grounding says; a number that follows from others wrongly is for reasoning."""
    for name in ("grounding:no-unsupported-numbers", "grounding:supported-ratio", "grounding:citations-exist"):
        if failed := _failed(seen, name):
            if name.endswith("numbers") and arithmetic.slip(seen):
                continue
            silent = name.endswith("exist")
            evidence = f"{failed.grade.assertion} failed: {failed.grade.reason}"
            confidence = Confidence.LOW if silent else Confidence.HIGH
            return _label("unsupported_claim", confidence, evidence)
    return None


def _unsupported(seen: Seen) -> Label | None:
    """Something that can be looked up, in an answer from texts, and that stands nowhere."""
    if not seen.documents or arithmetic.slip(seen) or arithmetic.is_asked(seen):
        return None
    found = claims.unsupported(claims.of(seen.output), seen.given)
    sure = [claim for claim in found if claim.sort in _SURE]
    if not found or not (sure or len(found) > 1 or found[0].sort is Sort.QUOTATION):
        return None
    first: Claim = (sure or found)[0]
    confidence = Confidence.MEDIUM if sure else Confidence.LOW
    evidence = f"nothing that the model was given says {judgement.quoted(first.text.written)}"
    return _label("unsupported_claim", confidence, evidence)


_FINDERS: Final[tuple[Callable[[Seen], Label | None], ...]] = (
    _cited,
    _abstained,
    _unused,
    _elsewhere,
    _instructed,
    _forbidden,
    _asserted,
    _unsupported,
)


def _failed(seen: Seen, name: str) -> Failure | None:
    return next((failure for failure in seen.failures if failure.grade.assertion == name), None)


def _label(code: str, confidence: Confidence, *evidence: str) -> Label:
    lines = tuple(judgement.short(line) for line in evidence if line)
    return Label(category=Category.GROUNDING, code=code, confidence=confidence, evidence=lines)
