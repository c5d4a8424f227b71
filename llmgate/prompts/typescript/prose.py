"""A text in code, and how strongly its name speaks → whether it is written to a model.

Error messages, labels, HTML, SQL, GraphQL and questions to a person at a terminal are none.
"""

from __future__ import annotations

import re
from enum import IntEnum

MAX_READ_CHARS = 20_000


class Strength(IntEnum):
    """How much a name alone says: nothing, that it may be a prompt, that it is one."""

    NONE = 0
    WEAK = 1
    STRONG = 2


MIN_WORDS = {Strength.WEAK: 6, Strength.STRONG: 4}
_STRONG_SHARE = 0.55

_STRONG_NAME = re.compile(
    r"(?:^|.*_)(?:SYSTEM_?PROMPTS?|PROMPTS?(?:_TEMPLATES?)?|SYSTEM_(?:MESSAGE|INSTRUCTIONS?)|PROMPT_[A-Z0-9_]*)(?:_V?\d+)?"
    r"|[A-Za-z0-9]*(?:[sS]ystemPrompt|[sS]ystemMessage|[sS]ystemInstructions?|[pP]romptTemplate)s?(?:V?\d+)?"
    r"|(?:[a-z0-9]+P|p)rompts?(?:V?\d+)?|(?:[a-z]*(?:build|get|make|create|format|generate|render)[A-Za-z0-9]*Prompt[A-Za-z0-9]*)"
)
_WEAK_NAME = re.compile(
    r".*(?:INSTRUCTIONS?|_TEMPLATE|_PREAMBLE|_PERSONA|SYSTEM_[A-Z0-9_]*|_RUBRIC|_GUIDELINES)"
    r"|.*(?:[iI]nstructions?|Template|[pP]reamble|[pP]ersona|[bB]ackstory|[rR]ubric|[gG]uidelines)|.*[pP]rompt.*|system"
)
_OTHER_NAME = re.compile(
    r".*(?:install|confirm|confirmation|cookie|login|password|shell|readline|permission|a2hs|pwa|signin|signup|consent|"
    r"subscribe|placeholder|tooltip)_?prompts?"
    r"|.*(?:css|html|email|mail|sms|sql|query|url|uri|path|class|style|icon|title|page|report|invoice|grid|date)_?templates?"
    r"|.*(?:install|installation|setup|shipping|delivery|payment|build|care)_?instructions?"
    r"|.*prompts?_?(?:title|label|url|path|ids?|keys?|class|name|placeholder|button|error|version|type|variables?|file)",
    re.IGNORECASE,
)
_MAX_NAME_CHARS = 200

_WORD = re.compile(r"[^\W\d_]{2,}")
_CODE = re.compile(
    r"\s*(?:<(?:!doctype|html|div|span|p|table|svg|style|body|section|head|mjml|\?xml)\b"
    r"|(?:query|mutation|subscription|fragment)\s+\w+\s*[({@o]"
    r"|(?:SELECT|INSERT\s+INTO|UPDATE|DELETE\s+FROM|CREATE\s+(?:TABLE|INDEX)|ALTER\s+TABLE|WITH)\s[^.]{0,400}?"
    r"\b(?:FROM|VALUES|SET|TABLE|AS|ON)\b"
    r"|(?:import|export|const|function|class|package|#include|#!/)\b)",
)
_TAGS = re.compile(r"</(?:div|span|p|a|td|tr|li|ul|table|html|body|h[1-6]|button|script|style)>", re.IGNORECASE)
_RULES = re.compile(r"[\w-]{2,30}\s?:\s?[^;{}\n]{1,80};\s")
_PERSON = re.compile(
    r"\byou(?:'re| are) (?:an?|the|my|our|now|given|acting|[A-Z]\w)|\bact as\b"
    r"|\byour (?:task|job|role|goal|purpose|response|answer|output|reply)\b"
    r"|\b(?:as|like) an? (?:\w+ ){0,3}"
    r"(?:assistant|expert|ai|agent|editor|analyst|engineer|reviewer|translator|tutor)\b"
    r"|\b(?:ai|helpful|virtual) (?:assistant|agent)\b",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"\b(?:respond|reply|answer|return|output|write|generate|summari[sz]e|classify|extract|translate|rewrite|rephrase"
    r"|analy[sz]e|identify|explain|evaluate|rate|compare|produce|describe|decide|determine|list|cite|suggest|create"
    r"|convert|correct|improve|review|grade|score|categori[sz]e|think step by step|ignore)\b",
    re.IGNORECASE,
)
_BOUND = re.compile(
    r"\b(?:do not|don't|never|always|only|must|should|make sure"
    r"|be (?:concise|brief|polite|kind|helpful|accurate|friendly)"
    r"|in (?:one|two|three|\d+) (?:sentences?|words?|paragraphs?)|json|markdown|bullet points?|no more than|at most"
    r"|(?:the )?following|given|based on"
    r"|the (?:user|customer|question|context|conversation|document|text|article|input|transcript)(?:'s)?"
    r"|step by step|if you (?:don't|do not|are)|tone)\b",
    re.IGNORECASE,
)
_TO_A_PERSON = re.compile(
    r"\s*(?:are you sure|do you (?:want|really)|would you like|please (?:enter|select|choose|type|sign|log)"
    r"|enter (?:your|the|a)|click|tap|press|select|choose|welcome|sorry|oops|thank|dear|hi\b|hello\b)",
    re.IGNORECASE,
)


def strength(name: str) -> Strength:
    """Tell what the name of a constant, a key or a function says; of a path with dots, any part may say it."""
    parts = name[-_MAX_NAME_CHARS:].split(".")[-3:]
    if _OTHER_NAME.fullmatch(parts[-1]):
        return Strength.NONE
    if any(_STRONG_NAME.fullmatch(part) for part in parts):
        return Strength.STRONG
    return Strength.WEAK if any(_WEAK_NAME.fullmatch(part) for part in parts[-2:]) else Strength.NONE


def is_prompt(text: str, by_name: Strength) -> bool:
    """Tell whether a text under a name of that strength is written to a model."""
    text = text[:MAX_READ_CHARS]
    if by_name is Strength.NONE or not _reads_as_prose(text, MIN_WORDS[by_name]):
        return False
    person, asked, bound = (bool(marks.search(text)) for marks in (_PERSON, _ASKED, _BOUND))
    if _TO_A_PERSON.match(text) and not person:
        return False
    if by_name is Strength.STRONG:
        return person or asked or bound
    return person or (asked and len(_BOUND.findall(text)) > 1)


def _reads_as_prose(text: str, words: int) -> bool:
    found = _WORD.findall(text)
    if len(found) < words or _CODE.match(text):
        return False
    marked = len(_TAGS.findall(text)) * 8 + len(_RULES.findall(text)) * 4
    return marked < len(found) and sum(map(len, found)) >= _STRONG_SHARE * len(text.replace(" ", "").replace("\n", ""))
