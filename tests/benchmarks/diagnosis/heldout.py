"""The library and the cases of `data/heldout` → a second set of seeded faults, of other domains, prompts and checks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from tests import modelserver
from tests.benchmarks.diagnosis import heldout_prompts
from tests.benchmarks.diagnosis.application import Case, Cure, Tooling
from tests.benchmarks.diagnosis.seeds import Intervention, Seed, Truth, content, data

_CURED_BY: Mapping[Cure, frozenset[Intervention]] = {
    Cure.RIVAL_ABSENT: frozenset({Intervention.GOLD_ONLY}),
    Cure.GOLD_ALONE: frozenset({Intervention.GOLD_ONLY}),
    Cure.GOLD_FIRST: frozenset({Intervention.GOLD_ONLY, Intervention.GOLD_FIRST}),
    Cure.EFFORT: frozenset({Intervention.EFFORT}),
    Cure.SCHEMA: frozenset({Intervention.SCHEMA}),
    Cure.JSON_MODE: frozenset({Intervention.SCHEMA, Intervention.JSON_MODE}),
    Cure.TOOL_CHOICE: frozenset({Intervention.TOOL_CHOICE}),
}
_FAILURES = {
    "overloaded": modelserver.status(503),
    "bad_gateway": modelserver.status(502, body="<html>upstream</html>"),
    "garbage": modelserver.garbage(),
    "rate_limited": modelserver.status(429),
}


def seeds() -> Iterator[Seed]:
    for truth in (Truth.RETRIEVAL, Truth.GROUNDING, Truth.REASONING, Truth.OUTPUT_FORMAT):
        for number, each in enumerate(_cases(truth.value)):
            yield _seed(each, number, truth)
    for number, each in enumerate(_cases(Truth.TOOL_USE.value)["cases"]):
        yield _calling(each, number)
    aside = _cases("aside")
    for number, each in enumerate(aside["refusals"]):
        yield _seed(each, number, Truth.REFUSAL)
    for number, each in enumerate(aside["infrastructure"]):
        yield _seed(each, number, Truth.INFRASTRUCTURE)


@cache
def _cases(name: str) -> Any:
    return data(f"heldout/{name}.yaml")


def _domain(each: Mapping[str, Any]) -> Mapping[str, Any]:
    return _cases("library")[each["domain"]]


def _texts(each: Mapping[str, Any], ids: Iterable[str]) -> dict[str, str]:
    return {name: _domain(each)["documents"][name] for name in ids}


def _named(truth: Truth, number: int) -> str:
    return f"held-out-{truth}-{number:02d}"


def _seed(each: Mapping[str, Any], number: int, truth: Truth) -> Seed:
    """Make a fault of documents and one answer; every other fixture has gold ids."""
    is_retrieval = truth is Truth.RETRIEVAL
    needs = _texts(each, each.get("needs", each["documents"]))
    cures = _cures(each, truth)
    written = _fixture(each, number, truth, each["documents"], needs)
    found = [name for name in _domain(each)["documents"] if not (each.get("gone") and name in needs)]
    return Seed(
        id=_named(truth, number),
        truth=truth,
        code=each.get("code"),
        content=written,
        healthy=_fixture(each, number, truth, _whole(each, needs), needs) if is_retrieval else None,
        case=_row(each, truth, needs, cures),
        gold=needs,
        index=tuple(found),
        cures=_found_by(each) if is_retrieval else _cured_by(each, cures),
        schema=each.get("schema"),
    )


def _whole(each: Mapping[str, Any], needs: Mapping[str, str]) -> list[str]:
    """List what the base retrieved: the needed documents too, among those that the head has."""
    head, *tail = each["documents"]
    missing = [name for name in needs if name not in each["documents"]]
    return [head, *missing, *tail]


def _fixture(
    each: Mapping[str, Any], number: int, truth: Truth, shown: Iterable[str], needs: Mapping[str, str]
) -> dict[str, Any]:
    return content(
        _named(truth, number),
        each["target"],
        (each["ask"], _domain(each)["persona"]),
        _texts(each, shown),
        each["assert"],
        gold=needs if number % 2 else (),
        scores=each.get("scores", ()),
    )


def _row(each: Mapping[str, Any], truth: Truth, needs: Mapping[str, str], cures: frozenset[Cure]) -> Case:
    rival = _domain(each)["documents"][each["rival"]] if "rival" in each else ""
    wrong = tuple(each.get("wrong", ()))
    by_documents: Mapping[str, Any] = {"sick": wrong}
    if truth is Truth.RETRIEVAL:
        by_documents = {"lost": wrong} if rival else {"unknown": wrong}
    return Case(
        keys=(each["ask"],),
        evidence=tuple(needs.values()),
        right=tuple(each["right"]),
        rival=rival,
        others=tuple(text for name, text in _texts(each, each["documents"]).items() if name not in needs),
        cures=cures,
        blind=each.get("blind", False),
        decorated=False,
        filtered=each.get("filtered", False),
        failure=_FAILURES[each["failure"]] if "failure" in each else None,
        **by_documents,
    )


def _cures(each: Mapping[str, Any], truth: Truth) -> frozenset[Cure]:
    """Say what a request must have: as the case says, else as its code goes."""
    if truth is Truth.REASONING:
        return frozenset({Cure.EFFORT}) if each.get("effort", True) else frozenset()
    match each.get("code"):
        case "unparseable" | "wrapper_noise" | "empty":
            return frozenset({Cure.JSON_MODE})
        case "schema_violation":
            return frozenset({Cure.SCHEMA})
        case _:
            return frozenset(Cure(cure) for cure in each.get("cures", ()))


def _found_by(each: Mapping[str, Any]) -> frozenset[Intervention]:
    """Say what makes up for the retrieval; to be first is enough where the template shows the first ones."""
    first = {Intervention.GOLD_FIRST} if each["target"] in heldout_prompts.SHOWING_THE_FIRST else set()
    return frozenset({Intervention.GOLD_ADDED, Intervention.GOLD_ONLY, *first})


def _cured_by(each: Mapping[str, Any], cures: frozenset[Cure]) -> frozenset[Intervention]:
    room = {Intervention.MORE_TOKENS} if each.get("code") == "truncated" else set()
    return frozenset(room).union(*(_CURED_BY[cure] for cure in cures))


def _calling(each: Mapping[str, Any], number: int) -> Seed:
    """Make a fault of calls; results that are given help where the answer and not the calls are checked."""
    tools, documents = _cases(Truth.TOOL_USE.value), _texts(each, each.get("documents", ()))
    definitions = [{"name": name, **tools["tools"][name]} for name in tools["sets"][each["domain"]]]
    results = [{"name": tool, "arguments": given, "result": back} for tool, given, back in each["results"]]
    cures = _cures(each, Truth.TOOL_USE)
    return Seed(
        id=_named(Truth.TOOL_USE, number),
        truth=Truth.TOOL_USE,
        code=each["code"],
        content=content(
            _named(Truth.TOOL_USE, number),
            "agent",
            (each["ask"], _domain(each)["persona"]),
            documents,
            each["assert"],
            tools={"definitions": definitions, "results": results},
        ),
        case=Case(
            keys=(each["ask"],),
            evidence=tuple(documents.values()),
            right=tuple(each["right"]),
            sick=tuple(each.get("wrong", ())),
            cures=cures,
            tooling=_tooling(each),
            decorated=False,
        ),
        cures=_cured_by(each, cures) | ({Intervention.TOOL_RESULTS} if _helped_by_results(each) else set()),
    )


def _tooling(each: Mapping[str, Any]) -> Tooling:
    steps, does = (tuple((tool, given) for tool, given in each[side]) for side in ("steps", "does"))
    return Tooling(
        steps=steps,
        sick_steps=does,
        repeats=each.get("repeats", False),
        ignores_results=each.get("stubborn", each["code"] == "ignored_result"),
    )


def _helped_by_results(each: Mapping[str, Any]) -> bool:
    about_calls = any(check["type"].startswith(("trajectory", "tool-call", "is-valid")) for check in each["assert"])
    tooling = _tooling(each)
    return bool(tooling.steps) and not (tooling.repeats or tooling.ignores_results or about_calls)
