"""The name of an included template, and the file that it stands in → the paths that it can mean, nearest first."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from llmgate.prompts.prompt import Syntax

LOOKUP_REMEDY = (
    "A name is looked for from the template's folder up to the repository's root: set surface.template_root to the"
    " folder that your program loads templates from, and add that folder to surface.prompts."
)


def candidates(name: str, parent: str, root: str | None = None) -> Iterator[str]:
    """Yield the paths that the template `name`, written in the file `parent`, can mean, nearest first.

    Without `root`, the folder that templates are loaded from, every folder from the parent's up to the repository's
    root may be it. With it a name means what it means to Jinja's own loaders, which know no way up.
    """
    if root is not None:
        if ".." not in name.split("/"):
            yield posixpath.normpath(posixpath.join(root, name.lstrip("/")))
        return
    folder = posixpath.dirname(parent)
    while True:
        path = posixpath.normpath(posixpath.join(folder, name.lstrip("/")))
        if not path.startswith(".."):
            yield path
        if not folder or name.startswith(("./", "../")):
            return
        folder = posixpath.dirname(folder)


def partials(syntax: Syntax, name: str, parent: str, root: str | None = None) -> tuple[str, ...]:
    """List the paths that the name of an included template can mean, as its syntax spells files, each once."""
    return tuple(
        dict.fromkeys(path for spelt in _spelt(syntax, name, parent) for path in candidates(spelt, parent, root))
    )


def _spelt(syntax: Syntax, name: str, parent: str) -> tuple[str, ...]:
    """A dotprompt partial `a/tone` is the file `a/_tone.prompt`; others are named with or without their ending."""
    match syntax:
        case Syntax.HANDLEBARS if parent.endswith(".prompt"):
            folder, stem = posixpath.split(name)
            return (posixpath.join(folder, f"_{stem}.prompt"),)
        case Syntax.HANDLEBARS:
            return (f"{name}.hbs", f"{name}.handlebars", name)
        case Syntax.MUSTACHE:
            return (f"{name}.mustache", name)
        case _:
            return (name,)


def ambiguity(name: str, found: Sequence[str]) -> str:
    return f"the template {name!r} can be {found[0]} or {found[1]}"
