"""`llm` and `uses: github/…` of a `.prompt.yml` → a criterion for the policy's judge, or why there is none.

`gh models eval` passes an answer of its judge from the first choice that it contains and that has a score above 0. The
criterion asks for just that: https://github.com/github/gh-models/tree/main/cmd/eval
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from pydantic import JsonValue

from llmgate import documents
from llmgate.assertions.llm_rubric import MAX_CRITERION_CHARS
from llmgate.capture.suites import values

MAX_CHOICES = 50
MAX_CHOICE_CHARS = 200
MAX_PLACES = 100

_OUTPUT = "completion"
_NAMED = re.compile(r"\{\{-?[ \t\n]{0,20}(\w{1,100})")

_BETTER_THAN_WORST = {
    "similarity": (
        "`output` says, at least in part, the same as this correct answer to the question in `input`: {expected}"
    ),
    "coherence": (
        "`output` is not wholly incoherent: it is more than disjointed words that make no sentence with a meaning and "
        "have no connection to the question in `input`."
    ),
    "fluency": (
        "`output` shows more than a minimal command of its language: it is not for the most part incomprehensible."
    ),
    "relevance": "`output` is not unrelated to the question in `input`: it tries to answer it, rightly or not.",
    "groundedness": "`output` relates to the question in `input` or to this context: {expected}",
}
"""Of the five stars that GitHub's own evaluators give, all but the first have a score above 0."""

_FAMILY = "github/"
_MODEL = "openai/gpt-4o"


class Refused(Exception):
    """Why an evaluator has no like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the policy's judge is asked in an evaluator's place, and whom the evaluator would have asked."""

    criterion: str
    instead_of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    word: str
    passes: bool


def judged(evaluator: Mapping[str, Any], variables: Mapping[str, JsonValue]) -> Judged:
    """Say what is asked of a case with these variables.

    Raises:
        Refused: where no criterion means what the evaluator does.
        Unfilled: where its prompt is a template of another kind.
    """
    if isinstance(written := evaluator.get("llm"), dict):
        return Judged(criterion=_of_prompt(written, variables), instead_of=str(written.get("modelId") or "no model"))
    uses = str(evaluator.get("uses") or "no kind that is known")
    if (criterion := _BETTER_THAN_WORST.get(uses.removeprefix(_FAMILY))) is None or not uses.startswith(_FAMILY):
        raise Refused(uses)
    if "{expected}" not in criterion:
        return Judged(criterion=criterion, instead_of=_MODEL)
    given = variables.get("expected")
    expected = values.number(given) if isinstance(given, int | float) else given
    if not isinstance(expected, str) or not expected.strip():
        raise Refused(f"{uses} compares with `expected`, and the case has no such text")
    quoted = json.dumps(expected, ensure_ascii=False)
    return Judged(criterion=criterion.format(expected=quoted), instead_of=_MODEL)


def _of_prompt(written: dict[str, Any], variables: Mapping[str, JsonValue]) -> str:
    text = str(written.get("prompt") or "")
    system = str(written.get("systemPrompt") or "").strip()
    if (length := len(system) + len(text)) > MAX_CRITERION_CHARS:
        raise Refused(f"its prompt has {length} characters; a criterion has at most {MAX_CRITERION_CHARS}")
    if (places := text.count("{{")) > MAX_PLACES:
        raise Refused(f"its prompt has {places} places to fill; at most {MAX_PLACES} are filled")
    named = set(_NAMED.findall(text))
    if _OUTPUT not in named:
        raise Refused(f"its prompt does not show the answer, {{{{{_OUTPUT}}}}}")
    if unknown := sorted(named - variables.keys() - {_OUTPUT}):
        raise Refused(f"its prompt names {documents.quoted(unknown[0])}, which the case does not have")
    choices = _choices(written.get("choices"))
    question = values.filled(text, {**variables, _OUTPUT: "`output`"})
    passing = _listed(choice for choice in choices if choice.passes)
    every = _listed(choices)
    head = f"Of the answers {every} to the question below about `output`, the right one is {passing}. The question:"
    return "\n\n".join(filter(None, (head, system, question.strip())))


def _choices(written: Any) -> tuple[_Choice, ...]:
    if not isinstance(written, list) or not written or len(written) > MAX_CHOICES:
        raise Refused(f"it needs 1 to {MAX_CHOICES} `choices`")
    found = tuple(map(_choice, written))
    if len({choice.passes for choice in found}) == 1:
        raise Refused("all of its choices pass" if found[0].passes else "none of its choices has a score above 0")
    for first, second in combinations(found, 2):
        if first.passes is not second.passes and first.word.lower() in second.word.lower():
            words = f"{documents.quoted(first.word)} is part of {documents.quoted(second.word)}"
            raise Refused(f"its choice {words} and taken for it, so that it passes other answers than it seems to")
    return found


def _choice(written: Any) -> _Choice:
    word, score = (written.get("choice"), written.get("score", 0)) if isinstance(written, dict) else (None, None)
    word = values.number(word) if isinstance(word, int | float) else word
    if not isinstance(word, str) or not 0 < len(word.strip()) <= MAX_CHOICE_CHARS or not isinstance(score, int | float):
        raise Refused("each of its choices needs a short `choice` and a `score`")
    return _Choice(word=word, passes=score > 0)


def _listed(choices: Iterable[_Choice]) -> str:
    return " or ".join(json.dumps(choice.word, ensure_ascii=False) for choice in choices)
