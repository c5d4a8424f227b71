"""The cases of the corpus, and what llmgate says that each commit changes."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from ruamel.yaml import YAML

from llmgate import changes, config, surface
from llmgate.changes import Happened, Kind

FOLDER = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class Case:
    format: str
    group: str
    name: str
    source: str
    base: dict
    head: dict
    kinds: dict
    config: str = "version: 1\n"
    tags: tuple = field(default=())

    @property
    def id(self):
        return f"{self.format}/{self.group}: {self.name}"


def cases():
    found = [
        Case(format=path.parent.name, group=path.stem, **item)
        for path in sorted(FOLDER.glob("*/*.yaml"))
        for item in YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    ]
    assert len({case.id for case in found}) == len(found), "two cases of a file have one name"
    return found


def files(case, side):
    data = {path: text if isinstance(text, bytes) else text.encode() for path, text in getattr(case, side).items()}
    return {"llmgate.yaml": case.config.encode(), **data}


def observed(case):
    """What changes, by prompt, as `kinds` in a case writes it."""
    return told(changes.between(*_sides(files(case, "base"), files(case, "head"))))


def told(found):
    """The kinds of change by prompt."""
    told = {}
    for change in found:
        told.setdefault(change.unit.partition(":")[2], set()).update(_words(change))
        for included in change.affects:
            told.setdefault(included.partition(":")[2], set()).add("dependency")
    return {unit: sorted(words) for unit, words in sorted(told.items())}


def _sides(base, head):
    """Both surfaces, read as the gate reads them: what differs, and what the prompts of either reach."""
    differing = frozenset(path for path, _ in base.items() ^ head.items())
    selection = surface.Selection(differing=differing)
    while True:
        sides = [_surface(data, selection) for data in (base, head)]
        more = surface.reaching(selection, *sides)
        if more == selection:
            return sides
        selection = more


def _surface(data, selection):
    def identity(path):
        return hashlib.sha256(data[path]).hexdigest() if path in data else None

    read = data.__getitem__
    return surface.of(config.read(data["llmgate.yaml"]), data, read, oid=identity, selection=selection)


def _words(change):
    if change.kind is Kind.COMMENT:
        return {"comment-only"}
    if change.happened in (Happened.ADDED, Happened.REMOVED):
        return {change.happened.value}
    renamed = {"renamed"} if change.happened is Happened.RENAMED else set()
    return renamed | {facet.value for facet in change.facets}
