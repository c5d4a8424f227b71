"""Two versions of a prompt → what a person is told of the difference, and where it begins."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

from llmgate.prompts import jinja, wording
from llmgate.prompts.prompt import Facet, Format, Prompt


def line(base: Prompt, head: Prompt) -> int:
    """Return the first line of the head's file that differs, where a template's lines are the file's lines."""
    if Format.PROMPT_YML in (base.format, head.format) or not base.turns:
        return 1
    return _wording(_bare(base), _bare(head)).line


def words(base: Prompt, head: Prompt, facets: frozenset[Facet]) -> wording.Wording | None:
    """Return how much of the text differs, where the text is among `facets` and both can be read."""
    if facets & {Facet.TEXT, Facet.STRUCTURE, Facet.BYTES} and base.turns and head.turns:
        return _wording(_bare(base), _bare(head))
    return None


def details(base: Prompt, head: Prompt, facets: frozenset[Facet]) -> Iterator[str]:
    """Yield a line for each facet that is among `facets`."""
    if base.format is not head.format:
        yield f"format: {base.format.value} → {head.format.value}"
    if Facet.VARIABLES in facets:
        yield from _sets("variable", base.variables, head.variables)
    if facets & {Facet.TEXT, Facet.STRUCTURE, Facet.DEPENDENCIES}:
        yield from _sets("include", base.dependencies, head.dependencies)
    if Facet.STRUCTURE in facets and _roles(base) != _roles(head):
        yield f"messages: {_roles(base)} → {_roles(head)}"


def _bare(prompt: Prompt) -> str:
    return jinja.without_comments(prompt.text) if prompt.format is Format.JINJA else prompt.text


@lru_cache(maxsize=64)
def _wording(before: str, after: str) -> wording.Wording:
    return wording.compare(before, after)


def _sets(noun: str, base: tuple[str, ...], head: tuple[str, ...]) -> Iterator[str]:
    shown: Callable[[str], str] = repr
    for word, names in (("added", set(head) - set(base)), ("removed", set(base) - set(head))):
        listed = sorted(names)[:10]
        if listed:
            more = f" and {len(names) - len(listed)} more" if len(names) > len(listed) else ""
            yield f"{noun} {word}: {', '.join(map(shown, listed))}{more}"


def _roles(prompt: Prompt) -> str:
    return ", ".join(turn.role or "one text" for turn in prompt.turns[:10]) or "none"
