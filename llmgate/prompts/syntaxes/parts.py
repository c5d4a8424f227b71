"""The parts of a template that is taken apart, while they are being found."""

from __future__ import annotations

from dataclasses import dataclass, field

from llmgate.prompts.syntaxes import Reference, Scanned

_DATA = ("data", "")


@dataclass(slots=True)
class Parts:
    """As in `Scanned`; texts that follow one another are one piece, so that a comment between them is no change."""

    pieces: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    logic: list[tuple[str, str]] = field(default_factory=list)
    read: set[str] = field(default_factory=set)
    references: list[Reference] = field(default_factory=list)

    def say(self, text: str) -> None:
        if self.logic and self.logic[-1] == _DATA:
            self.pieces[-1] += text
        else:
            self.pieces.append(text)
            self.logic.append(_DATA)

    def name(self, name: str, kind: str) -> None:
        self.names.append(name)
        self.logic.append((kind, ""))

    def scanned(self) -> Scanned:
        return Scanned(
            pieces=tuple(self.pieces),
            names=tuple(self.names),
            logic=tuple(self.logic),
            variables=frozenset(self.read - {""}),
            references=tuple(self.references),
        )
