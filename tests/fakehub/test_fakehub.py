"""The fake GitHub keeps GitHub's contract, and sees when somebody does not."""

import json
import urllib.error
import urllib.request

import pytest

from tests import fakehub
from tests.fakehub import Contract, Fault


def call(hub, method, path, body=None, *, token="job-token"):
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"token {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(hub.url + path, data=data, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, dict(response.headers), json.loads(response.read() or b"null")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers), json.loads(error.read() or b"null")


THREAD = "/repos/acme/shop/issues/7/comments"


@pytest.fixture
def hub():
    with fakehub.serve() as served:
        served.pull(7, head="a" * 40)
        yield served


def test_a_comment_is_stored_listed_edited_and_deleted(hub):
    status, _, made = call(hub, "POST", THREAD, {"body": "hello"})
    assert (status, made["body"], made["user"]["type"]) == (201, "hello", "Bot")
    path = f"/repos/acme/shop/issues/comments/{made['id']}"
    assert call(hub, "PATCH", path, {"body": "again"})[2]["body"] == "again"
    assert [comment["body"] for comment in call(hub, "GET", THREAD)[2]] == ["again"]
    assert call(hub, "DELETE", path)[0] == 204
    assert call(hub, "GET", path)[0] == 404


def test_pages_have_at_most_a_hundred_comments_and_name_the_next(hub):
    for index in range(205):
        hub.say(7, str(index))
    _, headers, first = call(hub, "GET", f"{THREAD}?per_page=500")
    assert len(first) == 100
    assert f'<{hub.url}{THREAD}?per_page=100&page=2>; rel="next"' in headers["Link"]
    _, headers, last = call(hub, "GET", f"{THREAD}?per_page=100&page=3")
    assert (len(last), "Link" in headers) == (5, False)


def test_without_a_token_nothing_is_given(hub):
    assert call(hub, "GET", THREAD, token="stolen")[0] == 401


@pytest.mark.parametrize(("length", "status"), [(65_535, 201), (65_536, 201), (65_537, 422)])
def test_a_body_over_the_limit_is_refused(hub, length, status):
    assert call(hub, "POST", THREAD, {"body": "x" * length})[0] == status
    assert call(hub, "POST", THREAD, {"body": "🙂" * (length // 2) + "x" * (length % 2)})[0] == status


def test_a_foreign_comment_cannot_be_edited(hub):
    comment = hub.say(7, "mine")
    assert call(hub, "PATCH", f"/repos/acme/shop/issues/comments/{comment.id}", {"body": "yours"})[0] == 403


def test_a_fault_is_used_up_by_the_request_that_it_fits(hub):
    hub.faults.add("POST", THREAD, Fault(status=502, stored=True))
    assert call(hub, "POST", THREAD, {"body": "a"})[0] == 502
    assert call(hub, "POST", THREAD, {"body": "b"})[0] == 201
    assert [comment.body for comment in hub.comments(7)] == ["a", "b"]


EVENTS = "/repos/acme/shop/issues/7/events"
ACTIVITY = "/repos/acme/shop/activity?ref=refs/heads/pr-7"


@pytest.mark.parametrize("source", [1, 2, None])
def test_a_pull_request_from_here_from_a_fork_and_from_one_that_is_gone_keeps_the_contract(hub, source):
    hub.pull(7, head="b" * 40, source=source)
    repository = call(hub, "GET", "/repos/acme/shop/pulls/7")[2]["head"]["repo"]
    assert (repository and repository["id"]) == source
    assert hub.violations == []


def test_a_label_is_on_until_it_is_taken_off_and_both_are_in_the_record(hub):
    hub.record(7).label("bug")
    hub.record(7).label("docs", by=None)
    hub.record(7).unlabel("bug")
    assert [label["name"] for label in call(hub, "GET", "/repos/acme/shop/pulls/7")[2]["labels"]] == ["docs"]
    assert [event["event"] for event in call(hub, "GET", EVENTS)[2]] == ["labeled", "labeled", "unlabeled"]


def test_the_newest_push_is_first_in_the_activity(hub):
    hub.pull(7, head="b" * 40)
    assert [push["after"] for push in call(hub, "GET", ACTIVITY)[2]] == ["b" * 40, "a" * 40]


@pytest.mark.parametrize("path", ["/user", "/repos/acme/shop/pulls/7", THREAD, EVENTS, ACTIVITY])
def test_what_is_read_keeps_the_contract(hub, path):
    hub.record(7).label("bug", by=None)
    hub.record(7).happen("head_ref_force_pushed")
    hub.say(7, "hello", login=None)
    hub.accounts["job-token"] = fakehub.Account(may_ask=True)
    assert call(hub, "GET", path)[0] == 200
    assert hub.violations == []


def test_a_request_against_the_contract_fails_the_test():
    def use():
        with fakehub.serve() as served:
            served.pull(7, head="a" * 40)
            assert call(served, "POST", THREAD, {"body": 7})[0] == 422

    with pytest.raises(AssertionError, match="7 is not of type"):
        use()


def test_a_response_against_the_contract_is_seen():
    comment = Contract().sample("issue-comment")
    found = Contract().of_response("GET", THREAD, status=200, body=json.dumps([comment]).encode())
    assert found == []
    del comment["user"]
    found = Contract().of_response("GET", THREAD, status=200, body=json.dumps([comment]).encode())
    assert "'user' is a required property" in found[0]


def test_a_path_that_the_description_lacks_is_seen():
    assert Contract().of_request("GET", "/repos/acme/shop/secrets", query={}, body=b"")


BRANCH = "/repos/acme/shop/branches/main"


def test_settings_are_shown_to_administrators_whole_and_to_others_in_part(hub):
    hub.accounts["admin"] = fakehub.Account(may_administer=True)
    hub.settings.require("deletion")
    hub.settings.rulesets[1]["bypass_actors"] = [{"actor_id": 1, "actor_type": "Team", "bypass_mode": "always"}]
    hub.settings.protection = {"enforce_admins": {"url": "https://api.github.com/x", "enabled": True}}
    assert call(hub, "GET", f"{BRANCH}/protection")[0] == 403
    assert call(hub, "GET", f"{BRANCH}/protection", token="admin")[2]["enforce_admins"]["enabled"] is True
    assert "bypass_actors" not in call(hub, "GET", "/repos/acme/shop/rulesets/1")[2]
    assert len(call(hub, "GET", "/repos/acme/shop/rulesets/1", token="admin")[2]["bypass_actors"]) == 1
    assert call(hub, "GET", "/repos/acme/shop/actions/permissions")[0] == 403
    assert call(hub, "GET", BRANCH)[2]["protection"] == {"enabled": True}


def test_a_branch_without_protection_says_so(hub):
    hub.accounts["admin"] = fakehub.Account(may_administer=True)
    status, _, answer = call(hub, "GET", f"{BRANCH}/protection", token="admin")
    assert (status, answer["message"]) == (404, "Branch not protected")


def test_rules_of_a_branch_come_in_pages(hub):
    for _ in range(3):
        hub.settings.require("deletion")
    rules = "/repos/acme/shop/rules/branches"
    assert [len(call(hub, "GET", f"{rules}/main?per_page=2&page={page}")[2]) for page in (1, 2, 3)] == [2, 1, 0]
    assert call(hub, "GET", f"{rules}/other")[2] == []
