"""What GitHub's record tells of a pull request's labels; against a GitHub on loopback, through PyGithub."""

from contextlib import closing

import pytest

from llmgate import publish
from llmgate.approval import Label
from llmgate.errors import NotEvaluated
from llmgate.publish import Standing
from tests import fakehub
from tests.fakehub import Fault

PULL = 7
OLD, HEAD = "a" * 40, "b" * 40
NAME = "llmgate: suite approved"
REPOSITORY = r"/repos/acme/shop"
PATHS = [rf"{REPOSITORY}/pulls/7$", rf"{REPOSITORY}/issues/7/events$", rf"{REPOSITORY}/activity$"]


@pytest.fixture
def hub():
    with fakehub.serve() as served:
        served.pull(PULL, head=OLD)
        yield served


@pytest.fixture
def record(hub):
    """The record of the pull request, whose head was pushed a minute ago."""
    return hub.pull(PULL, head=HEAD)


def stand(hub, *, head=HEAD, token="job-token", url=None):
    with closing(publish.connect(api_url=url or hub.url, token=token)) as github:
        return publish.standing(github, repository=hub.repository, number=PULL, head_sha=head, sleep=lambda _: None)


def only(hub, **settings):
    (label,) = stand(hub, **settings).approvals.labels
    return label


def unknown(hub, **settings):
    found = stand(hub, **settings).approvals
    assert found.labels == ()
    return found.unknown


def test_a_label_that_was_put_on_after_the_push_counts(hub, record):
    record.label(NAME)
    assert stand(hub).approvals.labels == (Label(name=NAME, by="ada"),)
    assert len(hub.requests) == 3


@pytest.mark.trust("approval-by-author")
def test_a_label_that_was_put_on_before_the_push_does_not_count(hub):
    hub.record(PULL).label(NAME)
    hub.pull(PULL, head=HEAD)
    assert "put on before its head commit was pushed" in only(hub).void


def test_a_label_of_the_very_second_of_the_push_does_not_count(hub, record):
    record.label(NAME, wait_s=0)
    assert "before its head commit was pushed" in only(hub).void


def test_a_label_that_was_taken_off_and_put_on_again_counts_for_who_put_it_on_last(hub):
    record = hub.record(PULL)
    record.label(NAME, by="eve")
    hub.pull(PULL, head=HEAD)
    record.unlabel(NAME, by="ada")
    record.label(NAME, by="ada")
    assert only(hub) == Label(name=NAME, by="ada")


def test_a_label_that_was_taken_off_is_not_on(hub, record):
    record.label(NAME)
    record.unlabel(NAME)
    assert stand(hub) == Standing(base_ref="main")


def test_each_of_two_labels_has_who_put_it_on_and_its_own_time(hub):
    hub.record(PULL).label("bug", by="eve")
    hub.pull(PULL, head=HEAD).label(NAME)
    bug, approved = stand(hub).approvals.labels
    assert (bug.name, bug.by, bool(bug.void)) == ("bug", "eve", True)
    assert approved == Label(name=NAME, by="ada")


@pytest.mark.parametrize(
    ("by", "kind", "named"),
    [("github-actions[bot]", "Bot", "github-actions[bot]"), ("acme", "Organization", "acme"), (None, "User", "ghost")],
)
def test_what_is_not_a_person_puts_on_no_label_that_counts(hub, record, by, kind, named):
    record.label(NAME, by=by, kind=kind)
    assert only(hub).void == f"{named!r} put it on, which is not a person"


@pytest.mark.parametrize(
    "event", ["reopened", "base_ref_changed", "automatic_base_change_succeeded", "head_ref_force_pushed"]
)
def test_what_may_have_changed_what_was_approved_voids_the_label(hub, record, event):
    record.label(NAME)
    record.happen(event)
    assert "put on before the " in only(hub).void


def test_what_changes_nothing_of_it_leaves_the_label_as_it_is(hub, record):
    record.label(NAME)
    for event in ("renamed", "assigned", "review_requested", "locked"):
        record.happen(event)
    assert only(hub).void == ""


def test_a_commit_that_becomes_the_head_again_needs_a_new_label(hub):
    record = hub.pull(PULL, head=HEAD)
    record.label(NAME)
    hub.pull(PULL, head="c" * 40)
    hub.pull(PULL, head=HEAD)
    assert "before its head commit was pushed" in only(hub).void


@pytest.mark.parametrize("source", [2, None])
def test_no_label_approves_what_comes_from_a_fork_also_one_that_is_gone(hub, source):
    record = hub.pull(PULL, head=HEAD, source=source)
    record.label(NAME)
    assert "it comes from a fork" in only(hub).void


def test_a_label_is_found_on_the_third_page_of_the_record(hub, record):
    for _ in range(250):
        record.happen("renamed")
    record.label(NAME)
    assert only(hub) == Label(name=NAME, by="ada")
    assert sum(exchange.path.endswith("/events") for exchange in hub.requests) == 3


def test_a_label_without_a_record_of_who_put_it_on_does_not_count(hub, record):
    record.unrecorded = (NAME,)
    assert only(hub).void == "GitHub has no record of who put it on; take it off and put it on again"


def test_pages_that_go_round_approve_nothing(hub, record):
    record.label(NAME)
    hub.endless = True
    assert "has no end" in unknown(hub)


def test_a_pull_request_without_labels_takes_one_request(hub, record):
    assert stand(hub) == Standing(base_ref="main")
    assert len(hub.requests) == 1


def test_where_the_branch_has_moved_on_nothing_is_approved(hub, record):
    record.label(NAME)
    assert unknown(hub, head=OLD) == f"the pull request has moved on to {HEAD[:12]}"


@pytest.mark.parametrize("kind", ["branch_deletion", "push"])
def test_where_the_push_of_the_head_is_not_the_newest_of_the_branch_nothing_is_approved(hub, record, kind):
    record.label(NAME)
    record.push("0" * 40, kind)
    assert "no record of when its head commit was pushed" in unknown(hub)


def test_where_the_branch_has_no_record_nothing_is_approved(hub, record):
    record.label(NAME)
    record.pushes.clear()
    assert "no record of when its head commit was pushed" in unknown(hub)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("status", "said"), [(403, "GitHub answered with 403"), (404, "with 404"), (500, "with 500"), (429, "rate limit")]
)
def test_where_github_does_not_answer_nothing_is_approved_and_the_reason_is_told(hub, record, path, status, said):
    record.label(NAME)
    hub.faults.add("GET", path, Fault(status=status), times=3)
    assert said in unknown(hub)


@pytest.mark.parametrize("path", PATHS)
def test_an_answer_that_fails_once_is_asked_for_again(hub, record, path):
    record.label(NAME)
    hub.faults.add("GET", path, Fault(status=502))
    assert only(hub) == Label(name=NAME, by="ada")


def test_where_github_is_down_nothing_is_approved_and_no_base_is_known(hub, record):
    record.label(NAME)
    found = stand(hub, url="http://127.0.0.1:1")
    assert (found.base_ref, found.approvals.unknown) == ("", "GitHub could not be reached; run the job again")


def test_a_token_that_github_does_not_know_approves_nothing(hub, record):
    record.label(NAME)
    assert "GitHub answered with 401" in unknown(hub, token="stolen")


def test_an_enterprise_server_is_asked_under_its_own_address(hub, record):
    record.label(NAME)
    assert only(hub, url=hub.ghes_url) == Label(name=NAME, by="ada")


def test_an_old_run_of_a_pull_request_that_goes_elsewhere_now_is_not_evaluated():
    with pytest.raises(NotEvaluated, match="goes into 'main' now, and this run is for 'weak'"):
        publish.retargeted("weak", Standing(base_ref="main"))


@pytest.mark.parametrize("now", ["weak", ""])
def test_a_run_for_the_base_of_now_or_of_which_nothing_is_known_goes_on(now):
    publish.retargeted("weak", Standing(base_ref=now))
