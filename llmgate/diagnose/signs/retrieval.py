"""Signs that what the model needed did not reach it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator

from llmgate.assertions import grounding_supported_ratio, judgement
from llmgate.assertions.categories import Category, implied
from llmgate.diagnose.label import Confidence, Label
from llmgate.diagnose.reading import abstaining, arithmetic, calls
from llmgate.diagnose.reading import seen as looked
from llmgate.diagnose.reading.calls import MAX_RECORDED
from llmgate.diagnose.reading.expected import Expected
from llmgate.diagnose.reading.seen import Seen, Source
from llmgate.diagnose.reading.words import Text, cut

MOST_OF_IT = 0.5
"""The share of a document's runs of words that stands in a prompt which changed how it is written."""

_RUN = 3


def sign(seen: Seen) -> Label | None:
    """Look for the needed documents by their ids; without ids, for what the answer lacks."""
    return _asserted(seen) or (_by_ids(seen) if seen.gold else _by_texts(seen))


def _asserted(seen: Seen) -> Label | None:
    """What a failed assertion of retrieval says."""
    for failure in seen.failures:
        if implied(failure.grade.assertion) is Category.RETRIEVAL and not failure.grade.assertion.startswith("not-"):
            evidence = f"{failure.grade.assertion} failed: {failure.grade.reason}"
            dropped = failure.kind == "retrieval:not-dropped" and "none of" not in failure.grade.reason
            absent = _absent(seen, _lost(seen))
            code = "dropped_from_context" if dropped else "missing_content" if absent else "missed"
            return _label(code, Confidence.HIGH, evidence, *_told_absent(absent))
    return None


def _by_ids(seen: Seen) -> Label | None:
    lost = _lost(seen)
    there = [source for source in seen.documents if source.needed]
    if lost and _is_needed(seen, there):
        absent = _absent(seen, lost)
        sure = not there or any(one.is_evidence for one in seen.missing)
        evidence = f"not among the {len(seen.trace.documents)} documents: {judgement.listed(lost)}"
        code = "missing_content" if absent and len(absent) == len(lost) else "missed"
        return _label(code, Confidence.HIGH if sure else Confidence.MEDIUM, evidence, *_told_absent(absent))
    return _dropped(seen, there) or _stale(seen, there)


def _lost(seen: Seen) -> list[str]:
    found = {document.id for document in seen.trace.documents}
    return [name for name in seen.gold if name not in found]


def _absent(seen: Seen, lost: Iterable[str]) -> list[str]:
    return [] if seen.index is None else [name for name in lost if name not in seen.index]


def _told_absent(absent: list[str]) -> Iterator[str]:
    if absent:
        yield f"not in the index: {judgement.listed(absent)}"


def _is_needed(seen: Seen, there: list[Source]) -> bool:
    """Tell whether what is lost can be what the answer lacks: not where needed documents that came have all of it."""
    missing = [one for one in seen.missing if one.is_evidence]
    if not there or not missing:
        return not there or not seen.unwanted
    return any(not _reached(one, there, seen) for one in missing)


def _reached(one: Expected, there: Iterable[Source], seen: Seen) -> bool:
    return any(one.stands_in(source.text) for source in there) and (seen.prompt is None or one.stands_in(seen.prompt))


def _dropped(seen: Seen, there: Iterable[Source]) -> Label | None:
    """A document that was found, and whose text does not stand in what was sent."""
    if seen.prompt is None:
        return None
    wanted = [one for one in seen.missing if one.is_evidence]
    for source in there:
        if looked.stands(seen, source):
            continue
        cut_out = [one for one in wanted if one.stands_in(source.text) and not one.stands_in(seen.prompt)]
        if cut_out or _share(source.text.written, seen.prompt.written) < MOST_OF_IT:
            evidence = [f"{judgement.quoted(source.id)} was found, and its text is not in what was sent"]
            evidence += [f"it has {judgement.quoted(one.shown)}, the prompt does not" for one in cut_out[:2]]
            return _label("dropped_from_context", Confidence.HIGH, *evidence)
    return None


def _share(text: str, prompt: str) -> float:
    """The share of a text's runs of content words that the prompt has, however it is written there."""
    wanted, there = _runs(text), _runs(prompt)
    return len(wanted & there) / len(wanted) if wanted else 1.0


def _runs(text: str) -> set[tuple[str, ...]]:
    words = grounding_supported_ratio.content(re.sub(r"&\w{1,8};", " ", text))
    return set(zip(*(words[start:] for start in range(min(_RUN, len(words)))), strict=False))


def _stale(seen: Seen, there: Iterable[Source]) -> Label | None:
    """A document whose text is another than was recorded, or than the index now has, and lacks what the answer does."""
    recorded = {document.id: Text(written=cut(document.text)) for document in seen.fixture.context.documents}
    for source in there:
        before = recorded.get(source.id)
        if before and any(one.stands_in(before) and not one.stands_in(source.text) for one in seen.missing):
            evidence = (
                f"{judgement.quoted(source.id)} has another text than the fixture recorded, without what is needed"
            )
            return _label("stale_doc", Confidence.HIGH, evidence)
    return _replaced(seen, there)


def _replaced(seen: Seen, there: Iterable[Source]) -> Label | None:
    if seen.index is None:
        return None
    written = {document.id: document.text for document in seen.trace.documents}
    for source in there:
        now = seen.index.get(source.id)
        if now is None or now == hashlib.sha256(written.get(source.id, "").encode(errors="replace")).hexdigest():
            continue
        if any(one.is_evidence and not one.stands_in(source.text) for one in seen.missing):
            evidence = f"the index has another text of {judgement.quoted(source.id)} than was replayed"
            return _label("stale_doc", Confidence.MEDIUM, evidence)
    return None


def _by_texts(seen: Seen) -> Label | None:
    """Without the ids of what is needed, look for what the answer lacks in what there is."""
    if not seen.trace.documents:
        return None
    there = (
        *_reaching(seen),
        *(Text(written=calls.said(entry)) for entry in seen.fixture.tools.results[:MAX_RECORDED]),
    )
    for one in seen.missing:
        if one.weak or not one.is_evidence or _is_own(one) or any(one.stands_in(text) for text in there):
            continue
        shown = judgement.quoted(one.shown)
        found = next((source for source in seen.documents if one.stands_in(source.text)), None)
        if found is not None:
            evidence = f"{judgement.quoted(found.id)} has {shown}, and what was sent does not"
            return _label("dropped_from_context", Confidence.MEDIUM, evidence)
        if held := _held_back(seen, one):
            evidence = f"{judgement.quoted(held)} has {shown}, and is not among what was found"
            return _label("missed", Confidence.LOW, evidence)
        if not arithmetic.is_computed(seen, one):
            return _label("missed", Confidence.LOW, f"nothing that the model was given has {shown}")
    return None


def _is_own(one: Expected) -> bool:
    """Tell whether what is expected is said by the model of itself, such as that it does not know."""
    return any(abstaining.phrase(part.written) for part in one.texts)


def _reaching(seen: Seen) -> tuple[Text, ...]:
    """What reached the model: what was sent, where that is known."""
    return (seen.prompt, *(source.text for source in seen.results)) if seen.prompt else seen.given


def _held_back(seen: Seen, one: Expected) -> str | None:
    """Name a document that the fixture has recorded, and that was not found this time, with what is missing."""
    found = {document.id for document in seen.trace.documents}
    others = (document for document in seen.fixture.context.documents if document.id not in found)
    return next((other.id for other in others if one.stands_in(Text(written=cut(other.text)))), None)


def _label(code: str, confidence: Confidence, *evidence: str) -> Label:
    lines = tuple(map(judgement.short, evidence))
    return Label(category=Category.RETRIEVAL, code=code, confidence=confidence, evidence=lines)
