"""Foreign texts, made of what means something where they are shown, and reports that are full of them."""

import sys
import unicodedata

from hypothesis import strategies as st

from tests.attacks import COMMANDS, MARKDOWN
from tests.unit.renderers import samples


def _separates(character):
    """Tell what ends a line, is a space or is not seen somewhere."""
    return character.isspace() or unicodedata.category(character) in {"Zs", "Zl", "Zp", "Cc", "Cf"}


WORDS = st.sampled_from(
    [
        "`",
        "```",
        "\n",
        "\n\n",
        "|",
        "\\",
        "@a",
        "#1",
        "GH-1",
        "deadbeef",
        "<!--",
        "-->",
        "<b>",
        "</details>",
        "&#64;",
        "[",
        "](",
        "https://e.com",
        "www.e.com",
        "!",
        "![",
        "$",
        ":a:",
        "::error::",
        "##[error]",
        "\r",
        "\x1b[",
        "\u202e",
        "\u200b",
        "~~~",
        "    ",
        "\t",
        "1. ",
        "- ",
        "# ",
        "> ",
        "===",
        "---",
        "*",
        "_",
        "a",
        "word",
        "é",
        "🙂",
        "\ud800",
        "\x00",
        "\xa0",
        "^1",
        "=",
        "(",
    ]
)
SEPARATORS = [chr(code) for code in range(sys.maxunicode + 1) if _separates(chr(code))]
PIECES = WORDS | st.sampled_from(SEPARATORS)
ATTACKS = st.sampled_from([text for text in (*MARKDOWN.values(), *COMMANDS) if len(text) < 1_000])
TEXTS = st.one_of(st.lists(PIECES, max_size=12).map("".join), st.text(max_size=30))
HOSTILE = st.one_of(TEXTS, st.lists(ATTACKS | PIECES, min_size=1, max_size=4).map("".join))
REPORTS = st.sampled_from(sorted(samples.BY_NAME))


def filled(name, texts):
    """A report whose texts are these, in turn."""
    turn = 0

    def change(_):
        nonlocal turn
        turn += 1
        return texts[turn % len(texts)]

    return samples.with_text(samples.BY_NAME[name], change)
