"""A body with `{{ names }}` in its texts, and a question → the body that is posted."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from pydantic import JsonValue

from llmgate import documents
from llmgate.config.applications import PLACEHOLDER
from llmgate.errors import RenderError

MAX_BODY_BYTES = 8 * 1024 * 1024
MAX_NAME_CHARS = 100


def filled(body: JsonValue, question: Mapping[str, JsonValue]) -> bytes:
    """Fill a body in; without one the whole question is it. A text that is one name alone becomes that JSON value.

    Raises:
        RenderError: where the question has no such part, or the body becomes too large.
    """
    whole = dict(question) if body is None else _Filling(question).value(body)
    data = json.dumps(whole, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8", "replace")
    if len(data) > MAX_BODY_BYTES:
        raise _too_large()
    return data


class _Filling:
    """Fills one body in; all that is put into it counts, as one part may be put in many times."""

    def __init__(self, question: Mapping[str, JsonValue]) -> None:
        self._question = question
        self._sizes: dict[str, int] = {}
        self._left = MAX_BODY_BYTES

    def value(self, body: JsonValue) -> JsonValue:
        match body:
            case dict():
                return {name: self.value(item) for name, item in body.items()}
            case list():
                return [self.value(item) for item in body]
            case str():
                whole = PLACEHOLDER.fullmatch(body)
                return self._part(whole[1]) if whole else PLACEHOLDER.sub(self._text, body)
            case _:
                return body

    def _text(self, found: re.Match[str]) -> str:
        part = self._part(found[1])
        return part if isinstance(part, str) else _written(part)

    def _part(self, name: str) -> JsonValue:
        part: JsonValue = dict(self._question)
        for key in name.split("."):
            part = _inside(part, key, name)
        if name not in self._sizes:
            self._sizes[name] = len(_written(part))
        self._left -= self._sizes[name]
        if self._left < 0:
            raise _too_large()
        return part


def _inside(holder: JsonValue, key: str, name: str) -> JsonValue:
    if isinstance(holder, dict) and key in holder:
        return holder[key]
    if isinstance(holder, list) and key.isdecimal() and int(key) < len(holder):
        return holder[int(key)]
    raise RenderError(
        f"the body names {{{{ {documents.printable(name, MAX_NAME_CHARS)} }}}}, which the question does not have",
        id="no-value",
        remedy="name a part of the question, such as `variables.NAME`, and give it in the fixture",
    )


def _written(part: JsonValue) -> str:
    return json.dumps(part, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _too_large() -> RenderError:
    return RenderError(
        f"the body that would be posted has more than {MAX_BODY_BYTES:,} bytes",
        id="render-too-large",
        remedy="Post less of the question.",
    )
