"""Entries and choices → the text of a first llmgate.yaml, with a word on what to change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from llmgate import config
from llmgate.config import ProviderEntry
from llmgate.documents import writing
from llmgate.fixture import RESERVED_VARIABLES
from llmgate.init.choices import Choices
from llmgate.init.found import Found
from llmgate.init.targets import Entries

INDEX = "documents"
"""The name of the index that a first configuration has."""

ENGINE = "fts5"

_HEAD = """\
# What llmgate gates here. `llmgate check` tells every fault of this file and of the fixtures, each with its line.
# All keys: https://github.com/llmgate/llmgate/blob/main/docs/configuration.md
version: 1
"""
_SURFACE = """
# Prompts and retrieval settings are found by name, content and syntax: `llmgate check --surface` lists them. A change
# of one that no fixture sends blocks. `exclude` passes files over, `prompts: ["prompts/**"]` looks at these alone.
"""
_MODELS = """
# Put the parameters that your program sends beside each model: {temperature: 0.3, max_tokens: 300}, and a `seed`.
"""
_RETRIEVAL = """
# The files that are searched; `engine` says by what. `llmgate index lock` renews llmgate.lock when they change.
"""
_TARGETS = """
# What is tested: a prompt and the model that it goes to. `model` is a name under `models`, in a file of surface.models,
# or that of a prompt with a model of its own.
"""
_POLICY = """
# Always read from the base commit: a pull request cannot loosen it. `budget` is what one run may spend, on both sides.
"""


def text(found: Found, choices: Choices, entries: Entries) -> str:
    """Write it; it has no fault.

    Raises:
        ConfigurationError: where it has, which says what to correct by hand.
    """
    written = _HEAD + "".join(_parts(found, choices, entries))
    config.read(written.encode())
    return written


def _parts(found: Found, choices: Choices, entries: Entries) -> Iterator[str]:
    surface = {"models": list(found.model_files), "exclude": list(choices.exclude)}
    yield _SURFACE + _section("surface", {key: item for key, item in surface.items() if item})
    if entries.models:
        yield _MODELS + writing.yaml({"models": entries.models})
    if choices.corpus:
        index = {"engine": ENGINE, "corpus": list(choices.corpus)}
        yield _RETRIEVAL + writing.yaml({"retrieval": {INDEX: index}})
    yield _TARGETS + _section("targets", _targets(found, choices, entries))
    yield "\n" + writing.yaml({"suite": {"fixtures": [f"{found.folder}/**/*.yaml"]}})
    budget = choices.budget.model_dump(mode="json")
    providers = {name: _provider(entry) for name, entry in sorted(choices.providers.items())}
    yield _POLICY + writing.yaml({"policy": {"budget": budget} | ({"providers": providers} if providers else {})})


def _provider(entry: ProviderEntry) -> dict[str, Any]:
    return {**entry.model_dump(mode="json", exclude_defaults=True), "host": entry.host.removeprefix("https://")}


def _section(name: str, held: Mapping[str, Any]) -> str:
    return writing.yaml({name: held}) if held else f"{name}: {{}}\n"


def _targets(found: Found, choices: Choices, entries: Entries) -> dict[str, dict[str, Any]]:
    """Let the targets that show documents search the index."""
    prompts = {prompt.reference: prompt for prompt in found.surface.prompts.values()}
    made = {}
    for name, entry in sorted(entries.targets.items()):
        prompt = prompts.get(entry["prompt"])
        searches = choices.corpus and prompt is not None and RESERVED_VARIABLES & set(prompt.variables)
        made[name] = {**entry, **({"retrieval": INDEX} if searches else {})}
    return made
