"""`python`: a function in a file of the user's repository, or Python in the fixture, finds that the output is good."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from typing import Annotated, Final

from pydantic import BaseModel, Field, JsonValue, field_validator

from llmgate.assertions import fields, judgement, returned
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.returned import Returned
from llmgate.assertions.subject import Subject
from llmgate.errors import CannotJudge
from llmgate.message import Message
from llmgate.trial import Grade

FILE: Final = "file://"
DEFAULT: Final = "get_assert"
MAX_CODE_CHARS = 20_000
MAX_METRIC_CHARS = 200

_FUNCTION: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}(?:\.[A-Za-z_][A-Za-z0-9_]{0,99})?")


class Python(BaseModel):
    """Python of your repository finds that the output is good: an expression, lines that `return`, or a function.

        {type: python, value: "len(output) < 100"}

    `value` is one expression, or several lines, in which `output` and `context` are known; or `file://`, a path from
    the root of the repository and, after a colon, the name of a function `(output, context)`, without which it is
    `get_assert`. `docs/custom-assertions.md` lists what `context` holds. Code grades from the base only: the file as
    it is there, and code in a fixture where a fixture of the base has the very same. It runs in a process of its own
    without network, files and environment. An empty output is graded too.

    True and False decide. A number passes from `threshold` on, or above 0 where there is none. A mapping has `pass` (or
    `pass_`), `score` and `reason`, and fails below `threshold` too; its `namedScores` are metrics, and its
    `componentResults` decide nothing. Text is read as promptfoo reads it: "true", "false", a mapping in JSON, a number
    at its beginning. `not-` turns the verdict around and keeps a score that is a number.

    What promptfoo counts as a failed execution cannot be judged here, never a pass: anything else that is returned
    (NaN, None, a list, a mapping without `reason`), an error, and more than 5 seconds. In a weighted mean a score above
    1 counts as 1, and one below 0 as 0. `value` is no template; of an imported suite its variables are filled in.
    """

    model_config = fields.STRICT

    value: Annotated[str, Field(strict=True, min_length=1, max_length=MAX_CODE_CHARS)] = Field(
        description="The code, or `file://` and the path of a file of the repository, with `:name` for a function."
    )
    threshold: Annotated[float, Field(strict=True)] | None = Field(
        default=None, description="The smallest score that passes."
    )
    config: dict[str, JsonValue] | None = Field(default=None, description="What the code finds under `config`.")

    @field_validator("value")
    @classmethod
    def _names_a_file_of_the_repository(cls, value: str) -> str:
        if value.startswith(FILE):
            path, colon, function = value.removeprefix(FILE).partition(":")
            if {"", ".", ".."} & set(path.split("/")) or "\\" in path or not path.isprintable():
                raise ValueError("a file is named relative to the repository's root, without '.' and '..'")
            if not path.endswith(".py"):
                raise ValueError(f"{judgement.quoted(path)} is no file of Python")
            if colon and _FUNCTION.fullmatch(function) is None:
                raise ValueError(f"{judgement.quoted(function)} is no name of a function")
        elif not value.strip():
            raise ValueError("there is no code")
        return value

    @property
    def path(self) -> str | None:
        """The file, where the code stands in one."""
        return self.value.removeprefix(FILE).partition(":")[0] if self.value.startswith(FILE) else None

    @property
    def function(self) -> str:
        return (self.value.removeprefix(FILE).partition(":")[2] if self.path else "") or DEFAULT

    @property
    def code(self) -> str:
        if self.path is not None:
            return f"{FILE}{self.path}:{self.function}"
        return _digest(self.value)

    @property
    def named(self) -> str:
        if self.path is not None:
            return f"function {self.function} in {judgement.quoted(self.path)}"
        return f"Python code {judgement.quoted(self.value)}"

    @property
    def key(self) -> str:
        """Name the question: the code and its settings."""
        return _digest(json.dumps([self.code, self.config], sort_keys=True))

    def asked(self, subject: Subject) -> dict[str, JsonValue]:
        return {"output": subject.output, "context": {**context(subject), **self._settings}}

    @property
    def _settings(self) -> dict[str, JsonValue]:
        return {} if self.config is None else {"config": self.config}

    def grade(self, subject: Subject) -> Judgement:
        found = self._returned(subject)
        return _judged(found, passed=found.passed)

    def refute(self, subject: Subject) -> Judgement:
        found = self._returned(subject)
        return _judged(found, passed=not found.passed)

    def _returned(self, subject: Subject) -> Returned:
        _ = subject.output  # too long an output is told as that
        remark = subject.trace.remarks.get(self.key)
        if remark is None:
            remedy = "it grades once it is merged; see docs/custom-assertions.md"
            raise CannotJudge(f"the base has no {self.named}", id="check-missing", remedy=remedy)
        if remark.error is not None:
            raise CannotJudge(f"{self._label}: {remark.error}", id="check-failed")
        try:
            found = returned.read(remark.result, self.threshold)
        except CannotJudge as error:
            raise CannotJudge(f"{self._label}: {error.message}", id="check-failed", remedy=error.remedy) from error
        return replace(found, reason=f"{self._label}: {found.reason}")

    @property
    def _label(self) -> str:
        """Tell it apart from others of its fixture: by its function, or by the first words of its code."""
        return f"{self.path}:{self.function}" if self.path else judgement.quoted(self.value)


def context(subject: Subject) -> dict[str, JsonValue]:
    """Say what promptfoo's code finds in `context`, as far as there is such a thing here."""
    variables = {**_context_variable(subject), **subject.variables}
    found: dict[str, JsonValue] = {"vars": variables, "test": {"vars": variables}}
    if (prompt := _prompt(subject)) is not None:
        found["prompt"] = prompt
    logprobs = turns[-1].completion.logprobs if (turns := subject.trace.turns) else None
    return found if logprobs is None else {**found, "logProbs": list(logprobs)}


def _context_variable(subject: Subject) -> dict[str, JsonValue]:
    """The text of the documents, which an imported suite had among its variables."""
    text = subject.context
    if text is None:
        text = "\n\n".join(f"[{document.id}] {document.text}" for document in subject.trace.documents)
    return {"context": text} if text else {}


def _prompt(subject: Subject) -> str | None:
    """What was sent at first: one text, or the messages as JSON; what the model and its tools added is left out."""
    if subject.trace.request is None:
        return None
    messages = subject.trace.request.messages
    later = max(len(subject.trace.turns) - 1, 0)
    answers = [place for place, message in enumerate(messages) if message.role == "assistant"]
    if 0 < later <= len(answers):
        messages = messages[: answers[-later]]
    return _written(messages)


def _written(messages: tuple[Message, ...]) -> str:
    if len(messages) == 1:
        return messages[0].text
    said = [{"role": message.role, "content": message.text} for message in messages]
    return json.dumps(said, ensure_ascii=False)


def _judged(found: Returned, *, passed: bool) -> Judgement:
    score = float(passed) if found.score is None else found.score
    return Judgement(
        passed=passed,
        score=_share(score),
        reason=found.reason,
        parts=tuple(_metric(name, score) for name, score in sorted(found.named_scores.items())),
    )


def _metric(name: str, score: float) -> Grade:
    """A named score: it is measured, and fails nothing."""
    metric = judgement.printable(name, MAX_METRIC_CHARS)
    reason = f"it gives {score:g}"
    return Grade(assertion="python", passed=True, score=_share(score), reason=reason, weight=0.0, metric=metric)


def _share(score: float) -> float:
    return min(1.0, max(0.0, score))


def _digest(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
