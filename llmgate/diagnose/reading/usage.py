"""An answer and what was given to read → whether it keeps to what it needed, to something else, or to nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from llmgate.assertions import grounding_citations_exist, judgement
from llmgate.diagnose.reading import claims
from llmgate.diagnose.reading.claims import Claim, Sort
from llmgate.diagnose.reading.expected import Expected
from llmgate.diagnose.reading.seen import Seen, Source
from llmgate.diagnose.reading.words import Text

USED = 0.5
"""The share of an answer's own content words that must be a text's for it to have been used."""

SHORT_WORDS = 3

_CAPITAL = re.compile(r"\b[A-Z][\w'-]{2,40}")
_WITHIN = re.compile(r"(?<=[a-z,;] )[A-Z][\w'-]{2,40}")
_COMPARING = re.compile(
    r"(?i)\b(?:which|who|whose|compare|compared|than|cheap\w*|expensive|long(?:er|est)|short(?:er|est)|"
    r"(?:high|low|old|new|fast|slow|small|larg|bigg|earl|lat)(?:er|est|ier|iest)|first|last|most|least|best|worst|"
    r"more|less|fewer|both|or|if|should|eligible|qualif\w+|allowed|entitled|why|therefore)\b"
)


class Kept(StrEnum):
    """What an answer keeps to."""

    NEEDED = "needed"
    OTHER = "other"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What an answer keeps to, the line that shows it, and the claim that does, where it is one."""

    kept: Kept
    evidence: str = ""
    claim: Claim | None = None


def of(seen: Seen, missing: Expected) -> Usage:
    """Say what the answer keeps to, where something that it was given has what it lacks."""
    holding = [source for source in seen.documents if missing.stands_in(source.text)]
    needed = [source for source in seen.documents if source.needed or source in holding]
    others = [source for source in seen.documents if source not in needed]
    return (
        _by_claims(seen, needed, others)
        or _by_names(seen)
        or _by_citations(seen, needed)
        or _by_met(seen, needed)
        or _by_words(seen, needed, others)
    )


def elsewhere(seen: Seen) -> Usage | None:
    """Say where an answer comes from that states or cites other texts than the needed ones; None where none does."""
    needed = [source for source in seen.documents if source.needed]
    others = [source for source in seen.documents if not source.needed]
    found = (_by_claims(seen, needed, others) or _by_citations(seen, needed)) if needed else None
    return found if found and found.kept is Kept.OTHER else None


def is_comparing(seen: Seen) -> bool:
    """Tell whether the question asks for a choice or a conclusion, which a text need not state."""
    return _COMPARING.search(seen.question.written) is not None


def _by_claims(seen: Seen, needed: list[Source], others: list[Source]) -> Usage | None:
    """A claim that nothing says, or that another text says."""
    stated = [claim for claim in claims.of(seen.output) if not claim.stands_in(seen.question)]
    strong = [claim for claim in stated if claim.sort is not Sort.NAME]
    if unsaid := claims.unsupported(strong, seen.given):
        evidence = f"nothing that the model was given says {judgement.quoted(unsaid[0].text.written)}"
        return Usage(kept=Kept.NOTHING, evidence=evidence, claim=unsaid[0])
    for claim in strong:
        if any(claim.stands_in(source.text) for source in needed):
            continue
        if source := next((source for source in others if claim.stands_in(source.text)), None):
            evidence = f"{judgement.quoted(claim.text.written)} is what {judgement.quoted(source.id)} says"
            return Usage(kept=Kept.OTHER, evidence=evidence, claim=claim)
    return None


def _by_names(seen: Seen) -> Usage | None:
    """A name within a sentence, or as the whole of an answer, that stands nowhere."""
    known = frozenset[str]().union(*(text.every for text in seen.given))
    output = seen.output.written
    names = _WITHIN.findall(output) if len(output.split()) > SHORT_WORDS else _CAPITAL.findall(output)
    for name in names[: claims.MAX_CLAIMS]:
        if not any(word in known for word in re.findall(r"\w+", name.casefold())):
            evidence = f"nothing that the model was given says {judgement.quoted(name)}"
            claim = Claim(sort=Sort.NAME, text=Text(written=name))
            return Usage(kept=Kept.NOTHING, evidence=evidence, claim=claim)
    return None


def _by_citations(seen: Seen, needed: Iterable[Source]) -> Usage | None:
    """Citations of other documents alone."""
    known = {document.id for document in seen.trace.documents}
    cited = set(grounding_citations_exist.citations(seen.output.written, known)) & known
    wanted = {source.id for source in needed}
    if cited and not cited & wanted:
        return Usage(kept=Kept.OTHER, evidence=f"the answer cites {judgement.listed(sorted(cited))} alone")
    return None


def _by_met(seen: Seen, needed: Iterable[Source]) -> Usage | None:
    """Something else that was expected, that only what was needed says, and that the answer has."""
    texts = [source.text for source in needed]
    for one in seen.expected:
        own = one.met and not one.forbidden and one.is_evidence and not one.stands_in(seen.question)
        if own and any(one.stands_in(text) for text in texts):
            return Usage(kept=Kept.NEEDED, evidence=f"the answer has {judgement.quoted(one.shown)}")
    return None


def _by_words(seen: Seen, needed: list[Source], others: list[Source]) -> Usage:
    own = seen.output.words - seen.question.words
    if not own:
        return Usage(kept=Kept.NEEDED, evidence="the answer says nothing of its own")
    best = max((_share(own, source) for source in needed), default=0.0)
    other = max(others, key=lambda source: _share(own, source), default=None)
    if other is not None and _share(own, other) > max(best, USED / 2):
        evidence = f"the answer has more words of {judgement.quoted(other.id)} than of what it needed"
        return Usage(kept=Kept.OTHER, evidence=evidence)
    percent = round(100 * best)
    if best >= USED:
        return Usage(kept=Kept.NEEDED, evidence=f"{percent} % of the answer's words are those of what it needed")
    return Usage(kept=Kept.NOTHING, evidence=f"only {percent} % of the answer's words are those of what it needed")


def _share(own: frozenset[str], source: Source) -> float:
    return len(own & source.text.words) / len(own)
