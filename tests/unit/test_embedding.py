import pytest

from llmgate import embedding
from llmgate.config import ModelEntry

ENTRY = ModelEntry(provider="house", model="embed-1", params={"dimensions": 256})


def test_a_request_has_the_texts_and_what_the_entry_says():
    made = embedding.request(("a", "b"), ENTRY)
    assert (made.provider, made.model, made.texts, made.params) == ("house", "embed-1", ("a", "b"), {"dimensions": 256})


@pytest.mark.parametrize("change", [{"provider": "bench"}, {"model": "embed-2"}, {"params": {"dimensions": 512}}])
def test_a_vector_is_named_by_provider_model_parameters_and_text(change):
    other = ENTRY.model_copy(update=change)
    names = {embedding.key("a", ENTRY, "h"), embedding.key("b", ENTRY, "h"), embedding.key("a", other, "h")}
    assert len(names) == 3
    assert embedding.identity(ENTRY, "h") != embedding.identity(other, "h")
    assert embedding.key("a", ENTRY, "h") == embedding.key("a", ENTRY.model_copy(), "h")


def test_any_text_has_a_name():
    assert embedding.key("\ud800", ENTRY, "h") != embedding.key("?", ENTRY, "h")
