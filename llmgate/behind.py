"""Links and submodules that patterns reach, on both revisions → Findings where what lies behind them differs.

No link is followed and no submodule is read, so what differs there is in no change, and no fixture can show it.
"""

from __future__ import annotations

import posixpath
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from llmgate import documents, patterns
from llmgate.config import Config
from llmgate.errors import LlmgateError, NotEvaluated
from llmgate.findings import COVERAGE, severity_of
from llmgate.sides import File
from llmgate.trial import Arm
from llmgate.verdict import Finding, Severity

LINK, SUBMODULE = 0o120000, 0o160000
MOST_STEPS = 200_000
MOST_HOPS = 40  # as Linux follows
MOST_NAMED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One revision: its files, what is stored in its links, and which files its configuration wants.

    `enters` tells of a folder whose files nobody knows whether one may be wanted.
    """

    tree: Mapping[str, File]
    stored: Callable[[str], bytes]
    takes: Callable[[str], bool]
    enters: Callable[[str], bool]
    prompts_declared: bool

    @classmethod
    def of(cls, tree: Mapping[str, File], stored: Callable[[str], bytes], config: Config) -> Seen:
        """See a revision as its own configuration does."""
        surface = config.surface
        declared = (*(surface.prompts or ()), *(surface.models or ()), *(surface.retrieval or ()))
        files = (pattern for entry in config.applications.values() for pattern in entry.files)
        others = (*config.suite.fixtures, *files)
        wanted, gone, other = map(patterns.matcher, (declared, surface.exclude, others))

        def enters(folder: str) -> bool:
            left_out = gone(folder) or gone(f"{folder}/{_ANY}/{_ANY}")
            return (patterns.enters(declared, folder) and not left_out) or patterns.enters(others, folder)

        return cls(
            tree=tree,
            stored=stored,
            takes=lambda path: (wanted(path) and not gone(path)) or other(path),
            enters=enters,
            prompts_declared=surface.prompts is not None,
        )

    def leads(self, path: str) -> str | None:
        """Read where a link leads, as it is written; None for what is no link."""
        entry = self.tree.get(path)
        if entry is None or entry.mode != LINK:
            return None
        try:
            return self.stored(path).decode("utf-8", "surrogateescape")
        except LlmgateError:
            return "/"  # it is longer than a path can be


_ANY = "\ufffd"


def differing(seen: Mapping[Arm, Seen], paths: frozenset[str], base: Config) -> Iterator[Finding]:
    """Find what lies behind links and in submodules and differs; `paths` are those at which the revisions do.

    Raises:
        NotEvaluated: where the links lead over too many places.
    """
    severity = severity_of(base.policy.coverage)
    if severity is None or not paths:
        return
    ordered = sorted(paths)
    told = {**dict(_submodules(seen, ordered)), **dict(_links(seen, ordered))}
    for path, (message, remedy) in islice(sorted(told.items()), MOST_NAMED):
        rest = f" (and {len(told) - MOST_NAMED} more like it)" if len(told) > MOST_NAMED else ""
        yield Finding(rule=COVERAGE, severity=severity, message=message + rest, remedy=remedy, file=path)
    if not all(side.prompts_declared for side in seen.values()):
        yield from _unsearched(path for path in _moved(seen, ordered) if path not in told)


_Told = tuple[str, tuple[str, str]]
"""A path, and what is said of it with the remedy."""


def _submodules(seen: Mapping[Arm, Seen], paths: Sequence[str]) -> Iterator[_Told]:
    for path in _moved(seen, paths):
        if any(side.enters(path) and not side.takes(path) for side in seen.values()):
            message = f"the submodule {documents.quoted(path)} differs, and patterns reach into it: it cannot be read"
            yield path, (message, "commit the files themselves, or exclude it on the base (surface.exclude)")


def _unsearched(submodules: Iterator[str]) -> Iterator[Finding]:
    for path in islice(submodules, MOST_NAMED):
        yield Finding(
            rule=COVERAGE,
            severity=Severity.WARN,
            message=f"the submodule {documents.quoted(path)} differs; prompts in it are not looked for",
            remedy="look whether it bears prompts; if so, commit the files themselves",
            file=path,
        )


def _moved(seen: Mapping[Arm, Seen], paths: Sequence[str]) -> Iterator[str]:
    for path in paths:
        entries = (side.tree.get(path) for side in seen.values())
        if any(entry is not None and entry.mode == SUBMODULE for entry in entries):
            yield path


def _links(seen: Mapping[Arm, Seen], paths: Sequence[str]) -> Iterator[_Told]:
    walk = _Walk(paths=paths)
    for side in seen.values():
        for link in (path for path, entry in side.tree.items() if entry.mode == LINK):
            if (side.takes(link) or side.enters(link)) and (found := walk.behind(side, link)) is not None:
                yield link, (_words(link, found), _REMEDY)


_REMEDY = (
    "commit the files themselves in the link's place, or list what it leads to under `surface`; to let it go, "
    "exclude it on the base (surface.exclude)"
)


def _words(link: str, found: str) -> str:
    """Say what differs: what the link leads to, or the link itself."""
    if found == link:
        return f"the symbolic link {documents.quoted(link)} differs: links are not followed, so no fixture shows it"
    return (
        f"{documents.quoted(link)} is a symbolic link to what differs, {documents.quoted(found)}: "
        "links are not followed, so no fixture shows it"
    )


@dataclass(slots=True, kw_only=True)
class _Walk:
    """Follows links by name, in a bounded number of steps: all of them are the pull request's."""

    paths: Sequence[str]
    left: int = MOST_STEPS

    def behind(self, side: Seen, link: str) -> str | None:
        """Find the first path that differs, is wanted by way of the link, and is not looked at under its own name."""
        if self._differs(link):
            return None if side.takes(link) else link
        landing = self.landed(link, side.leads)
        if landing is None:
            return None
        within = len(landing) + 1 if landing else 0
        below = (path for path in self._under(landing) if side.takes(f"{link}/{path[within:]}".rstrip("/")))
        return next((path for path in below if not side.takes(path)), None)

    def landed(self, link: str, leads: Callable[[str], str | None]) -> str | None:
        """Follow it, through links to folders too; "" is the top, None is out of the repository or round in a ring."""
        path = link
        for hop in range(MOST_HOPS):
            at = next((place for place in self._places(path) if leads(place) is not None), None)
            if at is None:
                return path
            if hop:
                self._step()
            joined = posixpath.join(posixpath.dirname(at), leads(at) or "")
            path = posixpath.normpath(joined + path[len(at) :])
            if path.startswith(("/", "../")) or path == "..":
                return None
            if path == ".":
                return ""
        return None

    def _differs(self, path: str) -> bool:
        at = bisect_left(self.paths, path)
        return at < len(self.paths) and self.paths[at] == path

    def _under(self, place: str) -> Iterator[str]:
        """Yield those of the ordered paths that are a place or lie below it."""
        if self._differs(place):
            yield place
        folder = f"{place}/" if place else ""
        at = bisect_left(self.paths, folder)
        while at < len(self.paths) and self.paths[at].startswith(folder):
            self._step()
            yield self.paths[at]
            at += 1

    def _places(self, path: str) -> Iterator[str]:
        """Yield the folders on the way to a path, and the path."""
        at = path.find("/")
        while at >= 0:
            self._step()
            yield path[:at]
            at = path.find("/", at + 1)
        yield path

    def _step(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise NotEvaluated(
                f"the symbolic links of this change lead over more than {MOST_STEPS:,} places",
                id="change-too-large",
                remedy="commit the files themselves in their place",
            )
