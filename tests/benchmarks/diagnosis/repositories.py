"""What a pull request's repository says about its model → the files of one revision."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from llmgate import config
from llmgate.changes import Kind
from llmgate.retrieval import lock
from llmgate.retrieval.indexes import Indexes

PROMPT = {True: "prompts/desk.prompt.yml", False: "prompts/desk.jinja"}


@dataclass(frozen=True, kw_only=True)
class Surface:
    """One revision, in the parts that a change can be about. `tools` are None where the prompt offers none."""

    company: str
    rules: tuple[str, ...]
    model: str
    params: Mapping[str, Any]
    top_k: int
    documents: Mapping[str, str]
    tools: tuple[Mapping[str, Any], ...] | None = None

    def taking(self, kind: Kind, other: Surface) -> Surface:
        """This revision with one kind of thing as the other has it."""
        return replace(self, **{name: getattr(other, name) for name in _PARTS[kind]})

    def files(self, origin: str) -> dict[str, str]:
        """Write all files but the fixtures, with the lock of the index."""
        offering = self.tools is not None
        found = {
            config.PATH: self._settings(origin),
            PROMPT[offering]: self._with_tools() if offering else self._plain(),
            **self.documents,
        }
        return {**found, **_locked(found)}

    def _settings(self, origin: str) -> str:
        params = json.dumps({**self.params, "seed": 5})
        return f"""version: 1
surface: {{prompts: ["prompts/**"]}}
models:
  answerer: {{provider: house, model: {self.model}, params: {params}}}
retrieval:
  handbook: {{engine: fts5, corpus: ["docs/**/*.md"], query: searched, top_k: {self.top_k}}}
targets:
  desk: {{kind: prompt, prompt: {PROMPT[self.tools is not None]}, model: answerer, retrieval: handbook}}
suite: {{fixtures: ["fixtures/**/*.yaml"]}}
policy:
  providers: {{house: {{host: "{origin}"}}}}
"""

    @property
    def _told(self) -> str:
        return "\n".join([f"You are the assistant of {self.company}.", *self.rules])

    def _plain(self) -> str:
        return f"{self._told}\n\nContext:\n{{{{ context }}}}\n\nQuestion: {{{{ question }}}}\n"

    def _with_tools(self) -> str:
        messages = [
            {"role": "system", "content": self._told},
            {"role": "user", "content": "Context:\n{{context}}\n\nQuestion: {{question}}"},
        ]
        return json.dumps({"messages": messages, "tools": list(self.tools or ())}, indent=1, ensure_ascii=False) + "\n"


_PARTS: Mapping[Kind, tuple[str, ...]] = {
    Kind.PROMPT: ("rules",),
    Kind.MODEL: ("model",),
    Kind.PARAMS: ("params",),
    Kind.TOOLS: ("tools",),
    Kind.RETRIEVAL: ("top_k",),
    Kind.INDEX: ("documents",),
}


def _locked(files: Mapping[str, str]) -> dict[str, str]:
    content = {path: text.encode() for path, text in files.items()}
    indexes = Indexes(config.read(content[config.PATH]), content, content.__getitem__)
    made = {name: lock.locked(indexes.corpus(name).built) for name in indexes.config.retrieval}
    return {lock.PATH: lock.write(made).decode()}


@dataclass(frozen=True, kw_only=True)
class Suite:
    """The fixtures of a repository by id, as they are written."""

    fixtures: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def files(self) -> dict[str, str]:
        return {
            f"fixtures/{name}.yaml": json.dumps(written, indent=1, ensure_ascii=False) + "\n"
            for name, written in self.fixtures.items()
        }
