"""The catalogue of naming rules: a provider and a model id → how firmly the id names a model, and how long it lives.

| provider    | pinned                                   | floating                                         |
|-------------|------------------------------------------|--------------------------------------------------|
| `openai`    | `-YYYY-MM-DD`, `-MMDD`, `ft:` of these   | `*-latest`; undated ids that have dated siblings |
| `anthropic` | `-YYYYMMDD`; dateless ids from 4.6 on    | `*-latest`; dateless ids before 4.6              |
| `simulated` | `sim-*-YYYY-MM-DD`                       | anything else                                    |

A provider is a module with `PROVIDER`, `identify(model, registry)` and `base_of(model)`. Ids of other providers are
`floating` where they end in `latest`, and `unknown` otherwise. What is known of single models is in `registry.json`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Protocol

from llmgate.pins import anthropic, openai, simulated
from llmgate.pins.pin import Identity, Pin, State
from llmgate.pins.registry import Record, Registry, shipped

__all__ = ["CATALOGUE", "MAX_AGE", "Pin", "State", "state"]

MAX_AGE = dt.timedelta(days=60)
LASTING = dt.timedelta(days=180)  # a pin that is retired sooner is not worth moving to


class _Module(Protocol):
    PROVIDER: str

    def identify(self, model: str, registry: Registry) -> Identity: ...

    def base_of(self, model: str) -> str: ...


CATALOGUE: dict[str, _Module] = {module.PROVIDER: module for module in (anthropic, openai, simulated)}


def state(provider: str, model: str, *, today: dt.date, registry: Registry | None = None) -> Pin:
    """Classify a model id as of `today`.

    A retired model is `retired` whatever its name. A floating id is `floating` even if a retirement is announced;
    any other is then `retiring`.
    """
    known = registry or shipped()
    module = CATALOGUE.get(provider)
    identity = module.identify(model, known) if module else _general(model)
    record = _record(module, model, identity, known) if module else None
    checked = record.checked if record else known.checked(provider)
    pin = Pin(
        provider=provider,
        model=model,
        state=identity.state,
        identity=identity.state,
        reason=identity.reason,
        remedy=_lasting(identity, _sibling(module, model, record, known), today) if module else identity.remedy,
        source=record.source if record else "",
        checked=checked,
        stale=checked is not None and today - checked > MAX_AGE,
    )
    return _ending(pin, record, record.retires, today) if record and record.retires else pin


def _record(module: _Module, model: str, identity: Identity, known: Registry) -> Record | None:
    """Return what is known of the model; an alias lives as long as the last snapshot that it can stand for."""
    own = known.of(module.PROVIDER, model) or known.of(module.PROVIDER, module.base_of(model))
    if own or identity.state is not State.FLOATING:
        return own
    names = known.dated(module.PROVIDER, model.removesuffix("-latest"))
    snapshots = [record for name in names if (record := known.of(module.PROVIDER, name))]
    return max(snapshots, key=lambda record: record.retires or dt.date.max, default=None)


def _ending(pin: Pin, record: Record, ends: dt.date, today: dt.date) -> Pin:
    if ends <= today:
        return replace(pin, state=State.RETIRED, reason=f"it was retired on {ends}", remedy=_instead(record), ends=ends)
    return replace(
        pin,
        state=State.FLOATING if pin.identity is State.FLOATING else State.RETIRING,
        reason=f"{pin.reason}; it is to be retired on {ends}",
        remedy=pin.remedy or _instead(record),
        ends=ends,
    )


def _sibling(module: _Module, model: str, own: Record | None, known: Registry) -> Record | None:
    """Return what is known of the id that a floating one is to be pinned to."""
    names = known.dated(module.PROVIDER, module.base_of(model).removesuffix("-latest"))
    alias = own.alias_of if own else None
    return known.of(module.PROVIDER, alias or (names[-1] if names else ""))


def _lasting(identity: Identity, sibling: Record | None, today: dt.date) -> str:
    """Return one remedy: the pin that the rules name, or what replaces it where that is retired soon."""
    if identity.remedy and sibling and sibling.retires and sibling.retires - today <= LASTING:
        return _instead(sibling)
    return identity.remedy


def _instead(record: Record) -> str:
    return f"Move to {record.replacement}." if record.replacement else "Move to a model that stays."


def _general(model: str) -> Identity:
    if model == "latest" or model.endswith(("-latest", ":latest")):
        return Identity(state=State.FLOATING, reason="`latest` moves", remedy="Use an id that names one version.")
    return Identity(state=State.UNKNOWN, reason="llmgate knows no naming rules of this provider")
