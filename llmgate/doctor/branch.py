"""The gates of a repository and the settings of its branch → what lets a change merge without their verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from llmgate.doctor import requirements
from llmgate.doctor.finding import Finding, Id, Unseen
from llmgate.doctor.gates import WORD, Gate
from llmgate.doctor.requirements import Requirement
from llmgate.doctor.settings import Rule, Settings

MOST_NAMES = 8
SEEN_BY_EDITORS = "use a token that may edit the rule: `Administration: write`, of the organisation for its rules"
SEEN_BY_ADMINISTRATORS = "use a token that has `Administration: read` of the repository"

Told = Iterator[Finding | Unseen]


def examined(gates: tuple[Gate, ...], settings: Settings, *, owned: bool) -> Told:
    """Find what is wrong with the branch; `owned` is whether owners have to approve a change of the workflows."""
    by_workflow = demanding(settings, gates)
    names = {gate.check for gate in gates}
    every = requirements.required(settings)
    mine = tuple(each for each in every if each.check in names)
    if by_workflow:
        yield from _bypass(
            tuple((requirements.source(rule, settings), requirements.bypass(rule, settings)) for rule in by_workflow)
        )
    elif mine:
        yield from _source(mine, settings)
        yield from _strict(mine, settings)
        yield from _bypass(tuple((each.source, each.bypass) for each in mine))
    elif gates:
        yield _not_required(names, every, settings)
    yield from _reviews(settings)
    if gates and not by_workflow and not (owned and _reviewed(settings)):
        yield _editable(gates[0]) if not owned else _unless_hidden(_editable(gates[0]), settings)
    yield from _queue(gates, settings)


def demanding(settings: Settings, gates: Iterable[Gate] = ()) -> tuple[Rule, ...]:
    """Find the rules that require a workflow of the gate: by its path here, or by llmgate in its name."""
    paths = {gate.entry.file for gate in gates}
    return tuple(
        rule
        for rule in settings.of_type("workflows")
        if any(each.path in paths or WORD.search(each.path) for each in rule.parameters.workflows)
    )


def _not_required(names: set[str], every: tuple[Requirement, ...], settings: Settings) -> Finding | Unseen:
    mine = ", ".join(repr(name) for name in sorted(names)[:MOST_NAMES])
    others = ", ".join(repr(each.check) for each in every[:MOST_NAMES]) or "none"
    what = f"{settings.branch!r} does not require {mine}; it requires: {others}"
    return _unless_hidden(Finding(id=Id.CHECK_NOT_REQUIRED, what=what), settings)


def _source(mine: tuple[Requirement, ...], settings: Settings) -> Told:
    if all(each.app is None for each in mine):
        yield Finding(id=Id.CHECK_SOURCE, what=f"{mine[0].source} takes {mine[0].check!r} from any source")
    for each in mine:
        if each.app is not None and settings.app is not None and each.app != settings.app.id:
            what = f"{each.source} expects {each.check!r} from app {each.app}, which is not GitHub Actions"
            yield Finding(id=Id.CHECK_SOURCE, what=what)


def _strict(mine: tuple[Requirement, ...], settings: Settings) -> Told:
    if settings.queue is not None or any(each.strict for each in mine):
        return
    if any(each.strict is None for each in mine) or settings.rules is None:
        why = "GitHub shows it to administrators alone"
        yield Unseen(what="whether a branch must be up to date to merge", why=why, remedy=SEEN_BY_ADMINISTRATORS)
        return
    yield Finding(id=Id.CHECK_NOT_STRICT, what=f"{mine[0].source} lets a branch merge that is behind")


def _bypass(sources: tuple[tuple[str, requirements.Bypass], ...]) -> Told:
    """Tell who may go past all of several sources; one that nobody passes is enough."""
    if any(bypass.who == "" for _, bypass in sources):
        return
    for source, bypass in sources:
        if bypass.who is None:
            why = "GitHub shows it to those alone who may edit the rule"
            yield Unseen(what=f"who may go past {source}", why=why, remedy=SEEN_BY_EDITORS)
        else:
            yield Finding(id=Id.BYPASS, what=f"past {source} may go: {bypass.who}")


def _reviewed(settings: Settings) -> bool:
    """Whether owners have to approve, as far as could be seen."""
    shown = settings.protection.required_pull_request_reviews if settings.protection else None
    by_rule = any(rule.parameters.require_code_owner_review for rule in settings.of_type("pull_request"))
    return by_rule or bool(shown and shown.require_code_owner_reviews)


def _fresh(settings: Settings) -> bool:
    """Whether an approval ends with a push, as far as could be seen."""
    shown = settings.protection.required_pull_request_reviews if settings.protection else None
    rules = [rule.parameters for rule in settings.of_type("pull_request")]
    by_rule = any(rule.dismiss_stale_reviews_on_push or rule.require_last_push_approval for rule in rules)
    return by_rule or bool(shown and (shown.dismiss_stale_reviews or shown.require_last_push_approval))


def _reviews(settings: Settings) -> Told:
    name = repr(settings.branch)
    if not _reviewed(settings):
        what = f"{name} does not require the review of code owners"
        yield _unless_hidden(Finding(id=Id.OWNER_REVIEW, what=what), settings)
    elif not _fresh(settings):
        what = f"{name} keeps approvals when something is pushed"
        yield _unless_hidden(Finding(id=Id.STALE_APPROVAL, what=what), settings)


def _unless_hidden(finding: Finding, settings: Settings) -> Finding | Unseen:
    """Return what was found, unless what is hidden could prove it wrong."""
    if settings.is_whole:
        return finding
    why = f"what could be seen says that {finding.what}, and not all could be seen"
    return Unseen(what=finding.id.value, why=why, remedy=SEEN_BY_ADMINISTRATORS)


def _editable(gate: Gate) -> Finding:
    file = gate.entry.file
    what = f"no ruleset requires the workflow, and {file!r} can change without an owner's approval"
    return Finding(id=Id.WORKFLOW_EDITABLE, what=what)


def _queue(gates: Iterable[Gate], settings: Settings) -> Told:
    if settings.queue is None or (limit := settings.queue.parameters.check_response_timeout_minutes) is None:
        return
    for gate in gates:
        minutes = gate.job.part["timeout-minutes"].value
        if "merge_group" in gate.entry.triggers and isinstance(minutes, (int, float)) and minutes > limit:
            what = f"the merge queue waits {limit} minutes for a check, and the job may take {minutes}"
            yield Finding(id=Id.QUEUE_TIMEOUT, what=what)
