"""`chunk` and `options` of a retrieval entry → what its splitter and its engine are told, checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, ValidationError, model_validator

MAX_COMMAND_WORDS = 64
MAX_WORD_CHARS = 1_000


class _Options(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Chunking(_Options):
    """How documents are split, in characters."""

    size: int = Field(gt=0, description="The longest chunk.")
    overlap: int = Field(default=0, ge=0, description="How much of a chunk the next one repeats.")

    @model_validator(mode="after")
    def _goes_on(self) -> Self:
        if self.overlap >= self.size:
            raise ValueError("the overlap must be smaller than the size: chunks would never end")
        return self


class Fts5Options(_Options):
    """SQLite's FTS5. `tokenizer` is one of its own; `remove_diacritics` is of `unicode61`, alone or below `porter`."""

    tokenizer: Literal["unicode61", "porter", "ascii", "trigram"] = "unicode61"
    remove_diacritics: Literal[0, 1, 2] = 1


class Bm25Options(_Options):
    """Okapi BM25: `k1` is how soon a repeated word stops to count, `b` how much a long text pays for its length."""

    k1: float = Field(default=1.2, ge=0, le=10)
    b: float = Field(default=0.75, ge=0, le=1)


Key = Annotated[str, Field(min_length=1, max_length=200)]


def _plain_path(path: str) -> str:
    if {".", ".."} & set(path.split("/")):
        raise ValueError("a path has no '.' or '..' in it")
    return path


class HttpOptions(_Options):
    """A search service. `host` is a key of `policy.retrieval_hosts`; the other keys say how it is asked and answers.

    `path` is put behind the path that the policy gives the host.

    The body is `body` with the words under `query` and the number of documents under `limit`. The answer has a list
    at `results`, a path of keys with dots between them (empty: the answer is the list), and each of its items the
    named fields; `score` and `document` may be absent.
    """

    host: Key
    path: Annotated[str, Field(pattern=r"^(/[A-Za-z0-9._~-]+)*$", max_length=300), AfterValidator(_plain_path)] = ""
    body: dict[str, JsonValue] = Field(default_factory=dict)
    query: Key = "query"
    limit: Key = "top_k"
    results: Annotated[str, Field(max_length=200)] = "documents"
    id: Key = "id"
    document: Key = "document"
    text: Key = "text"
    score: Key = "score"


def _no_nul(word: str) -> str:
    if "\0" in word:
        raise ValueError("a word of a command has no NUL in it")
    return word


Word = Annotated[str, Field(max_length=MAX_WORD_CHARS), AfterValidator(_no_nul)]
Command = Annotated[tuple[Word, ...], Field(min_length=1, max_length=MAX_COMMAND_WORDS)]


class CommandOptions(_Options):
    """A program of the repository. `command` is its words, as `policy.commands` lists them; no shell reads them.

    `files` are patterns of the files that it needs besides the corpus.
    """

    command: Command
    files: tuple[Annotated[str, Field(min_length=1, max_length=300)], ...] = ()
    timeout_s: float = Field(default=30.0, gt=0, le=300)


OPTIONS: dict[str, type[_Options]] = {
    "fts5": Fts5Options,
    "bm25": Bm25Options,
    "http": HttpOptions,
    "command": CommandOptions,
}


def check(engine: str, options: Mapping[str, JsonValue]) -> None:
    """Check the options of an engine that llmgate runs; those of others are anybody's.

    Raises:
        ValueError: with the place and the reason of the first fault.
    """
    if (model := OPTIONS.get(engine)) is None:
        return
    try:
        model.model_validate(dict(options))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, ("options", *first["loc"])))
        unknown = f"engine {engine} knows {', '.join(sorted(model.model_fields))}"
        reason = unknown if first["type"] == "extra_forbidden" else first["msg"].removeprefix("Value error, ")
        raise ValueError(f"{place}: {reason}") from error
