import hashlib

import pytest

from llmgate.errors import NotEvaluated
from llmgate.retrieval.adapters import reading
from llmgate.retrieval.adapters.options import StoreOptions
from llmgate.retrieval.chunk import Chunk

OPTIONS = StoreOptions(index="a", text="text", document="meta.source")


def test_a_dotted_name_reaches_into_objects_and_is_a_name_itself_first():
    digest = hashlib.sha256(b"t").hexdigest()
    nested = reading.chunk("1", {"text": "t", "meta": {"source": "a"}}, OPTIONS)
    flat = reading.chunk("1", {"text": "t", "meta": {"source": "a"}, "meta.source": "b"}, OPTIONS)
    assert (nested, flat) == (
        Chunk(id="1", document="a", sha256=digest),
        Chunk(id="1", document="b", sha256=digest),
    )


def test_a_number_is_a_document_and_an_empty_text_is_a_text():
    found = reading.chunk("1", {"text": "", "meta": {"source": 7}}, OPTIONS)
    assert (found.document, found.sha256) == ("7", hashlib.sha256(b"").hexdigest())


@pytest.mark.parametrize("source", [None, "", True, 1.5, ["a"], {"x": 1}, "a" * 1_001])
def test_what_is_no_document_is_an_error_that_names_the_point(source):
    with pytest.raises(NotEvaluated, match=r"'point-1' names no document in its field 'meta\.source'"):
        reading.chunk("point-1", {"text": "t", "meta": {"source": source}}, OPTIONS)


@pytest.mark.parametrize("text", [None, 5, ["a"], {"a": 1}])
def test_what_is_no_text_is_an_error_that_names_the_point(text):
    with pytest.raises(NotEvaluated, match="'point-1' has no text in its field 'text'"):
        reading.chunk("point-1", {"text": text, "meta": {"source": "a"}}, OPTIONS)


@pytest.mark.parametrize("point", ["", "a" * 1_001])
def test_an_id_that_is_empty_or_without_end_is_an_error(point):
    with pytest.raises(NotEvaluated, match="is empty or longer than 1000 characters"):
        reading.chunk(point, {"text": "t", "meta": {"source": "a"}}, OPTIONS)


def test_a_hostile_id_is_shown_harmless():
    with pytest.raises(NotEvaluated) as raised:
        reading.chunk("\x1b[2J" + "x" * 500, {}, OPTIONS)
    assert raised.value.message.isprintable()
    assert len(raised.value.message) < 300


@pytest.mark.parametrize(("told", "gave"), [(3, "only 2"), (1, "more"), (0, "more")])
def test_a_number_that_is_not_what_the_store_told_is_an_error(told, gave):
    chunks = [Chunk(id=str(n), document="a", sha256="") for n in range(2)]
    with pytest.raises(NotEvaluated, match=f"the index tells of {told} chunks and gave {gave}"):
        list(reading.counted(chunks, told, "the index"))


def test_a_number_that_is_what_the_store_told_is_passed_on():
    chunks = [Chunk(id=str(n), document="a", sha256="") for n in range(2)]
    assert list(reading.counted(chunks, 2, "the index")) == chunks
