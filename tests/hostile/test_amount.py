"""More that differs than can be read in time is no verdict, and never green."""

from dataclasses import dataclass

import pytest

from llmgate import sides
from llmgate.config import Config
from llmgate.errors import NotEvaluated
from llmgate.question import Question
from llmgate.retrieval import live
from llmgate.trial import Arm

QUESTION = Question(base="base", head="head", head_sha="head")
MANY = 20_001


@dataclass(frozen=True)
class Blob:
    oid: str


@dataclass(frozen=True)
class Same:
    """A history in which every one of some paths differs."""

    paths: tuple[str, ...]
    content: bytes

    def tree(self, commit):
        return {path: Blob(commit) for path in self.paths}

    def read(self, commit, path):
        return self.content


def both(history):
    configs = dict.fromkeys(Arm, Config(version=1))
    return sides.both(history, QUESTION, configs, dict.fromkeys(Arm), live.no_outside)


@pytest.mark.trust("too-much")
def test_more_bytes_that_differ_than_are_read_are_not_evaluated():
    history = Same(tuple(f"assets/{number}.bin" for number in range(140)), b"\0" * 1024 * 1024)
    with pytest.raises(NotEvaluated, match="128 MiB"):
        both(history)


@pytest.mark.trust("too-much")
def test_more_prompts_that_differ_than_are_compared_are_not_evaluated():
    history = Same(tuple(f"prompts/{number}.txt" for number in range(MANY)), b"You are a bot.")
    with pytest.raises(NotEvaluated, match="20,001 prompts"):
        both(history)


def test_a_hundred_megabytes_of_other_files_are_looked_through():
    history = Same(tuple(f"assets/{number}.bin" for number in range(100)), b"\0" * 1024 * 1024)
    assert not both(history)[Arm.HEAD].surface.units
