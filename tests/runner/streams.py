"""The two streams of a process → their lines, in the order in which they come."""

import subprocess
import threading
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it was printed, with its end."""

    stream: str
    text: str


@dataclass(slots=True)
class Streams:
    """Reads both streams while the process runs; `.NET`'s ReadLine ends a line at CR, LF or both, as Python does."""

    process: subprocess.Popen[str]
    lines: list[Line] = field(default_factory=list)
    _readers: list[threading.Thread] = field(default_factory=list)

    def begin(self) -> None:
        for name in ("stdout", "stderr"):
            reader = threading.Thread(target=self._read, args=(name,), daemon=True)
            reader.start()
            self._readers.append(reader)

    def end(self) -> None:
        """Wait until nothing can be printed any more."""
        for reader in self._readers:
            reader.join()

    def text(self, stream: str) -> str:
        return "".join(line.text for line in self.lines if line.stream == stream)

    def _read(self, name: str) -> None:
        with getattr(self.process, name) as stream:
            stream.reconfigure(newline="")
            for text in stream:
                self.lines.append(Line(name, text))
