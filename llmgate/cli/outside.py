"""The outside things of the commands and of the action: store, clock, chance, providers, renderer, secrets."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import random
import re
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from llmgate import config, gate, git, redaction, run
from llmgate.checkers import Checkers
from llmgate.cli.engines import Engines
from llmgate.cli.services import Services
from llmgate.config import SIMULATED, Config, Policy, ProviderEntry
from llmgate.errors import UsageError
from llmgate.progress import Tell, unheard
from llmgate.store import Drawer, Seals, Store
from llmgate.targets.rendering import Renderer
from llmgate.trial import Arm

if TYPE_CHECKING:
    from llmgate.telemetry import Recording

STORE_KEY = "LLMGATE_STORE_KEY"
STORE_KEY_INPUT = "INPUT_STORE-KEY"
_PULL = re.compile(r"refs/pull/([0-9]{1,20})/")

repository_option = click.option(
    "--repository",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="A folder of the repository (default: the current one).",
)
base_option = click.option(
    "--base", metavar="REV", help="The revision to compare with (default: the merge base with the default branch)."
)
head_option = click.option("--head", metavar="REV", help="The revision to look at (default: the worktree as it is).")


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """The demo's model server: where it listens."""

    origin: str


def clock() -> run.Clock:
    return run.Clock(now=time.time, monotonic=time.monotonic).steady


def default_store(root: Path, environment: Mapping[str, str]) -> Path:
    """Choose a file outside the worktree, so that nothing shows up in `git status`: one for each repository."""
    cache = environment.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    name = hashlib.sha256(str(root.resolve()).encode()).hexdigest()[:16]
    return Path(cache) / "llmgate" / f"{name}.sqlite"


def seals(environment: Mapping[str, str]) -> Seals:
    """Make the seals of the store: with a key where the input `store-key` or LLMGATE_STORE_KEY gives a secret.

    Raises:
        UsageError: where the secret is too short.
    """
    given = (environment.get(name, "").strip() for name in (STORE_KEY_INPUT, STORE_KEY))
    return Seals.of(next(filter(None, given), ""), environment.get("GITHUB_REPOSITORY_ID", ""))


def drawer(environment: Mapping[str, str]) -> Drawer:
    """Say for which event of GitHub a run is, and on a pull request, for which; else it is somebody's own."""
    if environment.get("GITHUB_ACTIONS") != "true":
        return Drawer()
    number = _PULL.match(environment.get("GITHUB_REF", ""))
    subject = f"{environment.get('GITHUB_REPOSITORY', '')}#{number[1]}" if number else ""
    return Drawer(event=environment.get("GITHUB_EVENT_NAME", ""), subject=subject)


def writable(path: Path | None) -> None:
    """Make the folder of a file that is to be written, and see that it can be, before anything is paid for.

    Raises:
        UsageError: where it cannot.
    """
    if path is None:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            with tempfile.TemporaryFile(dir=path.parent):
                pass
        elif not os.access(path, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror}", id="not-writable", remedy="name another file"
        ) from error


def folder(path: Path) -> None:
    """Make a folder, and see that something can be written in it.

    Raises:
        UsageError: where it cannot.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written in: {error.strerror}", id="not-writable", remedy="name another folder"
        ) from error


@contextmanager
def repository(path: Path) -> Iterator[git.Repository]:
    """Open the repository around `path`, with a private folder for what must be written."""
    with tempfile.TemporaryDirectory(prefix="llmgate-") as scratch:
        yield git.Repository.open(path, scratch=Path(scratch) / "side")


def configuration(history: git.Repository, commit: str) -> Config:
    """Read a revision's configuration.

    Raises:
        UsageError: where it has none.
    """
    if config.PATH not in history.tree(commit):
        raise UsageError(
            f"there is no {config.PATH} in the repository",
            id="no-configuration",
            remedy="`llmgate init` finds the prompts and writes one; `llmgate check --surface` does without",
        )
    return config.read(history.read(commit, config.PATH))


@contextmanager
def outside(
    *,
    store: Path,
    environment: Mapping[str, str],
    tell: Tell = unheard,
    simulation: Simulation | None = None,
    recorder: Recording | None = None,
    keeping: gate.Recorder | None = None,
    services: Services | None = None,
) -> Iterator[gate.Outside]:
    """Make what the gate needs and end it afterwards. Every variable that is named like a secret is redacted.

    `recorder` writes the run's spans, `keeping` keeps trials for its page.
    """
    watching = tuple(each for each in (recorder, keeping) if each)
    with ExitStack() as stack:
        renderers = {arm: stack.enter_context(Renderer()).render for arm in Arm}
        yield gate.Outside(
            store=lambda: Store.open(store, seals(environment)),
            client=lambda policy, used: _client(policy, used, environment, simulation, tell),
            render=renderers,
            clock=clock(),
            engine=Engines(stack, environment, recorder.place.carried if recorder else None),
            hosting=lambda ground: stack.enter_context(
                _hosting(ground, services or Services(), store=store, environment=environment, recorder=recorder)
            ),
            checkers=lambda found: stack.enter_context(Checkers(found)) if found else None,
            redact=redaction.of(environment).text,
            tell=tell,
            simulated=simulation is not None,
            drawer=drawer(environment),
            recorder=gate.Recorders(watching) if watching else None,
        )


@contextmanager
def _hosting(
    ground: gate.Ground,
    services: Services,
    *,
    store: Path,
    environment: Mapping[str, str],
    recorder: Recording | None,
) -> Iterator[run.Hosting]:
    from llmgate.cli import hosting  # noqa: PLC0415 - servers and clients are imported where there are applications

    place = recorder.place if recorder else None
    with hosting.hosting(ground, services, store=store, environment=environment, place=place) as made:
        yield made


def _client(
    policy: Policy, used: frozenset[str], environment: Mapping[str, str], simulation: Simulation | None, tell: Tell
) -> run.Client:
    from llmgate import providers  # noqa: PLC0415 - http clients are imported when something is sent
    from llmgate.providers.pace import Limits, Pace  # noqa: PLC0415 - as above

    if simulation is None and SIMULATED in used:
        raise UsageError(
            f"the provider {SIMULATED!r} answers only in `llmgate demo`: it is a program, not a model",
            id="unknown-provider",
            remedy="name a real provider in llmgate.yaml, under `models`",
        )
    declared = dict(policy.providers)
    if simulation is not None:
        declared = {SIMULATED: ProviderEntry(host=simulation.origin)}
    endpoints = providers.endpoints(declared, environment, used)
    pace = Pace(jitter=random.SystemRandom(), sleep=asyncio.sleep, clock=time.monotonic, tell=tell)
    limits = Limits(concurrency=policy.concurrency, timeout_s=policy.timeout_s)
    return providers.Client(endpoints, pace=pace, limits=limits)
