"""What a supervisor told of a program → how it ended, and in one line what went wrong."""

from __future__ import annotations

import json
import signal
from dataclasses import dataclass

from llmgate import documents
from llmgate.errors import NotEvaluated

PIECE_BYTES = 64 * 1024
MAX_LINE_CHARS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a program ended: its exit code, minus a signal's number, or None where it was stopped or never ran."""

    code: int | None
    failed: str | None
    errors: bytes

    @property
    def fault(self) -> str | None:
        """Say in one line what went wrong, with the last line of its errors; None where nothing did."""
        if self.failed is not None:
            return f"it cannot be started: {documents.printable(self.failed, MAX_LINE_CHARS)}"
        if not self.code:
            return None
        told = f"it ended with the code {self.code}" if self.code > 0 else _killed(-self.code)
        return f"{told}{self.last_line}"

    @property
    def last_line(self) -> str:
        """The last line of its errors behind a colon: hostile text, made harmless."""
        lines = [line for line in self.errors.decode(errors="replace").splitlines() if line.strip()]
        return f": {documents.printable(lines[-1].strip(), MAX_LINE_CHARS)}" if lines else ""


def _killed(number: int) -> str:
    match number:
        case signal.SIGXCPU:
            return "it used up its computing time (SIGXCPU)"
        case signal.SIGXFSZ:
            return "it wrote a file that is too large (SIGXFSZ)"
        case signal.SIGKILL:
            return "it was killed (SIGKILL), most likely at the limit of memory or computing time"
        case _ if number in set(signal.Signals):
            return f"it was ended by {signal.Signals(number).name}"
        case _:
            return f"it was ended by the signal {number}"


def told(line: bytes, errors: bytes) -> Ended:
    """Read what the supervisor told at the end; `errors` is the end of what the program wrote there.

    Raises:
        NotEvaluated: where the supervisor was killed, or could not end all that the program had started.
    """
    try:
        said = json.loads(line)
    except ValueError as error:
        raise NotEvaluated(
            "the process that supervises an application was killed",
            id="worker-failed",
            remedy="give the job more memory, or run it as root: then an application cannot kill it",
        ) from error
    if not said["clean"]:
        raise NotEvaluated(
            "what an application started cannot be ended",
            id="worker-failed",
            remedy="look for its processes on this machine, and for a file system that does not answer",
        )
    return Ended(code=said.get("status"), failed=said.get("failed"), errors=errors)
