"""What was found and chosen → every file that begins the gate, with what each says now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from llmgate import config, sides
from llmgate.config import Config
from llmgate.doctor import gates, revision
from llmgate.doctor.codeowners import PLACES
from llmgate.errors import ConfigurationError, UsageError
from llmgate.init import cases, configuration, owners, targets, workflow
from llmgate.init.cases import Cases
from llmgate.init.choices import Choices
from llmgate.init.file import File
from llmgate.init.found import Found
from llmgate.retrieval import lock
from llmgate.retrieval.indexes import Indexes

NOTHING = "there is no prompt to gate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The files, those that are there and stay as they are (`kept`), the targets, and what was made of suites."""

    files: tuple[File, ...]
    kept: tuple[str, ...]
    config: Config
    cases: Cases


def drawn(
    history: sides.History,
    commit: str,
    found: Found,
    choices: Choices,
    *,
    redact: cases.Redact,
) -> Drawn:
    """Draw the files of a gate. Of those that are there only CODEOWNERS gets lines, and what was agreed to be pinned.

    Raises:
        UsageError: where there is nothing to gate.
    """
    entries = targets.entries(found, choices)
    if not entries.targets and found.written is None:
        raise UsageError(
            NOTHING,
            id="no-such-prompt",
            remedy="`llmgate check --surface` lists what is found; docs/surface.md says what is",
        )
    text = configuration.text(found, choices, entries) if found.written is None else None
    settled = found.written or config.read((text or "").encode())
    known = {name: stored.fixture.target for name, stored in sides.fixtures(history, commit, settled).fixtures.items()}
    made = cases.cases(found, entries, choices.examples, known, redact=redact)
    wanted = {config.PATH: text} if text is not None else {}
    wanted |= dict(entries.texts) | made.texts | _lock(history, commit, settled)
    wanted |= _workflow(history, commit, settled, found, choices)
    there = history.tree(commit)
    new = [File(path=path, text=each) for path, each in sorted(wanted.items()) if path not in there]
    kept = sorted({config.PATH, *wanted} & there.keys())
    return Drawn(
        files=(*new, *_pinned(history, commit, choices), *_owners(history, commit, found, choices)),
        kept=tuple(kept),
        config=settled,
        cases=made,
    )


def _lock(history: sides.History, commit: str, settled: Config) -> dict[str, str]:
    """Lock every index that is made of files."""
    indexes = Indexes(settled, history.tree(commit), sides.reader(history, commit))
    made = {
        name: lock.locked(indexes.corpus(name).built) for name in sorted(settled.retrieval) if indexes.has_files(name)
    }
    return {lock.PATH: lock.write(made).decode()} if made else {}


def _workflow(
    history: sides.History, commit: str, settled: Config, found: Found, choices: Choices
) -> Mapping[str, str]:
    """Write a workflow, unless one runs the gate already."""
    read = revision.read(history, commit)
    if not choices.workflow or gates.among(read.workflows, read.own):
        return {}
    return {workflow.PATH: workflow.text(_keys(settled, found), choices.action)}


def _keys(settled: Config, found: Found) -> Iterator[str]:
    """Name the variables with the keys of the providers that are asked."""
    asked = settled.asked()
    entries = {**found.models, **settled.models}
    used = {entry.provider for name, entry in entries.items() if name in asked}
    for name in used:
        if entry := settled.policy.providers.get(name):
            yield from entry.variables


def _pinned(history: sides.History, commit: str, choices: Choices) -> Iterator[File]:
    """Write the dates of models into the files where somebody agreed to it."""
    for path in sorted({each.path for each in choices.pinned}):
        before = history.read(commit, path).decode()
        text = before
        for each in choices.pinned:
            text = each.pinned(text) if each.path == path else text
        yield File(path=path, text=text, before=before)


def _owners(history: sides.History, commit: str, found: Found, choices: Choices) -> tuple[File, ...]:
    """Add the lines that CODEOWNERS lacks; one that is a link or no UTF-8 is left alone."""
    there = place(history, commit)
    try:
        before = history.read(commit, there).decode() if there else None
    except (ConfigurationError, UnicodeDecodeError):
        return ()
    path = there or PLACES[0]
    text = owners.added(before or "", choices.owner, place=path, fixtures=found.folder) if choices.owner else before
    return () if text in (before, None) else (File(path=path, text=text, before=before),)


def place(history: sides.History, commit: str) -> str | None:
    """Return where CODEOWNERS is."""
    tree = history.tree(commit)
    return next((path for path in PLACES if path in tree), None)
