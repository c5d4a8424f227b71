"""What docs/retrieval-stores.md shows is what the adapters take."""

import re
from pathlib import Path

import pytest

from llmgate import config
from llmgate.retrieval.adapters import chroma, elasticsearch, options, pgvector, qdrant

MODELS = {
    "chroma": chroma.ChromaOptions,
    "elasticsearch": elasticsearch.ElasticsearchOptions,
    "pgvector": pgvector.PgvectorOptions,
    "qdrant": qdrant.QdrantOptions,
}
TEXT = (Path(__file__).parents[4] / "docs" / "retrieval-stores.md").read_text()
BLOCKS = re.findall(r"^```yaml\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS)
def test_an_entry_in_the_documentation_has_no_fault(block):
    entry = config.read(f"version: 1\n{block}".encode()).retrieval["handbook"]
    assert options.checked(MODELS[entry.engine], {**entry.options, "index": entry.index}, entry.engine)


def test_every_store_has_an_entry_in_the_documentation():
    shown = {config.read(f"version: 1\n{block}".encode()).retrieval["handbook"].engine for block in BLOCKS}
    assert shown == set(MODELS)


@pytest.mark.parametrize("model", MODELS.values())
def test_every_option_is_in_the_documentation(model):
    names = {field.alias or name for name, field in model.model_fields.items()} - {"index"}
    assert {name for name in names if not re.search(rf"`{name}`|^      {name}:", TEXT, re.MULTILINE)} == set()
