"""Texts and tags → HTML: every text is escaped, and what cannot be seen is dropped."""

from __future__ import annotations

import html
from collections.abc import Sequence

from llmgate.renderers import figures, inert
from llmgate.renderers.parts import Code, Part, Prose, Sentence, Strong

NAME_CHARS = 300
CODE_CHARS = 300
PROSE_CHARS = 2_000
_VOID = frozenset({"meta", "circle", "line", "rect", "path", "input"})


class Html(str):
    """Markup that was built by `tag`, and is not escaped again."""

    __slots__ = ()


def tag(name: str, /, *children: str, **attributes: str | bool | None) -> Html:
    """Build an element. An underscore in an attribute's name stands for a hyphen, one at its end for nothing."""
    given = "".join(_attribute(key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items())
    if name in _VOID:
        return Html(f"<{name}{given}/>" if name not in ("meta", "input") else f"<{name}{given}>")
    return Html(f"<{name}{given}>{joined(*children)}</{name}>")


def joined(*children: str) -> Html:
    return Html("".join(child if isinstance(child, Html) else text(child) for child in children))


def text(words: str) -> Html:
    return Html(html.escape(inert.clean(words), quote=False))


def _attribute(name: str, value: str | bool | None) -> str:  # noqa: FBT001 - HTML has attributes that are there or not
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{html.escape(inert.clean(value))}"'


def sentence(parts: Sentence) -> Html:
    return joined(*(_part(part) for part in parts))


def _part(part: Part) -> Html:
    match part:
        case Code(words):
            return tag("code", inert.line(words, CODE_CHARS) or figures.NONE)
        case Prose(words):
            return text(inert.line(words, PROSE_CHARS))
        case Strong(words):
            return tag("strong", words)
        case str():
            return text(part)


def table(caption: str, head: tuple[str, ...], rows: Sequence[tuple[str, ...]], *, class_: str = "") -> Html:
    """Build a table; the first cell of a row is its heading."""
    columns = tag("tr", *(tag("th", name, scope="col") for name in head))
    body = (
        tag("tr", tag("th", first, scope="row"), *(tag("td", cell, data_label=name) for name, cell in labelled))
        for first, *rest in rows
        for labelled in [list(zip(head[1:], rest, strict=True))]
    )
    parts = (tag("caption", caption, class_="unseen"), tag("thead", columns), tag("tbody", *body))
    return tag(
        "div",
        tag("table", *parts, class_=class_ or None),
        class_="scroll",
        tabindex="0",
        role="group",
        aria_label=caption,
    )
