"""Two versions of a prompt → what a person is told of the difference, and where it begins."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache

from llmgate.prompts import wording
from llmgate.prompts.prompt import Facet, Prompt, Syntax
from llmgate.prompts.syntaxes import jinja


def line(base: Prompt, head: Prompt) -> int:
    """Return the first line of the head's file that differs; where messages are apart in the file, their first line."""
    if len(head.turns) != 1 or len(base.turns) != 1:
        return head.line
    return head.line + _wording(_bare(base), _bare(head)).line - 1


def words(base: Prompt, head: Prompt, facets: frozenset[Facet]) -> wording.Wording | None:
    """Return how the text differs, where the text is among `facets` and both can be read.

    Lines are those of the head's file, as far as they are known: of messages that are apart in it, the first one's.
    """
    if not facets & {Facet.TEXT, Facet.STRUCTURE, Facet.VARIABLES, Facet.BYTES} or not base.turns or not head.turns:
        return None
    found = _wording(_bare(base), _bare(head))
    apart = len(head.turns) != 1
    hunks = tuple(replace(hunk, line=head.line if apart else head.line + hunk.line - 1) for hunk in found.hunks)
    return replace(found, hunks=hunks)


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
    return jinja.without_comments(prompt.text) if prompt.syntax is Syntax.JINJA else prompt.text


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
