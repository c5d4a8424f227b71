"""What the requests of a plan use × what their providers' APIs have a place for → what will be ignored, and told.

It is told before the run: a seed that nobody reads makes trials that differ by chance look as if they could not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from llmgate import config, providers
from llmgate.assertions import Assertion
from llmgate.assertions.assert_set import AssertSet
from llmgate.assertions.perplexity import Perplexity
from llmgate.assertions.perplexity_score import PerplexityScore
from llmgate.config import Policy
from llmgate.plan import Planned
from llmgate.preparing import Prepared
from llmgate.providers import api
from llmgate.providers.api import Capabilities
from llmgate.verdict import Finding, Severity

RULE = "capabilities"
MOST_NAMED = 3

_IGNORED = "take it out, or ask a provider that has it; docs/providers.md says what each API has"
_UNJUDGED = "take the assertion out, or ask a provider that gives log probabilities (docs/providers.md)"


def ignored(planned: Iterable[Planned], policy: Policy) -> Iterator[Finding]:
    """Say once of each provider what its API ignores, and once which assertions it leaves without an answer."""
    lost: defaultdict[str, set[str]] = defaultdict(set)
    unjudged: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for item in planned:
        for prepared in (item.base, item.head):
            if prepared is None or (able := _able(prepared, policy)) is None:
                continue
            lost[prepared.request.provider].update(_unheard(prepared, able))
            if not able.logprobs and _weighs_tokens(item.case.fixture.assertions):
                unjudged[prepared.request.provider].setdefault(item.id)
    for name in sorted(lost):
        yield from _told(name, policy.providers[name].api, sorted(lost[name]), list(unjudged[name]))


def _able(prepared: Prepared, policy: Policy) -> Capabilities | None:
    entry = policy.providers.get(prepared.request.provider)
    return None if entry is None else providers.APIS[entry.api].capabilities(prepared.request.model)


def _weighs_tokens(assertions: Iterable[Assertion]) -> bool:
    return any(
        _weighs_tokens(one.check.assertions)
        if isinstance(one.check, AssertSet)
        else isinstance(one.check, Perplexity | PerplexityScore)
        for one in assertions
    )


def _unheard(prepared: Prepared, able: Capabilities) -> Iterator[str]:
    wanted = prepared.request.params.get("response_format")
    schema = api.schema_of(wanted)
    if prepared.seed is not None and not able.seed:
        yield "a seed"
    if prepared.request.tools and not able.tools:
        yield "tools"
    if schema is not None and not able.json_schema:
        yield "a JSON Schema for the answer"
    if schema is None and api.is_json(wanted) and not able.json_object:
        yield "an answer in JSON without a schema"


def _told(name: str, spoken: str, lost: list[str], fixtures: list[str]) -> Iterator[Finding]:
    if lost:
        yield _finding(
            f"the provider {name!r} speaks {spoken}, which has no place for {' and '.join(lost)}: "
            "what is asked for is ignored",
            _IGNORED,
        )
    if fixtures:
        names = ", ".join(map(repr, fixtures[:MOST_NAMED]))
        rest = f" and {len(fixtures) - MOST_NAMED} more" if len(fixtures) > MOST_NAMED else ""
        yield _finding(
            f"the provider {name!r} speaks {spoken}, which gives no log probabilities, so the perplexity of "
            f"fixture{'' if len(fixtures) == 1 else 's'} {names}{rest} cannot be judged",
            _UNJUDGED,
        )


def _finding(message: str, remedy: str) -> Finding:
    return Finding(rule=RULE, severity=Severity.WARN, message=message, remedy=remedy, file=config.PATH)
