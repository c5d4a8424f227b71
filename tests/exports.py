"""The example exports of every dialect, and capture over them without the command line."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from llmgate import config, git, sides
from llmgate.capture import catalogue, joining, records
from llmgate.capture.capturing import Capturing, Known, Made, Wanted
from llmgate.capture.drafts.attachments import Attachments
from llmgate.capture.joining import Seen
from llmgate.capture.redacting import Redacting
from llmgate.capture.traces import Traces
from llmgate.errors import Fault
from llmgate.plan import Side
from llmgate.redaction import Redactor
from llmgate.targets.rendering import Renderer
from tests import gitserver

DATA = Path(__file__).parent / "data" / "capture"
CONFIG = """version: 1
models: {m: {provider: house, model: house-1}}
targets: {support: {kind: prompt, prompt: prompts/support.jinja, model: m}}
policy: {providers: {house: {host: "http://127.0.0.1:9"}}}
"""


@dataclass(frozen=True, kw_only=True)
class Export:
    """An example file and the dialect that it is of."""

    dialect: str
    path: Path

    def __str__(self) -> str:
        return f"{self.dialect}-{self.path.name}"


def every() -> list[Export]:
    files = sorted(path for path in DATA.rglob("*") if path.suffix in (".json", ".jsonl"))
    known = [(path.relative_to(DATA).parts[0], path) for path in files]
    return [Export(dialect=name, path=path) for name, path in known if name in catalogue.DIALECTS]


@dataclass(frozen=True, kw_only=True)
class Captured:
    """What came of it."""

    made: Sequence[Made]
    faults: Sequence[Fault]
    conversations: Sequence[Seen]


def capture(dialect: str, side: Side, *files: bytes, known: Redactor | None = None, name: str = "t.jsonl") -> Captured:
    """Capture every conversation of some files."""
    found = Traces(
        dialect=catalogue.dialect(dialect),
        sources=tuple(records.opened(name, io.BytesIO(data)) for data in files),
        otherwise=catalogue.recognised,
    )
    found.index()
    secrets = known or Redactor()
    capturing = Capturing(
        traces=found,
        side=side,
        wanted=Wanted(),
        known=Known(),
        redacting=lambda: Redacting(known=secrets),
        attachments=lambda redacts: Attachments(redacts=redacts, folder="fixtures/blobs", known=secrets),
        source=dialect,
    )
    made = [each for each in capturing.run() if isinstance(each, Made)]
    traces = (found.trace(name) for name in found.ids)
    seen = [each for trace in traces if trace for each in joining.conversations(trace)]
    return Captured(made=made, faults=found.faults, conversations=seen)


@contextmanager
def side(folder: Path, files: dict[str, str] | None = None) -> Iterator[Side]:
    """Make a repository, and see it as the gate does."""
    content = {"llmgate.yaml": CONFIG, "prompts/support.jinja": "{{ question }}", **(files or {})}
    gitserver.init(folder / "repository").commit(content, "base")
    history = git.Repository.open(folder / "repository", scratch=folder / "side")
    commit = history.resolve("HEAD")
    with Renderer() as renderer:
        yield sides.of(history, commit, config.read(history.read(commit, config.PATH)), renderer.render)
