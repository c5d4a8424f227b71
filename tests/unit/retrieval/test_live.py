"""What a live fixture searches for and finds on one revision."""

import pytest

from llmgate.errors import NotEvaluated, RenderError
from llmgate.fixture import Fixture
from llmgate.retrieval import live
from llmgate.retrieval.engine import Hit
from llmgate.retrieval.live import Live
from tests.unit.retrieval.indexes import CONFIG, DOCS, read


def fixture(question="How long are returns free?", *, variables=None, messages=(), **content):
    said = [{"role": role, "content": text} for role, text in messages]
    given = {"question": question} if variables is None else variables
    asserted = [{"type": "contains", "value": "x"}]
    data = {"id": "a", "target": "support", "retrieval": "live", "assert": asserted}
    return Fixture.model_validate({**data, "input": {"variables": given, "messages": said}, **content})


class Recorder:
    """An engine that answers as it is told, and counts how often it was made and asked."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.made = 0
        self.asked = []

    def __call__(self, entry, indexes):
        self.made += 1
        return self

    def search(self, query, k):
        self.asked.append((query, k))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


OUTSIDE = CONFIG.replace(
    '{engine: fts5, corpus: ["docs/**/*.md"], chunk: {size: 40}, top_k: 2}',
    "{engine: http, options: {host: search, path: /q}, top_k: 2, score_threshold: 0.5}",
)


def searching(*answers):
    recorder = Recorder(*answers)
    return Live(read(written=OUTSIDE), recorder), recorder


def hit(name, score):
    return Hit(id=name, document=name, text=f"text of {name}", score=score)


def locked(written=CONFIG, files=DOCS):
    return Live(read(files, written, lock_of=read(files, written)))


def refused(search, what=None):
    with pytest.raises(RenderError) as caught:
        search.search(what or fixture())
    return str(caught.value)


@pytest.mark.parametrize("engine", ["fts5", "bm25"])
def test_an_embedded_engine_finds_documents_of_the_corpus(engine):
    found = locked(CONFIG.replace("fts5", engine)).search(fixture())
    assert found.documents[0].id == "docs/returns.md#1"
    assert found.k == 2


def test_what_was_found_takes_the_place_of_what_was_recorded():
    recorded = fixture(context={"documents": [{"id": "old", "text": "old"}], "gold": ["g"]})
    found = locked().search(recorded)
    shown = live.replayed(recorded, found)
    assert shown.context.documents == found.documents
    assert shown.context.gold == ("g",)


def test_hits_below_the_threshold_are_left_out_and_those_without_a_score_are_kept():
    search, _ = searching((hit("near", 0.9), hit("far", 0.1), hit("unknown", None)))
    assert [document.id for document in search.search(fixture()).documents] == ["near", "unknown"]


def test_the_same_question_is_asked_once_and_the_engine_made_once():
    search, recorder = searching((hit("a", 1.0),))
    for question in ("one?", "two?", "one?"):
        search.search(fixture(question))
    assert (recorder.made, recorder.asked) == (1, [("one?", 2), ("two?", 2)])


def test_an_engine_that_keeps_failing_is_not_asked_for_every_fixture():
    search, recorder = searching(RenderError("no such program", id="template-failed"))
    told = {refused(search, fixture(f"question {number}?")).split(" [")[0] for number in range(20)}
    assert (told, len(recorder.asked)) == ({"no such program"}, live.MAX_FAILURES)


def test_a_service_out_of_reach_is_no_fault_of_the_revision():
    search, _ = searching(NotEvaluated("down", id="worker-failed"))
    with pytest.raises(NotEvaluated, match="down"):
        search.search(fixture())


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (CONFIG.replace("fts5", "qdrant"), "cannot search with the engine 'qdrant'"),
        (CONFIG.replace('corpus: ["docs/**/*.md"], ', ""), "has no corpus to search"),
        (CONFIG.replace(", retrieval: handbook", ""), "its target 'support' has no retrieval"),
    ],
)
def test_what_cannot_be_searched_is_told(written, said):
    with pytest.raises(RenderError, match=said):
        Live(read(written=written)).search(fixture())


def test_an_index_without_a_lock_is_not_searched():
    assert "is not locked" in refused(Live(read()))


def test_an_index_that_is_not_the_one_of_the_lock_is_not_searched():
    moved = read({**DOCS, "docs/new.md": "New."}, lock_of=read())
    assert "is not the one of llmgate.lock" in refused(Live(moved))


def test_engines_outside_are_refused_where_none_are_given():
    assert "'http' is not run here" in refused(Live(read(written=OUTSIDE)))


# What is searched for


ENTRY = read().config.retrieval["handbook"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (fixture("one?"), "one?"),
        (fixture(messages=[("user", "earlier"), ("assistant", "yes")], variables={"other": "x"}), "earlier"),
        (fixture("one?", messages=[("user", "earlier")]), "one?"),
        (fixture(variables={"question": 7}, messages=[("user", "a"), ("user", "b")]), "b"),
    ],
)
def test_the_question_is_the_variable_or_else_the_last_message_of_the_user(asked, expected):
    assert live.query(asked, ENTRY) == expected


def test_a_variable_that_the_settings_name_is_the_only_one_that_counts():
    named = ENTRY.model_copy(update={"query": "words"})
    assert live.query(fixture(variables={"question": "one?", "words": "two"}), named) == "two"
    with pytest.raises(RenderError, match="has nothing to search for"):
        live.query(fixture("one?", messages=[("user", "x")]), named)


@pytest.mark.parametrize("asked", [fixture(variables={}), fixture(" \n")])
def test_nothing_to_search_for_is_told_with_what_to_do(asked):
    with pytest.raises(RenderError) as caught:
        live.query(asked, ENTRY)
    assert "give it the variable 'question'" in caught.value.remedy


def test_a_question_without_end_is_cut():
    assert len(live.query(fixture("x" * 1_000_000), ENTRY)) == live.MAX_QUERY_CHARS


def test_another_order_is_another_result():
    first, second = hit("a", 1.0), hit("b", 1.0)
    found = [searching(hits)[0].search(fixture()) for hits in ((first, second), (second, first), (first, second))]
    assert live.digest(found[0]) == live.digest(found[2]) != live.digest(found[1])
