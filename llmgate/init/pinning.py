"""A model's name that moves → the dated name that it stands for now, and the edit of a file that writes it there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from llmgate.errors import LlmgateError
from llmgate.pins import name_of
from llmgate.pins.asked import Asked
from llmgate.pins.registry import shipped

MOST_LISTED = 50

Read = Callable[[str], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """A file that asks for a model by a name that moves; `pin` is the name that does not."""

    path: str
    provider: str
    model: str
    pin: str

    def pinned(self, text: str) -> str:
        """Write the pin wherever the name stands as a word of its own."""
        return _word(self.model).sub(lambda _: self.pin, text)


def proposed(provider: str, model: str) -> str | None:
    """Return the name to pin; None where the name has no dated form that is known."""
    owner = name_of(provider)
    record = shipped().of(owner, model)
    if record is not None and record.alias_of is not None:
        return record.alias_of
    dated = shipped().dated(owner, model)
    return dated[-1] if dated else None


def moving(asked: Iterable[Asked], read: Read) -> Iterator[Moving]:
    """List the files and names that a pin can be written for, each once; a file that is no text has none."""
    named = dict.fromkeys((each.path, each.provider, each.model, proposed(each.provider, each.model)) for each in asked)
    for path, provider, model, pin in islice((each for each in named if each[-1]), MOST_LISTED):
        if pin is not None and _word(model).search(_text(path, read)):
            yield Moving(path=path, provider=provider, model=model, pin=pin)


def _word(model: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.-]){re.escape(model)}(?![\w.-])")


def _text(path: str, read: Read) -> str:
    try:
        return read(path).decode()
    except (LlmgateError, UnicodeDecodeError):
        return ""
