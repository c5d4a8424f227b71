"""Text → the words with which it says that the answer is not known, which is neither a refusal nor an answer."""

from __future__ import annotations

import re

OPENING_CHARS = 1_000

_PHRASES = re.compile(
    r"\b(?:i|we) (?:do not|don't|didn't|did not) (?:know|have (?:any |enough |sufficient |specific |that |the )*"
    r"(?:information|details?|data|context|access to (?:that|this) information)|find|see)\b"
    r"|\b(?:i|we) (?:cannot|can't|could not|couldn't|am unable to|are unable to|was unable to|'m unable to) "
    r"(?:find|locate|determine|tell|say|see|answer (?:that|this|your question|the question) (?:from|based on|with))"
    r"|\b(?:documents?|context|information|sources?|passages?|text|handbook|policy|pages?)(?: provided| given| above| "
    r"available| i have)? (?:do not|does not|don't|doesn't|did not) (?:say|mention|contain|include|specify|state|"
    r"provide|cover|have|give|answer|address|tell)\b"
    r"|\b(?:cannot|can't|unable to) (?:provide|give|answer|confirm)[^.]{0,60}\b(?:based on|from|in) the "
    r"(?:provided |given |available )?(?:documents?|context|information|sources?)"
    r"|\b(?:is|are|was|were) not (?:mentioned|specified|stated|provided|covered|included|given|available|addressed|"
    r"found) (?:in|by|within|anywhere)\b"
    r"|\b(?:there is|there's|i have|we have|i see) no (?:information|mention|details?|data|record|document)\b"
    r"|\bno (?:relevant |such )?(?:information|documents?|records?) (?:is|are|was|were|about|on|found|available)\b"
    r"|\b(?:information|answer) (?:is not|isn't|was not|wasn't) (?:available|provided|included|given|known)\b"
    r"|\A(?:unknown|n/a|not available|no answer|i have no idea)\W*\Z"
    r"|\b(?:not|in)sufficient (?:information|context|data)\b|\bnot enough (?:information|context|data)\b"
    r"|\b(?:i am|i'm) not (?:sure|certain|aware)\b|\bunable to (?:find|locate|determine)\b"
    r"|\bbased on the (?:provided|given|available) (?:context|documents?|information)[^.]{0,60}"
    r"\b(?:cannot|can't|unable)\b"
)


def phrase(text: str) -> str | None:
    """Return the first words that say so, or None; what opens the text is looked at."""
    opening = text[:OPENING_CHARS].lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").replace("*", "")
    found = _PHRASES.search(" ".join(opening.split()))
    return found.group() if found else None
