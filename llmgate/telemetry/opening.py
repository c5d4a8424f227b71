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


def opened(
    environment: Mapping[str, str],
    *,
    run: Sequence[str],
    path: Path | None,
    clock: Clock,
    redact: Callable[[str], str],
    version: str,
) -> Recording | None:
    """Open a recorder. `run` tells what is run; together with the time it names the trace."""
    now_ns = round(clock.now() * SECOND)
    found = place.of(environment, *run, now_ns)
    resource = surroundings.resource(environment, version)
    sinks: list[Sink] = [File(path, resource, version)] if path else []
    sinks += _exporting(environment, found, resource, version, now_ns)
    if not sinks:
        return None
    return Recording(place=found, job=surroundings.job(environment), sinks=sinks, clock=clock, redact=redact)


def _exporting(
    environment: Mapping[str, str], found: Place, resource: Mapping[str, str], version: str, now_ns: int
) -> Iterator[Sink]:
    export = wanted.export(environment)
    if export is None:
        return
    if export.refused:
        yield _Refused(export.refused)
        return
    try:
        from llmgate.telemetry.exporting import Exporting  # noqa: PLC0415 - the SDK is loaded when something is sent

        yield Exporting(export, found, resource, version, now_ns)
    except Exception as error:  # noqa: BLE001 - a variable that the SDK cannot read changes no verdict
        yield _Refused(f"{type(error).__name__}: {error}")


class _Refused:
    """A sink that sends nothing, and says why."""

    def __init__(self, reason: str) -> None:
        self._note = f"no spans were exported: {reason}"

    def write(self, spans: Sequence[Span]) -> None:
        """Send nothing."""

    def close(self) -> tuple[str, ...]:
        return (self._note,)
