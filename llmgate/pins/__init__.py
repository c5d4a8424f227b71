"""A model entry → its Pin: how firmly the id names a model, and how long that model lives.

What is known comes, in this order, from the list that the provider itself gave (`live.py`), the registry that ships
with llmgate (`registry.json`), and the naming rules (`catalogue.py`, one file per provider). What an Azure deployment
runs is read from its declaration (`deployments/`), MCP servers' versions from their configuration (`mcp.py`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import partial

from llmgate.pins import catalogue, deployments, releases
from llmgate.pins.catalogue import CATALOGUE, name_of
from llmgate.pins.deployments import Deployment
from llmgate.pins.pin import Identity, Lifecycle, Pin, Settings, Stage, State
from llmgate.pins.registry import Record, Registry, shipped

__all__ = ["CATALOGUE", "MAX_AGE", "Lifecycle", "Pin", "Stage", "State", "name_of", "same", "state"]

MAX_AGE = dt.timedelta(days=60)
LASTING = dt.timedelta(days=180)  # a pin that is retired sooner is not worth moving to
_NOTHING: Mapping[str, Deployment] = {}


def state(
    provider: str,
    model: str,
    *,
    today: dt.date,
    settings: Settings | None = None,
    registry: Registry | None = None,
    declared: Mapping[str, Deployment] = _NOTHING,
) -> Pin:
    """Classify a model id as of `today`.

    `settings` is what stands beside the model, `declared` the repository's Azure deployments by name. A name and a life
    are judged apart: a retired model keeps the state of its name.
    """
    known = registry or shipped()
    module = catalogue.find(provider)
    owner = name_of(provider)
    deployment = declared.get(model) if owner == "azure" else None
    if deployment is not None:
        identity, key = deployments.identify(deployment), deployment.release
    elif module is not None:
        identity, key = module.identify(model, settings or {}, known), module.base_of(model)
    else:
        identity, key = _general(model), model
    identity = _aliased(identity, known.of(owner, key))
    record = _record(owner, model, key, identity, known)
    lifecycle = record.lifecycle(today) if record else Lifecycle()
    return Pin(
        provider=provider,
        model=model,
        state=identity.state,
        reason=identity.reason,
        lifecycle=lifecycle,
        remedy=_remedy(identity, lifecycle, record, _sibling(owner, key, record, known), today),
        source=record.source if record else "",
        checked=record.checked if record else None,
        stale=record is not None and today - record.checked > MAX_AGE,
        listed=_listed(owner, model, known),
    )


def same(
    provider: str,
    asked: str,
    served: str,
    *,
    registry: Registry | None = None,
    declared: Mapping[str, Deployment] = _NOTHING,
) -> bool:
    """Tell whether a provider that answers as `served` answers as the model that was asked, in its own spelling.

    An alias may answer under the name of what it stands for: pins say if it may be used.
    """
    owner = name_of(provider)
    if asked == served:
        return True
    if owner == "azure" and asked in declared:
        return deployments.runs(declared[asked], served)
    spelled = _spelling(owner)
    if spelled(asked, served):
        return True
    alias = (registry or shipped()).of(owner, asked)
    return alias is not None and alias.alias_of is not None and spelled(alias.alias_of, served)


def _spelling(owner: str) -> Callable[[str, str], bool]:
    module = catalogue.find(owner)
    return module.same if module else releases.same


def _listed(owner: str, model: str, known: Registry) -> bool | None:
    """Tell whether the provider's own list has the model, in its spelling, or a release of it."""
    if owner not in known.lists:
        return None
    return any(map(partial(_spelling(owner), model), known.lists[owner]))


def _record(owner: str, model: str, key: str, identity: Identity, known: Registry) -> Record | None:
    """Return what is known of the model; an alias lives as long as the last snapshot that it can stand for."""
    own = known.of(owner, model) if key else None
    own = own or known.of(owner, key)
    if identity.state is not State.FLOATING or (own and (own.retires or own.stage)):
        return own
    names = [*known.dated(owner, releases.without_latest(key)), own.alias_of if own and own.alias_of else ""]
    targets = [record for name in names if (record := known.of(owner, name))]
    return max(targets, key=lambda record: record.retires or dt.date.max, default=own)


def _sibling(owner: str, key: str, own: Record | None, known: Registry) -> Record | None:
    """Return what is known of the id that a floating one is to be pinned to."""
    names = known.dated(owner, releases.without_latest(key))
    alias = own.alias_of if own else None
    return known.of(owner, alias or (names[-1] if names else ""))


def _remedy(
    identity: Identity, lifecycle: Lifecycle, record: Record | None, sibling: Record | None, today: dt.date
) -> str:
    """Return one remedy: what replaces a model at its end, or the pin that the rules name where that stays."""
    if record and lifecycle.stage is Stage.RETIRED:
        return _instead(record)
    if identity.remedy and sibling and sibling.retires and sibling.retires - today <= LASTING:
        return _until(sibling, today)
    if record and lifecycle.stage is Stage.RETIRING:
        return identity.remedy or _instead(record)
    return identity.remedy or ("Move to a model that stays." if identity.state is State.PREVIEW else "")


def _until(pin: Record, today: dt.date) -> str:
    """Say both where a pin is served for a while and its successor is known: the model of today, and of later."""
    if pin.replacement and pin.retires and pin.retires > today:
        return f"Pin {pin.id} until {pin.retires}, or move to {pin.replacement}."
    return _instead(pin)


def _instead(record: Record) -> str:
    return f"Move to {record.replacement}." if record.replacement else "Move to a model that stays."


def _aliased(identity: Identity, own: Record | None) -> Identity:
    """An id that the registry or the provider's list calls an alias moves, whatever its name looks like."""
    if own is None or own.alias_of is None or identity.state not in (State.UNDATED, State.UNKNOWN):
        return identity
    reason = f"it is an alias, now of {own.alias_of}"
    return Identity(state=State.FLOATING, reason=reason, remedy=f"Use {own.alias_of}.")


def _general(model: str) -> Identity:
    if releases.is_latest(model):
        return Identity(state=State.FLOATING, reason="`latest` moves", remedy="Use an id that names one version.")
    return Identity(state=State.UNKNOWN, reason="llmgate knows no naming rules of this provider")
