"""The settings of a branch → the checks that it requires, each with where that is written and who may pass it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from llmgate.doctor.settings import ANY_APP, Protection, Rule, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Bypass:
    """Who may go past a rule, in words; empty for nobody, None where it cannot be seen."""

    who: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One required check. `app` is the only one that may set it; `strict` is None where it cannot be seen."""

    check: str
    app: int | None
    strict: bool | None
    source: str
    bypass: Bypass


def required(settings: Settings) -> tuple[Requirement, ...]:
    """List what is required by rulesets and by branch protection, of which readers see a part."""
    return (*_by_rules(settings), *_by_protection(settings))


def bypass(rule: Rule, settings: Settings) -> Bypass:
    ruleset = settings.rulesets.get(rule.ruleset_id or 0)
    if ruleset is None or ruleset.bypass_actors is None:
        return Bypass(who=None)
    actors = sorted(f"{actor.actor_type} ({actor.bypass_mode})" for actor in ruleset.bypass_actors)
    return Bypass(who=", ".join(dict.fromkeys(actors)))


def source(rule: Rule, settings: Settings) -> str:
    ruleset = settings.rulesets.get(rule.ruleset_id or 0)
    name = repr(ruleset.name[:100]) if ruleset else f"number {rule.ruleset_id}"
    return f"the ruleset {name} of {rule.ruleset_source or settings.repository}"


def _by_rules(settings: Settings) -> Iterator[Requirement]:
    for rule in settings.of_type("required_status_checks"):
        for check in rule.parameters.required_status_checks:
            yield Requirement(
                check=check.context,
                app=_app(check.integration_id),
                strict=rule.parameters.strict_required_status_checks_policy,
                source=source(rule, settings),
                bypass=bypass(rule, settings),
            )


def _by_protection(settings: Settings) -> Iterator[Requirement]:
    shown = settings.protection or (settings.seen.protection if settings.seen else Protection())
    if (checks := shown.required_status_checks) is None:
        return
    by_name = dict.fromkeys(checks.contexts) | {check.context: check.app_id for check in checks.checks}
    for name, app in by_name.items():
        yield Requirement(
            check=name,
            app=_app(app),
            strict=checks.strict,
            source="the branch's protection",
            bypass=_past_protection(settings),
        )


def _past_protection(settings: Settings) -> Bypass:
    if settings.protection is None or settings.protection.enforce_admins is None:
        return Bypass(who=None)
    return Bypass(who="" if settings.protection.enforce_admins.enabled else "administrators")


def _app(number: int | None) -> int | None:
    return None if number == ANY_APP else number
