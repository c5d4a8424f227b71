"""Jinja sources and JSON values → text, in Jinja's sandbox without all that data-only templates do not need.

The sandbox is one wall; the process, its limits and its deadline (`llmgate.targets.rendering`) are the others. Nothing
here is called in llmgate's own process except `environment().parse`, which evaluates nothing.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from jinja2 import StrictUndefined, Template, TemplateError, TemplateNotFound
from jinja2.loaders import FunctionLoader
from jinja2.sandbox import ImmutableSandboxedEnvironment

from llmgate.prompts.syntaxes.lookup import ambiguity, candidates

MAX_RENDERED_BYTES = 1024 * 1024
MAX_MESSAGE_CHARS = 200

# Left out: `attr` (the way round attribute checks of CVE-2025-27516), `random` (two arms would differ by chance),
# `pprint`, `urlize`, `xmlattr`, `filesizeformat` (for web pages).
_FILTERS = """
    abs batch capitalize center count d default dictsort e escape first float forceescape format groupby indent int
    items join last length list lower map max min reject rejectattr replace reverse round safe select selectattr
    slice sort string striptags sum title tojson trim truncate unique upper urlencode wordcount wordwrap
"""
FILTERS = frozenset(_FILTERS.split())
_UNPRINTABLE = re.compile(r"[^\x20-\x7e\u00a1-\u2027\u2030-\u205f\u2070-\ud7ff]+")


class Failure(NamedTuple):
    """Why a template gave no text: where, and Jinja's words for it, short and printable.

    `unclear` tells that it names a template of which production alone knows what it is.
    """

    path: str
    line: int
    reason: str
    unclear: bool = False


class Failed(Exception):
    """Rendering ended in a failure."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.reason)
        self.failure = failure


class _Unclear(Exception):
    """A name means no template that is known, or several. Not Jinja's own error: `ignore missing` would hide it."""


class _Environment(ImmutableSandboxedEnvironment):
    """Jinja that sees the given sources only, and no globals; filters are those of `FILTERS`."""

    def __init__(self, sources: Mapping[str, str], root: str | None) -> None:
        super().__init__(loader=FunctionLoader(self._load), undefined=StrictUndefined, autoescape=False, cache_size=-1)
        self._sources = sources
        self._root = root
        self.globals.clear()
        self.filters = {name: item for name, item in self.filters.items() if name in FILTERS}

    def join_path(self, template: str, parent: str) -> str:
        found = [path for path in candidates(template, parent, self._root) if path in self._sources]
        if len(found) > 1:
            raise _Unclear(ambiguity(template, found))
        return found[0] if found else ""

    def get_template(self, name: Any, parent: str | None = None, globals: Any = None) -> Template:  # noqa: A002 - Jinja's
        try:
            return super().get_template(name, parent, globals)
        except TemplateNotFound:
            raise _Unclear(f"the template {name!r} is not found") from None

    def select_template(self, names: Any, parent: str | None = None, globals: Any = None) -> Template:  # noqa: A002 - Jinja's
        names = list(names)
        try:
            return super().select_template(names, parent, globals)
        except TemplateNotFound:
            raise _Unclear(f"none of the templates {', '.join(map(repr, names[:5]))} is found") from None

    def _load(self, name: str) -> tuple[str, str, Callable[[], bool]] | None:
        source = self._sources.get(name)
        return None if source is None else (source, name, lambda: True)


def environment(sources: Mapping[str, str], root: str | None = None) -> ImmutableSandboxedEnvironment:
    return _Environment(sources, root)


@lru_cache(maxsize=1)
def parser() -> ImmutableSandboxedEnvironment:
    """Return an environment for reading templates, which loads none."""
    return _Environment({}, None)


def render(jinja: ImmutableSandboxedEnvironment, path: str, variables: Mapping[str, Any]) -> str:
    """Render the template at `path`.

    Raises:
        Failed: whatever the template does, apart from exhausting the process.
    """
    try:
        return "".join(_bounded(path, jinja.get_template(path).generate(variables)))
    except Failed:
        raise
    except Exception as error:  # noqa: BLE001 - any error a template can cause is a failure of the template
        raise Failed(_failure(path, error)) from None


def _bounded(path: str, chunks: Iterator[str]) -> Iterator[str]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > MAX_RENDERED_BYTES:
            raise Failed(Failure(path, 1, f"the rendered prompt exceeds {MAX_RENDERED_BYTES:,} bytes"))
        yield chunk


def _failure(path: str, error: Exception) -> Failure:
    """Find the last line of a template on the error's way; Jinja maps tracebacks back to the templates' own lines."""
    match error:
        case _Unclear():
            reason = str(error)
        case TemplateError():
            reason = error.message or type(error).__name__
        case MemoryError():
            reason = "it needs more memory than a prompt may"
        case _:
            reason = f"{type(error).__name__}: {error}"
    name = getattr(error, "filename", None)
    line = getattr(error, "lineno", None)
    if isinstance(name, str) and isinstance(line, int):
        return Failure(name, line, short(reason))
    frames = [(frame.f_code.co_filename, number) for frame, number in traceback.walk_tb(error.__traceback__)]
    places = [place for place in frames if not place[0].startswith(("/", "<"))]
    where, number = places[-1] if places else (path, 1)
    return Failure(where, number, short(reason), isinstance(error, _Unclear))


def short(text: str) -> str:
    clean = _UNPRINTABLE.sub(" ", text[: MAX_MESSAGE_CHARS * 4]).strip()
    return clean if len(clean) <= MAX_MESSAGE_CHARS else clean[: MAX_MESSAGE_CHARS - 1] + "…"
