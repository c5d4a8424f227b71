"""What a run of the gate told, as a test reads it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from llmgate import telemetry
from llmgate.capture.otlp import values
from tests.unit.sampling import fakes

AT = 1_790_000_000.0


@dataclass(frozen=True, kw_only=True)
class Told:
    """A span with plain values."""

    name: str
    trace: str
    id: str
    parent: str | None
    kind: int
    started_ns: int
    ended_ns: int
    attributes: dict[str, Any]
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    status: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.attributes.get(name)

    def json(self, name: str) -> Any:
        return json.loads(self.attributes[name])


def plain(pairs: Any) -> dict[str, Any]:
    return {key: values.plain(value) for key, value in values.attributes(pairs)}


def read(path: Path) -> list[Told]:
    return [told for line in path.read_text().splitlines() for told in of(json.loads(line))]


def of(export: dict[str, Any]) -> list[Told]:
    return [
        Told(
            name=span["name"],
            trace=span["traceId"],
            id=span["spanId"],
            parent=span.get("parentSpanId"),
            kind=span["kind"],
            started_ns=int(span["startTimeUnixNano"]),
            ended_ns=int(span["endTimeUnixNano"]),
            attributes=plain(span["attributes"]),
            events=[(event["name"], plain(event["attributes"])) for event in span.get("events", [])],
            links=[(link["traceId"], link["spanId"]) for link in span.get("links", [])],
            status=span["status"],
        )
        for resource in export["resourceSpans"]
        for scope in resource["scopeSpans"]
        for span in scope["spans"]
    ]


def resource(path: Path) -> dict[str, Any]:
    return plain(json.loads(path.read_text().splitlines()[0])["resourceSpans"][0]["resource"]["attributes"])


def opened(path: Path | None, environment=None, *, redact=str, clock=None, run=("base", "head")):
    return telemetry.opened(
        environment or {},
        run=run,
        path=path,
        clock=clock or fakes.FakeClock(seconds=AT).clock,
        redact=redact,
        version="0",
    )


def judged(folder, base, head, client=None, *, environment=None, redact=str, name="traces.jsonl", **asked):
    """Judge with a recorder; return the report, the spans and the notes."""
    path = folder / name
    recorder = opened(path, environment, redact=redact)
    report = fakes.judged(folder, base, head, client, things={"recorder": recorder}, **asked)
    notes = recorder.close()
    return report, read(path), notes


def kinds(spans: list[Told]) -> dict[str, list[Told]]:
    """Sort spans by the first word of their names."""
    found: dict[str, list[Told]] = {}
    for span in spans:
        found.setdefault(span.name.split(" ")[0], []).append(span)
    return found
