"""A Report → for each failing fixture what is known of why, with every treatment that was tried."""

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from llmgate.renderers import causes, figures, inert, screen, sentences
from llmgate.renderers.parts import Code, Prose, Sentence
from llmgate.report import FixtureEntry, Report
from llmgate.report.diagnosis import EffectEntry


def render(report: Report, *, width: int, colour: bool = False) -> str:
    """Render for a screen `width` columns wide; safe to print in a job's log."""
    return screen.safe(screen.printed(_parts(report), width=width, colour=colour))


def _parts(report: Report) -> list[RenderableType]:
    found = [fixture for fixture in report.fixtures if fixture.diagnosis]
    parts: list[RenderableType] = [Text(_heading(report, len(found)), style="bold")]
    parts += [screen.text(reason) for reason in sentences.reasons(report)]
    parts += [] if report.fixtures else [Text(_NONE_RAN)]
    for fixture in found:
        parts += _fixture(fixture)
    return [*parts, "", screen.paragraph(_effort(report))]


_NONE_RAN = "Fixtures run that send something else than on the base; --fixture ID runs one all the same."


def _heading(report: Report, count: int) -> str:
    if not report.fixtures:
        return "llmgate diagnose: no fixture ran"
    failing = figures.count(count, "failing fixture")
    return f"llmgate diagnose: {failing} of {len(report.fixtures):,}"


def _fixture(fixture: FixtureEntry) -> list[RenderableType]:
    title = Text(inert.line(fixture.id, 80), style="bold")
    title.append(f"  base {sentences.score(fixture.base)}, head {sentences.score(fixture.head)}", style="not bold")
    kind = sentences.failing(fixture)
    lines: list[RenderableType] = [Text(f"kind of failure: {inert.line(kind, 80)}")] if kind else []
    named = sentences.cause(fixture)
    lines += [screen.text(("caused by: ", named))] if named.text else []
    lines += [screen.paragraph(sentence) for sentence in causes.sentences(fixture)]
    effects = fixture.diagnosis.effects if fixture.diagnosis else ()
    lines += [screen.paragraph(_without_effect(effect)) for effect in effects if not effect.holds]
    return ["", title, *(Padding(line, (0, 0, 0, 2)) for line in lines)]


def _without_effect(effect: EffectEntry) -> Sentence:
    unchanged = f"{effect.unchanged_passed:,}/{effect.unchanged_trials:,}"
    return (
        "no effect shown: ",
        Prose(effect.title),
        " (",
        Code(effect.name),
        f", {effect.passed:,}/{effect.trials:,}, {unchanged} unchanged)",
    )


def _effort(report: Report) -> Sentence:
    spent = report.diagnosis
    reused = f", {spent.reused:,} reused" if spent.reused else ""
    cost = f", {figures.money(spent.usd)}" if spent.usd else ""
    ended = f"; {inert.line(spent.exhausted)}, so that it is not complete" if spent.exhausted else ""
    judged = f" after {figures.count(report.calls.made, 'call')} to see what fails"
    return (f"{figures.count(spent.calls, 'call')}{reused}{cost}{judged}{ended}",)
