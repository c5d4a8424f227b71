"""`llmgate check --online`: the providers' own lists of models → what is known of the models that a revision names.

Hosts and names of keys are read from the base, as for the gate: a pull request cannot send a key to a host of its own.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import random
import time
from dataclasses import dataclass

from llmgate import config, git
from llmgate.cli.gate import asked
from llmgate.config import ProviderEntry, Rule
from llmgate.errors import LlmgateError
from llmgate.findings import PINS
from llmgate.pins import live, name_of
from llmgate.pins.registry import Record, Registry, overlaid, shipped
from llmgate.surface import Surface
from llmgate.verdict import Finding, Severity

TIMEOUT_S = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The registry with what the lists say over it, and who was not asked."""

    registry: Registry
    findings: tuple[Finding, ...]


def known(
    history: git.Repository, surface: Surface, rule: Rule, *, base: str | None, revision: str, today: dt.date
) -> Known:
    """Ask the providers of the models that a surface names. Whoever cannot be asked is a warning."""
    if rule is Rule.OFF:
        return Known(registry=shipped(), findings=(_warning("nobody was asked for models: policy.pins is off", ""),))
    used = {one.provider for one in surface.asked} - {config.SIMULATED}
    try:
        declared = _declared(history, base, revision)
    except LlmgateError as error:
        return Known(registry=shipped(), findings=tuple(_unasked(name, str(error), "") for name in sorted(used)))
    return _asked(declared, used, today)


def _declared(history: git.Repository, base: str | None, revision: str) -> dict[str, ProviderEntry]:
    commit = asked(history, base=base, head=revision).base
    return dict(config.read(history.read(commit, config.PATH)).policy.providers)


def _asked(declared: dict[str, ProviderEntry], used: set[str], today: dt.date) -> Known:
    from llmgate.providers import listing  # noqa: PLC0415 - http clients are imported when something is asked
    from llmgate.providers.pace import Limits, Pace  # noqa: PLC0415 - as above

    pace = Pace(jitter=random.SystemRandom(), sleep=asyncio.sleep, clock=time.monotonic)
    manner = listing.Manner(pace=pace, limits=Limits(timeout_s=TIMEOUT_S, deadline_s=2 * TIMEOUT_S))
    told: dict[str, tuple[Record, ...]] = {}
    missing: list[Finding] = []
    for answer in listing.ask(declared, os.environ, used, manner):
        match answer:
            case listing.Listing():
                owner = name_of(answer.provider)
                found = live.records(answer.provider, answer.style, answer.items, source=answer.source, today=today)
                told[owner] = (*told.get(owner, ()), *found)
            case listing.Unasked():
                missing.append(_unasked(answer.provider, answer.message, answer.remedy))
    return Known(registry=overlaid(shipped(), told), findings=tuple(missing))


def _unasked(provider: str, why: str, remedy: str) -> Finding:
    return _warning(f"the provider {provider!r} was not asked for its models: {why}", remedy)


def _warning(message: str, remedy: str) -> Finding:
    without = "what is said of its models comes from the registry and the naming rules"
    return Finding(rule=PINS, severity=Severity.WARN, message=message, remedy=remedy or without)
