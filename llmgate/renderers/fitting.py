"""Blocks of a page with their importance → the page, within a size, cut only between blocks."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from llmgate.renderers import figures

SEPARATOR = "\n\n"
_CUT_ROOM = 400


class Weight(IntEnum):
    """What is dropped first when a page is too long: the highest number, and of equals the last."""

    ALWAYS = 0
    TABLE = 1
    REASONS = 2
    CHANGES = 3
    FINDINGS = 4
    SUITE = 5
    LIMITS = 6
    EFFORT = 7
    SUSPECTS = 8
    ADVICE = 9
    EARLIER = 10
    ROWS = 11
    EXAMPLE = 12
    EDIT = 13


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """`name` is what a cut block is called, in the singular."""

    text: str
    weight: Weight
    name: str = "part"


def utf16(text: str) -> int:
    """UTF-16 units: never fewer than code points, hence the larger of both."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf8(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def page(blocks: Sequence[Block], *, limit: int, measure: Callable[[str], int], elsewhere: str) -> tuple[str, int]:
    """The page, and how many blocks had to go. A last line says what is missing and `elsewhere` where it is."""
    blocks = [block for block in blocks if block.text]
    sizes = [measure(block.text) + len(SEPARATOR) for block in blocks]
    total = sum(sizes) - len(SEPARATOR) + 1
    if total <= limit:
        return _joined([block.text for block in blocks]), 0
    cut: set[int] = set()
    for index in sorted(range(len(blocks)), key=lambda at: (-blocks[at].weight, -at)):
        if total + _CUT_ROOM <= limit or blocks[index].weight is Weight.ALWAYS:
            break
        cut.add(index)
        total -= sizes[index]
    names = Counter(blocks[index].name for index in sorted(cut))
    what = ", ".join(figures.count(number, name) for name, number in names.items())
    kept = [block.text for index, block in enumerate(blocks) if index not in cut]
    return _joined([*kept, f"*Cut to fit: {what}. {elsewhere}*"]), len(cut)


def _joined(texts: Sequence[str]) -> str:
    return SEPARATOR.join(texts) + "\n"
