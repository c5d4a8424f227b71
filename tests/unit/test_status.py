"""A verdict as a commit status; against a GitHub on loopback."""

from contextlib import closing

import pytest

from llmgate import publish
from llmgate.report import Report
from llmgate.verdict import Verdict
from tests import fakehub
from tests.fakehub import Account, Fault

HEAD = "b" * 40


@pytest.fixture
def hub():
    with fakehub.serve() as served:
        yield served


def post(hub, found):
    with closing(publish.connect(api_url=hub.url, token="job-token", seconds_between_writes=0)) as github:
        return publish.post_status(
            found,
            github=github,
            repository=hub.repository,
            commit=HEAD,
            context="llmgate",
            sleep=lambda _: None,
            link="https://github.com/acme/shop/actions/runs/1",
        )


def report(verdict, code):
    return Report(version="1", verdict=verdict, exit_code=code, reasons=())


@pytest.mark.parametrize(
    ("verdict", "code", "state"),
    [
        (Verdict.PASSED, 0, "success"),
        (Verdict.NOT_APPLICABLE, 0, "success"),
        (Verdict.INCONCLUSIVE, 0, "success"),
        (Verdict.INCONCLUSIVE, 1, "failure"),
        (Verdict.REGRESSED, 1, "failure"),
        (Verdict.REJECTED, 1, "failure"),
        (Verdict.NOT_EVALUATED, 3, "error"),
    ],
)
def test_the_state_says_what_the_exit_code_says(hub, verdict, code, state):
    assert post(hub, report(verdict, code)) == ()
    assert hub.statuses == [(HEAD, "llmgate", state, str(verdict).replace("_", " "))]


def test_it_is_pending_while_there_is_no_verdict(hub):
    assert post(hub, None) == ()
    assert hub.statuses == [(HEAD, "llmgate", "pending", "being judged")]


def test_a_token_that_may_not_post_it_leaves_a_note_with_the_remedy(hub):
    hub.accounts["job-token"] = Account(may_set_status=False)
    (note,) = post(hub, report(Verdict.PASSED, 0))
    assert "no status 'llmgate' was posted: GitHub answered with 403" in note
    assert "needs `statuses: write`" in note


def test_an_answer_that_is_lost_is_asked_for_again(hub):
    hub.faults.add("POST", rf"/repos/acme/shop/statuses/{HEAD}$", Fault(status=502, stored=True))
    assert post(hub, report(Verdict.PASSED, 0)) == ()
    assert {status[2] for status in hub.statuses} == {"success"}
