"""What every signal needs that OpenTelemetry's SDK sends: a session, plain attributes, and an end within seconds."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping

import requests

from llmgate.conventions.spelling import Structure, Value

CLOSING_S = 5.0
"""What the end of a run waits for a backend at most."""
MAX_REASON_CHARS = 300


def attributes(values: Mapping[str, Value]) -> dict[str, str | bool | int | float | tuple[str, ...]]:
    """Take what is settled, and no integer that OTLP has no place for."""
    plain = {name: value for name, value in values.items() if not isinstance(value, Structure)}
    return {
        name: str(value) if isinstance(value, int) and abs(value) >= 2**63 else value for name, value in plain.items()
    }


def session() -> requests.Session:
    """Make a session that follows nobody elsewhere with the headers, and takes nothing from the environment."""
    made = requests.Session()
    made.trust_env = False
    made.max_redirects = 0
    return made


class Complaints(logging.Handler):
    """Keeps the last thing that the SDK complains of, other exporters than its own left out, and prints nothing."""

    def __init__(self, exporter: str) -> None:
        super().__init__(logging.WARNING)
        self._exporter = exporter
        self.message = ""
        self._logger = logging.getLogger("opentelemetry")
        self._logger.addHandler(self)
        self._logger.propagate = False

    def emit(self, record: logging.LogRecord) -> None:
        if "exporter" not in record.name or self._exporter in record.name:
            self.message = record.getMessage()

    def ended(self, shutdown: Callable[[], object]) -> str:
        """Let what is left be sent, and return why it may not be; the thread that sends ends with the process."""
        ending = threading.Thread(target=shutdown, daemon=True)
        ending.start()
        ending.join(CLOSING_S)
        reason = self.message or ("it took too long" if ending.is_alive() else "")
        if not ending.is_alive():
            self.close()
        return f": {reason[:MAX_REASON_CHARS]}" if reason else ""

    def close(self) -> None:
        self._logger.removeHandler(self)
        self._logger.propagate = True
        super().close()
