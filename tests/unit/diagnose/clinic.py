"""Two revisions and a model that reads its requests: what diagnosing is given, without HTTP and without git."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from llmgate import config, grade, run, sides
from llmgate.diagnose import explaining
from llmgate.diagnose.causes.attributing import Broken, Rules
from llmgate.diagnose.explained import Explained
from llmgate.diagnose.explaining import Revisions
from llmgate.diagnose.replays.bench import Bench
from llmgate.diagnose.replays.counterfactual import Suspected
from llmgate.diagnose.replays.interventions import Patient
from llmgate.diagnose.replays.investigation import Count
from llmgate.fixture import Fixture
from llmgate.plan import Planned
from llmgate.preparing import Render, Side, prepare
from llmgate.prompts import templates
from llmgate.suite import Case
from llmgate.trial import Arm, Graded, Trial
from tests.unit.sampling import fakes

RULES = Rules(alpha=0.05, margin=0.10)
GOOD, BAD = "It is 14 days.", "It is 30 days."


def history(head: Mapping[str, str], base: Mapping[str, str] | None = None) -> fakes.FakeHistory:
    before = dict(base or fakes.files())
    return fakes.FakeHistory({"base": before, "head": fakes.changed(before, head)})


def read(found: fakes.FakeHistory, commit: str, render: Render) -> Side:
    settings = config.read(found.read(commit, config.PATH))
    return sides.of(found, commit, settings, render)


def revisions(found: fakes.FakeHistory, render: Render) -> Revisions:
    settings = config.read(found.read("head", config.PATH))

    def texts(before: str, after: str) -> tuple[str, str] | None:
        if before not in found.commits["base"] or after not in found.commits["head"]:
            return None
        return found.commits["base"][before], found.commits["head"][after]

    def prompts(files: Mapping[str, str]) -> Any:
        laid = sides.Overlay(history=found, files={path: text.encode() for path, text in files.items()})
        return sides.of(laid, "head", settings, render).surface.prompts

    return Revisions(
        sides={Arm.BASE: read(found, "base", render), Arm.HEAD: read(found, "head", render)},
        texts=texts,
        prompts=prompts,
    )


def fixture(**content: Any) -> Fixture:
    given = {
        "id": "a",
        "target": "t",
        "input": {"variables": {"question": "May I return it?"}},
        "assert": [{"type": "contains", "value": "14 days"}],
    }
    return Fixture.model_validate({**given, **content})


def planned(case: Fixture, both: Mapping[Arm, Side]) -> Planned:
    stored = Case(fixture=case, form=Arm.HEAD, new=False, file="a.yaml", line=1)
    return Planned(case=stored, base=prepare(case, both[Arm.BASE]), head=prepare(case, both[Arm.HEAD]))


def broken(case: Fixture, both: Mapping[Arm, Side]) -> Broken:
    return Broken(planned=planned(case, both), base=Count(passed=10, trials=10), head=Count(passed=0, trials=8))


def failing(engine: run.Engine, item: Planned) -> Graded:
    """Draw one trial of the head, as the gate has done by then."""
    prepared, found = item.head, []
    trial = Trial(fixture=item.id, arm=Arm.HEAD, index=0)
    work = run.Work(
        trial=trial,
        fixture=item.case.fixture,
        request=prepared.request,
        max_steps=prepared.max_steps,
        seed=None,
        documents=item.documents(Arm.HEAD),
    )
    engine.run([work], found.append, stop=lambda: False)
    return grade.grade(found[0], item.case.fixture)


def explained(
    lab: fakes.Lab,
    found: fakes.FakeHistory,
    case: Fixture,
    *,
    treated: bool = False,
    attributed: bool = True,
    categories: Iterable[str] = (),
    known: Mapping[str, Any] | None = None,
    thorough: bool = False,
    api: str = "openai-chat",
    render: Render = templates.fill,
) -> Explained:
    """Explain one broken fixture with the lab's model and budget."""
    made = revisions(found, render)
    item = broken(case, made.sides)
    with lab.engine() as engine:
        suspected = []
        if treated:
            documents = {document.id: document for document in item.planned.case.fixture.context.documents}
            patient = Patient(
                fixture=case,
                side=made.sides[Arm.HEAD],
                prepared=item.planned.head,
                failing=failing(engine, item.planned),
                known={**documents, **(known or {})},
                api=api,
            )
            suspected = [Suspected(patient=patient, categories=tuple(categories))]
        return explaining.explain(
            [item] if attributed else [], suspected, made, Bench(engine), RULES, thorough=thorough
        )
