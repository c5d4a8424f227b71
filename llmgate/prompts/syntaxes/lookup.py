"""The name of an included template, and the file that it stands in → the paths that it can mean, nearest first."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

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


def ambiguity(name: str, found: Sequence[str]) -> str:
    return f"the template {name!r} can be {found[0]} or {found[1]}"
