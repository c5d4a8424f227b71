"""The official libraries for Node, as applications use them: with nothing but their environment."""

import asyncio
import json
import os
import subprocess
from pathlib import Path

import pytest

from llmgate.store import Store
from tests import aimock, brokers, npm

DATA = Path(__file__).parents[2] / "data" / "sdks"
MODELS = {"gpt": brokers.GPT, "claude": brokers.CLAUDE, "gemini": brokers.GEMINI, "embedder": brokers.EMBEDDER}


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What each call got, all made by one process; and the visit."""
    scratch = tmp_path_factory.mktemp("node")
    (scratch / "node_modules").symlink_to(npm.installed(DATA) / "node_modules")
    (scratch / "ask.mjs").write_bytes((DATA / "ask.mjs").read_bytes())
    with aimock.serve() as mock, Store.open(scratch / "store.sqlite") as store:
        return asyncio.run(_asked(mock, store, scratch / "ask.mjs"))


async def _asked(mock, store, program):
    async with brokers.opened(mock.url, store) as bench:
        with bench.visit() as visit:
            node = await asyncio.create_subprocess_exec(
                npm.NODE,
                program,
                json.dumps(MODELS),
                env={"PATH": os.environ["PATH"], **visit.environment()},
                stdout=subprocess.PIPE,
            )
            said, _ = await node.communicate()
            await visit.settled()
    return json.loads(said), visit


@pytest.mark.parametrize("api", ["chat", "responses", "messages", "gemini"])
def test_a_text_is_answered(told, api):
    assert told[0][f"{api} says"] == "Hi there!"


@pytest.mark.parametrize("api", ["chat", "responses", "messages", "gemini"])
def test_a_stream_is_answered(told, api):
    assert told[0][f"{api} streams"] == "Hi there!"


@pytest.mark.parametrize("api", ["chat", "responses", "messages", "gemini"])
def test_a_tool_is_called(told, api):
    assert told[0][f"{api} calls"] == ["get_weather", {"city": "Ulm"}]


@pytest.mark.parametrize("api", ["chat", "messages", "gemini"])
def test_a_refusal_is_an_error_with_its_words(told, api):
    status, message = told[0][f"{api} fails"]
    assert status == 403
    assert "the target does not declare the model" in message


def test_a_text_is_embedded(told):
    assert told[0]["chat embeds"] == [0.25, -0.5, 1]


def test_every_call_was_journaled(told):
    assert [call.step for call in told[1].calls] == list(range(13))
    assert {call.provider for call in told[1].calls} == set(brokers.APIS)
