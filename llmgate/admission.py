"""The base's judge and embedder, and a suite → the suite in which only a calibrated judge has a say, and what to tell.

Without a judge, model-graded assertions cannot judge. With one that is not calibrated they are measured with weight 0;
a fixture of which nothing else is left is no evidence: it does not run, and it covers nothing. An embedder decides
nothing itself: a fixed formula does, so it needs no calibration.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from llmgate import calibration, config, documents, judge, pins
from llmgate import embedding as embeddings
from llmgate.assertions import embedded, model_graded
from llmgate.calibration import SUFFIX, Standing
from llmgate.config import JudgeSettings, ModelEntry, Policy
from llmgate.errors import ConfigurationError
from llmgate.plan import Planned
from llmgate.stats.kappa import Agreement
from llmgate.suite import Case, LeftOut, Suite
from llmgate.trial import Request
from llmgate.verdict import Finding, Severity

RULE = "judge"
EMBEDDER = "embedder"
MOST_NAMED = 3

Read = Callable[[str], bytes | None]
"""A file of the revision whose policy holds; None where it has none."""


def admitted(suite: Suite, policy: Policy, read: Read) -> tuple[Suite, tuple[Finding, ...]]:
    """Give the judge the say that it has earned."""
    asking = tuple(case for case in suite.cases if any(model_graded.asking(case.fixture.assertions)))
    if not asking:
        return suite, ()
    if policy.judge is None:
        message = "there is no policy.judge on the base, so they cannot be judged"
        return suite, (_told(asking, _GRADED, message, _NAME_ONE),)
    standing = of(policy.judge, read)
    name = f"{judge.identity(policy.judge.model)} {policy.origin(policy.judge.model.provider)}"
    asked = {case.fixture.id: replace(case, judge=name) for case in asking}
    if standing.refusal is None:
        return replace(suite, cases=tuple(asked.get(case.fixture.id, case) for case in suite.cases)), ()
    message = f"the judge {policy.judge.model.model!r} is not calibrated, so it only measures: {standing.refusal}"
    cases = tuple(_measured(suite.cases, asked))
    kept = {case.fixture.id for case in cases}
    why = f"only a judge would decide it, and {message}"
    left_out = (LeftOut(fixture=name, why=why, remedy=standing.remedy) for name in asked if name not in kept)
    made = replace(suite, cases=cases, left_out=(*suite.left_out, *left_out))
    return made, (_told(asking, _GRADED, message, standing.remedy),)


_GRADED = "the model-graded assertions"
_COMPARED = "the assertions of `similar`"
_NAME_ONE = "name a judge on the base; docs/judge.md says how"


def embedding(suite: Suite, policy: Policy) -> tuple[Suite, tuple[Finding, ...]]:
    """Give each case that compares embeddings the embedder's name; without one they cannot judge."""
    asking = tuple(case for case in suite.cases if any(embedded.among(case.fixture.assertions)))
    if policy.embedder is None:
        message = "there is no policy.embedder on the base, so they cannot be judged"
        remedy = "name an embedder on the base; docs/embedder.md says how"
        return suite, (_told(asking, _COMPARED, message, remedy, rule=EMBEDDER),) if asking else ()
    name = embeddings.identity(policy.embedder, policy.origin(policy.embedder.provider))
    asked = {case.fixture.id: replace(case, embedder=name) for case in asking}
    return replace(suite, cases=tuple(asked.get(case.fixture.id, case) for case in suite.cases)), ()


def of(settings: JudgeSettings, read: Read) -> Standing:
    """Find out where a judge stands. What cannot be read is as good as absent, and said."""
    nothing = Agreement(pass_agreed=0, pass_denied=0, fail_agreed=0, fail_denied=0)
    if (path := settings.calibration) is None:
        return Standing(agreement=nothing, refusal="policy.judge.calibration names no labels", remedy=_LABEL)
    if (data := read(path)) is None:
        return Standing(agreement=nothing, refusal=f"there is no {path}", remedy=_LABEL)
    try:
        examples = calibration.labels(documents.read(path, data))
        stored = {} if (kept := read(path + SUFFIX)) is None else calibration.verdicts(path + SUFFIX, kept).verdicts
    except ConfigurationError as error:
        return Standing(agreement=nothing, refusal=str(error.faults[0]), remedy="mend the file")
    return calibration.standing(examples, stored, settings.model)


_LABEL = f"label {calibration.MIN_LABELS} outputs; docs/judge.md says how"


def self_preference(planned: Iterable[Planned], policy: Policy) -> Iterator[Finding]:
    """Say once that a judge grades answers of its own model: models favour what they would have said themselves."""
    if policy.judge is None:
        return
    entry = policy.judge.model
    requests = [one.request for item in planned if item.case.judge for one in (item.base, item.head) if one]
    if any(_is_same(request, entry) for request in requests):
        yield Finding(
            rule=RULE,
            severity=Severity.WARN,
            message=f"the judge {entry.model!r} grades answers of its own model, and models favour their own",
            remedy="take a judge of another family; docs/judge.md says why",
            file=config.PATH,
        )


def _is_same(request: Request, judge: ModelEntry) -> bool:
    if request.provider != judge.provider:
        return False
    either = ((request.model, judge.model), (judge.model, request.model))
    return any(pins.same(judge.provider, asked, served) for asked, served in either)


def _measured(cases: Iterable[Case], asked: Mapping[str, Case]) -> Iterator[Case]:
    for case in cases:
        if case.fixture.id not in asked:
            yield case
            continue
        assertions = model_graded.measured(case.fixture.assertions)
        if any(assertion.weight > 0 for assertion in assertions):
            fixture = case.fixture.model_copy(update={"assertions": assertions})
            yield replace(asked[case.fixture.id], fixture=fixture)


def _told(asking: tuple[Case, ...], which: str, message: str, remedy: str, *, rule: str = RULE) -> Finding:
    names = ", ".join(repr(case.fixture.id) for case in asking[:MOST_NAMED])
    rest = f" and {len(asking) - MOST_NAMED} more" if len(asking) > MOST_NAMED else ""
    fixtures = f"{which} of fixture{'' if len(asking) == 1 else 's'} {names}{rest}"
    return Finding(rule=rule, severity=Severity.WARN, message=f"{fixtures}: {message}", remedy=remedy, file=config.PATH)
