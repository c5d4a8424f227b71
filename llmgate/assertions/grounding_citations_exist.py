"""`grounding:citations-exist`: what the answer cites is among the documents it was given."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pydantic import BaseModel, Field

from llmgate.assertions import fields, judgement
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject

MAX_CITATION_CHARS = 300

_FENCE = re.compile(r"^ {0,3}(?:```|~~~)")
_INLINE_CODE = re.compile(r"`[^`\n]*+`")
_BRACKETS = re.compile(rf"\[([^\[\]\n]{{1,{MAX_CITATION_CHARS}}})\](?!\()")
_DEFINITION = re.compile(r"^ {0,3}\[[^\[\]\n]+\]:")
_TASK_BOXES = frozenset({"x", "X"})
_ID_LIKE = re.compile(r"[0-9#/_]|\w[.:-]\w\w")


class GroundingCitationsExist(BaseModel):
    """Every `[id]` that the answer cites is the id of a document that the model saw, and it cites at least one.

        {type: "grounding:citations-exist"}

    A citation is a text in square brackets, on one line, of at most 300 characters, that is either the id of a
    document, or a list of pieces between commas or semicolons, each of which counts if it has no white space and looks
    like an id: it has a digit, `#`, `/` or `_`, or a `.`, `:` or `-` within a word. If some document's own id looks
    otherwise (`returns`), any piece without white space counts. So `[returns.md#3]` and `[1, 2]` are citations;
    `[sic]` and `[the customer]` are not.

    Code (fenced, or between backticks), links `[text](url)`, definitions of links (`[1]: https://…` at the beginning of
    a line), footnotes `[^1]` and task boxes `[x]` are left out; `[1][2]` are two citations. Ids are compared exactly.
    """

    model_config = fields.STRICT

    required: bool = Field(default=True, strict=True, description="Whether an answer that cites nothing fails.")

    def grade(self, subject: Subject) -> Judgement:
        known = {document.id for document in subject.trace.documents}
        cited = dict.fromkeys(citations(subject.output, known))
        unknown = [name for name in cited if name not in known]
        if unknown:
            return judgement.verdict(passed=False, reason=f"no such document: {judgement.listed(unknown)}")
        if not cited:
            return judgement.verdict(not self.required, "the answer cites nothing")
        return judgement.verdict(passed=True, reason=f"cited and retrieved: {judgement.listed(cited)}")


def citations(output: str, known: set[str]) -> Iterator[str]:
    plain_ids = not all(_ID_LIKE.search(name) for name in known)
    for line in _prose(output):
        for bracketed in _BRACKETS.finditer(line):
            text = bracketed.group(1)
            if text in known:
                yield text
            elif text not in _TASK_BOXES and not text.startswith("^"):
                yield from _pieces(text, known, plain_ids=plain_ids)


def _pieces(text: str, known: set[str], *, plain_ids: bool) -> Iterator[str]:
    for piece in map(str.strip, re.split("[,;]", text)):
        if piece in known or (piece and len(piece.split()) == 1 and (plain_ids or _ID_LIKE.search(piece))):
            yield piece


def _prose(output: str) -> Iterator[str]:
    """The lines outside of code, with inline code taken out."""
    fence = ""
    for line in output.splitlines():
        if mark := _FENCE.match(line):
            kind = mark.group().strip()
            fence = kind if not fence else "" if kind == fence else fence
        elif not fence:
            yield _INLINE_CODE.sub(" ", _DEFINITION.sub(" ", line))
