"""A fixture that a prompt edit broke → the hunks of the edit that do it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from llmgate.diagnose.causes import hunk_search, hunks, likelihood
from llmgate.diagnose.causes.attributing import Broken, Rules, probe_of
from llmgate.diagnose.causes.attribution import Attribution
from llmgate.diagnose.causes.factors import Arms, Factor, Mixture
from llmgate.diagnose.causes.hunk_search import HunkSearch
from llmgate.diagnose.causes.hunks import Edit, Hunk
from llmgate.diagnose.causes.swaps import BASE, HEAD
from llmgate.diagnose.replays.bench import Bench, Case, Probe
from llmgate.diagnose.replays.investigation import Count
from llmgate.errors import RenderError
from llmgate.preparing import attached, outline
from llmgate.prompts import Prompt
from llmgate.trial import Arm

Texts = Callable[[str, str], tuple[str, str] | None]
"""The texts of a file of the base and of one of the head, by their paths; None where either is not there."""
Prompts = Callable[[Mapping[str, str]], Mapping[str, Prompt]]
"""The prompts of the head by reference, with these files laid over it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """Which hunks of an edit break a fixture.

    `breaks`, `suffices` and `minimal` say what is shown: that they do it alone, that the head is well without them,
    and that none of them can be left out. `total` is how many hunks the edit has, `comparisons` how many sets of them
    were held against base or head. Where the edit has one hunk nothing was drawn, as it is the whole of it.
    """

    hunks: tuple[Hunk, ...]
    total: int
    breaks: bool = True
    suffices: bool = True
    minimal: bool = True
    comparisons: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Blamed:
    """A broken fixture whose cause has its prompt in it, and the arms that it is mixed of."""

    broken: Broken
    arms: Arms
    attribution: Attribution


def locate(blamed: Iterable[Blamed], texts: Texts, prompts: Prompts, bench: Bench, rules: Rules) -> dict[str, Located]:
    """Find the hunks for each fixture, by its id; one whose edit cannot be taken apart is left out."""
    found: dict[str, Located] = {}
    cases: dict[str, Case[HunkSearch]] = {}
    edits: dict[str, Edit] = {}
    for each in blamed:
        if bench.exhausted:
            break
        edit = hunks.between(dict(_files(each.arms, texts)))
        if len(edit.hunks) == 1:
            found[each.broken.id] = Located(hunks=edit.hunks, total=1)
        elif len(edit.hunks) > 1 and (ends := _ends(each)) is not None:
            state = hunk_search.start(len(edit.hunks), ends=ends, margin=rules.margin, alpha=rules.alpha)
            cases[each.broken.id] = Case(state=state, probe=_probing(each, edit, prompts))
            edits[each.broken.id] = edit
    bench.investigate(cases)
    return found | {name: _read(case.state, edits[name]) for name, case in cases.items()}


def _read(state: HunkSearch, edit: Edit) -> Located:
    return Located(
        hunks=tuple(edit.hunks[place] for place in sorted(state.found or ())),
        total=len(edit.hunks),
        breaks=state.breaks,
        suffices=state.suffices,
        minimal=state.is_minimal or len(state.found or ()) == 1,
        comparisons=state.comparisons,
    )


def _ends(blamed: Blamed) -> likelihood.Ends | None:
    """Take the pass rates of both ends from what was drawn for the attribution, else from what the gate saw."""
    counts, broken = blamed.attribution.counts, blamed.broken
    base, head = counts.get(BASE, broken.base), counts.get(HEAD, broken.head)
    return likelihood.ends(_pair(base), _pair(head))


def _pair(count: Count) -> tuple[int, int]:
    return count.passed, count.trials


def _files(arms: Arms, texts: Texts) -> Iterator[tuple[str, tuple[str, str]]]:
    """List the files of the prompt and of what it includes that both revisions have and that differ."""
    base, head = (_prompt(arms, arm) for arm in (Arm.BASE, Arm.HEAD))
    shared = sorted(set(base.dependencies) & set(head.dependencies) - {base.path, head.path})
    for before, after in ((base.path, head.path), *((path, path) for path in shared)):
        both = texts(before, after)
        if both is not None and both[0] != both[1]:
            yield after, both


def _prompt(arms: Arms, arm: Arm) -> Prompt:
    side = arms.sides[arm]
    return side.surface.prompt(side.config.prompted[arms.fixture.target].prompt)


def _probing(blamed: Blamed, edit: Edit, prompts: Prompts) -> Callable[[str], Probe]:
    beside = _beside(blamed.attribution)
    ends = {BASE: beside, HEAD: beside | {Factor.PROMPT}}

    def probe(name: str) -> Probe:
        if name in ends:
            return probe_of(blamed.arms, ends[name])
        laid = prompts(edit.applied(hunk_search.hunks_of(name)))
        return probe_of(_with(blamed.arms, laid), beside | {Factor.PROMPT})

    return probe


def _beside(attribution: Attribution) -> Mixture:
    """Return what the prompt breaks the fixture together with, which stays as on the head; nothing if it does alone."""
    together = [cause - {Factor.PROMPT} for cause in attribution.causes if Factor.PROMPT in cause]
    return min(together, key=len, default=frozenset())


def _with(arms: Arms, laid: Mapping[str, Prompt]) -> Arms:
    """Give the head other prompts.

    Raises:
        RenderError: where the fixture does not fit them.
    """
    head = arms.sides[Arm.HEAD]
    side = replace(head, surface=replace(head.surface, prompts={**head.surface.prompts, **laid}))
    if (fault := side.surface.prompt(side.config.prompted[arms.fixture.target].prompt).fault) is not None:
        raise RenderError(fault.message, id=fault.id)
    made = attached(outline(arms.fixture, side), side).request
    whole = arms.prepared[Arm.HEAD]
    prepared = replace(whole, request=replace(whole.request, messages=made.messages, blobs=made.blobs))
    return replace(arms, sides={**arms.sides, Arm.HEAD: side}, prepared={**arms.prepared, Arm.HEAD: prepared})
