"""Paths, and a way to read them → every prompt that they hold or reach, by path."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from llmgate import prompts
from llmgate.errors import Fault, LlmgateError
from llmgate.prompts.prompt import Facet, Format, Load, Prompt, broken, digest_of

Identify = Callable[[str], str | None]


def collect(paths: Iterable[str], load: Load, identify: Identify, *, root: str | None = None) -> dict[str, Prompt]:
    """Parse the prompts at `paths` and all that they include, wherever it stands.

    A file that is not there, or cannot be read, is a prompt with a fault; `identify` tells whether it changed.
    """
    found = {path: _read(path, load, identify, root) for path in sorted(set(paths))}
    for path in sorted({path for prompt in found.values() for path in prompt.dependencies}):
        if path not in found or found[path].format in (Format.TEXT, Format.MARKDOWN):
            # What a Jinja template includes is read by Jinja, whatever its name says.
            found[path] = _read(path, load, identify, root, Format.JINJA)
    return {path: _opened(found[path], found) for path in sorted(found)}


def closest(path: str, known: Iterable[str]) -> str | None:
    """Return the prompt that someone who wrote `path` most likely means: one of that name, or of a similar one."""
    name = path.rsplit("/", 1)[-1]
    ordered = sorted(known)
    same = [each for each in ordered if each.rsplit("/", 1)[-1] == name]
    return next(iter(same or difflib.get_close_matches(path, ordered, n=1)), None)


def _read(path: str, load: Load, identify: Identify, root: str | None, form: Format | None = None) -> Prompt:
    try:
        data = load(path)
    except LlmgateError as error:
        return _unreadable(path, error.message, identify(path))
    if data is None:
        return _unreadable(path, "there is no such file in the commit", None)
    return prompts.parse(path, data, load, form=form, root=root)


def _unreadable(path: str, message: str, identity: str | None) -> Prompt:
    fault = Fault(file=path, line=1, message=message, remedy="a prompt is a regular file of the repository")
    return broken(path, Format.TEXT, (identity or message).encode(), fault)


def _opened(prompt: Prompt, found: Mapping[str, Prompt]) -> Prompt:
    """Let a prompt with computed includes depend on every prompt there is: any of them may be meant."""
    if not prompt.opaque:
        return prompt
    others = {path: other.digest for path, other in sorted(found.items()) if path != prompt.path}
    sources = {
        path: other.text for path, other in found.items() if other.turns and other.format is not Format.PROMPT_YML
    }
    return replace(
        prompt,
        sources={**sources, **prompt.sources},
        variables=tuple(sorted({name for other in found.values() for name in other.variables})),
        dependencies=tuple(sorted({*prompt.dependencies, *others})),
        digests={**prompt.digests, Facet.DEPENDENCIES: digest_of([prompt.digests[Facet.DEPENDENCIES], others])},
    )
