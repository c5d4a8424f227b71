"""Fixtures that broke and both revisions → which of the factors that changed did it, drawn where several can have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from llmgate.diagnose.causes import attribution, factors, swaps
from llmgate.diagnose.causes.attribution import Attribution
from llmgate.diagnose.causes.factors import Arms, Mixture
from llmgate.diagnose.causes.swaps import BASE, HEAD, Swaps
from llmgate.diagnose.replays.bench import Bench, Case, Probe
from llmgate.diagnose.replays.investigation import Count
from llmgate.plan import Planned
from llmgate.preparing import Side
from llmgate.stats import fixture_evidence
from llmgate.trial import Arm, Retrieved


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A fixture that broke, as it was planned, and how often it passed on either arm."""

    planned: Planned
    base: Count
    head: Count

    @property
    def id(self) -> str:
        return self.planned.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """`alpha` bounds the chance that any claim about a fixture is false, `margin` is an immaterial difference."""

    alpha: float
    margin: float


def attribute(
    broken: Iterable[Broken], sides: Mapping[Arm, Side], bench: Bench, rules: Rules
) -> dict[str, Attribution]:
    """Name the factors that broke each fixture, by its id; one whose arms cannot be mixed is left out.

    Where only one factor differs it is the cause, and nothing is drawn.
    """
    found: dict[str, Attribution] = {}
    cases: dict[str, Case[Swaps]] = {}
    for each in broken:
        if (arms := mixable(each.planned, sides)) is None:
            continue
        match arms.differing():
            case ():
                continue
            case (factor,):
                found[each.id] = attribution.alone(factor)
            case several:
                rate = fixture_evidence.base_rate(each.base.passed, each.base.trials)
                state = swaps.start(several, rate=rate, margin=rules.margin, alpha=rules.alpha)
                cases[each.id] = Case(state=state, probe=_probing(arms, several))
    bench.investigate(cases)
    return found | {name: attribution.read(case.state) for name, case in cases.items()}


def mixable(planned: Planned, sides: Mapping[Arm, Side]) -> Arms | None:
    if planned.base is None:
        return None
    prepared = {arm: planned.on(arm) for arm in Arm}
    return factors.arms(planned.case.fixture, sides, prepared)


def _probing(arms: Arms, several: tuple[factors.Factor, ...]) -> Callable[[str], Probe]:
    ends = {BASE: frozenset[factors.Factor](), HEAD: frozenset(several)}
    return lambda name: probe_of(arms, ends[name] if name in ends else swaps.mixture(name))


def probe_of(arms: Arms, head: Mixture) -> Probe:
    """Make an arm ready that has these factors of the head.

    Raises:
        RenderError: where it cannot be made.
    """
    prepared = arms.mixed(head)
    shown = arms.fixture.context.documents if prepared.found is None else prepared.found.documents
    documents = tuple(Retrieved(id=item.id, text=item.text, score=item.score) for item in shown)
    return Probe(fixture=arms.fixture, prepared=prepared, documents=documents)
