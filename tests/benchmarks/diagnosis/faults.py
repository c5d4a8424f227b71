"""The seeded faults of all kinds, and the suite that they are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from tests import modelserver
from tests.benchmarks.diagnosis import broken_json, heldout, topics
from tests.benchmarks.diagnosis.application import Case, Cure, Tooling
from tests.benchmarks.diagnosis.seeds import Collection, Intervention, Seed, Truth, content, data

CLERK = "the clerk's assistant at Brunnau"


@cache
def seeds(collection: Collection = Collection.FIRST) -> tuple[Seed, ...]:
    if collection is Collection.HELD_OUT:
        return tuple(heldout.seeds())
    found = (topics.retrieval(), topics.grounding(), reasoning(), tool_use(), formats(), prose(), aside())
    return tuple(seed for kind in found for seed in kind)


def _named(prefix: str, number: int, code: str | None) -> str:
    return f"{prefix}-{number:02d}" + (f"-{code.replace('_', '-')}" if code else "")


def reasoning() -> Iterator[Seed]:
    for number, each in enumerate(data("reasoning.yaml")):
        effort = each.get("effort", True)
        name = _named("thinking", number, each["code"])
        gold, shown = each.get("gold", ()), _among_others(each["documents"], number)
        yield Seed(
            id=name,
            truth=Truth.REASONING,
            code=each["code"],
            content=content(name, "plain", (each["ask"], each["persona"]), shown, each["assert"], gold=gold),
            case=Case(
                keys=(each["ask"],),
                evidence=tuple(each["documents"].values()),
                right=tuple(each["right"]),
                sick=tuple(each["wrong"]),
                cures=frozenset({Cure.EFFORT}) if effort else frozenset(),
                decorated=not each.get("plain", False),
            ),
            gold=each["documents"],
            index=tuple(shown),
            cures=frozenset({Intervention.EFFORT}) if effort else frozenset(),
        )


_ASIDE = {
    "imprint": "This collection is kept by the editorial office and was last looked through in spring.",
    "contact": "Whoever finds an error writes to the editorial office, which answers within a few days.",
}


def _among_others(documents: Mapping[str, str], number: int) -> dict[str, str]:
    """Put the documents among some that say nothing on the question: before, behind, or not at all."""
    match number % 3:
        case 0:
            return dict(documents)
        case 1:
            return {**documents, **_ASIDE}
        case _:
            return {**dict(list(_ASIDE.items())[:1]), **documents}


def tool_use() -> Iterator[Seed]:
    found = data("tooling.yaml")
    for number, each in enumerate(found["cases"]):
        yield _tool_seed(each, number, [{"name": name, **found["tools"][name]} for name in found["sets"][each["set"]]])


def _tool_seed(each: Mapping[str, Any], number: int, definitions: list[Mapping[str, Any]]) -> Seed:
    name, sick = _named("calls", number, each["code"]), each["sick"]
    results = [{"name": tool, "arguments": given, "result": back} for tool, given, back in each["results"]]
    steps, sick_steps = (tuple((tool, given) for tool, given in side["steps"]) for side in (each, sick))
    stubborn = each["code"] in ("ignored_result", "loop")
    chooses = each["code"] in ("missing_call", "unneeded_call", "wrong_order", "hallucinated_tool")
    about_calls = any(check["type"].startswith(("trajectory", "tool-call", "is-valid")) for check in each["assert"])
    cures = {Intervention.TOOL_CHOICE} if chooses else set()
    cures |= {Intervention.TOOL_RESULTS} if steps and not stubborn and not about_calls else set()
    documents = each.get("documents", {})
    tools = {"definitions": definitions, "results": results}
    return Seed(
        id=name,
        truth=Truth.TOOL_USE,
        code=each["code"],
        content=content(name, "plain", (each["ask"], "a helpful agent"), documents, each["assert"], tools=tools),
        case=Case(
            keys=(each["ask"],),
            evidence=tuple(documents.values()),
            right=tuple(each["says"]),
            sick=tuple(sick.get("says", ())),
            cures=frozenset({Cure.TOOL_CHOICE}) if chooses else frozenset(),
            tooling=Tooling(
                steps=steps,
                sick_steps=sick_steps,
                repeats=sick.get("repeat", False),
                ignores_results=each["code"] == "ignored_result",
            ),
        ),
        cures=frozenset(cures),
    )


def formats() -> Iterator[Seed]:
    number = 0
    for each in data("formats.yaml"):
        for fault in each["faults"]:
            yield _format_seed(each, fault, number)
            number += 1


def _format_seed(each: Mapping[str, Any], fault: str, number: int) -> Seed:
    value, ask = each["value"], f"{each['ask']} Reply with JSON only (form {number + 11}): {', '.join(each['value'])}."
    name, code = _named("form", number, fault), broken_json.CODES[fault]
    cures, cured_by = _format_cures(code)
    return Seed(
        id=name,
        truth=Truth.OUTPUT_FORMAT,
        code=code,
        content=content(name, "form", (ask, CLERK), each["text"], broken_json.checks(fault, value, number)),
        case=Case(
            keys=(ask,),
            evidence=tuple(each["text"].values()),
            right=(json.dumps(value), json.dumps(value, indent=2), json.dumps(value, separators=(",", ":"))),
            sick=broken_json.written(fault, value, number),
            cures=cures,
            decorated=False,
        ),
        gold=each["text"],
        index=tuple(each["text"]),
        schema=broken_json.schema(value),
        cures=cured_by,
    )


def _format_cures(code: str) -> tuple[frozenset[Cure], frozenset[Intervention]]:
    """JSON mode mends what is no JSON; what is JSON of another shape takes a schema, and what is cut more room."""
    match code:
        case "truncated":
            return frozenset(), frozenset({Intervention.MORE_TOKENS})
        case "schema_violation":
            return frozenset({Cure.SCHEMA}), frozenset({Intervention.SCHEMA})
        case _:
            return frozenset({Cure.JSON_MODE}), frozenset({Intervention.SCHEMA, Intervention.JSON_MODE})


def prose() -> Iterator[Seed]:
    for number, each in enumerate(data("prose.yaml")):
        name, is_cut = _named("prose", number, each["code"]), each["code"] == "truncated"
        yield Seed(
            id=name,
            truth=Truth.OUTPUT_FORMAT,
            code=each["code"],
            content=content(name, "form", (each["ask"], CLERK), each["documents"], each["assert"]),
            case=Case(
                keys=(each["ask"],),
                evidence=tuple(each["documents"].values()),
                right=tuple(each["right"]),
                sick=tuple(each["sick"]),
                decorated=False,
            ),
            gold=each["documents"],
            index=tuple(each["documents"]),
            cures=frozenset({Intervention.MORE_TOKENS}) if is_cut else frozenset(),
        )


_FAILURES: Mapping[str, modelserver.Fault | None] = {
    "overloaded": modelserver.status(503),
    "rate_limited": modelserver.status(429),
    "unauthorised": modelserver.status(401),
    "garbage": modelserver.garbage(),
    "cut_off": modelserver.truncated(),
    "no_choices": modelserver.empty_choices(),
    "bad_gateway": modelserver.status(502, body="<html>upstream</html>"),
    "other_model": None,
}


def aside() -> Iterator[Seed]:
    """Refusals and failures of the provider: no fault of the five."""
    found = data("aside.yaml")
    for number, each in enumerate(found["refusals"]):
        code = "content_filter" if each.get("filtered") else None
        case = Case(**_row(each), sick=tuple(each["says"]), decorated=False, filtered=each.get("filtered", False))
        yield _aside(each, number, Truth.REFUSAL, code, case)
    for number, each in enumerate(found["infrastructure"]):
        failure, wrong = _FAILURES[each["failure"]], tuple(each.get("wrong", ()))
        served = "quill-mini-2025-11-01" if each["failure"] == "other_model" else None
        case = Case(**_row(each), failure=failure, sick=wrong, served=served)
        yield _aside(each, number, Truth.INFRASTRUCTURE, each["failure"], case)


def _row(each: Mapping[str, Any]) -> dict[str, Any]:
    evidence = tuple(each["documents"].values())
    return {"keys": (each["ask"],), "evidence": evidence, "right": tuple(each["right"])}


def _aside(each: Mapping[str, Any], number: int, truth: Truth, code: str | None, case: Case) -> Seed:
    name = _named(truth.split("_")[0], number, code)
    documents = each["documents"]
    written = content(name, "plain", (each["ask"], "the information desk"), documents, each["assert"])
    return Seed(id=name, truth=truth, code=None, content=written, case=case, gold=documents, index=tuple(documents))


# The suite


def suite(collection: Collection = Collection.FIRST) -> dict[str, str]:
    """The fixtures as files, as they are when the faults were captured."""
    return {
        f"fixtures/{seed.fixture.id}.yaml": json.dumps(seed.content, ensure_ascii=False) for seed in seeds(collection)
    }


def is_telling(assertion_type: str) -> bool:
    """Whether the name of a kind of assertion gives the kind of failure away."""
    return bool(re.match(r"(not-)?(.*:|is-|contains-json|tool-call-f1)", assertion_type))
