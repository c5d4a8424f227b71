"""The policy's rules held against a change → Findings. What a rule does (block, warn, off) is read from the base."""

from __future__ import annotations

import datetime as dt
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping

from llmgate import config, pins
from llmgate.changes import Change, Kind
from llmgate.config import Policy, Rule
from llmgate.errors import Fault
from llmgate.plan import Plan
from llmgate.suite import Suite, Weakening
from llmgate.surface import Surface
from llmgate.trial import Arm
from llmgate.verdict import Finding, Severity

MOST_NAMED = 3
COVERAGE, INDEX, PINS, SUITE_CHANGES = "coverage", "index", "pins", "suite_changes"


def severity_of(rule: Rule) -> Severity | None:
    match rule:
        case Rule.BLOCK:
            return Severity.BLOCK
        case Rule.WARN:
            return Severity.WARN
        case Rule.OFF:
            return None


def suite_changes(suite: Suite, policy: Policy) -> Iterator[Finding]:
    """Fixtures that the head removes or loosens. They run in their base form all the same."""
    if (severity := severity_of(policy.suite_changes)) is None:
        return
    alike: dict[str, list[Weakening]] = {}
    for weakening in suite.weakened:
        alike.setdefault(weakening.what, []).append(weakening)
    for what, found in alike.items():
        names = ", ".join(repr(weakening.fixture) for weakening in found[:MOST_NAMED])
        rest = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
        yield Finding(
            rule=SUITE_CHANGES,
            severity=severity,
            message=f"fixture{'' if len(found) == 1 else 's'} {names}{rest} may ask less than on the base: {what}",
            remedy=f"undo it, or have an approver set the label {policy.approval_label!r}",
            file=found[0].file,
            line=found[0].line,
        )


def unreadable(suite: Suite, policy: Policy) -> Iterator[Finding]:
    """Files of the base's suite that cannot be read: their fixtures do not take part."""
    if severity_of(policy.suite_changes) is not None:
        yield from (Finding.at(fault, rule=SUITE_CHANGES, severity=Severity.WARN) for fault in suite.unread)


def configuration_removed(policy: Policy) -> Iterator[Finding]:
    """The head has no llmgate.yaml any more. The base's stays in force."""
    if (severity := severity_of(policy.suite_changes)) is not None:
        yield Finding(
            rule=SUITE_CHANGES,
            severity=severity,
            message=f"{config.PATH} is removed; the base's is used for both revisions",
            remedy=f"restore it, or have an approver set the label {policy.approval_label!r}",
            file=config.PATH,
        )


def coverage(changes: Iterable[Change], plan: Plan, policy: Policy) -> Iterator[Finding]:
    """Changes that no fixture sends to a model, and fixtures that the head can no longer send."""
    if (severity := severity_of(policy.coverage)) is None:
        return
    for change, exercised, searched in zip(changes, plan.exercised, plan.searched, strict=True):
        if change.kind is Kind.INDEX or not change.affects_requests or exercised:
            continue
        name = f"{change.kind} {change.unit.partition(':')[2]}"
        yield Finding(
            rule=COVERAGE,
            severity=Severity.WARN if searched else severity,
            message=f"no fixture finds other documents because of the change of {name}"
            if searched
            else f"no fixture exercises the change of {name}",
            remedy=change.note or _covering(change),
            file=change.path,
            line=change.line,
        )
    yield from (_unfit(fault, severity) for fault in plan.unfit)


def _covering(change: Change) -> str:
    """Say how a fixture is added that sends what changed."""
    if change.kind is Kind.RETRIEVAL:
        return "add a fixture with `retrieval: live` that finds other documents because of it to the base"
    if change.kind is not Kind.PROMPT or not change.targets:
        return "add a fixture whose request contains it to the base, or exclude the file there (surface.exclude)"
    name = shlex.quote(change.unit.partition(":")[2])
    return f"add a fixture to the base: `llmgate capture prompt {name} --out fixtures` drafts one"


def _unfit(fault: Fault, severity: Severity) -> Finding:
    return Finding.at(fault, rule=COVERAGE, severity=severity)


def pinning(surface: Surface, policy: Policy, *, today: dt.date) -> Iterator[Finding]:
    """Model ids of the head that can change under the same name, or that are no longer served.

    What the registry learned too long ago does not block, and neither does an end that is announced.
    """
    if (severity := severity_of(policy.pins)) is None:
        return
    seen: set[tuple[str, str, str]] = set()
    for name, model in sorted(surface.models.items()):
        unit = surface.units.get(model.unit)
        if model.entry is None or unit is None or (key := (unit.id, model.entry.provider, model.entry.model)) in seen:
            continue
        seen.add(key)
        pin = pins.state(model.entry.provider, model.entry.model, today=today)
        if pin.state in _WORTH_SAYING:
            blocks = pin.state in _BLOCKING and not (pin.stale and pin.state is pins.State.RETIRED)
            yield Finding(
                rule=PINS,
                severity=severity if blocks else Severity.WARN,
                message=f"model {pin.model!r} of {name!r} is {pin.state.value}: {pin.reason}",
                remedy=pin.remedy,
                file=unit.path,
                line=unit.line,
            )


_BLOCKING = frozenset({pins.State.FLOATING, pins.State.ROUTER, pins.State.RETIRED})
_WORTH_SAYING = _BLOCKING | {pins.State.RETIRING, pins.State.PREVIEW}


def served(by_arm: Mapping[Arm, set[tuple[str, str]]], policy: Policy) -> Iterator[Finding]:
    """Models that answered under another name than the one that was asked for."""
    if (severity := severity_of(policy.pins)) is None:
        return
    for arm in Arm:
        for asked, answered in sorted(by_arm.get(arm, set())):
            if answered != asked and not _is_release_of(answered, asked):
                yield Finding(
                    rule=PINS,
                    severity=severity,
                    message=f"on the {arm}, the provider served {answered!r} where {asked!r} was asked for",
                    remedy="pin the model that the provider serves, or ask the provider why",
                )


def _is_release_of(answered: str, asked: str) -> bool:
    """Tell whether an alias answered under its dated release, `x-1` as `x-1-2026-01-15`: pins say if it may be used."""
    return answered.startswith(asked) and bool(_RELEASE.fullmatch(answered[len(asked) :]))


# -2026-01-15, -20260115, -01-2026, -05-06, -0613, -002; not the -1 of another generation, nor a longer number
_RELEASE = re.compile(r"-[0-9]{3,8}|-[0-9]{4}-[0-9]{2}-[0-9]{2}|-[0-9]{2}-([0-9]{2}|[0-9]{4})")
