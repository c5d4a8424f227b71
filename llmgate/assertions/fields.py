"""The field types that kinds of assertion share."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema

MAX_VALUE_CHARS = 100_000
MAX_VALUES = 1_000

STRICT = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def _as_text(value: Any) -> Any:
    """YAML reads `14` as a number: a whole number is the text it was written as, anything else must be quoted."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise ValueError('expected text; put it in quotes, such as "1.50" or "true"')  # noqa: TRY004 - for pydantic
    return value


def _some(value: Any) -> Any:
    """Check the length before the items, so that a fault in an item is not reported as a missing item too."""
    if not isinstance(value, (list, tuple)):
        raise ValueError("expected a list")  # noqa: TRY004 - for pydantic
    if not 1 <= len(value) <= MAX_VALUES:
        raise ValueError(f"expected 1 to {MAX_VALUES} items, not {len(value)}")
    return value


Text = Annotated[
    str,
    Field(min_length=1, max_length=MAX_VALUE_CHARS),
    BeforeValidator(_as_text),
    WithJsonSchema({"type": ["string", "integer"], "minLength": 1, "maxLength": MAX_VALUE_CHARS}),
]
_Item = TypeVar("_Item")
Some = Annotated[
    tuple[_Item, ...],
    BeforeValidator(_some),
    Field(json_schema_extra={"minItems": 1, "maxItems": MAX_VALUES}),
]
Texts = Some[Text]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Quantity = Annotated[float, Field(strict=True, ge=0)]
Count = Annotated[int, Field(strict=True, ge=0)]
Share = Annotated[float, Field(strict=True, ge=0, le=1)]
