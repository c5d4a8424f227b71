"""Fixtures that broke, and both revisions → why: which factor, which hunk of the prompt, and what cures them.

Nothing of it bears on the verdict. It is done in the order in which it helps, for all fixtures together, and where the
budget ends it keeps what is there: which factor did it, then where in the prompt, then what would cure it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from llmgate.diagnose.causes import attributing, locating
from llmgate.diagnose.causes.attributing import Broken, Rules
from llmgate.diagnose.causes.attribution import Attribution
from llmgate.diagnose.causes.factors import Factor
from llmgate.diagnose.causes.locating import Blamed, Prompts, Texts
from llmgate.diagnose.explained import Explained
from llmgate.diagnose.replays import counterfactual
from llmgate.diagnose.replays.bench import Bench
from llmgate.diagnose.replays.counterfactual import Suspected
from llmgate.preparing import Side
from llmgate.trial import Arm

FIRST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisions:
    """Both arms, and how to read their prompts' files and lay others over the head's."""

    sides: Mapping[Arm, Side]
    texts: Texts
    prompts: Prompts


def explain(
    broken: Iterable[Broken],
    suspected: Iterable[Suspected],
    revisions: Revisions,
    bench: Bench,
    rules: Rules,
    *,
    thorough: bool = False,
    keep: Callable[[Explained], None] = lambda _: None,
) -> Explained:
    """Explain as much as the budget allows; after each step `keep` is given all that is known by then.

    `suspected` are treated, the broken ones among them or others. The first FIRST fixtures are explained to the end
    before the others begin, so that a small budget explains some of them whole rather than all of them in part.
    """
    every, treated = tuple(broken), tuple(suspected)
    found = Explained()

    def known(**more: Any) -> Explained:
        latest = replace(found.with_more(**more), exhausted=bench.exhausted)
        keep(latest)
        return latest

    for some, ill in ((every[:FIRST], treated[:FIRST]), (every[FIRST:], treated[FIRST:])):
        attributions = attributing.attribute(some, revisions.sides, bench, rules)
        found = known(attributions=attributions)
        blamed = tuple(_blamed(some, attributions, revisions))
        found = known(located=locating.locate(blamed, revisions.texts, revisions.prompts, bench, rules))
        found = known(replayed=counterfactual.replay(ill, bench, thorough=thorough))
    return found


def _blamed(broken: Iterable[Broken], found: Mapping[str, Attribution], revisions: Revisions) -> Iterable[Blamed]:
    """Take the fixtures of which the prompt is a cause, alone or with others."""
    for each in broken:
        attribution = found.get(each.id)
        if attribution is None or not any(Factor.PROMPT in cause for cause in attribution.causes):
            continue
        if (arms := attributing.mixable(each.planned, revisions.sides)) is not None:
            yield Blamed(broken=each, arms=arms, attribution=attribution)
