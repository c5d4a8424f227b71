"""A cause in a few words, and what the report says of it."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from llmgate.changes import Change, Happened, Kind
from llmgate.diagnose.causes import attribution
from llmgate.diagnose.causes.attribution import Attribution
from llmgate.diagnose.causes.factors import Factor
from llmgate.diagnose.causes.hunks import Hunk
from llmgate.diagnose.causes.locating import Located
from llmgate.diagnose.explained import Explained
from llmgate.diagnose.replays.counterfactual import Replayed
from llmgate.diagnose.replays.effects import Effect
from llmgate.diagnose.replays.investigation import Count
from llmgate.report import causes
from llmgate.taxonomy import Named, Taxonomy, default
from tests.unit.diagnose import clinic

P, M, R = Factor.PROMPT, Factor.MODEL, Factor.PARAMS


def change(kind: Kind, name: str, path: str = "llmgate.yaml") -> Change:
    return Change(kind=kind, unit=f"{kind}:{name}", path=path, happened=Happened.MODIFIED)


PROMPT = change(Kind.PROMPT, "prompts/a.md", "prompts/a.md")
OTHER_PROMPT = change(Kind.PROMPT, "prompts/b.md", "prompts/b.md")
MODEL = change(Kind.MODEL, "answerer")
COMMENT = change(Kind.COMMENT, "prompts/c.md", "prompts/c.md")
HUNK = Hunk(path="prompts/a.md", start=0, end=3, removed="old", added="new", line=5)


def found(*sets: set[Factor], **more: object) -> Attribution:
    return Attribution(causes=tuple(map(frozenset, sets)), **more)  # type: ignore[arg-type]  # as the test says


def located(*hunks: Hunk, breaks: bool = True) -> Located:
    return Located(hunks=hunks, total=6, breaks=breaks)


@pytest.mark.parametrize(
    ("cause", "hunks", "changes", "words"),
    [
        (found({P}), None, [PROMPT, COMMENT], "prompt prompts/a.md"),
        (found({P}), None, [PROMPT, OTHER_PROMPT], "prompt"),
        (found({P}), located(HUNK), [PROMPT], "prompt prompts/a.md:5"),
        (found({P}), located(HUNK), [PROMPT, OTHER_PROMPT], "prompt prompts/a.md:5"),
        (found({P}), located(HUNK, breaks=False), [PROMPT], "prompt prompts/a.md"),
        (found({P}), located(HUNK, HUNK), [PROMPT], "prompt prompts/a.md"),
        (found({P}), located(), [PROMPT], "prompt prompts/a.md"),
        (found({M}), None, [PROMPT, MODEL], "model answerer"),
        (found({M}), None, [PROMPT], "model"),
        (found({P, M}), None, [PROMPT, MODEL], "model answerer and prompt prompts/a.md together"),
        (found({P}, {M}), located(HUNK), [PROMPT, MODEL], "prompt prompts/a.md:5; model answerer"),
        (found(cures=frozenset({M})), None, [MODEL], "model answerer, perhaps not alone"),
        (found(cures=frozenset({M, P})), None, [MODEL], "model answerer or prompt, perhaps not alone"),
        (found(open=(P, R)), None, [PROMPT], "not settled: prompt or params"),
        (found(), None, [PROMPT], None),
    ],
)
def test_a_cause_in_words(cause: Attribution, hunks: Located | None, changes: Iterable[Change], words: str) -> None:
    assert causes.in_words(cause, hunks, changes) == words


def effect(name: str, passed: int, *, lower: float) -> Effect:
    return Effect(name=name, treated=Count(passed=passed, trials=8), untreated=Count(passed=0, trials=8), lower=lower)


def test_without_anything_known_there_is_no_entry() -> None:
    assert causes.entry(clinic.fixture(), Explained()) is None


def test_everything_that_is_known_is_written_with_its_counts() -> None:
    counts = {"base": Count(passed=9, trials=9), "head": Count(trials=9), "model": Count(passed=8, trials=9)}
    whole = found({P}, cures=frozenset({P}), shares={M: 0.1111111, P: 0.8888888}, counts=counts)
    replayed = Replayed(
        effects=(effect("gold_alone", 8, lower=0.58818), effect("effort", 0, lower=-0.4)),
        complete=frozenset({"gold_alone"}),
        unmoved=Count(passed=1, trials=4),
    )
    explained = Explained(attributions={"a": whole}, located={"a": located(HUNK)}, replayed={"a": replayed})
    entry = causes.entry(clinic.fixture(hypothesis={"statement": "It guesses.", "test": "gold_alone"}), explained)
    assert entry is not None
    told = entry.model_dump()
    assert told["attribution"] == {
        "causes": (("prompt",),),
        "cures": ("prompt",),
        "open": (),
        "shares": {"model": 0.1111, "prompt": 0.8889},
        "arms": (
            {"head": (), "passed": 9, "trials": 9},
            {"head": ("model",), "passed": 0, "trials": 9},
            {"head": ("model",), "passed": 8, "trials": 9},
        ),
    }
    assert told["located"]["hunks"] == ({"path": "prompts/a.md", "line": 5, "removed": "old", "added": "new"},)
    assert [(each["name"], each["category"], each["holds"], each["lower"]) for each in told["effects"]] == [
        ("gold_alone", "grounding", True, 0.5882),
        ("effort", "reasoning", False, -0.4),
    ]
    assert (told["unmoved"], told["without_context"]) == (1, 4)
    assert told["hypothesis"] == {"statement": "It guesses.", "status": "confirmed", "tested_by": ("gold_alone",)}


def test_the_only_factor_that_differs_has_no_arms() -> None:
    entry = causes.entry(clinic.fixture(), Explained(attributions={"a": attribution.alone(M)}))
    assert entry is not None
    assert entry.attribution is not None
    assert (entry.attribution.causes, entry.attribution.arms) == ((("model",),), ())


def test_hunks_of_any_size_are_cut() -> None:
    long = Hunk(path="p", start=0, end=9, removed="x" * 9_000, added="y" * 9_000, line=1)
    explained = Explained(attributions={"a": found({P})}, located={"a": located(long)})
    entry = causes.entry(clinic.fixture(), explained)
    assert entry is not None
    assert entry.located is not None
    (hunk,) = entry.located.hunks
    assert len(hunk.removed) == len(hunk.added) == causes.MAX_HUNK_CHARS


def test_a_hypothesis_is_open_where_the_budget_ended_before_it() -> None:
    entry = causes.entry(clinic.fixture(hypothesis={"statement": "It guesses."}), Explained())
    assert entry is not None
    assert entry.hypothesis is not None
    assert (entry.hypothesis.status, entry.hypothesis.tested_by) == ("open", ())


def test_a_teams_own_word_for_the_kind_of_failure_is_understood() -> None:
    own = Taxonomy(kinds=default.TAXONOMY.kinds, mapped={"hallucination": Named(category="grounding")})
    case = clinic.fixture(category="hallucination", hypothesis={"statement": "It guesses."})
    explained = Explained(replayed={"a": Replayed(effects=(effect("gold_alone", 8, lower=0.5),))})
    entry = causes.entry(case, explained, own)
    assert entry is not None
    assert entry.hypothesis is not None
    assert entry.hypothesis.status == "confirmed"
