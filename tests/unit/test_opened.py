"""Which open pull request has a head; against a GitHub on loopback, through PyGithub."""

from contextlib import closing

import pytest

from llmgate import publish
from llmgate.errors import NotEvaluated
from tests import fakehub
from tests.fakehub import Fault
from tests.fakehub.state import FORK, HERE

HEAD = "b" * 40
PULLS = r"/repos/acme/shop/pulls$"


@pytest.fixture
def hub():
    with fakehub.serve() as served:
        yield served


def number(hub, *, source=FORK, url=None):
    head = publish.Head(commit=HEAD, source=source, base_ref="main")
    with closing(publish.connect(api_url=url or hub.url, token="job-token")) as github:
        return publish.number(github, repository=hub.repository, head=head, sleep=lambda _: None)


def refused(hub, **settings):
    with pytest.raises(NotEvaluated) as caught:
        number(hub, **settings)
    return caught.value


def test_it_is_the_one_that_has_the_commit_as_its_head(hub):
    hub.pull(7, head=HEAD, source=FORK)
    hub.pull(8, head="c" * 40, source=FORK)
    assert number(hub) == 7


@pytest.mark.parametrize(("now", "then"), [(None, FORK), (FORK, None), (None, None)])
def test_a_fork_that_is_gone_is_taken_for_any(hub, now, then):
    hub.pull(7, head=HEAD, source=now)
    assert number(hub, source=then) == 7


@pytest.mark.trust("artifact")
def test_the_same_commit_from_another_repository_is_another_pull_request(hub):
    hub.pull(7, head=HEAD, source=FORK)
    hub.pull(8, head=HEAD, source=3)
    hub.pull(9, head=HEAD, source=HERE)
    assert number(hub) == 7


@pytest.mark.trust("artifact")
@pytest.mark.parametrize("settings", [{"head": "c" * 40}, {"head": HEAD, "base": "weak"}, {"head": HEAD, "source": 3}])
def test_one_that_moved_on_goes_elsewhere_or_comes_from_elsewhere_is_none(hub, settings):
    hub.pull(7, **{"source": FORK, **settings})
    assert refused(hub).message == f"no open pull request has the commit {HEAD[:12]} as head and 'main' as base"


@pytest.mark.trust("artifact")
def test_of_two_none_is_chosen(hub):
    hub.pull(7, head=HEAD, source=FORK)
    hub.pull(8, head=HEAD, source=FORK)
    assert refused(hub).message.startswith("2 open pull requests have the commit")


def test_it_is_found_on_the_second_page_and_pages_that_go_round_come_to_an_end(hub):
    hub.pull(7, head=HEAD, source=FORK)
    for other in range(8, 158):
        hub.pull(other, head="c" * 40, source=FORK)
    assert number(hub) == 7
    hub.endless = True
    assert "no open pull request" in refused(hub).message
    assert len(hub.requests) == 2 + 10


@pytest.mark.parametrize(("status", "said"), [(403, "with 403"), (404, "with 404"), (500, "with 500")])
def test_where_github_does_not_say_nothing_is_judged(hub, status, said):
    hub.faults.add("GET", PULLS, Fault(status=status), times=3)
    assert said in refused(hub).message


def test_where_github_is_down_nothing_is_judged(hub):
    assert "could not be reached" in refused(hub, url="http://127.0.0.1:1").message


def test_an_answer_that_makes_no_sense_judges_nothing(hub):
    hub.pull(7, head=HEAD, source=FORK)
    hub.faults.add("GET", PULLS, Fault(garbage=b'[{"number": 7}]'))
    assert "cannot be told" in refused(hub).message or "no open pull request" in refused(hub).message
