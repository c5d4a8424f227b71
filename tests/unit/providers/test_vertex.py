import pytest

from llmgate import providers
from llmgate.config import ProviderEntry
from llmgate.providers.vertex import Vertex
from tests import modelserver
from tests.unit.providers import fakes

VERTEX = Vertex()
PATH = "/v1/projects/shop/locations/europe-west4"


@pytest.mark.parametrize(
    ("model", "path"),
    [
        ("gemini-2.5-flash", f"{PATH}/publishers/google/models/gemini-2.5-flash:generateContent"),
        ("claude-sonnet-4@20250514", f"{PATH}/publishers/anthropic/models/claude-sonnet-4%4020250514:rawPredict"),
    ],
)
def test_project_and_location_stand_before_the_model(model, path):
    entry = ProviderEntry(host="europe-west4-aiplatform.googleapis.com", path=PATH, api="vertex")
    assert providers.endpoints({"main": entry}, {}, ["main"])["main"].place(model).path == path


def test_claude_is_asked_in_its_own_words_without_its_name():
    body = VERTEX.body(fakes.request(model="claude-sonnet-4"), 7)
    assert body["anthropic_version"] == "vertex-2023-10-16"
    assert "model" not in body
    assert body["messages"] == [{"role": "user", "content": [{"type": "text", "text": "hello"}]}]


@pytest.mark.parametrize("model", ["claude-sonnet-4", "gemini-2.5-flash"])
async def test_both_answer_over_http(model):
    with modelserver.serve() as server:
        async with fakes.client(server.url, api="vertex") as client:
            answer = await client.complete(fakes.request(model=model))
    assert answer.completion.message.text == "hello"
    assert server.seen[0].headers["authorization"] == f"Bearer {fakes.KEY}"
