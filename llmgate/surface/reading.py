"""A revision's configuration and files → its Surface."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from llmgate import config as configuration
from llmgate import documents
from llmgate.config import Config, SurfaceSettings
from llmgate.errors import NotEvaluated
from llmgate.pins import deployments
from llmgate.prompts import Format, Prompt, Syntax, collection
from llmgate.prompts.unit import Unit, UnitKind
from llmgate.surface import pinned, settings, targets
from llmgate.surface.source import Identify, Lost, Read, Selection, Source, Units, regular
from llmgate.surface.surface import Surface

MAX_UNITS = 20_000


def of(
    config: Config,
    paths: Iterable[str],
    read: Read,
    *,
    oid: Identify | None = None,
    mode: Callable[[str], int] = regular,
    selection: Selection | None = None,
) -> Surface:
    """Read one revision's surface.

    `paths` are its files; `read` is asked for few of them, and never for that of exceptions. `oid` tells a file's
    identity without reading it, where the caller knows it. Equal contents are parsed once, however often and on
    whichever arm they come.
    """
    ordered = tuple(sorted(set(paths) - {configuration.EXCEPTIONS}))
    source = Source(
        config=config,
        paths=ordered,
        known=frozenset(ordered),
        read=read,
        oid=oid or (lambda _: None),
        mode=mode,
        selection=selection or Selection(),
    )
    found = _surface(source)
    if source.selection.differing is None or not _lacks_a_model(found, config):
        return found
    # A target may ask a model that stands in a prompt's file of another target, or of none: then all of them are read.
    whole = _surface(replace(source, selection=Selection()))
    return found if _lacks_a_model(whole, config) else whole


def _lacks_a_model(found: Surface, config: Config) -> bool:
    return bool(config.asked() - found.models.keys())


def reaching(selection: Selection, base: Surface, head: Surface) -> Selection:
    """Widen a selection by what the prompts of one revision reach and the other has not read, or not in that format."""
    one, other = ({prompt.path: prompt.format for prompt in side.prompts.values()} for side in (base, head))
    alone = (one.keys() ^ other.keys()) - (selection.differing or frozenset())
    apart = {path for path in one.keys() & other.keys() if one[path] is not other[path]} & _included(base, head)
    more = {path: (one | other)[path] for path in alone} | dict.fromkeys(apart, Format.JINJA)
    lost = {**_lost(base, head), **_lost(head, base)} if selection.differing else {}
    gone = {name: unit.prompt for name, unit in base.units.items() if unit.prompt and name not in head.units}
    return replace(
        selection,
        reached={**selection.reached, **more},
        lost={**lost, **selection.lost},
        gone={**selection.gone, **gone} if selection.differing is not None else {},
    )


def _lost(there: Surface, here: Surface) -> dict[str, Lost]:
    """List the files in which one revision found something and the other nothing."""
    found = {unit.path for unit in here.units.values()}
    return {
        unit.path: Lost(unit.kind, unit.prompt.format if unit.prompt else None)
        for unit in there.units.values()
        if unit.path not in found and unit.path != configuration.PATH
    }


def _included(*sides: Surface) -> set[str]:
    """List what the Jinja templates of either revision include: files that are templates, whatever their names say."""
    found = (prompt for side in sides for prompt in side.prompts.values() if prompt.syntax is Syntax.JINJA)
    return {path for prompt in found for path in prompt.dependencies}


def _surface(source: Source) -> Surface:
    written = source.document(configuration.PATH)
    lines = written if isinstance(written, documents.Document) else documents.Document(path="", value=None)
    units = Units()
    prompts = _prompts(source)
    for prompt in prompts.values():
        if prompt.path in source.known:
            units.add(Unit.of_prompt(prompt))
    pins = pinned.read(source, units, prompts, lines)
    settings.read(source, units, pins.asked, lines)
    _keep_lost(source, units)
    resolver = targets.Resolver(source=source, units=units, prompts=prompts, models=pins.models, lines=lines)
    needed = {name: resolver.needed(name, entry) for name, entry in sorted(source.config.targets.items())}
    if (many := len(units.by_id)) > MAX_UNITS:
        raise NotEvaluated(
            f"the files that differ hold {many:,} prompts, models and settings; at most {MAX_UNITS:,} are compared",
            id="change-too-large",
            remedy="split the change, or exclude on the base what no model is sent (surface.exclude)",
        )
    files = tuple(sorted({unit.path for unit in units.by_id.values()} & source.known))
    return Surface(
        units=dict(sorted(units.by_id.items())),
        prompts=prompts,
        models=pins.models,
        asked=pins.asked,
        deployments=pins.deployments,
        tools=pins.tools,
        targets=needed,
        applications=resolver.applications,
        faults=tuple(sorted(resolver.faults)),
        identities={path: source.identity(path) for path in files},
        listed=frozenset(source.differing(source.config.surface.prompts or ())),
        patterns=tuple(_looked_for(source.config.surface)),
        files=files,
        aside=_aside(source, units),
        including=_including(prompts.values()),
    )


def _including(prompts: Iterable[Prompt]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for prompt in prompts:
        for name in prompt.dependencies:
            found.setdefault(name, []).append(prompt.reference)
    return {name: tuple(references) for name, references in found.items()}


def _aside(source: Source, units: Units) -> dict[str, Unit]:
    """Read what may be prompts that went elsewhere; they count only where they are like one that has gone.

    So do the names of those that have gone, where the code still gives them a value: nobody can read what it is.
    """
    told = frozenset(unit.path for unit in units.by_id.values())
    gone = [prompt for name, prompt in source.selection.gone.items() if name not in units.by_id]
    found = [*collection.anywhere(source.aside(told), source.load), *collection.hidden(gone, source.load)]
    return {unit.id: unit for unit in map(Unit.of_prompt, found)}


def _keep_lost(source: Source, units: Units) -> None:
    """Add a unit for a file in which the other revision found something, where nobody can tell that it has gone."""
    told = {unit.path for unit in units.by_id.values()}
    for path, (kind, form) in sorted(source.selection.lost.items()):
        if form or path in told or path not in source.known:
            continue
        fault = source.unread(path)
        if fault or not source.looks(path, _declared(source, path, kind)):
            units.add(source.raw(f"{kind.value}:{path}", kind, path, fault))


def _declared(source: Source, path: str, kind: UnitKind) -> tuple[str, ...] | None:
    """Return what is declared of a kind; deployments are searched for whatever is."""
    wanted = source.config.surface
    if kind is UnitKind.RETRIEVAL:
        return wanted.retrieval
    return None if path.endswith(deployments.ENDINGS) and not path.endswith(".json") else wanted.models


def _prompts(source: Source) -> dict[str, Prompt]:
    wanted = source.config.surface.prompts
    named = {targets.file_of(target.prompt, source.known) for target in source.config.prompted.values()}
    reached = {path: form for path, form in source.selection.reached.items() if path in source.known}
    lost = {path: form for path, (_, form) in source.selection.lost.items() if form and path in source.known}
    return collection.collect(
        collection.Wanted(
            declared=frozenset({*source.differing(wanted or ()), *named, *reached}),
            searched=frozenset(source.searched()) if wanted is None else frozenset(),
            others=lambda: source.matching(wanted or ()),
            forms=reached,
            lost=lost,
        ),
        source.load,
        source.oid,
        root=source.config.surface.template_root,
    )


def _looked_for(wanted: SurfaceSettings) -> Iterator[str]:
    yield from (*(wanted.prompts or ()), *(wanted.models or ()), *(wanted.retrieval or ()))
