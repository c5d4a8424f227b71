import pytest

from llmgate.retrieval import reach
from tests.unit.retrieval.indexes import entry

COMMAND = {"engine": "command", "options": {"command": ["search"], "files": ["tools/**"]}}


@pytest.mark.parametrize(
    "changes",
    [
        {"top_k": 9},
        {"chunk": {"size": 20}},
        {"engine": "bm25"},
        {"options": {"tokenizer": "porter"}},
        {"query": "words"},
    ],
)
def test_a_search_shows_what_an_engine_reads(changes):
    assert reach.shows("retrieval:handbook", "llmgate.yaml", entry(), entry(**changes))


@pytest.mark.parametrize("changes", [{"reranker": {"model": "r"}}, {"embedding": {"model": "e"}}, {"index": "b"}])
def test_a_search_does_not_show_what_no_engine_takes_up(changes):
    both = {**changes, "top_k": 9}
    assert not reach.shows("retrieval:handbook", "llmgate.yaml", entry(), entry(**both))


def test_a_corpus_is_shown_and_a_lock_is_not():
    assert reach.shows("index:handbook", "llmgate.yaml", entry(), entry())
    assert not reach.shows("index:llmgate.lock", "llmgate.lock", entry(), entry())


@pytest.mark.parametrize(
    ("settings", "path", "shown"),
    [(COMMAND, "tools/rank.yaml", True), (COMMAND, "retrieval/rank.yaml", False), ({}, "tools/rank.yaml", False)],
)
def test_a_file_of_settings_is_shown_where_the_command_gets_it(settings, path, shown):
    assert reach.shows(f"retrieval:{path}", path, entry(**settings), entry(**settings)) is shown


def test_without_retrieval_on_both_arms_nothing_is_shown():
    assert not reach.shows("retrieval:handbook", "llmgate.yaml", None, entry())


HTTP = {"engine": "http", "options": {"host": "search"}}


@pytest.mark.parametrize(
    ("settings", "changes", "shown"),
    [
        (HTTP, {"top_k": 9}, True),
        (HTTP, {"chunk": {"size": 20}}, False),
        (HTTP, {"corpus": ["other/**"]}, False),
        (COMMAND, {"corpus": ["other/**"]}, True),
        (COMMAND, {"chunk": {"size": 20}}, False),
        ({}, HTTP, True),
    ],
)
def test_what_an_engine_outside_does_not_get_its_search_does_not_show(settings, changes, shown):
    both = (entry(**settings), entry(**{**settings, **changes}))
    assert reach.shows("retrieval:handbook", "llmgate.yaml", *both) is shown


def test_files_that_a_service_does_not_search_are_not_shown_by_it():
    assert not reach.shows("index:handbook", "llmgate.yaml", entry(**HTTP), entry(**HTTP))
