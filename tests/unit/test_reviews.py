"""What GitHub's record tells of a pull request's reviews; against a GitHub on loopback, through PyGithub."""

from contextlib import closing

import pytest

from llmgate import publish
from llmgate.approval import Review
from tests import fakehub
from tests.fakehub import Fault
from tests.fakehub.state import FORK

PULL = 7
OLD, HEAD = "a" * 40, "b" * 40
REVIEWS = r"/repos/acme/shop/pulls/7/reviews$"


@pytest.fixture
def hub():
    with fakehub.serve() as served:
        served.pull(PULL, head=HEAD, source=FORK)
        yield served


@pytest.fixture
def record(hub):
    return hub.record(PULL)


def stand(hub, *, reviewed=True):
    with closing(publish.connect(api_url=hub.url, token="job-token")) as github:
        return publish.standing(
            github,
            repository=hub.repository,
            number=PULL,
            head_sha=HEAD,
            sleep=lambda _: None,
            reviewed=reviewed,
        ).approvals


def only(hub):
    (review,) = stand(hub).reviews
    return review


@pytest.mark.parametrize("source", [FORK, None, 1])
def test_an_approval_of_the_head_commit_counts_also_of_a_fork_that_is_gone(hub, record, source):
    hub.pull(PULL, head=HEAD, source=source)
    record.review(HEAD)
    assert only(hub) == Review(by="ada")


@pytest.mark.trust("privileged-event")
@pytest.mark.parametrize("commit", [OLD, None])
def test_an_approval_of_another_commit_is_void(hub, record, commit):
    record.review(commit)
    assert only(hub).void.startswith(f"it is of commit {(commit or 'none')[:12]};")


@pytest.mark.parametrize("state", ["CHANGES_REQUESTED", "DISMISSED"])
def test_the_last_word_of_a_person_decides(hub, record, state):
    record.review(HEAD)
    record.review(HEAD, by="Ada", state=state)
    record.review(HEAD, by="grace")
    assert stand(hub).reviews == (Review(by="grace"),)


def test_a_comment_takes_nothing_back_and_approves_nothing(hub, record):
    record.review(HEAD)
    record.review(HEAD, state="COMMENTED")
    record.review(HEAD, by="eve", state="COMMENTED")
    assert only(hub) == Review(by="ada")


@pytest.mark.parametrize(("by", "kind"), [("helper[bot]", "Bot"), ("acme", "Organization"), (None, "User")])
def test_what_is_no_person_approves_nothing(hub, record, by, kind):
    record.review(HEAD, by=by, kind=kind)
    assert stand(hub).reviews == ()


@pytest.mark.trust("privileged-event")
@pytest.mark.parametrize("event", ["reopened", "base_ref_changed", "head_ref_force_pushed", "head_ref_restored"])
def test_what_may_have_changed_what_was_approved_voids_the_approval(hub, record, event):
    record.review(HEAD)
    record.happen(event, wait_s=0)
    assert only(hub).void.startswith("it was given before the ")
    record.review(HEAD)
    assert only(hub) == Review(by="ada")


def test_an_approval_is_found_on_the_third_page(hub, record):
    for number in range(250):
        record.review(OLD, by=f"person-{number}")
    record.review(HEAD, by="grace")
    assert [review for review in stand(hub).reviews if not review.void] == [Review(by="grace")]


def test_pages_that_go_round_approve_nothing(hub, record):
    record.review(HEAD)
    hub.endless = True
    assert "has no end" in stand(hub).unknown


def test_where_the_head_has_moved_on_nothing_is_approved(hub, record):
    record.review(HEAD)
    hub.pull(PULL, head="c" * 40, source=FORK)
    assert stand(hub).unknown == "the pull request has moved on to cccccccccccc"


@pytest.mark.parametrize(("status", "said"), [(403, "with 403"), (500, "with 500"), (429, "rate limit")])
def test_where_github_does_not_answer_nothing_is_approved_and_the_reason_is_told(hub, record, status, said):
    record.review(HEAD)
    hub.faults.add("GET", REVIEWS, Fault(status=status), times=3)
    assert said in stand(hub).unknown


def test_reviews_are_asked_for_only_where_they_decide(hub, record):
    record.review(HEAD)
    assert stand(hub, reviewed=False).reviews == ()
    assert len(hub.requests) == 1
