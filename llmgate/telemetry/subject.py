"""A fixture's target on one revision → the name and the version of its prompt, and the index that it searches."""

from __future__ import annotations

from dataclasses import dataclass

from llmgate.fixture import Fixture
from llmgate.gate import Scene
from llmgate.plan import Side
from llmgate.prompts import Prompt, digest_of
from llmgate.trial import Arm

VERSION_DIGITS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What of a revision stands behind a fixture's trials on it."""

    commit: str = ""
    prompt: str = ""
    version: str = ""
    index: str = ""


class Subjects:
    """The subjects of a run, each found once."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._found: dict[tuple[Arm, str], Subject] = {}

    def of(self, fixture: Fixture, arm: Arm) -> Subject:
        key = arm, fixture.target
        if key not in self._found:
            self._found[key] = _subject(self._scene, fixture.target, arm)
        return self._found[key]


def _subject(scene: Scene, target: str, arm: Arm) -> Subject:
    commit = scene.question.head_sha if arm is Arm.HEAD else scene.question.base
    side: Side = scene.sides[arm]
    if (entry := side.config.prompted.get(target)) is None:
        return Subject(commit=commit)
    prompt = side.surface.prompt(entry.prompt)
    return Subject(commit=commit, prompt=prompt.reference, version=version(prompt), index=entry.retrieval or "")


def version(prompt: Prompt) -> str:
    """Tell a prompt's version by the digest of all that it says, what it includes among it."""
    included = {path: prompt.sources[path] for path in prompt.dependencies if path in prompt.sources}
    whole = digest_of({"own": prompt.digest, "included": included}) if included else prompt.digest
    return whole[: len("sha256:") + VERSION_DIGITS]
