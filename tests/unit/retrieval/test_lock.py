import json

import pytest

from llmgate.errors import ConfigurationError
from llmgate.retrieval import lock
from llmgate.retrieval.lock import Built
from tests.unit.retrieval.indexes import DOCS, manifest, read, row


def built(*rows, **header):
    return lock.locked(Built(engine="fts5", manifest=manifest(*rows, **header)))


def test_a_lock_has_digest_counts_header_and_a_line_for_each_document():
    made = built(row("docs/a.md#1"), row("docs/a.md#2", "x"), row("docs/b.md#1"), metric="cosine")
    text = lock.write({"handbook": made}).decode()
    index = json.loads(text)["indexes"]["handbook"]
    assert (index["chunk_count"], index["document_count"], index["header"]["metric"]) == (3, 2, "cosine")
    assert index["digest"].startswith("sha256:")
    assert len([line for line in text.splitlines() if '"docs/' in line]) == 2


def test_a_lock_is_read_as_it_was_written():
    indexes = {"b": built(row("a#1"), embedding={"model": "é"}), "a": built()}
    assert lock.read(lock.write(indexes)).indexes == indexes


def test_the_order_of_the_indexes_changes_no_byte():
    one, other = built(row("a#1")), built(row("b#1"))
    assert lock.write({"x": one, "y": other}) == lock.write({"y": other, "x": one})


def test_an_index_of_very_many_documents_is_locked_without_their_names():
    many = built(*(row(f"docs/{number:06}/{'x' * 60}.md#1") for number in range(9_000)))
    few = built(row("a#1"))
    data = lock.write({"many": many, "few": few})
    assert len(data) < lock.MAX_LOCK_BYTES
    found = lock.read(data).indexes
    assert (found["many"].documents, found["many"].document_count) == (None, 9_000)
    assert found["few"].documents == few.documents


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "[]",
        '{"schema": "llmgate.lock/2", "indexes": {}}',
        "{",
        '{"schema": "llmgate.lock/1", "indexes": {"a": 1}}',
    ],
)
def test_what_is_no_lock_is_a_fault_of_the_file(text):
    with pytest.raises(ConfigurationError) as caught:
        lock.read(text.encode())
    assert {fault.file for fault in caught.value.faults} == {"llmgate.lock"}


def test_a_fault_says_what_to_do():
    with pytest.raises(ConfigurationError, match="run `llmgate index lock`"):
        lock.read(b"{}")


def test_the_lock_of_a_corpus_is_the_same_whatever_the_order_of_its_files():
    backwards = dict(reversed(DOCS.items()))
    first, second = (read(files).corpus("handbook").built for files in (DOCS, backwards))
    assert lock.write({"h": lock.locked(first)}) == lock.write({"h": lock.locked(second)})
