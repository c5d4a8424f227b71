"""The indexes of both revisions held against their locks, and the suite against them → Findings."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from llmgate import config, documents
from llmgate.changes import Change, Kind
from llmgate.config import Policy
from llmgate.errors import ConfigurationError
from llmgate.findings import INDEX, SUITE_CHANGES, severity_of
from llmgate.fixture import Fixture
from llmgate.plan import Plan
from llmgate.retrieval import drift, lock
from llmgate.retrieval.indexes import Indexes
from llmgate.retrieval.manifest import Manifest
from llmgate.suite import Case, Suite
from llmgate.verdict import Finding, Severity

STALE = "stale-doc"
MOST_NAMED = 3
LOCK_UNIT = f"index:{lock.PATH}"
_SEARCHED = frozenset({Kind.RETRIEVAL, Kind.INDEX})


def settled(changes: Iterable[Change], base: Indexes, head: Indexes) -> tuple[Change, ...]:
    """Say of a change of the lock that it alters no request, where the indexes that it is about are made of files.

    Their corpora and settings are compared themselves, and held against the lock. What it says of a store's index is
    all that can be known of that.
    """
    return tuple(
        replace(change, affects_requests=False, note="the corpus and its settings are compared themselves")
        if change.unit == LOCK_UNIT and _is_of_files(base, head)
        else change
        for change in changes
    )


def _is_of_files(base: Indexes, head: Indexes) -> bool:
    before, after = (side.indexes if side else {} for side in (base.readable_lock(), head.lock))
    differing = [name for name in before.keys() | after.keys() if before.get(name) != after.get(name)]
    return all(base.has_files(name) or head.has_files(name) for name in differing)


def drifts(base: Indexes, head: Indexes, policy: Policy) -> Iterator[Finding]:
    """Indexes of the head that are not what its lock says, and a lock that is gone."""
    if (severity := severity_of(policy.index)) is None:
        return
    if head.lock is None and base.readable_lock() is not None:
        message = f"{lock.PATH} is removed: nothing holds the indexes any more"
        yield Finding(rule=INDEX, severity=severity, message=message, remedy=drift.REMEDY, file=lock.PATH)
    for found in head.drifts():
        yield Finding(rule=INDEX, severity=severity, message=found.summary, remedy=drift.REMEDY, file=lock.PATH)


def unreached(changes: Iterable[Change], plan: Plan, head: Indexes, policy: Policy) -> Iterator[Finding]:
    """Indexes that changed without any fixture showing what that does."""
    if severity_of(policy.index) is None:
        return
    for change, exercised, searched in zip(changes, plan.exercised, plan.searched, strict=True):
        if change.kind is not Kind.INDEX or not change.affects_requests or exercised:
            continue
        why = (
            "no fixture finds other documents because of it"
            if searched
            else "replayed documents are frozen, so no fixture shows what that does"
        )
        yield Finding(
            rule=INDEX,
            severity=Severity.WARN,
            message=f"the index {change.unit.removeprefix('index:')} changed; {why}",
            remedy=_SEARCH if head.lock else _LOCK,
            file=change.path,
            line=change.line,
        )


_SEARCH = "give fixtures `retrieval: live`, or look at the retrieval of the new corpus before you merge"
_LOCK = "`llmgate index lock` makes it possible to give fixtures `retrieval: live`, which show it"


def changed(changes: Iterable[Change]) -> bool:
    """Tell whether anything about retrieval changed."""
    return any(change.kind in _SEARCHED for change in changes)


def unlocked(indexes: Indexes, policy: Policy) -> Iterator[Finding]:
    """Indexes of a revision that has no lock at all."""
    if severity_of(policy.index) is None or indexes.lock is not None:
        return
    names = [name for name, entry in sorted(indexes.config.retrieval.items()) if drift.is_lockable(entry)]
    if names:
        yield Finding(
            rule=INDEX,
            severity=Severity.WARN,
            message=f"nothing holds the index {', '.join(map(repr, names[:MOST_NAMED]))}: there is no {lock.PATH}",
            remedy=drift.REMEDY,
            file=config.PATH,
        )


def stale(cases: Iterable[Case], head: Indexes, policy: Policy, *, before: Indexes | None = None) -> Iterator[Finding]:
    """Fixtures with documents that the index they name no longer has. They replay them all the same.

    Of one that names no index, only documents are looked at that its target's index had in `before`: where else they
    may come from is not known.
    """
    if severity_of(policy.index) is None:
        return
    for case in cases:
        reference = case.fixture.context.index
        name = reference.name if reference else _searched(case.fixture, head)
        if name is None or (locked := head.locked(name)) is None:
            continue
        remedy = "capture the case anew, or keep it for what it shows"
        if reference is None:
            gone = list(_moved(case, name, before, head))
        elif head.has_files(name):
            gone = list(_gone(case.fixture, head.corpus(name).built.manifest))
        else:
            other = reference.digest is not None and not locked.digest.startswith(reference.digest)
            gone = ["it was captured from another state of the index"] if other else []
            remedy = "see whether the store still has its documents"
        if gone:
            more = f", and {len(gone) - MOST_NAMED} more" if len(gone) > MOST_NAMED else ""
            yield Finding(
                rule=STALE,
                severity=Severity.WARN,
                message=f"fixture {case.fixture.id!r} and the index {name!r}: " + ", ".join(gone[:MOST_NAMED]) + more,
                remedy=remedy,
                file=case.file,
                line=case.line,
            )


def _searched(fixture: Fixture, head: Indexes) -> str | None:
    """Name the index that a fixture's target searches."""
    target = head.config.targets.get(fixture.target)
    return target.retrieval if target and fixture.retrieval == "frozen" else None


def _moved(case: Case, name: str, before: Indexes | None, head: Indexes) -> Iterator[str]:
    """Say what became of the documents that the index had before, where both can be read."""
    if before is None or not before.has_files(name) or not head.has_files(name) or before.readable_lock() is None:
        return
    try:
        had = before.corpus(name).built.manifest.hashes
    except ConfigurationError:  # the head is to mend the base's faults
        return
    context = case.fixture.context
    kept = [each for each in context.documents if had.get(each.id) == _sha256(each.text)]
    fixture = case.fixture.model_copy(update={"context": context.model_copy(update={"documents": tuple(kept)})})
    yield from _gone(fixture, head.corpus(name).built.manifest)


def replaced(
    suite: Suite, before: Mapping[str, object], after: Mapping[str, object], policy: Policy
) -> Iterator[Finding]:
    """Files that fixtures of the base send and that the head changes or removes under them. The base's are sent.

    `before` and `after` map the paths of the revisions to what they have there.
    """
    if (severity := severity_of(policy.suite_changes)) is None:
        return
    told = {weakening.fixture for weakening in suite.weakened}
    for case in suite.cases:
        paths = sorted({part.path for message in case.fixture.input.messages for part in message.blobs})
        differing = [path for path in paths if path in before and before[path] != after.get(path)]
        if differing and not case.new and case.fixture.id not in told:
            names = ", ".join(map(documents.quoted, differing[:MOST_NAMED]))
            yield Finding(
                rule=SUITE_CHANGES,
                severity=severity,
                message=f"fixture {case.fixture.id!r} sends {names}, which is changed or removed; the base's is sent",
                remedy="undo it, or give the new file a name of its own, and a fixture of its own",
                file=case.file,
                line=case.line,
            )


def _gone(fixture: Fixture, manifest: Manifest) -> Iterator[str]:
    """Say what became of each document that is replayed, and of each id that live retrieval is to find."""
    if fixture.retrieval == "live":
        yield from (f"{documents.quoted(name)} is gone" for name in fixture.context.gold if name not in manifest.hashes)
        return
    for document in fixture.context.documents:
        sha256 = _sha256(document.text)
        if manifest.hashes.get(document.id) == sha256:
            continue
        if (now := manifest.places.get(sha256)) is not None:
            yield f"{documents.quoted(document.id)} is now {documents.quoted(now)}"
        else:
            changed_text = document.id in manifest.hashes
            yield f"{documents.quoted(document.id)} {'has another text' if changed_text else 'is gone'}"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
