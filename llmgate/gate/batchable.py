"""Planned fixtures and a policy → which of them a batch can answer, and whether their providers have batches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from llmgate import providers
from llmgate.assertions import assert_set, stable
from llmgate.assertions.cost import Cost
from llmgate.assertions.latency import Latency
from llmgate.config import ProviderEntry
from llmgate.errors import UsageError
from llmgate.plan import Planned


def obstacle(item: Planned) -> str:
    """Say why a fixture is none for a batch; nothing where it is one: a single request, and only its answer counts."""
    assertions = item.case.fixture.assertions
    if item.head.application:
        return "an application asks its models itself"
    if item.head.steps > 1:
        return "its tool calls have to be answered"
    if stable.answers(assertions) > 1:
        return "`stable` asks for further answers"
    if any(isinstance(check, Latency | Cost) for check in assert_set.checks(assertions)):
        return "a batch takes longer and costs less than an ordinary call, and it asserts one of both"
    return ""


def check(items: Iterable[Planned], declared: Mapping[str, ProviderEntry]) -> None:
    """See that every provider has batches.

    Raises:
        UsageError: where one has none; all of them at once.
    """
    asked = {item.head.request.provider: item.head.request.model for item in items}
    without = [
        f"{name!r} ({declared[name].api})"
        for name, model in sorted(asked.items())
        if name in declared and not providers.APIS[declared[name].api].capabilities(model).batch
    ]
    if without:
        raise UsageError(
            f"llmgate speaks no batch API of the provider {' and '.join(without)}",
            id="no-batches",
            remedy="say `run: live` in policy.baseline, or --live; docs/providers.md says which APIs have batches",
        )
