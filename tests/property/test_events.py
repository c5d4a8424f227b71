"""Payloads of the corpus with anything in any place: what may come of them, and what never does."""

import copy
import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from llmgate import event
from llmgate.errors import NotEvaluated, UsageError
from llmgate.event import Event, Trigger

CORPUS = {
    path.stem: json.loads(path.read_text()) for path in (Path(__file__).parents[1] / "data" / "events").glob("*.json")
}
SHA = "6113728f27ae82c7b1a177c8d03f9e96e0adf246"
REPOSITORY = "Codertocat/Hello-World"
JUDGED = {
    *(f"pull_request.{action}" for action in ("edited", "labeled", "opened", "reopened", "synchronize", "unlabeled")),
    *(f"pull_request.{action}" for action in ("converted_to_draft", "ready_for_review", "review_requested")),
    "merge_group.checks_requested",
}
DRAWN = {"push.branch", "schedule"}
"""Of the corpus; `workflow_dispatch` is of another branch than that of `environment`."""

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from([SHA, "0" * 40, REPOSITORY]),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(), children, max_size=3),
    max_leaves=8,
)


def environment(branch="master"):
    return {"GITHUB_SHA": SHA, "GITHUB_REF": f"refs/heads/{branch}", "GITHUB_REPOSITORY": REPOSITORY}


def places(value, path=()):
    """Every place in a document, the document itself left out."""
    for key, each in value.items():
        yield (*path, key)
        if isinstance(each, dict):
            yield from places(each, (*path, key))


def put(document, path, value):
    changed = copy.deepcopy(document)
    place = changed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return changed


def read(name, document):
    with suppress(UsageError, NotEvaluated):
        return event.parse(name.partition(".")[0], document, environment())
    return None


@st.composite
def mutations(draw):
    name = draw(st.sampled_from(sorted(CORPUS)))
    document = CORPUS[name]
    for _ in range(draw(st.integers(1, 3))):
        document = put(document, draw(st.sampled_from(sorted(places(document)))), draw(JSON))
    return name, document


@pytest.mark.parametrize("name", sorted(CORPUS))
def test_each_event_of_the_corpus_is_judged_drawn_or_refused_as_it_should_be(name):
    found = read(name, CORPUS[name])
    if name in JUDGED:
        assert not found.is_of_default_branch
    elif name in DRAWN:
        assert found.is_of_default_branch
    else:
        assert found is None


@pytest.mark.parametrize("name", sorted(JUDGED | DRAWN - {"schedule"} | {"workflow_dispatch"}))
def test_no_event_of_another_repository_is_read(name):
    for branch in ("master", "main"):
        with pytest.raises(UsageError, match=r"repository\.id|that of GITHUB_REF"):
            event.parse(name.partition(".")[0], CORPUS[name], environment(branch) | {"GITHUB_REPOSITORY_ID": "1"})


@given(mutations())
@settings(max_examples=400)
def test_no_payload_ends_in_anything_but_an_event_or_our_own_errors(mutated):
    """And an event is of the runner's repository and of commits, whatever the payload says."""
    name, document = mutated
    found = read(name, document)
    if found is not None:
        assert isinstance(found, Event)
        assert found.repository == REPOSITORY
        assert all(len(each) in (40, 64) and set(each) <= set("0123456789abcdef") for each in (found.base, found.head))


@given(mutations())
@settings(max_examples=400)
def test_a_baseline_is_drawn_of_the_commit_of_the_runner_and_of_its_branch_alone(mutated):
    """Whatever branch or commit a payload names."""
    found = read(*mutated)
    if found is not None and found.is_of_default_branch:
        assert (found.base, found.head, found.base_ref) == (SHA, SHA, "master")


@given(mutations())
@settings(max_examples=400)
def test_the_merge_commit_of_a_pull_request_is_that_of_the_runner(mutated):
    """The payload names the head and the base, never what is evaluated."""
    found = read(*mutated)
    if found is not None and found.trigger is Trigger.PULL_REQUEST:
        assert found.head == SHA


@given(JSON.filter(lambda value: not isinstance(value, dict) or "id" not in value))
@example(None)
@example({})
def test_a_head_without_a_repository_of_its_own_is_never_taken_for_one_of_ours(repository):
    """A fork that is gone is null; anything else without an id is no repository."""
    found = read(
        "pull_request.opened", put(CORPUS["pull_request.opened"], ("pull_request", "head", "repo"), repository)
    )
    assert found is None or found.fork


@given(mutations())
def test_events_with_secrets_for_strangers_words_are_refused_whatever_they_say(mutated):
    """The payload is not looked at."""
    with pytest.raises(UsageError, match="is refused"):
        event.parse("issue_comment", mutated[1], environment())


PRIVILEGED = {
    "pull_request_target": CORPUS["pull_request.opened"],
    "workflow_run": put(CORPUS["workflow_run.completed"], ("workflow_run", "event"), "pull_request"),
}


@given(st.sampled_from(sorted(PRIVILEGED)), st.data())
@settings(max_examples=400)
def test_where_the_secrets_are_the_runner_names_the_base_and_nothing_names_what_is_judged(name, data):
    """The merge commit has to be asked for, and its base held against the tip of the default branch."""
    document = PRIVILEGED[name]
    if place := data.draw(st.none() | st.sampled_from(sorted(places(document)))):
        document = put(document, place, data.draw(JSON))
    with suppress(UsageError, NotEvaluated):
        found = event.parse(name, document, environment())
        assert (found.is_privileged, found.base, found.head, found.retargeted) == (True, SHA, None, True)
        assert found.repository == REPOSITORY
