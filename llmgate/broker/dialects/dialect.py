"""What every dialect has in common: where it is asked, what it asks for, and how it is told of an error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from pydantic import JsonValue

from llmgate.broker.refused import Refused
from llmgate.providers import Wire

Json = Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What a request asks for."""

    wire: Wire
    model: str
    streams: bool


class Dialect(Protocol):
    """One way in. `headers` and `query` name those of a request that go on to the provider; no others do."""

    @property
    def headers(self) -> frozenset[str]: ...

    @property
    def query(self) -> frozenset[str]: ...

    def takes(self, path: str) -> bool:
        """Whether requests of this dialect are posted there."""
        ...

    def asking(self, path: str, content: Json) -> Asking:
        """Read what is asked for.

        Raises:
            Refused: the request does not say it, or says more than one thing.
        """
        ...


def model(content: Json) -> str:
    """Read the model's id out of a request.

    Raises:
        Refused: there is none.
    """
    if not isinstance(name := content.get("model"), str) or not name:
        raise Refused(400, "`model` is not a text: name one of the models that the target declares")
    return name


def streams(content: Json) -> bool:
    """Read whether a request wants a stream.

    Raises:
        Refused: it says something that servers read differently.
    """
    if not isinstance(wanted := content.get("stream", False), bool | None):
        raise Refused(400, "`stream` is neither true nor false")
    return bool(wanted)
