"""The files of an example project in this package → a git repository with a base and three pull requests to gate.

`repository/` is the base; `heads/<name>/files` is laid over it and committed with `heads/<name>/message.txt`. What
answers the prompts is `server`: a simulated model, which says nothing about any real one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from llmgate.verdict import Verdict

SEED = 7
BASE_BRANCH = "main"
DEFAULT_HEAD = "regression"
_BASE_MESSAGE = "A support bot with 30 fixtures\n"
_DATE = dt.datetime(2026, 3, 10, 9, 0, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """One pull request to try: what it does, what the gate says of it, and the fixtures that it names as broken."""

    name: str
    summary: str
    verdict: Verdict
    broken: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """Commit ids: `base` of the branch `main`, `heads` by the names in `HEADS`, which are the other branches."""

    base: str
    heads: Mapping[str, str]


HEADS: Mapping[str, Head] = {
    head.name: head
    for head in (
        Head(name="harmless", summary="says the same in other words", verdict=Verdict.PASSED),
        Head(
            name="regression",
            summary="edits two rules of the prompt and breaks a fixture with each",
            verdict=Verdict.REGRESSED,
            broken=frozenset({"order-lookup", "refund-window-eu"}),
        ),
        Head(
            name="model",
            summary="moves the model pin: better at sums, but it wraps JSON in a code fence",
            verdict=Verdict.REGRESSED,
            broken=frozenset(
                f"triage-{case}" for case in ("billing", "damage", "delivery", "lawyer", "praise", "two-topics")
            ),
        ),
    )
}


def build(directory: Path, *, head: str = DEFAULT_HEAD) -> Built:
    """Create the example repository in `directory`, with the branch `head` checked out.

    The commit ids are the same wherever and whenever it is built, whichever branch is checked out.

    Raises:
        UsageError: where `directory` already has something in it.
    """
    from llmgate.git import authoring  # noqa: PLC0415 - libgit2 takes time to load; the names of the heads need none

    commits = [authoring.Commit(branch=BASE_BRANCH, message=_BASE_MESSAGE, files=base_files())]
    for name in sorted(HEADS, key=lambda name: (name == head, name)):
        message = _data("heads", name, "message.txt").read_text(encoding="utf-8")
        commits.append(authoring.Commit(branch=name, parent=BASE_BRANCH, message=message, files=head_files(name)))
    author = authoring.Author(name="Fjord & Fern", email="support-bot@example.org")
    tips = authoring.create(directory, commits, author=author, date=_DATE)
    return Built(base=tips[BASE_BRANCH], heads={name: tips[name] for name in HEADS})


def base_files() -> dict[str, bytes]:
    """Return the files of the base by their paths."""
    return dict(_files(_data("repository"), ""))


def head_files(name: str) -> dict[str, bytes]:
    """Return the files in which a head differs from the base, as the head has them."""
    return dict(_files(_data("heads", name, "files"), ""))


def _data(*names: str) -> Traversable:
    return resources.files("llmgate.demo").joinpath(*names)


def _files(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        path = f"{prefix}{entry.name}"
        if entry.is_dir():
            yield from _files(entry, f"{path}/")
        else:
            yield path, entry.read_bytes()
