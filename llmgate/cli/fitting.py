"""A revision's configuration and its fixtures → the faults that show only where both are held together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from llmgate import config, documents, plan, providers, suite
from llmgate.assertions import embedded, model_graded
from llmgate.catalogue import Id
from llmgate.errors import CallRefused, Fault, RenderError
from llmgate.targets import prompt
from llmgate.trial import Arm

_PLACED = re.compile(r"(?P<file>.+?):(?P<line>[0-9]+): (?P<reason>.+)", re.DOTALL)


def faults(side: plan.Side, loaded: suite.Loaded, written: documents.Document) -> Iterator[Fault]:
    """Find what names something that is not there, and what cannot be sent; `written` is llmgate.yaml."""
    yield from _dangling(side, loaded)
    yield from _providers(side, written)
    yield from _unfit(side, loaded)
    yield from _unjudged(side, loaded)


def cases(loaded: suite.Loaded) -> tuple[suite.Case, ...]:
    """Return the fixtures that run, each as it stands in this revision."""
    return tuple(
        suite.Case(fixture=stored.fixture, form=Arm.HEAD, new=False, file=stored.file, line=stored.line)
        for stored in loaded.fixtures.values()
        if stored.fixture.is_active
    )


def _dangling(side: plan.Side, loaded: suite.Loaded) -> Iterator[Fault]:
    for name, stored in loaded.fixtures.items():
        if stored.fixture.target not in side.config.targets:
            message = f"fixture {name!r} names the target {stored.fixture.target!r}, which llmgate.yaml does not have"
            known = f"known: {', '.join(sorted(side.config.targets)) or 'none'}"
            yield Fault(file=stored.file, line=stored.line, message=message, id="unknown-name", remedy=known)


def _providers(side: plan.Side, written: documents.Document) -> Iterator[Fault]:
    """Find the models whose provider the policy does not have: all of llmgate.yaml, of other files those in use."""
    known = sorted(side.config.policy.providers)
    used = side.config.asked() | side.config.models.keys()
    for name in sorted(used & side.surface.models.keys()):
        model = side.surface.models[name]
        if model.entry is None or model.entry.provider in {*known, config.SIMULATED}:
            continue
        message = f"model {name!r} names the provider {model.entry.provider!r}, which policy.providers does not have"
        if name in side.config.models:
            names = ", ".join(sorted({*known, *config.KNOWN_PROVIDERS}))
            yield written.fault(("models", name, "provider"), message, f"known: {names}", id="unknown-provider")
        else:
            unit = side.surface.units[model.unit]
            remedy = f"declare it there; known: {', '.join(known) or 'none'}"
            yield documents.fault(unit.path, unit.line or 1, message, remedy, id="unknown-provider")


def _unjudged(side: plan.Side, loaded: suite.Loaded) -> Iterator[Fault]:
    """Find the fixtures that ask a judge or an embedder where the policy names none."""
    policy = side.config.policy
    for case in cases(loaded):
        name = f"fixture {case.fixture.id!r}"
        if policy.judge is None and any(model_graded.asking(case.fixture.assertions)):
            message = f"{name} has a model-graded assertion, and there is no policy.judge"
            yield documents.fault(case.file, case.line, message, "name one; docs/judge.md says how", id="judge-missing")
        if policy.embedder is None and any(embedded.among(case.fixture.assertions)):
            message = f"{name} has an assertion that compares embeddings, and there is no policy.embedder"
            yield documents.fault(
                case.file, case.line, message, "name one; docs/embedder.md says how", id="embedder-missing"
            )


def _unfit(side: plan.Side, loaded: suite.Loaded) -> Iterator[Fault]:
    """Render each active fixture as the gate would; what several fixtures suffer alike is told once."""
    alike: dict[tuple[str, str, Id], list[suite.Case]] = {}
    for case in sorted(cases(loaded), key=lambda each: (each.file, each.line)):
        try:
            _render(case, side)
        except (RenderError, CallRefused) as error:
            alike.setdefault((error.message, error.remedy, error.id), []).append(case)
    for (message, remedy, id), many in alike.items():
        yield _folded(message, remedy, many, id=id)


def _render(case: suite.Case, side: plan.Side) -> None:
    """Write a fixture's request as its provider wants it.

    Where target, model or prompt has a fault of its own there is nothing to write.
    """
    target = side.config.prompted.get(case.fixture.target)
    model = side.surface.models.get(target.model) if target else None
    if target is None or model is None or model.entry is None or side.surface.prompt(target.prompt).fault:
        return
    if case.fixture.retrieval == "live":
        side.live.question(case.fixture)
    source = side.surface.prompt(target.prompt)
    rendered = side.render(source, prompt.variables(case.fixture))
    request = prompt.request(case.fixture, target, model.entry, rendered, source=source)
    request = replace(request, blobs=side.blobs.of(request.messages))
    if provider := side.config.policy.providers.get(request.provider):
        providers.APIS[provider.api].body(request, None)


def _folded(message: str, remedy: str, alike: list[suite.Case], *, id: Id) -> Fault:
    first = alike[0]
    if len(alike) == 1:
        return documents.fault(first.file, first.line, f"fixture {first.fixture.id!r}: {message}", remedy, id=id)
    counted = f"({len(alike)} fixtures, first {first.file}:{first.line})"
    if placed := _PLACED.fullmatch(message):
        return documents.fault(placed["file"], int(placed["line"]), f"{placed['reason']} {counted}", remedy, id=id)
    return documents.fault(first.file, first.line, f"{message} {counted}", remedy, id=id)
