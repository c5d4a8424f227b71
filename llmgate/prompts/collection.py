"""Paths, and a way to read them → every prompt that they hold or reach, by reference."""

from __future__ import annotations

import contextlib
import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from llmgate import documents
from llmgate.errors import ConfigurationError, LlmgateError
from llmgate.prompts import catalogue, discovery
from llmgate.prompts.prompt import OTHER_REVISION, Facet, Format, Load, Prompt, Syntax, broken, digest_of

Identify = Callable[[str], str | None]

_WHOLE = (Format.TEXT, Format.MARKDOWN, Format.MUSTACHE, Format.DOTPROMPT)
_CODE = (Format.PYTHON, Format.TYPESCRIPT)
_NOTHING = re.compile(r"(?!)")
_INCLUDED_AS = {
    Syntax.JINJA: Format.JINJA,
    Syntax.MUSTACHE: Format.MUSTACHE,
    Syntax.HANDLEBARS: Format.MUSTACHE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be read: `declared` are known to hold prompts, `searched` may hold some.

    `others` lists all that is declared, for a template that may include any of it, and `forms` the formats that are
    known already. In `lost` the other revision found prompts, of that format, whatever this one's configuration says.
    """

    declared: frozenset[str]
    searched: frozenset[str] = frozenset()
    others: Callable[[], Iterable[str]] = tuple
    forms: Mapping[str, Format] = field(default_factory=dict)
    lost: Mapping[str, Format] = field(default_factory=dict)


def collect(wanted: Wanted, load: Load, identify: Identify, *, root: str | None = None) -> dict[str, Prompt]:
    """Read the prompts, and all that they include, wherever it stands.

    A declared file that is not there, or cannot be read, is a prompt with a fault; `identify` tells whether it changed.
    """
    reader = _Reader(load=load, identify=identify, root=root)
    for path in sorted(wanted.declared):
        reader.add(path, wanted.forms.get(path))
    for path in sorted(wanted.searched - wanted.declared):
        reader.search(path)
    for path, form in sorted(wanted.lost.items()):
        reader.look_again(path, form)
    if any(prompt.opaque for prompt in reader.found.values()):
        for path in sorted(set(wanted.others()) - wanted.declared):
            reader.add(path)
    reader.follow()
    return {name: _opened(prompt, reader.found) for name, prompt in sorted(reader.found.items())}


def anywhere(paths: Iterable[str], load: Load) -> Iterator[Prompt]:
    """Read files of whatever kind as if they were known to hold prompts; what cannot be read has none."""
    for path in paths:
        with contextlib.suppress(LlmgateError):
            found = catalogue.read(path, load(path) or b"", load)
            yield from (replace(prompt, rule=OTHER_REVISION) for prompt in found if not prompt.fault)


def hidden(gone: Iterable[Prompt], load: Load) -> Iterator[Prompt]:
    """Yield a prompt with a fault for each one that code no longer has, and whose name it still gives a value."""
    for prompt in gone:
        with contextlib.suppress(LlmgateError):
            data = load(prompt.path) if prompt.format in _CODE else None
            text = (data or b"").decode(errors="replace")
            if place := _given(prompt.name).search(text):
                line = text.count("\n", 0, place.end()) + 1
                message = "the name is given a value that nobody can read, and was a prompt"
                fault = documents.fault(
                    path=prompt.path,
                    line=line,
                    message=message,
                    id="prompt-malformed",
                    remedy="write the text itself, or rename it",
                )
                yield replace(broken(prompt.path, prompt.format, data or b"", fault), name=prompt.name, partial=True)


def _given(name: str) -> re.Pattern[str]:
    """Match where code gives a value to the last part of a name; calls and numbered units have no name of their own."""
    last = name.rpartition(".")[2]
    if not re.fullmatch(r"\w{1,200}", last):
        return _NOTHING
    annotated = r"[ \t]{0,20}(?::[^=\n]{1,200})?"
    return re.compile(
        rf"(?<!\w)(?:{last}{annotated}(?:=(?![=>])|\+=)|[\"']{last}[\"']\s{{0,20}}:|(?<=[\s,{{]){last}:\s)"
    )


def closest(path: str, known: Iterable[str]) -> str | None:
    """Return the prompt that someone who wrote `path` most likely means: one of that name, or of a similar one."""
    name = path.rsplit("/", 1)[-1]
    ordered = sorted(known)
    same = [each for each in ordered if each.rsplit("/", 1)[-1] == name]
    return next(iter(same or difflib.get_close_matches(path, ordered, n=1)), None)


@dataclass(slots=True, kw_only=True)
class _Reader:
    load: Load
    identify: Identify
    root: str | None
    found: dict[str, Prompt] = field(default_factory=dict)

    def add(self, path: str, form: Format | None = None) -> None:
        """Read a file that is known to hold prompts."""
        try:
            data = self.load(path)
        except LlmgateError as error:
            self._keep([_unreadable(path, error, self.identify(path))])
            return
        if data is None:
            self._keep(
                [_unreadable(path, LlmgateError("there is no such file in the commit", id="missing-file"), None)]
            )
        else:
            self._keep(catalogue.read(path, data, self.load, form=form, root=self.root))

    def search(self, path: str) -> None:
        """Read a file that may hold prompts; one that cannot be read is kept where its name says that it does."""
        try:
            self._keep(discovery.read(path, self.load(path) or b"", self.load, root=self.root))
        except LlmgateError as error:
            if (known := discovery.by_name(path)) is not None:
                self._keep([discovery.found_as(_unreadable(path, error, self.identify(path)), *known)])

    def look_again(self, path: str, form: Format) -> None:
        """Read a file in which prompts are expected, and may be gone; one that cannot be read may have them still."""
        if any(prompt.path == path for prompt in self.found.values()):
            return
        try:
            self._keep(catalogue.read_again(path, self.load(path) or b"", self.load, form, root=self.root))
        except LlmgateError as error:
            self._keep([_unreadable(path, error, self.identify(path))])

    def follow(self) -> None:
        """Read what is included; a template is of the syntax of what includes it, whatever its name says."""
        for path, syntax in sorted(self._included().items()):
            known = self.found.get(path)
            if known is None:
                self.add(path)
                known = self.found.get(path)
            if known and known.syntax is not syntax and known.format in _WHOLE and syntax in _INCLUDED_AS:
                self.add(path, _INCLUDED_AS[syntax])

    def _included(self) -> dict[str, Syntax]:
        return {path: prompt.syntax for prompt in self.found.values() for path in prompt.dependencies}

    def _keep(self, prompts: Iterable[Prompt]) -> None:
        self.found.update({prompt.reference: prompt for prompt in prompts})


def _unreadable(path: str, error: LlmgateError, identity: str | None) -> Prompt:
    """Return the prompt that stands for a file that git does not give: a link, a pointer, one that is too large."""
    remedy = error.remedy or "a prompt is a regular file of the repository"
    fault = documents.fault(path=path, line=1, message=error.message, id=error.id, remedy=remedy)
    if isinstance(error, ConfigurationError):
        fault = error.faults[0]
    return broken(path, Format.TEXT, (identity or error.message).encode(), fault)


def _opened(prompt: Prompt, found: Mapping[str, Prompt]) -> Prompt:
    """Let a prompt with computed includes depend on every prompt there is: any of them may be meant."""
    if not prompt.opaque:
        return prompt
    others = {other.path: other.digest for other in found.values() if other.path != prompt.path}
    sources = {
        other.path: other.text for other in found.values() if len(other.turns) == 1 and other.turns[0].role is None
    }
    return replace(
        prompt,
        sources={**sources, **prompt.sources},
        variables=tuple(sorted({name for other in found.values() for name in other.variables})),
        dependencies=tuple(sorted({*prompt.dependencies, *others})),
        digests={**prompt.digests, Facet.DEPENDENCIES: digest_of([prompt.digests[Facet.DEPENDENCIES], others])},
    )
