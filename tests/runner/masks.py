"""Secrets → the same text without them, in the spellings that the runner knows (HostContext.cs, ValueEncoders.cs)."""

import base64
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import quote
from xml.sax.saxutils import escape

MASK = "***"
MOST_SHIFTS = 3
_TRIMMED_OVER = 8


@dataclass(slots=True)
class Masks:
    """What is masked in logs, annotations and summaries. The runner masks neither requests nor other files."""

    values: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, secrets: Iterable[str]) -> "Masks":
        masks = cls()
        for secret in secrets:
            masks.add(secret)
        return masks

    def add(self, secret: str) -> None:
        """Mask a value, and each of its lines, since a log comes by lines (AddMaskCommandExtension)."""
        for value in (secret, *re.split(r"[\r\n]+", secret)):
            if value.strip():
                self.values.update(spelling for spelling in _spellings(value) if spelling)

    def over(self, text: str) -> str:
        if not self.values:
            return text
        longest_first = sorted(self.values, key=lambda value: (-len(value), value))
        return re.sub("|".join(map(re.escape, longest_first)), MASK, text)


def _spellings(value: str) -> Iterator[str]:
    data = value.encode()
    yield value
    for shift in range(MOST_SHIFTS):
        yield base64.b64encode(data[shift:] if len(data) > shift else data).decode()
    yield value.replace('"', '\\"')
    yield value.replace("'", "''")
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    yield quote(value, safe="")
    yield escape(value, {'"': "&quot;", "'": "&apos;"})
    if len(value) > _TRIMMED_OVER and value.startswith('"') and value.endswith('"'):
        yield value[1:-1]
