"""The applications among the targets → what each is made of, as one value and as one unit of its code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from llmgate import config as configuration
from llmgate import documents, patterns
from llmgate.config import ApplicationEntry, ModelEntry, ProcessEntry
from llmgate.errors import Fault
from llmgate.prompts import digest_of, in_order
from llmgate.prompts.unit import Unit, UnitKind, dump
from llmgate.surface.source import Source, Units


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """An application of one revision. `identity` differs where anything of it does: entry, models, files, retrieval.

    `models` are those that it may ask, by their names in the configuration.
    """

    entry: ApplicationEntry
    models: Mapping[str, ModelEntry]
    identity: str

    @property
    def asked(self) -> str:
        """Tell two sets of models apart."""
        return digest_of(in_order({name: dump(model) for name, model in self.models.items()}))


def of(name: str, source: Source, models: Mapping[str, ModelEntry]) -> Application:
    """Read what an application is made of, whichever files are looked at."""
    entry = source.config.applications[name]
    retrieval = source.config.retrieval.get(entry.retrieval or "")
    corpus = source.paths_of(retrieval.corpus) if retrieval else []
    told = {
        "entry": {key: value for key, value in dump(entry).items() if key != "files"},
        "models": {name: dump(model) for name, model in models.items()},
        "files": {path: source.form(path) for path in source.paths_of(entry.made_of)},
        "retrieval": dump(retrieval) if retrieval else None,
        "corpus": {path: source.identity(path) for path in corpus},
    }
    return Application(entry=entry, models=models, identity=digest_of(in_order(told)))


def faults(name: str, source: Source, lines: documents.Document) -> Iterator[Fault]:
    """Find patterns that match nothing, so that what they mean would never be seen to change."""
    entry = source.config.applications[name]
    setup = entry.setup.inputs if isinstance(entry, ProcessEntry) and entry.setup else ()
    for keys, wanted in ((("files",), entry.files), (("setup", "inputs"), setup)):
        for place, pattern in enumerate(wanted):
            if not source.paths_of([pattern]):
                yield lines.fault(
                    ("targets", name, *keys, place),
                    f"{'.'.join(('targets', name, *keys))} has {pattern!r}, which matches no file of the commit",
                    "name the files that the application is made of, from the repository's root; or leave it out",
                    id="missing-file",
                )


def unit(name: str, source: Source, units: Units, line: int) -> Unit:
    """Make the unit of an application's files, without those that are units of their own as a whole."""
    apart = {each.path for each in units.by_id.values() if not (each.prompt and each.prompt.partial)}
    files = source.paths_of(source.config.applications[name].made_of)
    own = {configuration.PATH, *apart}
    value = {path: source.form(path) for path in files if path not in own}
    return Unit.of_value(f"application:{name}", UnitKind.APPLICATION, configuration.PATH, dict(value), line=line)


def inside(entry: ApplicationEntry, units: Units) -> Iterator[str]:
    """Yield the units that stand in an application's files: nobody can tell which of them it uses."""
    matches = patterns.matcher(entry.made_of)
    for each in units.by_id.values():
        if each.path != configuration.PATH and matches(each.path):
            yield each.id
