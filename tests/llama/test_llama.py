"""llama.cpp's own server with a tiny random model: real log probabilities, seeds, grammars, through `openai-chat`.

Not in the normal run: llama-cpp-python compiles for minutes. CONTRIBUTING.md says how to run it.
"""

import contextlib
import json
import math
import subprocess
import sys
import time
import urllib.request

import pytest

from llmgate.errors import CallLost
from llmgate.message import ToolDefinition
from llmgate.trial import FinishReason
from tests import project
from tests.unit.providers import fakes

pytestmark = pytest.mark.llama

SCHEMA = {"type": "object", "properties": {"days": {"enum": [14, 30]}}, "required": ["days"]}
JSON = {"type": "json_object", "schema": SCHEMA}
LOOK = ToolDefinition(
    name="look", parameters={"type": "object", "properties": {"id": {"enum": ["A1", "B2"]}}, "required": ["id"]}
)
LOADING_S = 60


@pytest.fixture(scope="module")
def server(tmp_path_factory, unused_tcp_port_factory):
    from tests.llama import tiny  # noqa: PLC0415 - gguf is installed where these tests are run

    folder, port = tmp_path_factory.mktemp("llama"), unused_tcp_port_factory()
    model = tiny.write(folder / "tiny.gguf")
    words = ["-m", "llama_cpp.server", "--model", model, "--model_alias", project.MODEL, "--logits_all", "true"]
    with (folder / "log").open("w") as log:
        running = subprocess.Popen(
            [sys.executable, *words, "--host", "127.0.0.1", "--port", str(port)], stdout=log, stderr=log
        )
        url = f"http://127.0.0.1:{port}"
        try:
            wait_for(url, running, folder / "log")
            yield url
        finally:
            running.terminate()
            running.wait(timeout=20)


def wait_for(url, running, log):
    deadline = time.monotonic() + LOADING_S
    while True:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/v1/models", timeout=5):
            return
        assert running.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.2)


async def ask(url, *, seed=None, tools=(), **params):
    request = fakes.request(model=project.MODEL, tools=tools, params={"max_tokens": 60, "temperature": 1.0, **params})
    async with fakes.client(url, timeout_s=60) as client:
        return (await client.complete(request, seed=seed)).completion


async def test_the_same_seed_says_the_same_and_others_say_other_things(server):
    first, again = await ask(server, seed=3), await ask(server, seed=3)
    others = {(await ask(server, seed=seed)).message.text for seed in range(5)}
    assert first.message.text == again.message.text != ""
    assert len(others) == 5


async def test_log_probabilities_are_those_of_the_sampled_tokens(server):
    answer = await ask(server, seed=3, logprobs=True, top_logprobs=1)
    assert len(answer.logprobs) == answer.usage.output_tokens
    assert all(-30 < one < 0 for one in answer.logprobs)
    surprise = -sum(answer.logprobs) / len(answer.logprobs)
    assert math.log(354) * 0.5 < surprise < math.log(354)  # a random model of 354 tokens is nearly as good as dice


async def test_greedy_answers_are_less_surprising_than_sampled_ones(server):
    greedy = await ask(server, temperature=0.0, logprobs=True, top_logprobs=1)
    sampled = await ask(server, seed=3, logprobs=True, top_logprobs=1)
    means = [sum(one.logprobs) / len(one.logprobs) for one in (greedy, sampled)]
    assert means[0] > means[1]


async def test_a_forced_tool_is_called_with_arguments_of_its_schema(server):
    choice = {"type": "function", "function": {"name": "look"}}
    answer = await ask(server, seed=3, tools=(LOOK,), tool_choice=choice)
    [call] = answer.message.tool_calls
    assert (call.name, answer.finish_reason) == ("look", FinishReason.TOOL_CALL)
    assert call.arguments["id"] in ("A1", "B2")


async def test_an_answer_is_of_the_schema_that_is_asked_for(server):
    answers = [json.loads((await ask(server, seed=seed, response_format=JSON)).message.text) for seed in range(5)]
    assert {one["days"] for one in answers} <= {14, 30}


async def test_openais_form_of_a_schema_is_refused_by_this_server(server):
    wanted = {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA}}
    with pytest.raises(CallLost, match=r"answered 500.*json_object"):
        await ask(server, response_format=wanted)


def files(url, *, constrained=True):
    found = project.files(url, fixtures=6, policy="  screen: 5\n  concurrency: 4\n  budget: {minutes: 5}\n")
    asked = f"logprobs: true, top_logprobs: 1{f', response_format: {json.dumps(JSON)}' if constrained else ''}"
    found["llmgate.yaml"] = found["llmgate.yaml"].replace("max_tokens: 100", f"max_tokens: 40, {asked}")
    checks = "assert:\n  - {type: is-json}\n  - {type: perplexity, threshold: 500}\n"
    for name in [name for name in found if name.startswith("fixtures/")]:
        found[name] = found[name].partition("assert:")[0] + checks
    return found


def gate(folder, url, changed):
    shop = project.Project.create(folder / "repository", files(url))
    shop.pull(changed)
    return project.gate(shop, folder)


def test_a_gate_sees_that_the_schema_went_away(tmp_path, server):
    changed = {"llmgate.yaml": files(server, constrained=False)["llmgate.yaml"]}
    ended = gate(tmp_path, server, changed)
    assert (ended.report["verdict"], ended.report["calls"]["errors"]) == ("regressed", 0)
    assert {one["base"]["passed"] for one in ended.report["fixtures"]} != {0}


def test_a_gate_sees_nothing_where_another_prompt_is_answered_as_well(tmp_path, server):
    ended = gate(tmp_path, server, {"prompts/support.jinja": project.prompt(project.GOOD_RULE + " Be brief.")})
    assert ended.report["verdict"] in ("passed", "inconclusive")
    assert ended.report["calls"]["errors"] == 0
