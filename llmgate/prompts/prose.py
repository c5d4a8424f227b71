"""A text from a file of settings → whether it reads like sentences to a model, and how its placeholders look."""

from __future__ import annotations

import re

from llmgate.prompts import templates
from llmgate.prompts.prompt import Syntax
from llmgate.prompts.syntaxes import double_braces, single_braces

_READ_CHARS = 8_000
_LABEL_WORDS = 14
_LONG_WORDS = 12
_WORD = re.compile(r"[^\W\d_]{2,}")
# Scripts that write no blanks between words; two characters count as a word.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_OPENING = re.compile(r"\s{0,100}You(?:'re| are) (?:an?|the|my|our) \w")
_BLANK = re.compile(r"\S[ \t\n]{1,200}\S|[\u3040-\u30ff\u3400-\u9fff]")
_SLOT = re.compile(r"\{\{?[ \t]{0,20}[A-Za-z_][\w.-]{0,99}[ \t]{0,20}\}|\{%")
_NO_PROSE = re.compile(
    r"\s{0,100}(?:<(?:!doctype|html|head|body|div|p|span|a|h[1-6]|table|ul|br|svg)\b"
    r"|(?-i:SELECT|INSERT INTO|DELETE FROM|UPDATE|CREATE|ALTER|WITH)\s|select \*"
    r"|#!|\^|\(\?|(?:https?|s3|gs|file)://\S{1,2000}\s*\Z|(?:\./|/|~/)\S"
    r"|(?-i:curl|docker|kubectl|npm|npx|pip|git|echo|export|sudo|cd|bash|sh)\s)",
    re.IGNORECASE,
)
_ASKS_A_PERSON = re.compile(r"(?:[?:>$#…]|\.\.\.)\s{0,20}(?:[(\[][^\n()\[\]]{0,30}[)\]]:?)?\s{0,20}\Z")


def words(text: str) -> int:
    """Count the words of the beginning of a text."""
    read = text[:_READ_CHARS]
    unspaced = len(_UNSPACED.findall(read))
    return len(_WORD.findall(_UNSPACED.sub(" ", read))) + unspaced // 2


def is_prose(text: str, least: int) -> bool:
    """Tell whether a text has `least` words, letters for the most part, and is no markup, query, command or path."""
    read = text[:_READ_CHARS]
    if words(read) < least or _NO_PROSE.match(read) or not _BLANK.search(read):
        return False
    return 2 * sum(char.isalpha() or char.isspace() for char in read) > len(read)


def tells_who_it_is(text: str) -> bool:
    """Tell whether a text begins as one to a model does: "You are a …"."""
    return bool(_OPENING.match(text))


def is_label(text: str) -> bool:
    """Tell whether a text rather asks a person: a short line that ends in a question mark, a colon, `>`."""
    line = text.strip()
    return "\n" not in line and words(line) <= _LABEL_WORDS and bool(_ASKS_A_PERSON.search(line[-80:]))


def is_long(text: str) -> bool:
    """Tell whether a text is more than one short sentence, or has a placeholder."""
    line = text.strip()
    sentences = len(re.findall(r"[.!。](?:\s|\Z)", line[:_READ_CHARS]))
    return "\n" in line or sentences > 1 or words(line) >= _LONG_WORDS or has_slot(line)


def has_slot(text: str) -> bool:
    return bool(_SLOT.search(text))


def syntax_of(texts: list[str]) -> Syntax:
    """Return how placeholders look; a text that is no template of that syntax is sent as it stands."""
    text = "\n".join(texts)
    found = Syntax.VERBATIM
    if "{%" in text:
        found = Syntax.JINJA
    elif double_braces.scan(text).names:
        found = Syntax.DOUBLE_BRACES
    elif single_braces.scan(text).names:
        found = Syntax.SINGLE_BRACES
    return Syntax.VERBATIM if any(templates.scan(found, each).refusal for each in texts) else found
