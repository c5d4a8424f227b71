"""A fixture and one revision → the request that this arm sends for it, with the documents that it finds or replays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from pydantic import JsonValue

from llmgate import run
from llmgate.blobs import Blobs
from llmgate.config import Config, PromptEntry
from llmgate.errors import RenderError
from llmgate.fixture import Fixture
from llmgate.prompts import Prompt
from llmgate.retrieval import live
from llmgate.retrieval.indexes import Indexes
from llmgate.retrieval.live import Found, Live
from llmgate.surface import Application, Surface
from llmgate.targets import asking, prompt
from llmgate.trial import Request

Render = Callable[[Prompt, Mapping[str, JsonValue]], prompt.Rendered]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One revision as the plan sees it. Each has a renderer of its own: what one arm's template does stays there."""

    config: Config
    surface: Surface
    render: Render
    live: Live
    blobs: Blobs = field(default_factory=Blobs)

    @property
    def indexes(self) -> Indexes:
        return self.live.indexes


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """One arm's request for a fixture. `digest` takes the recorded seed, not those of single trials.

    `max_steps` is part of it only where tools are offered: without them a conversation has one step. `found` are the
    documents of a `retrieval: live` fixture, which are graded and so part of it too; None where they are frozen. Of an
    `application` nobody knows what it sends before it runs: `request` is what it is given.
    """

    request: Request
    digest: str
    params: Mapping[str, JsonValue]
    seed: int | None
    max_steps: int
    found: Found | None = None
    application: Application | None = None

    @property
    def providers(self) -> frozenset[str]:
        """The providers that may be asked."""
        if self.application is None:
            return frozenset({self.request.provider})
        return frozenset(model.provider for model in self.application.models.values())

    @property
    def steps(self) -> int:
        """The most calls that one conversation takes."""
        return self.max_steps if self.request.tools or self.application else 1


def prepare(fixture: Fixture, side: Side) -> Prepared:
    """Make the request of one arm, with the files that it sends.

    Raises:
        RenderError: where the fixture does not fit this revision, or a file of it is not the one that is recorded.
        ConfigurationError: where the model, the lock or the corpus of this revision cannot be used.
    """
    return attached(outline(fixture, side), side)


def attached(prepared: Prepared, side: Side) -> Prepared:
    """Read the files that a request sends.

    Raises:
        RenderError: where a file is not the one that is recorded.
    """
    blobs = side.blobs.of(prepared.request.messages)
    return replace(prepared, request=replace(prepared.request, blobs=blobs)) if blobs else prepared


def outline(fixture: Fixture, side: Side) -> Prepared:
    """Make the request of one arm as far as it can be compared: its files are not read, their digests stand for them.

    Raises:
        RenderError: where the fixture does not fit this revision.
        ConfigurationError: where the model, the lock or the corpus of this revision cannot be used.
    """
    target = side.config.targets.get(fixture.target)
    if target is None:
        known = ", ".join(sorted(side.config.targets)) or "none"
        raise RenderError(
            f"there is no target {fixture.target!r}", id="no-such-target", remedy=f"targets in llmgate.yaml: {known}"
        )
    return _rendered(fixture, target, side) if isinstance(target, PromptEntry) else _given(fixture, side)


def _given(fixture: Fixture, side: Side) -> Prepared:
    """Tell what an application is given; it retrieves and asks by itself.

    Raises:
        ConfigurationError: where a model that it may ask cannot be used.
    """
    application = side.surface.applications[fixture.target]
    for name in application.entry.models:
        side.surface.model(name)
    asked = asking.question(fixture)
    digest = asking.digest(asked, application.identity, seed=fixture.seed)
    request = Request(provider="", model="", messages=asking.messages(fixture), tools=fixture.tools.definitions)
    return Prepared(
        request=request,
        digest=digest,
        params={},
        seed=fixture.seed,
        max_steps=application.entry.max_calls,
        application=application,
    )


def _rendered(fixture: Fixture, target: PromptEntry, side: Side) -> Prepared:
    entry = side.surface.model(target.model)
    source = side.surface.prompt(target.prompt)
    found = side.live.search(fixture) if fixture.retrieval == "live" else None
    shown = live.replayed(fixture, found) if found else fixture
    request = prompt.request(fixture, target, entry, side.render(source, prompt.variables(shown)), source=source)
    seed = run.recorded_seed(fixture, entry.params)
    steps = f"/{target.max_steps}" if request.tools else ""
    searched = f"/{live.digest(found)}" if found else ""
    digest = prompt.digest(request, seed=seed) + steps + searched
    return Prepared(
        request=request, digest=digest, params=entry.params, seed=seed, max_steps=target.max_steps, found=found
    )
