"""A text in code, and how strongly its name speaks → whether it is written to a model.

Error messages, labels, HTML, SQL, GraphQL and questions to a person at a terminal are none.
"""

from __future__ import annotations

import re
from enum import IntEnum

MAX_READ_CHARS = 20_000


class Strength(IntEnum):
    """How much a name says by itself; the less it says, the more the wording has to."""

    NONE = 0
    FAINT = 1  # a template of any kind
    WEAK = 2  # instructions, for a model or for a person
    FAIR = 3  # any name in a file for prompts
    STRONG = 4  # a prompt, which may be a question to a person
    SURE = 5  # a system prompt, in whatever language


MIN_WORDS = 5
_MIN_WORDS_TO_SOMEBODY = 4
_LETTERS_SHARE = 0.55
_MAX_NAME_CHARS = 200
_MAX_PARTS = 3

_SURE_NAME = re.compile(r"(?:.*_)?SYSTEM_(?:PROMPT|INSTRUCTIONS?)(?:_.*)?|(?:[a-z]\w*S|s)ystem(?:Prompt|Instructions?)")
_STRONG_NAME = re.compile(
    r"(?:.*_)?(?:PROMPTS?|PROMPT_TEMPLATES?|SYSTEM_?PROMPTS?|SYSTEM_MESSAGE|PROMPT_[A-Z0-9_]*)(?:_V?\d+)?"
    r"|\w*(?:[sS]ystemPrompt|[sS]ystemMessage|[pP]romptTemplate)s?(?:V?\d+)?|(?:\w*P|p)rompts?(?:V?\d+)?"
    r"|(?:build|get|make|create|format|generate|render|compose)\w*Prompts?(?:(?:For|From|With|By|To)[A-Z]\w*)?"
)
_WEAK_NAME = re.compile(
    r".*(?:INSTRUCTIONS?|_PREAMBLE|_PERSONA|_RUBRIC|_GUIDELINES)|SYSTEM_.*"
    r"|.*(?:[iI]nstructions?|[pP]reamble|[pP]ersona|[bB]ackstory|[rR]ubric|[gG]uidelines)|system"
)
_FAINT_NAME = re.compile(r".*(?:_TEMPLATE|[tT]emplate|[pP]rompt.*|PROMPT.*)")
_OTHER_NAME = re.compile(
    r".*(?:install|confirm|confirmation|cookie|login|password|shell|readline|permission|a2hs|pwa|signin|signup|consent|"
    r"subscribe|placeholder|tooltip)_?prompts?"
    r"|.*(?:css|html|email|mail|sms|sql|query|url|uri|path|class|style|icon|title|page|report|invoice|grid|date|usage|"
    r"help|readme|component|file|license|commit|code|test|config)_?templates?"
    r"|.*(?:install|installation|setup|shipping|delivery|payment|build|care)_?instructions?"
    r"|.*prompts?_?(?:title|label|url|path|ids?|keys?|class|name|placeholder|button|error|version|type|variables?|file|"
    r"saved|failed|table|query|schema)",
    re.IGNORECASE,
)

_SCREEN_NAME = re.compile(
    r".*(?:install|confirm|cookie|login|signin|signup|permission|consent|subscribe|a2hs|pwa)\w{0,20}?prompt\w*"
    r"|.*prompts?_?(?:text|message|label|body|hint|caption|copy)s?",
    re.IGNORECASE,
)

_WORD = re.compile(r"[^\W\d_]{2,}")
_CODE = re.compile(
    r"\s*(?:<(?:!doctype|html|div|span|p|table|svg|style|body|section|head|mjml|\?xml)\b"
    r"|(?:query|mutation|subscription|fragment)\s+\w+\s*[({@o]"
    r"|(?:INSERT\s+INTO|DELETE\s+FROM|(?:CREATE|ALTER|DROP)\s+(?:TABLE|INDEX|VIEW))\b"
    r"|(?:SELECT|UPDATE|WITH)\s[^.]{0,400}?\b(?:FROM|SET|AS)\b|Usage:|#!/"
    r"|(?:import|export|const|function|class|package|#include)\b)",
)
_TAGS = re.compile(r"</(?:div|span|p|a|td|tr|li|ul|table|html|body|h[1-6]|button|script|style)>", re.IGNORECASE)
_RULES = re.compile(r"[\w-]{2,30}\s?:\s?[^;{}\n]{1,80};\s")
_PERSON = re.compile(
    r"\byou(?:'re| are) (?:an?|the|my|our|given|acting|tasked|(?-i:[A-Z])\w)|\bact as\b"
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
    parts = name[-_MAX_NAME_CHARS:].split(".")[-_MAX_PARTS:]
    if any(_OTHER_NAME.fullmatch(part) for part in parts):
        return Strength.NONE
    names = (
        (Strength.SURE, _SURE_NAME),
        (Strength.STRONG, _STRONG_NAME),
        (Strength.WEAK, _WEAK_NAME),
        (Strength.FAINT, _FAINT_NAME),
    )
    found = next((level for level, pattern in names if any(pattern.fullmatch(part) for part in parts)), Strength.NONE)
    if found is not Strength.SURE and any(_SCREEN_NAME.fullmatch(part) for part in parts):
        return min(found, Strength.FAINT)
    return found


def is_prompt(text: str, by_name: Strength) -> bool:
    """Tell whether a text under a name of that strength is written to a model."""
    text = text[:MAX_READ_CHARS]
    person = bool(_PERSON.search(text))
    if by_name is Strength.NONE or not _reads_as_prose(text, _MIN_WORDS_TO_SOMEBODY if person else MIN_WORDS):
        return False
    if person or _TO_A_PERSON.match(text):
        return person
    asked, bounds = bool(_ASKED.search(text)), len(_BOUND.findall(text))
    match by_name:
        case Strength.SURE:
            return True
        case Strength.STRONG:
            return asked or bounds > 0
        case Strength.FAIR:
            return asked and bounds > 0
        case _:
            return by_name is Strength.WEAK and asked and bounds > 1


def _reads_as_prose(text: str, words: int) -> bool:
    found = _WORD.findall(text)
    if len(found) < words or _CODE.match(text):
        return False
    marked = len(_TAGS.findall(text)) * 8 + len(_RULES.findall(text)) * 4
    return marked < len(found) and sum(map(len, found)) >= _LETTERS_SHARE * len(text.replace(" ", "").replace("\n", ""))
