"""Environment and path → the recorder of a run, with its sinks; none where nobody asks for one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from llmgate.run import Clock
from llmgate.telemetry import place, surroundings, wanted
from llmgate.telemetry.file import File
from llmgate.telemetry.place import Place
from llmgate.telemetry.recording import Recording, Sink
from llmgate.telemetry.span import Span
from llmgate.telemetry.timeline import SECOND
from llmgate.telemetry.wanted import Export


def opened(
    environment: Mapping[str, str],
    *,
    run: Sequence[str],
    path: Path | None,
    clock: Clock,
    redact: Callable[[str], str],
    version: str,
    nonce: str = "",
) -> Recording | None:
    """Open a recorder. `run` tells what is run; together with the time it names the trace, with `nonce` its spans."""
    now_ns = round(clock.now() * SECOND)
    found = place.of(environment, *run, now_ns, nonce=nonce)
    resource = surroundings.resource(environment, version)
    sinks: list[Sink] = [File(path, resource, version)] if path else []
    sinks += _exporting(environment, found, resource, version, now_ns)
    if not sinks:
        return None
    return Recording(place=found, job=surroundings.job(environment), sinks=sinks, clock=clock, redact=redact)


def _exporting(
    environment: Mapping[str, str], found: Place, resource: Mapping[str, str], version: str, now_ns: int
) -> Iterator[Sink]:
    if (spans := wanted.export(environment)) is not None:
        yield _opened("spans", spans, lambda: _spans(spans, found, resource, version, now_ns))
    if (events := wanted.events(environment)) is not None:
        yield _opened("evaluations", events, lambda: _events(events, found, resource, version))


def _opened(what: str, export: Export, made: Callable[[], Sink]) -> Sink:
    if export.refused:
        return _Refused(what, export.refused)
    try:
        return made()
    except Exception as error:  # noqa: BLE001 - a variable that the SDK cannot read changes no verdict
        return _Refused(what, f"{type(error).__name__}: {error}")


def _spans(export: Export, found: Place, resource: Mapping[str, str], version: str, now_ns: int) -> Sink:
    from llmgate.telemetry.exporting import Exporting  # noqa: PLC0415 - the SDK is loaded when something is sent

    return Exporting(export, found, resource, version, now_ns)


def _events(export: Export, found: Place, resource: Mapping[str, str], version: str) -> Sink:
    from llmgate.telemetry.judgements import Judgements  # noqa: PLC0415 - as above

    return Judgements(export, found, resource, version)


class _Refused:
    """A sink that sends nothing, and says why."""

    def __init__(self, what: str, reason: str) -> None:
        self._note = f"no {what} were exported: {reason}"

    def write(self, spans: Sequence[Span]) -> None:
        """Send nothing."""

    def close(self) -> tuple[str, ...]:
        return (self._note,)
