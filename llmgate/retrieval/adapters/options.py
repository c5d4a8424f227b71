"""`options` of a retrieval entry in llmgate.yaml → checked options of one adapter, or all that is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, StrictBool, StrictInt, ValidationError

from llmgate import hosts
from llmgate.documents import printable
from llmgate.errors import UsageError

MAX_QUOTED_CHARS = 300

_ADDRESS = re.compile(r"(https?://[^/?#@]+)((?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*)/?")

FieldPath = Annotated[str, Field(pattern=r"^[\w-]+(\.[\w-]+)*$", max_length=200)]
Scalar = StrictBool | StrictInt | Annotated[str, Field(max_length=1_000)]


def _address(url: str) -> str:
    match = _ADDRESS.fullmatch(url)
    if match is None:
        raise ValueError("expected https://host:port, with a path of plain segments where the store has one")
    return hosts.origin(match[1]) + match[2]


def _not_dots(name: str) -> str:
    if name in (".", ".."):
        raise ValueError("'.' and '..' name no index")
    return name


Address = Annotated[str, AfterValidator(_address)]


class StoreOptions(BaseModel):
    """What every adapter is told: which index, and where in it a chunk's text, document and stored hash are.

    `text` and `document` have a default in each adapter. With `sha256` the hash is taken from that field instead of
    being computed from the text. `document: null` makes each chunk a document of its own. `page` is the number of
    chunks per request and `timeout_s` the longest that one request may take; `ca` is a file of authorities to trust
    instead of the public ones.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    index: Annotated[str, Field(min_length=1, max_length=255), AfterValidator(_not_dots)]
    text: FieldPath
    document: FieldPath | None
    sha256: FieldPath | None = None
    page: int = Field(default=256, ge=1, le=1000)
    timeout_s: float = Field(default=30.0, gt=0, le=600)
    ca: str | None = Field(default=None, min_length=1, max_length=1_000)

    @property
    def content(self) -> str:
        """The field that tells a chunk's content: its hash where that is stored, otherwise its text."""
        return self.sha256 or self.text

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(sorted({self.content, self.document or self.content}))


Model = TypeVar("Model", bound=StoreOptions)


def checked(model: type[Model], options: Mapping[str, JsonValue], engine: str) -> Model:
    """Check the options of an engine.

    Raises:
        UsageError: with everything that is wrong with them.
    """
    try:
        return model.model_validate(dict(options))
    except ValidationError as error:
        known = sorted(field.alias or name for name, field in model.model_fields.items())
        wrong = [f"options.{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
        raise UsageError(
            "\n".join(
                [
                    f"{engine}: the options of the index are wrong",
                    *(printable(line, MAX_QUOTED_CHARS) for line in wrong),
                ]
            ),
            id="index-options",
            remedy=f"Known are: {', '.join(known)}. See docs/retrieval-stores.md.",
        ) from None
