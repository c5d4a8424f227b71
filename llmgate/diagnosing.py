"""What the gate found broken → why, within the budget that the policy has for it. The verdict is made without it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from llmgate import diagnose, run, sides
from llmgate.config import Config
from llmgate.diagnose import explaining
from llmgate.diagnose.causes.attributing import Broken, Rules
from llmgate.diagnose.explained import Explained
from llmgate.diagnose.explaining import Revisions
from llmgate.diagnose.reading import indexed
from llmgate.diagnose.replays.bench import Bench
from llmgate.diagnose.replays.counterfactual import Suspected
from llmgate.diagnose.replays.interventions import Patient
from llmgate.diagnose.replays.investigation import Count
from llmgate.errors import ConfigurationError, RenderError
from llmgate.fixture import ContextDocument
from llmgate.plan import Planned
from llmgate.preparing import Side
from llmgate.prompts import Prompt
from llmgate.prompts.prompt import decode
from llmgate.question import Question
from llmgate.report.material import Material, summary_of
from llmgate.surface import Selection
from llmgate.trial import Arm, Graded


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What is read for it: the repository, the two commits, and both sides as the plan saw them."""

    history: sides.History
    question: Question
    sides: Mapping[Arm, Side]


def confirmed(material: Material) -> tuple[Planned, ...]:
    """List the fixtures that are confirmed to have got worse, the surest first."""
    return tuple(each.planned for each in broken(material))


def failing(material: Material) -> tuple[Planned, ...]:
    """List the fixtures of which a trial failed on the head, those that are confirmed to have got worse first."""
    if (sampled := material.sampled) is None:
        return ()
    first = confirmed(material)
    known = {planned.id for planned in first}
    rest = (planned for planned in material.plan.runs if planned.id not in known)
    return (*first, *(planned for planned in rest if sampled.tallies[planned.id, Arm.HEAD].failing is not None))


def broken(material: Material) -> tuple[Broken, ...]:
    """List the fixtures that are confirmed to have got worse, with what was drawn of them, the surest first."""
    summary = summary_of(material)
    by_id = {planned.id: planned for planned in material.plan.compared}
    found = [item for item in (summary.fixtures if summary else ()) if item.tier.value == "confirmed"]
    surest = sorted(found, key=lambda item: (not item.critical, -item.evidence, item.fixture))
    return tuple(
        Broken(
            planned=by_id[item.fixture],
            base=Count(passed=item.base.passed, trials=item.base.trials),
            head=Count(passed=item.head.passed, trials=item.head.trials),
        )
        for item in surest
        if item.fixture in by_id
    )


def explain(
    found: Iterable[Planned],
    ground: Ground,
    material: Material,
    engine: run.Engine,
    *,
    thorough: bool,
    keep: Callable[[Explained], None],
    watch: run.Watch = run.unwatched,
) -> None:
    """Explain fixtures, in their order, for as long as the engine has budget; `keep` is given all that is known so far.

    A change is held to account only for those that are confirmed to have got worse with it; of the others it is found
    out what cures them.
    """
    wanted = tuple(found)
    ids = frozenset(each.id for each in wanted)
    suspected = tuple(_suspected(wanted, ground, material))
    rules = Rules(alpha=material.policy.alpha, margin=material.policy.fixture_margin)
    worse = tuple(each for each in broken(material) if each.id in ids)
    bench = Bench(engine, watch=watch)
    explaining.explain(worse, suspected, revisions(ground), bench, rules, thorough=thorough, keep=keep)


def _suspected(planned: Iterable[Planned], ground: Ground, material: Material) -> Iterator[Suspected]:
    """Take the fixtures of which a failing answer is at hand."""
    for each in planned:
        failing = material.sampled.tallies[each.id, Arm.HEAD].failing if material.sampled else None
        if failing is not None:
            provider = material.policy.providers.get(each.head.request.provider)
            patient = Patient(
                fixture=each.case.fixture,
                side=ground.sides[Arm.HEAD],
                prepared=each.head,
                failing=failing,
                known=_known(each, ground),
                api=provider.api if provider else "openai-chat",
            )
            label = diagnose.by_hand(each.case.fixture, material.taxonomy)
            guards = label.category if label else None
            yield Suspected(patient=patient, categories=_likely(each, failing, material), guards=guards)


def _likely(planned: Planned, failing: Graded, material: Material) -> tuple[str, ...]:
    """List the kinds of failure that the trace shows, then the one that the fixture guards against."""
    fixture = planned.case.fixture
    index = indexed.hashes(fixture, material.indexes)
    found = diagnose.classify(failing, fixture, taxonomy=material.taxonomy, index=index)
    labels = (found.signs, *found.secondary, found.primary) if found else ()
    return tuple(dict.fromkeys(label.category for label in labels))


def _known(planned: Planned, ground: Ground) -> dict[str, ContextDocument]:
    """Gather the texts of documents by id: those of the fixture, of either arm, and of the corpus of the head."""
    found = {document.id: document for document in _corpus(planned, ground.sides[Arm.HEAD])}
    for prepared in (planned.base, planned.head):
        if prepared is not None and prepared.found is not None:
            found |= {document.id: document for document in prepared.found.documents}
    return found | {document.id: document for document in planned.case.fixture.context.documents}


def _corpus(planned: Planned, side: Side) -> Iterator[ContextDocument]:
    """Find the right documents in the index that the target searches, where its files are in the repository."""
    wanted = frozenset(planned.case.fixture.context.gold)
    target = side.config.targets.get(planned.case.fixture.target)
    name = target.retrieval if target else None
    if not wanted or name is None or not side.indexes.has_files(name):
        return
    try:
        passages = side.indexes.corpus(name).passages
    except (ConfigurationError, RenderError):
        return
    yield from (ContextDocument(id=each.id, text=each.text) for each in passages if each.id in wanted)


def revisions(ground: Ground) -> Revisions:
    history, question = ground.history, ground.question
    head = ground.sides[Arm.HEAD]

    def texts(before: str, after: str) -> tuple[str, str] | None:
        if before not in history.tree(question.base) or after not in history.tree(question.head):
            return None
        try:
            return decode(history.read(question.base, before)), decode(history.read(question.head, after))
        except UnicodeDecodeError:
            return None

    return Revisions(sides=ground.sides, texts=texts, prompts=_laid(history, question, head.config, head))


def _laid(
    history: sides.History, question: Question, config: Config, head: Side
) -> Callable[[Mapping[str, str]], Mapping[str, Prompt]]:
    known: dict[frozenset[tuple[str, str]], Mapping[str, Prompt]] = {}

    def prompts(files: Mapping[str, str]) -> Mapping[str, Prompt]:
        texts = frozenset(files.items())
        if texts not in known:  # every fixture that the edit breaks asks for the same
            over = sides.Overlay(history=history, files={path: text.encode() for path, text in files.items()})
            selection = Selection(differing=frozenset(files))
            known[texts] = sides.of(over, question.head, config, head.render, selection=selection).surface.prompts
        return known[texts]

    return prompts
