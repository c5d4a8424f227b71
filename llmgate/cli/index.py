"""`llmgate index`: the fingerprint of each retrieval index, what `llmgate.lock` says of it, and what differs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import click

from llmgate import config, git
from llmgate.cli import engines, outside
from llmgate.config import Policy
from llmgate.errors import UsageError
from llmgate.renderers import figures, inert
from llmgate.retrieval import corpus, drift, lock
from llmgate.retrieval import manifest as manifests
from llmgate.retrieval.chunk import Collection
from llmgate.retrieval.drift import Drift
from llmgate.retrieval.indexes import Indexes
from llmgate.retrieval.lock import Built
from llmgate.retrieval.manifest import Header, Manifest, Row

revision_option = click.option("--revision", metavar="REV", help="The revision to read (default: the worktree).")
policy_option = click.option(
    "--policy", "policy_at", metavar="REV", help="Take hosts and keys from the policy of this revision."
)


@click.group("index")
def command() -> None:
    """Fingerprint retrieval indexes and hold them against llmgate.lock."""


@command.command("build", short_help="the manifest of an index: its settings, and a hash of each chunk")
@click.argument("name", required=False)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write it there (default: print it).")
@revision_option
@policy_option
@outside.repository_option
def build(*, name: str | None, out: Path | None, revision: str | None, policy_at: str | None, repository: Path) -> int:
    """Write the manifest of an index: a header, then a line for each chunk with its hash."""
    outside.writable(out)
    with outside.repository(repository) as history:
        indexes, policy = _indexes(history, revision, policy_at)
        made = _built(_chosen(indexes, name), indexes, policy)
    text = "".join(f"{line}\n" for line in made.manifest.lines())
    if out is None:
        click.echo(text, nl=False)
        return 0
    out.write_text(text, encoding="utf-8")
    click.echo(f"{_size(made.manifest)}: {made.manifest.digest}")
    return 0


@command.command("lock", short_help="write llmgate.lock for the worktree as it is")
@click.argument("names", nargs=-1)
@outside.repository_option
def locking(*, names: tuple[str, ...], repository: Path) -> int:
    """Write llmgate.lock for the worktree as it is: every index, or NAMES alone with the others left as they are."""
    with outside.repository(repository) as history:
        indexes, policy = _indexes(history, None, None)
        chosen = names or tuple(_lockable(indexes))
        if not chosen:
            raise UsageError(
                "llmgate.yaml has no index to lock", id="no-such-index", remedy="give a retrieval a corpus, or a store"
            )
        kept = {name: locked for name in _lockable(indexes) if names and (locked := indexes.locked(name))}
        made = {name: lock.locked(_built(_chosen(indexes, name), indexes, policy)) for name in chosen}
        _write(history.root / lock.PATH, lock.write({**kept, **made}))
    for name, locked in sorted(made.items()):
        resolved = f" ({locked.asked} is {locked.name})" if locked.name and locked.name != locked.asked else ""
        counted = f"{figures.count(locked.document_count, 'document')}, {figures.count(locked.chunk_count, 'chunk')}"
        click.echo(inert.log(inert.line(f"{name}{resolved}: {counted}, {locked.digest}", 500)))
    return 0


def _write(path: Path, data: bytes) -> None:
    if path.is_symlink():  # it comes from the repository, and could lead out of it
        raise UsageError(
            f"{lock.PATH} is a symbolic link", id="no-such-file", remedy="remove it; a lock is a file of its own"
        )
    try:
        path.write_bytes(data)
    except OSError as error:
        raise UsageError(
            f"{lock.PATH} cannot be written: {error.strerror}", id="not-writable", remedy="see who owns the folder"
        ) from error


@command.command("verify", short_help="hold every index against llmgate.lock")
@revision_option
@policy_option
@click.option(
    "--manifest",
    "earlier",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A manifest that `build` wrote, to name documents that are too many for the lock.",
)
@outside.repository_option
def verify(*, revision: str | None, policy_at: str | None, earlier: Path | None, repository: Path) -> int:
    """Hold every index against llmgate.lock, and name the documents that differ.

    Exit codes: 0 nothing differs, 1 something does, 2 wrong usage, 3 a key is missing.
    """
    before = manifests.read(str(earlier), earlier.read_bytes()) if earlier else None
    with outside.repository(repository) as history:
        indexes, policy = _indexes(history, revision, policy_at)
        if indexes.lock is None:
            raise UsageError(f"there is no {lock.PATH}", id="no-such-file", remedy="`llmgate index lock` writes it")
        built = {name: _built(name, indexes, policy) for name in _lockable(indexes) if indexes.locked(name)}
        names = sorted({*_lockable(indexes), *indexes.lock.indexes})
        found = [each for name in names if (each := _drift(name, indexes, built.get(name), before))]
    for line in (line for each in found for line in each.lines()):
        click.echo(inert.log(inert.line(line, 1_000)))
    click.echo(drift.REMEDY if found else f"{figures.count(len(names), 'index', 'indexes')}: nothing differs")
    return 1 if found else 0


def _drift(name: str, indexes: Indexes, built: Built | None, before: Manifest | None) -> Drift | None:
    locked, entry = indexes.locked(name), indexes.config.retrieval.get(name)
    if locked and before and locked.digest == before.digest:
        locked = locked.model_copy(update={"documents": before.roots})
    return drift.between(name, entry, locked, built)


def _indexes(history: git.Repository, revision: str | None, policy_at: str | None) -> tuple[Indexes, Policy]:
    commit = history.resolve(revision) if revision else history.snapshot()
    configuration = outside.configuration(history, commit)
    policy = outside.configuration(history, history.resolve(policy_at)).policy if policy_at else configuration.policy
    return Indexes(configuration, history.tree(commit), lambda path: history.read(commit, path)), policy


def _lockable(indexes: Indexes) -> Iterator[str]:
    return (name for name, entry in sorted(indexes.config.retrieval.items()) if drift.is_lockable(entry))


def _chosen(indexes: Indexes, name: str | None) -> str:
    known = list(_lockable(indexes))
    if name is None and len(known) == 1:
        return known[0]
    if name is None or name not in known:
        wrong = "name one index" if name is None else f"{inert.line(name, 100)!r} is no index of {config.PATH}"
        raise UsageError(wrong, id="no-such-index", remedy=f"indexes: {', '.join(known) or 'none'}")
    return name


def _built(name: str, indexes: Indexes, policy: Policy) -> Built:
    if indexes.has_files(name):
        return indexes.corpus(name).built
    entry = indexes.config.retrieval[name]
    return of_store(entry, engines.collection(policy, entry, os.environ))


def of_store(entry: config.RetrievalEntry, read: Collection) -> Built:
    """Fingerprint what a store holds now."""
    told = corpus.header(entry)
    header = Header(embedding=told.embedding, metric=told.metric, splitter=told.splitter, store=read.settings)
    manifest = Manifest.of(header, (Row(chunk=chunk) for chunk in read.chunks))
    return Built(engine=entry.engine, manifest=manifest, asked=read.asked, name=read.name)


def _size(manifest: Manifest) -> str:
    return f"{figures.count(len(manifest.roots), 'document')}, {figures.count(len(manifest.rows), 'chunk')}"
