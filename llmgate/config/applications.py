"""`targets` that are applications → their entries: how one is run or asked, and what it is made of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal, Self
from urllib.parse import unquote

from pydantic import Field, JsonValue, model_validator

from llmgate.config.noun import Name, Noun, Patterns
from llmgate.engine_options import Command

MAX_TIMEOUT_S = 900
INPUT_FILE = "{input_file}"
"""Stands among a command's words for the file that the question is written to."""
PLACEHOLDER = re.compile(r"\{\{ *([A-Za-z_][\w-]*(?:\.[\w-]+)*) *\}\}", re.ASCII)
"""Stands in the texts of a service's body for a part of the question."""
RESERVED = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "expect",
        "host",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
    | {"traceparent", "x-llmgate-token"}
)
"""Headers that the gate or HTTP itself sets."""

Variable = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=100)]
Value = Annotated[str, Field(max_length=4000, pattern=r"^[^\x00]*$")]
Header = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+$", max_length=60)]
Pointer = Annotated[str, Field(pattern=r"^(/.*)?$", max_length=300)]
HeaderValue = Annotated[str, Field(pattern=r"^([!-~]([ -~]*[!-~])?)?$", max_length=4000)]


class Setup(Noun):
    """What makes an application ready in its own copy of a revision: a command, once for equal inputs.

    `inputs` are the files that its outcome depends on, `output` the folder that it leaves, which is kept.
    """

    run: Command = Field(description="The program and its arguments; no shell.")
    inputs: Patterns = Field(min_length=1, description="The files that the outcome depends on.")
    output: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$", max_length=200)] = Field(
        description="The folder that it leaves, which is kept."
    )
    timeout_s: float = Field(default=300.0, gt=0, le=1800, description="Seconds.")

    @model_validator(mode="after")
    def _stays_inside(self) -> Self:
        if {".", ".."} & set(self.output.split("/")):
            raise ValueError("`output` is a folder of the repository, without '.' or '..'")
        return self


class Application(Noun):
    """What every application has: the files that it is made of, and the models that it may ask.

    `timeout_s` and `max_calls` bound one trial.
    """

    files: Patterns = Field(min_length=1, description="The files that it is made of.")
    models: tuple[Name, ...] = Field(default=(), description="Entries of `models` that it may ask.")
    retrieval: Name | None = Field(
        default=None, description="An entry of `retrieval`, whose changes then count for this target."
    )
    timeout_s: float = Field(default=120.0, gt=0, le=MAX_TIMEOUT_S, description="Seconds, for one trial.")
    max_calls: int = Field(default=20, ge=1, le=200, description="Calls of models, for one trial.")

    @property
    def made_of(self) -> tuple[str, ...]:
        """The patterns of all files that it is run from, and so compared by."""
        return self.files


class Process(Application):
    """An application that llmgate runs in a copy of each revision."""

    setup: Setup | None = Field(default=None, description="What makes it ready.")
    env: dict[Variable, Value] = Field(default_factory=dict, description="Variables that it gets.")

    @property
    def made_of(self) -> tuple[str, ...]:
        return (*self.files, *(self.setup.inputs if self.setup else ()))


class CommandEntry(Process):
    """A program: the question as JSON on its standard input or in `{input_file}`, the answer on its standard output.

    `worker` programs live on and answer one line of JSON with one line of JSON. `answer: text` takes all of the output
    as the answer's text.
    """

    kind: Literal["command"] = Field(description="A program.")
    run: Command = Field(description="The program and its arguments; no shell.")
    worker: bool = Field(default=False, description="One process answers many questions, a line of JSON each.")
    answer: Literal["json", "text"] = Field(default="json", description="`text`: all of its output is the answer.")

    @model_validator(mode="after")
    def _has_one_way(self) -> Self:
        if self.worker and (self.answer == "text" or any(INPUT_FILE in word for word in self.run)):
            raise ValueError("a worker reads and writes lines of JSON: it has neither `answer: text` nor {input_file}")
        return self


class PythonEntry(Process):
    """A callable `module:name` in a worker process: it takes the question as a dict and returns text or a dict.

    `python` is the interpreter, of the application's copy or of PATH; `path` are folders to import from beside the
    application's own.
    """

    kind: Literal["python"] = Field(description="A callable.")
    call: Annotated[str, Field(pattern=r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$", max_length=200)] = Field(
        description="`module:name`; it takes the question as a dict and returns text or a dict."
    )
    python: Annotated[str, Field(min_length=1, max_length=300)] = Field(
        default="python3", description="The interpreter."
    )
    path: Patterns = Field(default=(), description="Folders to import from.")


class HttpEntry(Application):
    """A service that answers on each arm's address, which is given to the gate beside the configuration.

    `body` is what is posted to `path`: in its texts, `{{ name }}` stands for a part of the question. `output`,
    `documents` and `tool_calls` are JSON pointers into the answer; without `output` the whole answer is the text.
    """

    kind: Literal["http"] = Field(description="A service that already runs, one for each arm.")
    path: Annotated[str, Field(pattern=r"^/[!-~]*$", max_length=300)] = Field(
        default="/", description="Where questions are posted to, below the service's address."
    )
    body: JsonValue = Field(default=None, description="What is posted; the question where it is left out.")
    headers: dict[Header, HeaderValue] = Field(default_factory=dict, description="Headers that go along.")
    output: Pointer | None = Field(default=None, description="Where the answer is in the reply: a JSON pointer.")
    documents: Pointer | None = Field(default=None, description="Where the documents are that it found.")
    tool_calls: Pointer | None = Field(default=None, description="Where the calls of tools are that it made.")

    @model_validator(mode="after")
    def _stays_below_the_address(self) -> Self:
        if {".", ".."} & set(unquote(self.path.partition("?")[0]).split("/")):
            raise ValueError("`path` goes on from the service's address, without '.' or '..'")
        return self

    @model_validator(mode="after")
    def _leaves_the_gates_headers(self) -> Self:
        if taken := sorted(RESERVED & {name.lower() for name in self.headers}):
            raise ValueError(f"the header '{taken[0]}' is set by the gate, or by HTTP itself")
        return self

    @model_validator(mode="after")
    def _names_parts_of_the_question(self) -> Self:
        for text in _texts(self.body):
            if "{{" in PLACEHOLDER.sub("", text):
                raise ValueError(
                    "in `body`, {{ and }} stand around a name such as `variables.question`, and nothing else"
                )
        return self


def _texts(value: JsonValue) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


ProcessEntry = CommandEntry | PythonEntry
ApplicationEntry = ProcessEntry | HttpEntry


class ApplicationSettings(Noun):
    """Whether applications of strangers run, and which of the gate's own variables all applications get."""

    forks: Literal["refuse", "run"] = Field(
        default="refuse", description="Whether applications of pull requests from forks run."
    )
    environment: tuple[Variable, ...] = Field(default=(), description="Variables of the gate that applications get.")
