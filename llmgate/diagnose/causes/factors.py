"""Two arms of a fixture → the factors in which they differ, and requests that mix the factors of both arms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from llmgate.changes import Kind
from llmgate.errors import RenderError
from llmgate.fixture import Fixture
from llmgate.preparing import Prepared, Side, attached, outline
from llmgate.retrieval import live
from llmgate.retrieval.live import Found
from llmgate.targets import prompt
from llmgate.trial import Arm


class Factor(StrEnum):
    """A part of a request that a change can alter, and that can be taken from either arm by itself."""

    PROMPT = "prompt"
    MODEL = "model"
    PARAMS = "params"
    TOOLS = "tools"
    RETRIEVAL = "retrieval"


_OF_KIND: Mapping[Kind, Factor] = {
    Kind.PROMPT: Factor.PROMPT,
    Kind.MODEL: Factor.MODEL,
    Kind.PARAMS: Factor.PARAMS,
    Kind.SCHEMA: Factor.PARAMS,
    Kind.TOOLS: Factor.TOOLS,
    Kind.RETRIEVAL: Factor.RETRIEVAL,
    Kind.INDEX: Factor.RETRIEVAL,
}


def of(kind: Kind) -> Factor | None:
    """Return the factor that a change of this kind alters; None for one that alters no request."""
    return _OF_KIND.get(kind)


Mixture = frozenset[Factor]
"""The factors that are as on the head; all others are as on the base."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arms:
    """One fixture on both revisions: how each prepares it, and with what."""

    fixture: Fixture
    sides: Mapping[Arm, Side]
    prepared: Mapping[Arm, Prepared]

    def differing(self) -> tuple[Factor, ...]:
        """List the factors in which the requests differ, in a fixed order.

        Raises:
            RenderError: where the head's prompt does not take what the base retrieves.
        """
        base, head = self.prepared[Arm.BASE], self.prepared[Arm.HEAD]
        before, after = base.request, head.request
        told = {
            Factor.PROMPT: self._messages(frozenset({Factor.PROMPT})).request.messages != before.messages,
            Factor.MODEL: (before.provider, before.model) != (after.provider, after.model),
            Factor.PARAMS: self._settings(Arm.BASE) != self._settings(Arm.HEAD),
            Factor.TOOLS: prompt.as_sent(prompt.tools(before)) != prompt.as_sent(prompt.tools(after)),
            Factor.RETRIEVAL: _searched(base.found) != _searched(head.found),
        }
        return tuple(factor for factor in Factor if told[factor])

    def mixed(self, head: Mixture) -> Prepared:
        """Make the request that has these factors of the head and all others of the base.

        Raises:
            RenderError: where the prompt of one arm does not take what the other retrieves.
        """
        spoken = self._messages(head)
        model, params, tools = (
            self._taken(factor, head).request for factor in (Factor.MODEL, Factor.PARAMS, Factor.TOOLS)
        )
        settings = self._taken(Factor.PARAMS, head)
        request = replace(
            spoken.request, provider=model.provider, model=model.model, params=params.params, tools=tools.tools
        )
        found = self._taken(Factor.RETRIEVAL, head).found
        return Prepared(
            request=request,
            digest=prompt.digest(request, seed=settings.seed) + f"/{settings.max_steps}",
            params=settings.params,
            seed=settings.seed,
            max_steps=settings.max_steps,
            found=found,
        )

    def _taken(self, factor: Factor, head: Mixture) -> Prepared:
        return self.prepared[Arm.HEAD if factor in head else Arm.BASE]

    def _messages(self, head: Mixture) -> Prepared:
        """Render one arm's prompt with what one arm retrieved."""
        one, other = (Arm.HEAD if factor in head else Arm.BASE for factor in (Factor.PROMPT, Factor.RETRIEVAL))
        if one is other or not self._is_live():
            return self.prepared[one]
        side = replace(self.sides[one], live=self.sides[other].live)
        return attached(outline(self.fixture, side), side)

    def _is_live(self) -> bool:
        return self.fixture.retrieval == "live"

    def _settings(self, arm: Arm) -> str:
        """Write the parameters as they are sent: to Python 0 and 0.0 are equal, and to a request they are not.

        The number of steps is one of them where either arm offers tools, else there is one step whatever it says.
        """
        prepared = self.prepared[arm]
        steps = prepared.max_steps if any(each.request.tools for each in self.prepared.values()) else 1
        return prompt.as_sent([dict(prepared.request.params), prepared.seed, steps])


def arms(fixture: Fixture, sides: Mapping[Arm, Side], prepared: Mapping[Arm, Prepared]) -> Arms | None:
    """Put both arms of a fixture together; None where they cannot be mixed."""
    found = Arms(fixture=fixture, sides=sides, prepared=prepared)
    try:
        found.differing()
    except RenderError:
        return None
    return found


def _searched(found: Found | None) -> str | None:
    return None if found is None else live.digest(found)
