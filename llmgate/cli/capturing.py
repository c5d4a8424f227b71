"""`llmgate capture` for traces: files, repository and environment → drafts on disk, and what became of each trace."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import click

from llmgate import documents, git, plan, redaction, sides, suite
from llmgate.capture import catalogue, records, selecting
from llmgate.capture.capturing import Already, Capturing, Known, Made, Wanted
from llmgate.capture.drafts.attachments import FOLDER, Attachments
from llmgate.capture.redacting import Redacting
from llmgate.capture.traces import Traces
from llmgate.cli import outside
from llmgate.errors import ConfigurationError, UsageError
from llmgate.renderers import figures, inert
from llmgate.targets.rendering import Renderer

_NONE = ", and in none a model call for which every --where, --trace and --span holds"


_FILES = "the files of traces"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The options of the command that choose."""

    target: str | None = None
    traces: tuple[str, ...] = ()
    span: str | None = None
    conditions: tuple[str, ...] = ()
    limit: int | None = None


def run(form: str, names: Sequence[str], *, out: Path, selection: Selection, repository: Path) -> int:
    """Write drafts, and then tell all that could not be read.

    Raises:
        ConfigurationError: with what could not be read, once all else is written.
    """
    conditions = tuple(map(selecting.condition, selection.conditions))
    with ExitStack() as stack:
        history = stack.enter_context(outside.repository(repository))
        renderer = stack.enter_context(Renderer())
        commit = history.snapshot()
        side = sides.of(history, commit, outside.configuration(history, commit), renderer.render)
        _check_target(side, selection.target)
        outside.folder(out)
        traces = _traces(form, [stack.enter_context(_source(name)) for name in names], selection.traces)
        wanted = Wanted(
            target=selection.target, traces=frozenset(selection.traces), span=selection.span, conditions=conditions
        )
        secrets, rules = redaction.of(os.environ), side.config.redaction
        shown = Redacting(rules=rules.rules, known=secrets).personal(_sent(side))
        folder = _folder(history.root, out)
        capturing = Capturing(
            traces=traces,
            side=side,
            wanted=wanted,
            known=_known(history, commit, side, out),
            redacting=lambda: Redacting(rules=rules.rules, keep=rules.keep, shown=shown, known=secrets),
            attachments=lambda redacts: Attachments(redacts=redacts, folder=folder, known=secrets),
            source=form,
        )
        told = _written(capturing, out, selection.limit)
    return _ended(told, traces, selection)


def _ended(told: _Told, traces: Traces, selection: Selection) -> int:
    for line in _summary(told, traces):
        click.echo(line)
    if traces.faults:
        raise ConfigurationError(traces.faults, where=_FILES)
    if selection.span is not None and not told.drafts and not told.already:
        raise UsageError(
            f"there is no model call {selection.span!r} among what was chosen",
            id="no-such-trace",
            remedy="name a span as the files write it",
        )
    return 0


def _sent(side: plan.Side) -> Iterator[str]:
    """Yield all that the prompts of the repository say: a replay sends it as it stands there."""
    for prompt in side.surface.prompts.values():
        yield prompt.text
        yield from prompt.sources.values()


def _check_target(side: plan.Side, name: str | None) -> None:
    known = sorted(side.config.prompted)
    if not known:
        raise UsageError(
            "llmgate.yaml has no target that renders a prompt",
            id="no-such-target",
            remedy="add the one that production's calls belong to; fixtures of applications are written by hand",
        )
    if name is not None and name not in known:
        raise UsageError(f"there is no target {name!r}", id="no-such-target", remedy=f"known: {', '.join(known)}")


@contextmanager
def _source(name: str) -> Iterator[records.Source]:
    path = Path(name)
    try:
        if not path.is_file():
            raise UsageError(
                f"{name} is no file", id="no-such-file", remedy="name a file of JSON lines or JSON; pipes are not read"
            )
        stream: IO[bytes] = path.open("rb")
    except OSError as error:
        raise UsageError(
            f"{name} cannot be read: {error.strerror}", id="no-such-file", remedy="name another file"
        ) from error
    with stream:
        try:
            yield records.opened(name, stream)
        except records.Unreadable as error:
            raise ConfigurationError(
                (documents.fault(name, error.line, error.message, error.remedy, id="unreadable-trace"),), where=_FILES
            ) from error


def _traces(form: str, sources: Sequence[records.Source], named: Sequence[str]) -> Traces:
    """Index the files, and see that they have the traces that are named."""
    traces = Traces(dialect=catalogue.dialect(form), sources=tuple(sources), otherwise=catalogue.recognised)
    traces.index()
    known = set(traces.ids)
    if not known and not traces.faults:
        raise UsageError(
            "there is no trace in the files", id="no-such-trace", remedy="see that the export has what was asked for"
        )
    for name in named:
        if name not in known:
            raise UsageError(
                f"there is no trace {name!r} in the files", id="no-such-trace", remedy="name one as the files write it"
            )
    return traces


def _known(history: git.Repository, commit: str, side: plan.Side, out: Path) -> Known:
    """List the suite's fixtures, and those in the folder that are not of the suite."""
    known, read = Known(), set()
    for stored in sides.fixtures(history, commit, side.config).fixtures.values():
        known.add(stored.fixture, stored.file)
        read.add((history.root / stored.file).resolve())
    apart = [str(path) for path in out.glob("*.yaml") if path.is_file() and path.resolve() not in read]
    for stored in suite.load(apart, lambda path: Path(path).read_bytes()).fixtures.values():
        known.add(stored.fixture, stored.file)
    return known


def _folder(root: Path, out: Path) -> str | None:
    """Name the folder of blobs as a fixture does: from the repository's root; None where it is not in there."""
    folder = out.resolve() / FOLDER
    return folder.relative_to(root.resolve()).as_posix() if folder.is_relative_to(root.resolve()) else None


@dataclass(slots=True, kw_only=True)
class _Told:
    """What was written, and what was not."""

    drafts: int = 0
    already: int = 0
    others: int = 0
    files: int = 0
    redacted: Counter[str] = field(default_factory=Counter)


def _written(capturing: Capturing, out: Path, limit: int | None) -> _Told:
    told = _Told()
    for found in capturing.run():
        if isinstance(found, Already):
            told.already += 1
            where = f"{found.seen.first.file}:{found.seen.first.line}"
            click.echo(inert.log(f"{where}: is the fixture {found.fixture} in {found.file}"))
            continue
        path = out / f"{found.draft.fixture.id}.yaml"
        if os.path.lexists(path):
            _tell_taken(capturing.traces, found, path)
            continue
        told.files += _write(found, out, path)
        told.drafts += 1
        told.others += found.others
        told.redacted.update(found.draft.fixture.origin.redacted)
        capturing.known.add(found.draft.fixture, str(path))
        click.echo(inert.log(f"{path}: {found.draft.note}"))
        if told.drafts == limit:
            break
    return told


def _tell_taken(traces: Traces, made: Made, path: Path) -> None:
    seen = made.seen.first
    message = f"its draft would be {path}, which is another file or cannot be read as a fixture"
    traces.fault(seen.file, seen.line, message, "correct or move that file, and capture again", id="unreadable-trace")


def _write(made: Made, out: Path, path: Path) -> int:
    """Write a draft and the files that it refers to; nothing that is there is written over."""
    try:
        for name, data in made.files.items():
            _keep(out / FOLDER / Path(name).name, data)
        _create(path, made.draft.text.encode())
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror}", id="not-writable", remedy="name another folder"
        ) from error
    return len(made.files)


def _keep(blob: Path, data: bytes) -> None:
    """Write a file that drafts refer to, where it is not there already."""
    blob.parent.mkdir(exist_ok=True)
    if blob.parent.is_symlink() or blob.is_symlink():
        raise UsageError(
            f"{blob} is behind a link",
            id="not-writable",
            remedy="name another folder: fixtures refer to regular files only",
        )
    if not blob.exists():
        _create(blob, data)
    elif not blob.is_file() or blob.read_bytes() != data:
        raise UsageError(
            f"{blob} has not the content that its name tells", id="not-writable", remedy="remove it, and capture again"
        )


def _create(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)


def _summary(told: _Told, traces: Traces) -> Iterator[str]:
    faults = len(traces.faults) + traces.unlisted
    if not told.drafts and not told.already:
        yield f"{figures.count(len(traces.ids), 'trace')} read" + (_NONE if traces.ids and not faults else "")
    parts = [figures.count(told.drafts, "draft")]
    parts += [f"{told.already} already captured"] if told.already else []
    parts += [f"{figures.count(faults, 'fault')}"] if faults else []
    yield ", ".join(parts)
    if told.redacted:
        yield "redacted: " + ", ".join(f"{count} {kind}" for kind, count in sorted(told.redacted.items()))
    if told.files:
        yield f"{figures.count(told.files, 'file')} of images and the like: nobody looked into them for personal data"
    if told.others:
        yield f"{figures.count(told.others, 'other conversation')} in the same traces; `--span ID` takes one"
