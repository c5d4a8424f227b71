"""Files of GitHub workflows → their jobs and steps, each part with its line; what is no workflow is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from llmgate import documents
from llmgate.documents import Document, Pointer

FOLDER = ".github/workflows/"
ENDINGS = (".yml", ".yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A value in a document, where it may be anything, or nothing."""

    document: Document
    pointer: Pointer = ()
    value: Any = None

    def __getitem__(self, key: str | int) -> Part:
        found: Any = None
        if isinstance(self.value, dict):
            found = self.value.get(key)
        elif isinstance(self.value, list) and isinstance(key, int) and key < len(self.value):
            found = self.value[key]
        return Part(document=self.document, pointer=(*self.pointer, key), value=found)

    def __contains__(self, key: object) -> bool:
        return isinstance(self.value, (dict, list)) and key in self.value

    @property
    def line(self) -> int:
        return self.document.line(self.pointer)

    @property
    def text(self) -> str:
        """The value as GitHub reads a scalar; empty for what is none."""
        match self.value:
            case bool():
                return str(self.value).lower()
            case str() | int() | float():
                return str(self.value)
            case _:
                return ""

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(self.value) if isinstance(self.value, dict) else ()

    @property
    def items(self) -> tuple[Part, ...]:
        return tuple(self[index] for index in range(len(self.value))) if isinstance(self.value, list) else ()

    @property
    def words(self) -> tuple[str, ...]:
        """The texts of a list; one text is a list of one."""
        if isinstance(self.value, list):
            return tuple(item.text for item in self.items)
        return (self.text,) if self.text else ()

    def texts(self) -> Iterator[Part]:
        """Yield every text below, in the order of the file."""
        if isinstance(self.value, str):
            yield self
        for key in self.keys or range(len(self.items)):
            yield from self[key].texts()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a job."""

    part: Part

    @property
    def uses(self) -> str:
        return self.part["uses"].text.strip()

    @property
    def run(self) -> str:
        return self.part["run"].text

    def is_of(self, action: str) -> bool:
        """Whether the step is this action, such as `actions/checkout`, at any revision."""
        return self.uses.lower().partition("@")[0] == action


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job of a workflow."""

    file: str
    id: str
    part: Part
    workflow: Part

    @property
    def name(self) -> str:
        return self.part["name"].text or self.id

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(Step(part=part) for part in self.part["steps"].items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """A file under `.github/workflows`."""

    file: str
    part: Part

    @property
    def triggers(self) -> Mapping[str, Part]:
        """The events under `on`, each with its filters."""
        on = self.part["on"]
        if isinstance(on.value, dict):
            return {name: on[name] for name in on.keys}
        nothing = dict.fromkeys(on.words, on)
        return {name: Part(document=on.document, pointer=on.pointer) for name in nothing}

    @property
    def jobs(self) -> tuple[Job, ...]:
        jobs = self.part["jobs"]
        return tuple(Job(file=self.file, id=name, part=jobs[name], workflow=self.part) for name in jobs.keys)


def is_one(path: str) -> bool:
    """Whether GitHub reads this path as a workflow: folders below are not looked in."""
    name = path.removeprefix(FOLDER)
    return path.startswith(FOLDER) and "/" not in name and name.endswith(ENDINGS)


def read(path: str, data: bytes) -> Workflow:
    """Parse one file.

    Raises:
        ConfigurationError: with the line at which it cannot be read.
    """
    document = documents.foreign(path, data)
    return Workflow(file=path, part=Part(document=document, value=document.value))
