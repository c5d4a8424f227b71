"""Events of a run → one line for each stage, for a job's log: what is under way, and nothing that the runner obeys."""

from __future__ import annotations

from typing import TextIO

from llmgate.cli.progress import sentences
from llmgate.progress import Begun, Event, Stage, Waiting


class StageLog:
    """Writes a line when a stage begins, and when calls begin to wait for a provider: each once."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._told: set[Stage | str] = set()

    def tell(self, event: Event) -> None:
        match event:
            case Begun(stage=stage):
                self._once(stage, sentences.begun(event))
            case Waiting(host=host):
                self._once(host, sentences.waiting(event))
            case _:
                pass

    def _once(self, key: Stage | str, words: str) -> None:
        if key not in self._told:
            self._told.add(key)
            self._stream.write(f"llmgate: {words}\n")
            self._stream.flush()
