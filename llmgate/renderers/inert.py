"""Foreign text → text that can do nothing where it is printed: no markup, no control, no reference, no command.

GitHub looks for mentions, issue references and commit ids in the rendered page, so that backslashes and entities do not
stop them; only code does (`@a` in code is text). Here, words that can be nothing but words stay words, and everything
else becomes code.
"""

import html
import re
from collections.abc import Callable

ELLIPSIS = "…"
EMPTY = "\N{EN DASH}"

_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"  # CSI: colours, cursor
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?"  # OSC, DCS, SOS, PM, APC
    r"|\x1b[ -/]*[0-~]?"
)
_BREAKS = re.compile("\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
# C0 and C1, soft hyphen, the default-ignorable code points of Unicode (bidi, joiners, fillers, variation selectors,
# tags), interlinear annotation, the joiners of hieroglyphs, noncharacters.
_UNSEEN = (
    "\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U00013430-\U00013440\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_INVISIBLE = re.compile(f"[{_UNSEEN}]")
_COLOURED = re.compile(rf"(\x1b\[[0-9;]*m)|{_ESCAPES.pattern}|[{_UNSEEN}]")
_LONE = re.compile("[\ud800-\udfff]")
_UNPRINTED = re.compile(f"[{_UNSEEN}\u2028\u2029]")

_OPENING = r"[(\"'\u201c\u2018]*"
_CLOSING = r"[)\"'\u201d\u2019.,;:!?…]*"
_INNER = r"(?:['\u2019-][^\W\d_]+)*"
_TOKEN = re.compile(rf"({_OPENING})`([^`]+)`({_CLOSING})(?=\s|$)|(\S+)")
_WORD = re.compile(rf"{_OPENING}(?:[^\W\d_]+{_INNER}|\d{{4}}-\d\d-\d\d|\d{{1,6}}(?:[.,:]\d{{1,6}})*%?){_CLOSING}")
_STOPS = frozenset("\N{EN DASH}—→·✓✗!?%:")
_LIST = re.compile(r"\d+[.)]")
_HEX = re.compile(r"[0-9a-fA-F]{7}")
_TICKS = re.compile("`+")
_COLOUR = r"(?:\x1b\[[0-9;]*m)*"
_COMMAND = re.compile(rf"(?m)^((?:[^\S\n]|\x1b\[[0-9;]*m)*:)({_COLOUR}:)")
_OLD_COMMAND = re.compile(rf"(#{_COLOUR}#)({_COLOUR}(?:\w{_COLOUR}){{0,40}}\[)")
_ESCAPED_COMMAND = re.compile(r"##(?=\w{0,40}\[)")


def clean(text: str) -> str:
    """Drop what cannot be seen and what steers a terminal; every line break becomes one newline."""
    text = _BREAKS.sub("\n", text)
    text = _ESCAPES.sub("", text)
    return _LONE.sub("\ufffd", _INVISIBLE.sub("", text))


def block(text: str, limit: int) -> str:
    """Several lines, at most `limit` characters."""
    text = clean(text[: 4 * limit + 1_000])
    return text if len(text) <= limit else text[: limit - 1] + ELLIPSIS


def line(text: str, limit: int = 200) -> str:
    """One line, at most `limit` characters, single spaces."""
    return block(" ".join(clean(text[: 4 * limit + 1_000]).split()), limit)


def code(text: str, limit: int = 120, *, cell: bool = False) -> str:
    """A Markdown code span. In a table `cell` a pipe needs its backslash even in code."""
    text = line(text, limit)
    if not text:
        return EMPTY
    ticks = "`" * (_longest(text) + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    if cell:
        text = text.replace("|", r"\|")
    return f"{ticks}{pad}{text}{pad}{ticks}"


def prose(text: str, limit: int = 400, *, cell: bool = False) -> str:
    """A sentence for Markdown: plain words plain, everything else as code."""
    return _prose(text, limit, plain=str, verbatim=lambda part: code(part, limit, cell=cell))


def html_code(text: str, limit: int = 120) -> str:
    return f"<code>{html.escape(line(text, limit))}</code>"


def html_prose(text: str, limit: int = 200) -> str:
    """A sentence for a raw HTML line such as `<summary>`, where Markdown is not read and references still are."""
    return _prose(text, limit, plain=html.escape, verbatim=lambda part: html_code(part, limit))


def fence(text: str, info: str = "") -> str:
    """A fenced block, its fence longer than any run of backticks inside."""
    text = clean(text)
    ticks = "`" * max(3, _longest(text) + 1)
    return f"{ticks}{info}\n{text}\n{ticks}"


def log(text: str) -> str:
    """Text for a job's log in which the runner finds no command.

    The runner reads `::name::` at the start of a line, after any white space, and `##[name]` anywhere in one; Azure's
    reads `##vso[name]`, TeamCity's `##teamcity[name]`. All are broken by characters that stay visible, and what is
    unseen goes, because .NET may skip ignorable characters when it compares. Colours are kept.
    """
    text = _LONE.sub("\ufffd", _COLOURED.sub(lambda match: match[1] or "", _BREAKS.sub("\n", text)))
    return _COMMAND.sub(r"\1 \2", _OLD_COMMAND.sub(r"\1 \2", text))


def json(text: str) -> str:
    """A JSON document that means the same, with nothing unseen in it and nothing that the runner obeys."""
    text = _ESCAPED_COMMAND.sub(r"#\\u0023", _LONE.sub("\ufffd", text))
    return _UNPRINTED.sub(lambda match: _escaped(match[0]), text)


def _escaped(character: str) -> str:
    if character == "\n":
        return character
    units = character.encode("utf-16-be").hex()
    return "".join(rf"\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def _longest(text: str) -> int:
    return max((len(run) for run in _TICKS.findall(text)), default=0)


def _prose(text: str, limit: int, *, plain: Callable[[str], str], verbatim: Callable[[str], str]) -> str:
    parts: list[str] = []
    odd: list[str] = []
    for match in _TOKEN.finditer(line(text, limit)):
        before, span, after, word = match.groups()
        if span is None and not _is_plain(word, first=not (parts or odd)):
            odd.append(word)
            continue
        parts += _verbatim(odd, verbatim)
        odd = []
        parts.append(plain(word) if span is None else plain(before) + verbatim(span) + plain(after))
    return " ".join([*parts, *_verbatim(odd, verbatim)])


def _verbatim(odd: list[str], verbatim: Callable[[str], str]) -> list[str]:
    return [verbatim(" ".join(odd))] if odd else []


def _is_plain(word: str, *, first: bool) -> bool:
    if first and _LIST.fullmatch(word):
        return False
    return word in _STOPS or (_WORD.fullmatch(word) is not None and _HEX.search(word) is None)
