import pytest

from llmgate.errors import ConfigurationError
from llmgate.retrieval import corpus
from llmgate.retrieval.corpus import Limits
from tests.unit.retrieval.indexes import DOCS, entry, sha256

NO_LIMITS = Limits()


def index(files, limits=NO_LIMITS, **settings):
    content = {path: text if isinstance(text, bytes) else text.encode() for path, text in files.items()}
    return corpus.index(entry(**settings), content, content.__getitem__, limits)


def faults(files, **settings):
    with pytest.raises(ConfigurationError) as caught:
        index(files, **settings)
    return caught.value.faults


def test_a_chunk_is_named_by_its_path_and_number():
    found = index(DOCS, chunk={"size": 40})
    assert [passage.id for passage in found.passages] == [
        "docs/returns.md#1",
        "docs/returns.md#2",
        "docs/shipping.md#1",
    ]
    assert found.passages[0].text == "Returns are free within 14 days."


def test_without_chunks_a_document_is_one():
    assert [passage.id for passage in index(DOCS).passages] == ["docs/returns.md#1", "docs/shipping.md#1"]


def test_only_files_that_match_are_read():
    found = index({**DOCS, "docs/logo.png": b"\xff", "README.md": "x"})
    assert {passage.document for passage in found.passages} == set(DOCS)


def test_a_hash_is_that_of_the_chunks_text():
    found = index(DOCS, chunk={"size": 40})
    hashes = found.built.manifest.hashes
    assert hashes == {passage.id: sha256(passage.text) for passage in found.passages}


def test_the_header_says_what_the_configuration_tells():
    found = index(DOCS, chunk={"size": 40, "overlap": 5}, embedding={"model": "e-1"}, options={})
    header = found.built.manifest.header
    assert header.value() == {
        "embedding": {"model": "e-1"},
        "metric": None,
        "splitter": {"name": "text/1", "size": 40, "overlap": 5},
        "store": {},
    }


@pytest.mark.parametrize("where", ["options", "embedding"])
def test_the_metric_is_read_from_the_options_or_the_embedding(where):
    assert corpus.header(entry(engine="qdrant", **{where: {"metric": "cosine"}})).metric == "cosine"


def test_a_file_that_is_no_text_is_a_fault_that_says_how_to_leave_it_out():
    (fault,) = faults({"docs/a.md": b"\xff\xfe"})
    assert (fault.file, "narrow the patterns" in fault.remedy) == ("docs/a.md", True)


def test_a_name_that_is_no_text_is_a_fault_too():
    (fault,) = faults({"docs/\udcff.md": "x"})
    assert "name of the file" in fault.message


def test_a_corpus_beyond_what_is_read_is_a_fault():
    assert "more than 50 characters" in faults(DOCS, limits=Limits(chars=50))[0].message


def test_chunks_beyond_what_is_read_are_a_fault():
    assert "more than 2 chunks" in faults(DOCS, limits=Limits(chunks=2), chunk={"size": 5})[0].message
