"""What was found → what is chosen: by the defaults and options, or by a person who is asked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pydantic import ValidationError

from llmgate import config, patterns, pins
from llmgate.capture.suites import proposing
from llmgate.config import KNOWN_PROVIDERS, ModelEntry, ProviderEntry
from llmgate.errors import UsageError
from llmgate.init import COMMIT, ENGINE, Choices, Found, Gated, owners, pinning, targets
from llmgate.renderers import inert

MAX_PROMPTS = 50
"""How many prompts are set up at once; the others are found and told as not covered until they have a fixture."""

NAME = "answerer"

_COMMIT = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What was typed on the command line."""

    model: str | None = None
    host: str | None = None
    key: str | None = None
    owner: str | None = None
    corpus: tuple[str, ...] = ()
    action: str | None = None


def options(
    *,
    model: str | None,
    host: str | None,
    key: str | None,
    owner: str | None,
    corpus: tuple[str, ...],
    action: str | None,
) -> Options:
    """Check what was typed.

    Raises:
        UsageError: where something is not what it is to be.
    """
    if model is not None:
        entry(model)
    if owner is not None and not owners.is_one(owner):
        raise UsageError(f"{owner[:50]!r} is no owner", id="wrong-option", remedy="write @login or @organisation/team")
    if action is not None:
        commit(action)
    return Options(model=model, host=host, key=key, owner=owner, corpus=corpus, action=action)


def defaults(found: Found, options: Options, *, owners_text: str, remote: str) -> Choices:
    """Choose what a person would who says yes to everything.

    Raises:
        UsageError: where no model is named anywhere, or an option is wrong.
    """
    if found.written is not None and (options.model or options.host or options.key or options.corpus):
        raise UsageError(
            f"{config.PATH} is there and stays as it is: --model, --host, --key and --corpus are for a new one",
            id="wrong-option",
            remedy="write them there, or leave the options out",
        )
    models = {NAME: entry(options.model)} if options.model and found.written is None else {}
    chosen = Choices(
        suites=found.suites,
        corpus=searched(found, options.corpus),
        owner=options.owner or owners.likely(owners_text, remote),
        action=options.action or COMMIT,
        model=next(iter(models), None) or _first(found),
        models=models,
    )
    if found.written is not None:
        return chosen
    return gating(found, chosen, [prompt.reference for prompt in found.prompts[:MAX_PROMPTS]])


def _first(found: Found) -> str:
    """Name the model that prompts without one go to: one of a file before one that stands with a prompt."""
    own = set(found.own.values())
    names = sorted(found.models, key=lambda name: (name in own, found.places[name], name))
    return names[0] if names else ""


def gating(found: Found, choices: Choices, references: Sequence[str]) -> Choices:
    """Gate these prompts, each with its own model or the one that is chosen; pass over the files of all others.

    Those beyond the first prompts were not asked for: they stay on the surface.
    """
    choices, inside = _copied(found, choices, references)
    own = {**found.own, **inside}
    gated = tuple(Gated(prompt=each, model=own.get(each, choices.model)) for each in references)
    kept = {each.partition("#")[0] for each in references} | {prompt.path for prompt in found.prompts[MAX_PROMPTS:]}
    others = sorted({prompt.path for prompt in found.prompts} - kept)
    return replace(choices, gated=gated, exclude=tuple(map(escaped, others)))


def _copied(found: Found, choices: Choices, references: Sequence[str]) -> tuple[Choices, dict[str, str]]:
    """Write the models that stand in code into llmgate.yaml, by their date where they have one; name each prompt's."""
    models, names = dict(choices.models), {}
    for reference in references:
        if (written := found.inside.get(reference)) is None:
            continue
        pinned = written.model_copy(
            update={"model": pinning.proposed(written.provider, written.model) or written.model}
        )
        free = (name for name in proposing.names(NAME) if name not in found.models)
        names[reference] = next(name for name in free if models.get(name, pinned) == pinned)
        models[names[reference]] = pinned
    return replace(choices, models=models, model=choices.model or next(iter(models), "")), names


def escaped(path: str) -> str:
    """Write a path as a pattern that matches it alone."""
    return "".join(f"[{character}]" if character in "*?[" else character for character in path)


def provided(found: Found, choices: Choices, options: Options) -> Choices:
    """Add the providers that are asked, as far as it is known where they answer.

    Raises:
        UsageError: where a model is needed and none is known, or --host and --key are wrong.
    """
    if found.written is not None:
        return choices
    made = targets.entries(found, choices)
    if lacking := [name for name, target in made.targets.items() if not target["model"]]:
        raise UsageError(
            f"no model is found for {', '.join(lacking[:3])}: nothing in the repository names one with its provider",
            id="wrong-option",
            remedy="say --model PROVIDER/MODEL, such as openai/gpt-5.4-mini-2026-03-17",
        )
    used = {target["model"] for target in made.targets.values()}
    choices = replace(choices, models={name: each for name, each in choices.models.items() if name in used})
    names = targets.providers(found, made)
    given = {name: typed(options, name, names) for name in names}
    known = {name: provider(name, each) for name, each in given.items() if known_as(name) or each.host}
    return replace(choices, providers={**known, **choices.providers})


def typed(options: Options, name: str, names: Sequence[str]) -> Options:
    """Return what was typed of one provider: --host and --key are of the one that --model names, or of the only one.

    Raises:
        UsageError: where nobody can tell whose they are; a key must not go to another's host.
    """
    if options.host is None and options.key is None:
        return options
    if options.model is None and len(names) > 1:
        raise UsageError(
            f"--host and --key are of one provider, and the prompts ask {', '.join(names)}",
            id="wrong-option",
            remedy="say with --model which one is meant, and correct the others in llmgate.yaml",
        )
    is_meant = options.model is None or entry(options.model).provider == name
    return options if is_meant else replace(options, host=None, key=None)


def searched(found: Found, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Check the patterns of an index.

    Raises:
        UsageError: where one is none, or all of them match no file.
    """
    try:
        config.RetrievalEntry(engine=ENGINE, corpus=wanted)
        matches = patterns.matcher(wanted)
    except ValueError as error:
        shown = inert.line(", ".join(wanted), 100)
        raise UsageError(
            f"{shown!r} is no pattern", id="wrong-option", remedy="write patterns such as docs/**/*.md"
        ) from error
    if wanted and not any(map(matches, found.paths)):
        shown = inert.line(", ".join(wanted), 100)
        raise UsageError(f"{shown!r} matches no file", id="wrong-option", remedy="write patterns such as docs/**/*.md")
    return wanted


def known_as(name: str) -> Mapping[str, str]:
    """Return what everybody knows of a provider, under this or another of its names."""
    return KNOWN_PROVIDERS.get(name) or KNOWN_PROVIDERS.get(pins.name_of(name), {})


def entry(text: str) -> ModelEntry:
    """Read PROVIDER/MODEL.

    Raises:
        UsageError: where it is none.
    """
    name, _, model = text.strip().partition("/")
    try:
        return ModelEntry(provider=name, model=model)
    except ValidationError as error:
        raise UsageError(
            f"{text[:100]!r} is no model",
            id="wrong-option",
            remedy="write PROVIDER/MODEL, such as openai/gpt-5.4-mini-2026-03-17",
        ) from error


def provider(name: str, options: Options) -> ProviderEntry:
    """Make the entry of a provider, from what everybody knows of it and what was typed.

    Raises:
        UsageError: where the host or the name of the key is none.
    """
    own = {"host": options.host, "key": options.key}
    given = {**known_as(name), **{key: value for key, value in own.items() if value}}
    if options.host and name != "anthropic":
        given.pop("api", None)  # most servers speak OpenAI's
    try:
        return ProviderEntry.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(map(str, first["loc"])) or "host"
        raise UsageError(
            f"the provider {name}: {where}: {first['msg']}", id="wrong-option", remedy="correct it"
        ) from error


def commit(text: str) -> str:
    """Read the id of a commit.

    Raises:
        UsageError: where it is none.
    """
    if not _COMMIT.fullmatch(text):
        raise UsageError(
            f"{text[:50]!r} is no commit", id="wrong-option", remedy="write its 40 digits: a tag can be moved"
        )
    return text


def chosen_numbers(text: str, count: int) -> list[int]:
    """Read `all`, or numbers such as `1,3-5`, as places from 0.

    Raises:
        ValueError: where it is neither.
    """
    if text.strip().lower() == "all":
        return list(range(count))
    found: set[int] = set()
    for part in filter(None, (part.strip() for part in text.split(","))):
        first, _, last = part.partition("-")
        low, high = int(first), int(last or first)
        if not 1 <= low <= high <= count:
            raise ValueError(part)
        found.update(range(low - 1, high))
    return sorted(found)
