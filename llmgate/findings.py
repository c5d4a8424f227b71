"""The policy's rules held against a change → Findings. What a rule does (block, warn, off) is read from the base."""

from __future__ import annotations

import datetime as dt
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence

from llmgate import config, documents, pins
from llmgate.approval import Approvals
from llmgate.changes import Change, Kind
from llmgate.config import Policy, Rule
from llmgate.errors import Fault
from llmgate.pins.deployments import Deployment
from llmgate.pins.mcp import MovingTool
from llmgate.pins.pin import Pin
from llmgate.pins.registry import Registry
from llmgate.plan import Plan
from llmgate.prompts import remote
from llmgate.suite import Stored, Suite, Weakening
from llmgate.surface import Surface
from llmgate.trial import Arm, Served
from llmgate.verdict import Finding, Severity

MOST_NAMED = 3
_APART = "keep it in a file of its own, or exclude the file on the base (surface.exclude)"
COVERAGE, INCOMPLETE, INDEX, PINS = "coverage", "incomplete", "index", "pins"
SUITE_CHANGES = "suite_changes"


def severity_of(rule: Rule) -> Severity | None:
    match rule:
        case Rule.BLOCK:
            return Severity.BLOCK
        case Rule.WARN:
            return Severity.WARN
        case Rule.OFF:
            return None


def suite_changes(weakened: Iterable[Weakening], policy: Policy) -> Iterator[Finding]:
    """Fixtures that the head removes, loosens or excepts. They run and count as the base has it all the same."""
    if (severity := severity_of(policy.suite_changes)) is None:
        return
    alike: dict[str, list[Weakening]] = {}
    for weakening in weakened:
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


def incomplete(left_out: Sequence[Stored], policy: Policy) -> Iterator[Finding]:
    """Fixtures whose answers hang on state that no replay has: they do not run, and one finding says so of all."""
    if severity_of(policy.coverage) is None or not left_out:
        return
    first = left_out[0]
    names = ", ".join(repr(stored.fixture.id) for stored in left_out[:MOST_NAMED])
    rest = f" and {len(left_out) - MOST_NAMED} more" if len(left_out) > MOST_NAMED else ""
    needed = ", ".join(map(documents.quoted, first.fixture.completeness.depends_on[:MOST_NAMED]))
    one = f"fixture {names} does not run: it depends on {needed}, which it does not hold"
    several = f"{len(left_out)} fixtures do not run, as they depend on what they do not hold: {names}{rest}"
    yield Finding(
        rule=INCOMPLETE,
        severity=Severity.WARN,
        message=one if len(left_out) == 1 else several,
        remedy="record that state in the fixture, and take it out of completeness.depends_on",
        file=first.file,
        line=first.line,
    )


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


def unapproved(found: Sequence[Finding], approvals: Approvals, policy: Policy) -> Iterator[Finding]:
    """Say why a label that is on approves nothing, where there is something to approve."""
    objection = approvals.objection(policy)
    if objection and any(finding.rule == SUITE_CHANGES for finding in found):
        yield Finding(
            rule=SUITE_CHANGES,
            severity=Severity.WARN,
            message=objection,
            remedy="an approver sets it after the last push, then the check is run again",
            file=config.PATH,
        )


def coverage(changes: Iterable[Change], plan: Plan, policy: Policy, *, known: Suite) -> Iterator[Finding]:
    """Changes that no fixture sends to a model, and fixtures that the head can no longer send."""
    if (severity := severity_of(policy.coverage)) is None:
        return
    rows = zip(changes, plan.exercised, plan.excused, plan.searched, strict=True)
    for change, exercised, excused, searched in rows:
        if change.kind is Kind.OTHER:
            yield Finding(
                rule=COVERAGE,
                severity=Severity.WARN,
                message=f"{change.path} bears prompts and differs, though in nothing that is taken for a prompt",
                remedy="look whether a prompt differs; put its text into a constant with the name of a prompt",
                file=change.path,
                line=change.line,
            )
        if change.kind is Kind.INDEX or not change.affects_requests or exercised:
            continue
        name = f"{change.kind} {change.unit.partition(':')[2]}"
        yield Finding(
            rule=COVERAGE,
            severity=Severity.WARN if searched else severity,
            message=f"no fixture finds other documents because of the change of {name}"
            if searched
            else f"no fixture exercises the change of {name}{_but(excused)}",
            remedy=f"{change.note}; {_APART}" if change.note else _covering(change, plan, known),
            file=change.path,
            line=change.line,
        )
    yield from (_unfit(fault, severity) for fault in plan.unfit)


def _but(excused: Sequence[str]) -> str:
    """Name the fixtures that would count, were they not excepted."""
    return f" but those that are excepted: {_listed(excused)}" if excused else ""


def _listed(names: Sequence[str]) -> str:
    rest = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"{', '.join(map(repr, names[:MOST_NAMED]))}{rest}"


def _covering(change: Change, plan: Plan, known: Suite) -> str:
    """Say how a fixture is added that sends what changed, which ones do not fit it, or which drafts would send it."""
    places = {(fault.file, fault.line) for fault in plan.unfit}
    meant = [case for case in known.cases if case.fixture.target in change.targets]
    if unfit := [case.fixture.id for case in meant if (case.file, case.line) in places]:
        return f"mend the fixtures that no longer fit: {_listed(unfit)}"
    if waiting := [stored.fixture.id for stored in known.drafts if stored.fixture.target in change.targets]:
        return f"end one of these drafts on the base: {_listed(waiting)}"
    if change.kind is Kind.RETRIEVAL:
        return "add a fixture with `retrieval: live` that finds other documents because of it to the base"
    kind, _, name = change.unit.partition(":")
    if kind != "prompt":
        return "add a fixture whose request contains it to the base, or exclude the file there (surface.exclude)"
    command = f"`llmgate capture prompt {shlex.quote(name)} --out fixtures`"
    if change.targets:
        return f"add a fixture to the base: {command} drafts one"
    return f"add a target and a fixture to the base ({command} says how), or exclude the file there (surface.exclude)"


def _unfit(fault: Fault, severity: Severity) -> Finding:
    return Finding.at(fault, rule=COVERAGE, severity=severity)


def pinning(
    surface: Surface,
    policy: Policy,
    *,
    today: dt.date,
    registry: Registry | None = None,
) -> Iterator[Finding]:
    """Model ids of the head that can change under the same name, or that are no longer served.

    What the registry learned too long ago does not block, and neither does an end that is announced. `registry` has
    what providers said of their models.
    """
    if (severity := severity_of(policy.pins)) is None:
        return
    for one in surface.asked:
        pin = pins.state(
            one.provider,
            one.model,
            today=today,
            settings=one.settings,
            registry=registry,
            declared=surface.deployments,
        )
        if (weight := _weight(pin, severity)) is not None:
            yield Finding(
                rule=PINS,
                severity=weight,
                message=f"model {pin.model!r} of {one.name.removeprefix(f'{one.path}#')!r} {_said(pin)}",
                remedy=pin.remedy,
                file=one.path,
                line=one.line,
            )
    yield from moving_tools(surface.tools, policy)
    yield from _registered(surface, severity, today)


def grader_pinning(suite: Suite, policy: Policy, *, today: dt.date) -> Iterator[Finding]:
    """The models of judge and embedder, where a fixture asks them: one that moves grades otherwise than it did."""
    if (severity := severity_of(policy.pins)) is None:
        return
    judge = policy.judge.model if policy.judge and any(case.judge for case in suite.cases) else None
    embedder = policy.embedder if any(case.embedder for case in suite.cases) else None
    for name, entry in (("judge", judge), ("embedder", embedder)):
        pin = pins.state(entry.provider, entry.model, today=today) if entry else None
        if pin is not None and (weight := _weight(pin, severity)) is not None:
            yield Finding(
                rule=PINS,
                severity=weight,
                message=f"the {name}'s model {pin.model!r} {_said(pin)}",
                remedy=pin.remedy,
                file=config.PATH,
            )


def _weight(pin: Pin, severity: Severity) -> Severity | None:
    """Say what a pin comes to: the policy's severity, a warning, or nothing."""
    ended = pin.lifecycle.stage is pins.Stage.RETIRED and not pin.stale
    if pin.listed is False or ended or pin.state in (pins.State.FLOATING, pins.State.ROUTER):
        return severity
    ending = pin.lifecycle.stage in (pins.Stage.RETIRING, pins.Stage.RETIRED)
    left_open = pin.state is pins.State.UNKNOWN and bool(
        pin.remedy
    )  # declared, by an expression that can be written out
    worth_saying = ending or left_open or pin.state in (pins.State.PREVIEW, pins.State.DEPLOYMENT)
    return Severity.WARN if worth_saying else None


def _said(pin: Pin) -> str:
    """Name both axes, why, and where what is known of the model's life was learned."""
    absent = "is not in its provider's own list; it " if pin.listed is False else ""
    old = ", too long ago to block on" if pin.stale else ""
    learned = f" ({pin.learned}{old})" if pin.learned else ""
    return f"{absent}is {pin.state.value} and {pin.lifecycle}: {pin.reason}{learned}"


def _registered(surface: Surface, severity: Severity, today: dt.date) -> Iterator[Finding]:
    """Prompts whose text is in a registry, where it can change without a commit, or the registry ends."""
    for name, prompt in sorted(surface.prompts.items()):
        held = remote.pin(prompt) if prompt.gated else None
        if held is None or held.hold is remote.Hold.PINNED:
            continue
        ending = held.hold is remote.Hold.RETIRED and held.ends is not None and today < held.ends
        yield Finding(
            rule=PINS,
            severity=Severity.WARN if ending else severity,
            message=f"the prompt {held.written!r} of {name!r} is {held.hold.value} in {held.registry}: {held.reason}",
            remedy=held.remedy,
            file=prompt.path,
            line=prompt.line,
        )


def moving_tools(tools: Iterable[MovingTool], policy: Policy) -> Iterator[Finding]:
    """MCP servers that are started without a fixed version. They never block: no fixture runs them."""
    if severity_of(policy.pins) is not None:
        for tool in tools:
            yield Finding(
                rule=PINS,
                severity=Severity.WARN,
                message=f"the MCP server {tool.server!r} starts {tool.started!r}: {tool.reason}",
                remedy=tool.remedy,
                file=tool.file,
                line=tool.line,
            )


def served(
    by_arm: Mapping[Arm, set[Served]],
    policy: Policy,
    *,
    deployments: Mapping[Arm, Mapping[str, Deployment]] | None = None,
) -> Iterator[Finding]:
    """Models that answered under another name than the one that was asked for, as their provider spells it."""
    if (severity := severity_of(policy.pins)) is None:
        return
    for arm in Arm:
        for one in sorted(by_arm.get(arm, set())):
            if not pins.same(one.provider, one.asked, one.answered, declared=(deployments or {}).get(arm, {})):
                yield Finding(
                    rule=PINS,
                    severity=severity,
                    message=f"on the {arm}, the provider served {one.answered!r} where {one.asked!r} was asked for",
                    remedy="pin the model that the provider serves, or ask the provider why",
                )
