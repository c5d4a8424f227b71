"""A suite and its rules → the A/A gates that the store has of it: written as each ends, read by every later report.

They are kept as verdicts are (`judged`), under a subject of their own that no pull request can have.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from llmgate import sides
from llmgate.config import Config
from llmgate.gate.inspecting import fixture_files
from llmgate.report.calibrated import Calibrated
from llmgate.store import Judged, Store

BLOCKED, FLAGGED, QUIET = "blocked", "flagged", "quiet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How an A/A gate ended."""

    experiment: str
    commit: str
    blocked: bool
    flagged: bool


def named(history: sides.History, commit: str, configuration: Config) -> str:
    """Name a suite with its rules: the files of its fixtures, and the numbers that decide."""
    policy = configuration.policy
    files = sorted(fixture_files(history, commit, configuration).values())
    text = json.dumps([files, policy.alpha, policy.margin, policy.fixture_margin, policy.screen])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def experiment(store: Store, suite: str) -> str:
    """Name the A/A gate that is under way, or the next one: a finished one is never continued, nor used again."""
    return f"calibrate:{suite}/{len(_rows(store, suite))}"


def write(store: Store, suite: str, ended: Ended, at: float) -> None:
    """Remember how a gate ended."""
    said = BLOCKED if ended.blocked else FLAGGED if ended.flagged else QUIET
    store.judge(_subject(suite), ended.commit, Judged(head=ended.experiment, verdict=said, summary="a/a"), at)


def read(store: Store, suite: str) -> Calibrated | None:
    """Count the gates of a suite, or None where there were none."""
    rows = _rows(store, suite)
    if not rows:
        return None
    said = [row.verdict for row in rows]
    return Calibrated(gates=len(said), blocked=said.count(BLOCKED), flagged=len(said) - said.count(QUIET))


def _rows(store: Store, suite: str) -> tuple[Judged, ...]:
    return store.earlier(_subject(suite), besides="")


def _subject(suite: str) -> str:
    return f"a/a {suite}"
