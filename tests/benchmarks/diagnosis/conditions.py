"""What a model's illness depends on in a request: a sentence, a model, a parameter, a tool, a document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.benchmarks.diagnosis.application import Heard, plain

Condition = Callable[[Heard], bool]


@dataclass(frozen=True)
class Says:
    text: str

    def __call__(self, heard: Heard) -> bool:
        return plain(self.text) in heard.told


@dataclass(frozen=True)
class Lacks:
    text: str

    def __call__(self, heard: Heard) -> bool:
        return plain(self.text) not in heard.told


@dataclass(frozen=True)
class Asks:
    """The request is for this model."""

    model: str

    def __call__(self, heard: Heard) -> bool:
        return heard.model == self.model


@dataclass(frozen=True)
class Sets:
    """The request has this parameter with this value."""

    name: str
    value: object

    def __call__(self, heard: Heard) -> bool:
        return heard.body.get(self.name) == self.value


@dataclass(frozen=True)
class Offers:
    """The tools' definitions have this text in them."""

    text: str

    def __call__(self, heard: Heard) -> bool:
        return self.text in heard.offered


@dataclass(frozen=True)
class All:
    parts: tuple[Condition, ...]

    def __call__(self, heard: Heard) -> bool:
        return all(part(heard) for part in self.parts)


@dataclass(frozen=True)
class AnyOf:
    parts: tuple[Condition, ...]

    def __call__(self, heard: Heard) -> bool:
        return any(part(heard) for part in self.parts)
