"""A revision → what of it the doctor reads: its workflows, CODEOWNERS, and the files that the gate hangs on."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass

from llmgate import config, patterns, sides
from llmgate.assertions import coded
from llmgate.assertions.python import Python
from llmgate.doctor import codeowners, gates, workflow
from llmgate.doctor.finding import Unseen
from llmgate.doctor.workflow import Workflow
from llmgate.errors import ConfigurationError
from llmgate.retrieval import lock

MOST_WORKFLOWS = 500
MOST_ACTIONS = 100
MAX_TOTAL_BYTES = 4 * 1024 * 1024
READABLE = "correct it; `llmgate check` names all faults"

_Content = Callable[[str], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What was read; `kinds` are the files of the gate by what they are, `own` the local actions that run one."""

    workflows: tuple[Workflow, ...]
    own: frozenset[str]
    place: str | None
    owners: str
    kinds: Mapping[str, tuple[str, ...]]
    configured: bool
    unseen: tuple[Unseen, ...] = ()


def read(history: sides.History, commit: str) -> Revision:
    unseen: list[Unseen] = []
    tree = history.tree(commit)

    def content(path: str) -> bytes:
        try:
            return history.read(commit, path)
        except ConfigurationError as error:
            unseen.append(_unread(path, error))
            return b""

    workflows = tuple(_workflows(tree, content, unseen))
    place = next((path for path in codeowners.PLACES if path in tree), None)
    return Revision(
        workflows=workflows,
        own=frozenset(_own(workflows, tree, content)),
        place=place,
        owners=content(place).decode("utf-8", "replace") if place else "",
        kinds=_kinds(history, commit, unseen),
        configured=config.PATH in tree,
        unseen=tuple(unseen),
    )


def _workflows(tree: Iterable[str], content: _Content, unseen: list[Unseen]) -> Iterator[Workflow]:
    paths = [path for path in tree if workflow.is_one(path)]
    if len(paths) > MOST_WORKFLOWS:
        why = f"there are {len(paths):,}; {MOST_WORKFLOWS} are looked at"
        unseen.append(Unseen(what="all workflows", why=why, remedy="remove workflows that are not needed"))
    left = MAX_TOTAL_BYTES
    for path in paths[:MOST_WORKFLOWS]:
        left -= len(data := content(path))
        if left < 0:
            unseen.append(Unseen(what=path, why="all workflows together are too large", remedy="shorten them"))
            return
        try:
            yield workflow.read(path, data)
        except ConfigurationError as error:
            unseen.append(_unread(path, error))


def _own(workflows: Iterable[Workflow], tree: Container[str], content: _Content) -> Iterator[str]:
    """Find the actions of the repository itself that steps use and that name llmgate, as the steps write them."""
    used = {step.uses for entry in workflows for job in entry.jobs for step in job.steps}
    local = sorted(uses for uses in used if uses == "." or uses.startswith(gates.LOCAL))
    for uses in local[:MOST_ACTIONS]:
        folder = uses[2:].strip("/")
        for name in ("action.yml", "action.yaml"):
            path = f"{folder}/{name}".lstrip("/")
            if path in tree and gates.WORD.search(content(path).decode("utf-8", "replace")):
                yield uses


def _kinds(history: sides.History, commit: str, unseen: list[Unseen]) -> dict[str, tuple[str, ...]]:
    tree = history.tree(commit)
    settings = config.Config(version=1)
    if config.PATH in tree:
        try:
            settings = config.read(history.read(commit, config.PATH))
        except ConfigurationError as error:
            unseen.append(_unread(config.PATH, error))
    fixtures = patterns.matcher(settings.suite.fixtures)
    return {
        "the configuration": tuple(path for path in (config.PATH,) if path in tree),
        "the lock": tuple(path for path in (lock.PATH,) if path in tree),
        "the file of exceptions": tuple(path for path in (config.EXCEPTIONS,) if path in tree),
        "the fixture": tuple(path for path in tree if fixtures(path)),
        "the check": tuple(path for path in _checks(history, commit, settings) if path in tree),
    }


def _checks(history: sides.History, commit: str, settings: config.Config) -> tuple[str, ...]:
    """List the files of code that grades."""
    loaded = sides.fixtures(history, commit, settings)
    every = (check for stored in loaded.fixtures.values() for check in coded.among(stored.fixture.assertions))
    named = {check.path for check in every if isinstance(check, Python) and check.path}
    return tuple(sorted({*named, *(entry.file for entry in settings.assertions.values())}))


def _unread(path: str, error: ConfigurationError) -> Unseen:
    first = error.faults[0]
    return Unseen(what=f"{path}:{first.line}", why=first.message, remedy=first.remedy or READABLE)
