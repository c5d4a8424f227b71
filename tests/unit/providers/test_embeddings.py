import asyncio
import json

import pytest

from llmgate import providers
from llmgate.config import ProviderEntry
from llmgate.errors import CallLost, CallRefused, UsageError
from llmgate.providers import api, embeddings, prices
from llmgate.trial import EmbeddingRequest, Embeddings
from tests import modelserver
from tests.unit.providers import fakes


def request(*texts, provider="main", model="text-embedding-3-small", **params):
    return EmbeddingRequest(provider=provider, model=model, texts=texts or ("a", "b"), params=params)


def entry(index=0, embedding=(0.5, -1)):
    return {"object": "embedding", "index": index, "embedding": [*embedding]}


def answer(*data, **changes):
    return {"object": "list", "data": [*data], "model": "m-1", "usage": {"prompt_tokens": 7}, **changes}


def test_a_request_is_written_as_the_api_wants_it():
    written = json.loads(api.encode(embeddings.body(request("ü", "b", dimensions=2, input="x"))))
    assert written == {
        "model": "text-embedding-3-small",
        "input": ["ü", "b"],
        "dimensions": 2,
        "encoding_format": "float",
    }


def test_vectors_come_in_the_order_of_the_texts_whatever_the_order_of_the_answer():
    found = embeddings.parse(answer(entry(1, (3, 4)), entry(0, (1, 2))), request())
    assert found == Embeddings(vectors=((1.0, 2.0), (3.0, 4.0)), tokens=7, served_model="m-1")


def test_a_server_that_leaves_out_indexes_usage_and_name_is_understood():
    found = embeddings.parse({"data": [{"embedding": [1]}, {"embedding": [2]}]}, request())
    assert found == Embeddings(vectors=((1.0,), (2.0,)))


def test_numbers_have_the_precision_with_which_they_are_kept():
    found = embeddings.parse(answer(entry(0, (0.1,))), request("a"))
    assert found.vectors == ((0.10000000149011612,),)


HOSTILE = {
    "no mapping": ([], "the body is not an object"),
    "no data": ({}, "data is not a list"),
    "an error": ({"error": {"message": "x"}}, "data is not a list"),
    "too few": (answer(entry()), "1 embeddings for 2 texts"),
    "too many": (answer(entry(0), entry(1), entry(2)), "3 embeddings for 2 texts"),
    "null": (answer(None, entry(1)), "an entry of data is not an object"),
    "no vector": (answer({"index": 0}, entry(1)), "an embedding is not a list"),
    "base64": (answer({"index": 0, "embedding": "AACAPw=="}, entry(1)), "an embedding is not a list"),
    "an empty vector": (answer(entry(0, ()), entry(1)), "an embedding has 0 numbers"),
    "too long a vector": (answer(entry(0, (1,) * 32_769), entry(1)), "an embedding has 32769 numbers"),
    "a null number": (answer(entry(0, (None, 1)), entry(1)), "what is no number"),
    "a truth value": (answer(entry(0, (True, 1)), entry(1)), "what is no number"),
    "text": (answer(entry(0, ("0.5", 1)), entry(1)), "what is no number"),
    "infinity": (answer(entry(0, (float("inf"), 1)), entry(1)), "out of range"),
    "too large": (answer(entry(0, (1e39, 1)), entry(1)), "out of range"),
    "a huge integer": (answer(entry(0, (10**299, 1)), entry(1)), "out of range"),
    "other lengths": (answer(entry(0, (1,)), entry(1, (1, 2))), "of different lengths"),
    "twice the same": (answer(entry(0), entry(0)), "each once"),
    "an index beyond": (answer(entry(0), entry(2)), "each once"),
    "a negative index": (answer(entry(-1), entry(0)), "each once"),
    "an index that is none": (answer(entry("0"), entry(1)), "an index is not a number"),
    "tokens that are none": (answer(entry(0), entry(1), usage={"prompt_tokens": "many"}), "prompt_tokens"),
    "a name that is none": (answer(entry(0), entry(1), model=7), "model is not text"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_an_answer_that_is_not_one_whole_vector_for_each_text_is_lost(kind):
    body, why = HOSTILE[kind]
    with pytest.raises(CallLost) as lost:
        embeddings.parse(body, request())
    assert why in lost.value.message


def test_another_number_of_dimensions_than_was_asked_for_is_lost():
    with pytest.raises(CallLost, match="have 2 dimensions, and 256 were asked for"):
        embeddings.parse(answer(entry(0), entry(1)), request(dimensions=256))


# The client


async def test_texts_are_sent_with_the_key_and_come_back_as_vectors():
    with modelserver.serve() as server:
        async with fakes.client(server.url) as client:
            found = await client.embed(request("red fox", "blue", dimensions=8))
    (asked,) = server.seen
    assert (asked.path, asked.key, asked.body["input"]) == ("/v1/embeddings", fakes.KEY, ["red fox", "blue"])
    assert found.embeddings.vectors[0] == pytest.approx(modelserver.hashed("red fox", 8))
    assert (found.embeddings.served_model, found.cost_usd) == ("text-embedding-3-small", None)


async def test_the_path_of_the_provider_is_kept():
    with modelserver.serve() as server:
        declared = {"main": ProviderEntry(host=server.url, path="/api/v2")}
        endpoints = providers.endpoints(declared, {}, ["main"])
        async with providers.Client(endpoints, pace=fakes.FakeTime().pace) as client:
            await client.embed(request())
    assert [asked.path for asked in server.seen] == ["/api/v2/embeddings"]


async def test_what_is_transient_is_tried_again():
    with modelserver.serve(plan=[modelserver.status(503), modelserver.garbage(), modelserver.OK]) as server:
        async with fakes.client(server.url) as client:
            found = await client.embed(request())
    assert (len(server.seen), len(found.embeddings.vectors)) == (3, 2)


async def test_a_dialect_without_embeddings_is_refused_and_nothing_is_sent():
    with modelserver.serve() as server:
        async with fakes.client(server.url, api="anthropic-messages") as client:
            with pytest.raises(CallRefused, match="has no embeddings"):
                await client.embed(request())
    assert server.seen == []


async def test_a_provider_that_is_not_the_clients_is_refused():
    async with fakes.client("http://127.0.0.1:9") as client:
        with pytest.raises(UsageError, match="no such provider"):
            await client.embed(request(provider="other"))


async def test_a_parameter_that_is_no_json_is_refused():
    async with fakes.client("http://127.0.0.1:9") as client:
        with pytest.raises(CallRefused, match="cannot be written as JSON"):
            await client.embed(request(scale=float("nan")))


# Prices: $0.02 for a million tokens, https://platform.openai.com/docs/pricing


def test_embeddings_cost_what_the_price_list_says():
    million = Embeddings(vectors=((1.0,),), tokens=1_000_000)
    assert prices.embedding_cost(request(provider="openai"), million) == pytest.approx(0.02)
    assert prices.embedding_cost(request(provider="openai"), Embeddings(vectors=((1.0,),))) is None
    assert prices.embedding_cost(request(provider="house", model="own"), million) is None


def test_the_ceiling_is_above_the_bill():
    text = "word " * 1_000  # 1,001 tokens at most
    assert prices.embedding_ceiling(request(text, provider="openai")) >= 1_001 * 0.02 / 1_000_000
    assert prices.embedding_ceiling(request(text, provider="house", model="own")) is None


def test_a_provider_far_away_has_a_ceiling_and_one_on_this_machine_has_none():
    far = ProviderEntry(host="api.openai.com")
    near = ProviderEntry(host="http://127.0.0.1:9")
    endpoints = providers.endpoints({"openai": far, "near": near}, {}, ["openai", "near"])

    async def ceilings():
        async with providers.Client(endpoints, pace=fakes.FakeTime().pace) as client:
            return [client.ceiling(request(provider=name)) for name in ("openai", "near")]

    dollars, nothing = asyncio.run(ceilings())
    assert dollars > 0
    assert nothing is None
