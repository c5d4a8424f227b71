"""A revision → what a gate can begin with: prompts, models by the names that targets use, suites of other tools."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pydantic import TypeAdapter, ValidationError

from llmgate import config, documents, patterns, sides, surface
from llmgate.capture import catalogue
from llmgate.capture.suites import folder
from llmgate.capture.suites.case import Suite
from llmgate.config import Config, ModelEntry, SurfaceSettings
from llmgate.config.noun import Name, Pattern
from llmgate.errors import ConfigurationError, Fault
from llmgate.init import pinning
from llmgate.init.pinning import Moving
from llmgate.prompts import Format, Prompt, promptfoo
from llmgate.retrieval import vocabulary
from llmgate.surface import Surface, Unit, UnitKind

FOLDER, OTHER_FOLDER = "fixtures", "llmgate-fixtures"
"""Many a repository has files for its tests under the first name."""

MAX_MODEL_FILES = 20
MAX_SUITES = 20
MAX_CANDIDATES = 2_000
MAX_DATASET_BYTES = 512 * 1024  # of all that are parsed: a megabyte of YAML takes seconds

_NAME, _PATTERN = TypeAdapter(Name), TypeAdapter(Pattern)
_DATASET = re.compile(r"\.(ya?ml|json)$")
_FOUND = "model.provider"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSuite:
    """A file of another tool with cases that can be imported; `form` is its name for `llmgate capture`."""

    form: str
    path: str
    suite: Suite


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What stands in a revision.

    `prompts` can be targets: those that other prompts include are left out, as are promptfoo's. `models` are by the
    name that a target gives them; `places` says where each stands, `own` which one stands with a prompt, by the
    prompt's reference, and `model_files` what surface.models is to list. `inside` are models that stand with prompts
    too, in code, where no target can name them, and `moving` all names that a date pins. `folder` is where fixtures
    go, `written` the llmgate.yaml that is there, `faults` what could not be read.
    """

    surface: Surface
    prompts: tuple[Prompt, ...]
    paths: frozenset[str] = frozenset()
    folder: str = FOLDER
    models: Mapping[str, ModelEntry] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)
    inside: Mapping[str, ModelEntry] = field(default_factory=dict)
    model_files: tuple[str, ...] = ()
    suites: tuple[FoundSuite, ...] = ()
    retrieval: tuple[Unit, ...] = ()
    moving: tuple[Moving, ...] = ()
    written: Config | None = None
    faults: tuple[Fault, ...] = ()


def look(history: sides.History, commit: str) -> Found:
    """Look at all files of a revision.

    Raises:
        ConfigurationError: where there is an llmgate.yaml with faults.
    """
    tree, read = history.tree(commit), sides.reader(history, commit)
    written = config.read(read(config.PATH)) if config.PATH in tree else None
    searched = surface.of(written or Config(version=1), tree, read, oid=lambda path: tree[path].oid)
    files = tuple(_model_files(searched)) if written is None else ()
    if files:
        settled = Config(version=1, surface=SurfaceSettings(models=files))
        searched = surface.of(settled, tree, read, oid=lambda path: tree[path].oid)
    usable = dict(_models(searched))
    models = {name: entry for name, entry in usable.items() if _fits(_NAME, name)}
    faults: list[Fault] = []
    return Found(
        surface=searched,
        prompts=tuple(_prompts(searched)),
        paths=frozenset(tree),
        folder=_folder(written, tree),
        models=models,
        places={name: _place(searched, name) for name in models},
        own=_own(searched, models),
        inside={prompt: usable[name] for prompt, name in _own(searched, usable).items() if name not in models},
        model_files=files,
        suites=tuple(_suites(searched, tree, read, faults)),
        retrieval=tuple(unit for unit in searched.units.values() if unit.kind is UnitKind.RETRIEVAL and unit.rule),
        moving=tuple(pinning.moving(searched.asked, read)),
        written=written,
        faults=tuple(faults),
    )


def _folder(written: Config | None, paths: Iterable[str]) -> str:
    """Choose where fixtures go: where they are looked for, or in a folder that nothing else has files in."""
    if written is None:
        return OTHER_FOLDER if any(path.startswith(f"{FOLDER}/") for path in paths) else FOLDER
    listed = written.suite.fixtures
    stems = (pattern.partition("*")[0].rpartition("/")[0] for pattern in listed)
    matches = patterns.matcher(listed)
    return next((stem for stem in stems if stem and matches(f"{stem}/x.yaml")), FOLDER)


def _model_files(found: Surface) -> list[str]:
    """List the files with entries that a target can name; those whose names `surface.models` cannot have are none."""
    paths = {unit.path for unit in found.units.values() if unit.rule and unit.rule.id == _FOUND}
    return [path for path in sorted(paths) if _fits(_PATTERN, path) and not set("*?[{!") & set(path)][:MAX_MODEL_FILES]


def _models(found: Surface) -> Iterator[tuple[str, ModelEntry]]:
    for name, model in found.models.items():
        if model.entry is not None and not vocabulary.embedding_model(model.entry.model):
            yield name, model.entry


def _place(found: Surface, name: str) -> str:
    unit = found.units.get(found.models[name].unit)
    return f"{unit.path}:{unit.line or 1}" if unit else config.PATH


def _own(found: Surface, models: Iterable[str]) -> dict[str, str]:
    """Map each prompt's reference to the name of the model that stands with it."""
    units = {found.models[name].unit: name for name in models}
    return {
        prompt.reference: units[name]
        for prompt in found.prompts.values()
        if (name := Unit.of_prompt(prompt).id) in units
    }


def _prompts(found: Surface) -> Iterator[Prompt]:
    for _, prompt in sorted(found.prompts.items()):
        includers = found.including.get(prompt.reference, ()) + found.including.get(prompt.path, ())
        is_part = any(found.prompts[name].format is not Format.PROMPTFOO for name in includers if name in found.prompts)
        if _can_be_sent(prompt) and not is_part:
            yield prompt


def _can_be_sent(prompt: Prompt) -> bool:
    hindered = prompt.fault or prompt.elsewhere or prompt.unrendered or prompt.opaque or not prompt.gated
    fits = _fits(_PATTERN, prompt.reference) and prompt.format is not Format.PROMPTFOO
    return bool(prompt.turns) and not hindered and fits


def _fits(form: TypeAdapter[str], value: str) -> bool:
    try:
        form.validate_python(value)
    except ValidationError:
        return False
    return True


def _suites(
    found: Surface, tree: Mapping[str, sides.File], read: surface.Read, faults: list[Fault]
) -> Iterator[FoundSuite]:
    """Read what can be imported; what has no case is none, and what cannot be read is a fault."""
    for form, path in sorted(_forms(found, tree, read))[:MAX_SUITES]:
        try:
            suite = catalogue.suite(form).read(path, folder.opened(path, tree, read))
        except ConfigurationError as error:
            faults += error.faults
        except folder.Unread as error:
            faults.append(
                documents.fault(path, 1, str(error), "name a file that git does not ignore", id="missing-file")
            )
        else:
            if suite.cases:
                yield FoundSuite(form=form, path=path, suite=suite)


def _forms(found: Surface, tree: Iterable[str], read: surface.Read) -> set[tuple[str, str]]:
    forms = {Format.PROMPTFOO: "promptfoo", Format.PROMPT_YML: "prompt-yml"}
    taken = {(forms[prompt.format], prompt.path) for prompt in found.prompts.values() if prompt.format in forms}
    named = {("promptfoo", path) for path in tree if promptfoo.recognise(path, "")}
    known = {path for _, path in taken | named}
    candidates = [path for path in tree if _DATASET.search(path) and path not in known]
    return taken | named | {("pydantic-evals", path) for path in _datasets(candidates[:MAX_CANDIDATES], read)}


def _datasets(paths: Iterable[str], read: surface.Read) -> Iterator[str]:
    """Find the datasets of pydantic-evals: all of their `cases` have `inputs`. What would take long is passed over."""
    left = MAX_DATASET_BYTES
    for path in paths:
        try:
            data = read(path)
            if b"cases" not in data or b"inputs" not in data or len(data) > left:
                continue
            left -= len(data)
            value = documents.foreign(path, data).value
        except ConfigurationError:
            continue
        cases = value.get("cases") if isinstance(value, dict) else None
        if isinstance(cases, list) and cases and all(isinstance(case, dict) and "inputs" in case for case in cases):
            yield path
