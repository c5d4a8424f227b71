import pytest

from llmgate.retrieval import drift, lock
from llmgate.retrieval.lock import Built
from tests.unit.retrieval.indexes import CONFIG, DOCS, entry, manifest, read, row


def drifted(files=DOCS, written=CONFIG):
    return read(files, written, lock_of=read()).drifts()


def lines(files=DOCS, written=CONFIG):
    return [line for found in drifted(files, written) for line in found.lines()]


def test_what_is_as_it_was_locked_has_no_drift():
    assert drifted() == ()


def test_without_a_lock_there_is_nothing_to_drift_from():
    assert read().drifts() == ()


def test_a_drift_names_the_documents():
    files = {
        "docs/returns.md": "Returns cost 5 euros.",
        "docs/delivery.md": DOCS["docs/shipping.md"],
        "docs/new.md": "x",
    }
    assert lines(files) == [
        "handbook: changed docs/returns.md",
        "handbook: moved docs/shipping.md to docs/delivery.md",
        "handbook: added docs/new.md",
    ]


def test_a_summary_names_the_first_of_them():
    files = {**DOCS, **{f"docs/new-{number}.md": str(number) for number in range(5)}}
    (found,) = drifted(files)
    expected = "added docs/new-0.md, docs/new-1.md, docs/new-2.md and 2 more"
    assert found.summary == f"the index 'handbook' differs from llmgate.lock: {expected}"


def test_another_setting_is_its_own_message():
    found = lines(written=CONFIG.replace("size: 40", "size: 30"))
    assert found[0] == "handbook: splitter.size is 30 and was 40"


def test_another_embedding_is_told_though_no_document_differs():
    found = lines(written=CONFIG.replace("top_k: 2", "top_k: 2, embedding: {model: e-2}"))
    assert found == ["handbook: embedding.model is 'e-2' and was nothing"]


def test_what_does_not_make_the_index_drifts_nothing():
    assert lines(written=CONFIG.replace("top_k: 2", "top_k: 9").replace("fts5", "bm25")) == []


def test_an_index_without_an_entry_and_an_entry_without_an_index_are_told():
    renamed = CONFIG.replace("handbook", "manual")
    assert lines(written=renamed) == [
        "handbook: it is locked, and llmgate.yaml has no such retrieval",
        "manual: it has no entry there",
    ]


def test_a_locked_index_whose_corpus_is_taken_away_is_told():
    bare = CONFIG.replace('corpus: ["docs/**/*.md"], ', "")
    assert lines(written=bare) == ["handbook: it is locked, and llmgate.yaml gives it no corpus"]


# A store's index


STORE = entry(engine="qdrant", corpus=[], index="handbook-live", embedding={"model": "e-1"})


def in_store(*rows, name="handbook-7", asked="handbook-live", model="e-1", dimension=3):
    made = manifest(*rows, embedding={"model": model}, store={"dimension": dimension})
    return Built(engine="qdrant", manifest=made, asked=asked, name=name)


LOCKED = lock.locked(in_store(row("a#1")))


def test_a_store_is_held_against_the_lock_by_its_settings_where_it_cannot_be_read():
    assert drift.between("h", STORE, LOCKED, None) is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"index": "handbook-next"}, "llmgate.yaml asks for 'handbook-next', and it was made for 'handbook-live'"),
        ({"embedding": {"model": "e-2"}}, "embedding.model is 'e-2' and was 'e-1'"),
        ({"engine": "chroma"}, "its engine is 'chroma' and was 'qdrant'"),
    ],
)
def test_another_name_model_or_engine_is_seen_without_the_store(changes, said):
    found = drift.between("h", STORE.model_copy(update=changes), LOCKED, None)
    assert said in found.settings


def test_an_alias_that_means_another_collection_is_told_by_both_names():
    found = drift.between("h", STORE, LOCKED, in_store(row("a#1"), name="handbook-8"))
    assert found.settings == ("'handbook-live' means 'handbook-8' and meant 'handbook-7'",)


def test_what_the_store_tells_of_itself_is_compared_where_it_was_read():
    found = drift.between("h", STORE, LOCKED, in_store(row("a#1"), dimension=4))
    assert found.settings == ("store.dimension is 4 and was 3",)


def test_documents_of_a_store_are_named():
    found = drift.between("h", STORE, LOCKED, in_store(row("a#1"), row("b#1")))
    assert found.documents.added == ("b",)


def test_documents_that_the_lock_could_not_name_are_counted():
    folded = LOCKED.model_copy(update={"documents": None})
    found = drift.between("h", STORE, folded, in_store(row("a#1"), row("b#1")))
    assert "1 documents in 1 chunks were locked, 2 in 2 are there" in found.unnamed


def test_hostile_names_are_printed_without_control_characters():
    (line,) = lines({**DOCS, "docs/\x1b[31m.md": "x"})
    assert "\x1b" not in line


def test_a_lock_of_a_thousand_odd_settings_and_a_name_without_end_is_told_in_a_few_words():
    header = {f"key-{number}": number for number in range(1_000)}
    odd = LOCKED.model_copy(update={"header": LOCKED.header.model_copy(update={"embedding": header})})
    found = drift.between("h" * 100_000, STORE, odd, None)
    assert len(found.summary) < 500
    assert "and 998 more settings" in found.summary
