"""Pull requests as GitHub lists them, their pushes and reviews, and the statuses of commits."""

import json

from tests.fakehub.record import written
from tests.fakehub.state import Answer, refusal


def listed(hub, *, query, page, size):
    """List the open ones that go into a branch."""
    bodies = (hub.shown_pull(number).body for number in hub.numbers)
    into = [body for body in bodies if body["base"]["ref"] == query.get("base", body["base"]["ref"])]
    simple = set(hub.contract.sample("pull-request-simple"))
    shown = [{name: value for name, value in body.items() if name in simple} for body in into]
    return hub.page("pulls", shown, page=page, size=size)


def activity(hub, *, ref, size):
    """List the changes of a branch, the newest first."""
    newest = sorted((push for push in hub.pushes if push.ref == ref), key=lambda each: each.at, reverse=True)
    return Answer(status=200, body=[hub.contract.sample("activity") | push.shown for push in newest[:size]])


def reviews(hub, number, *, page, size):
    """List the reviews of one, the oldest first."""
    if number not in hub.numbers:
        return refusal(404, "Not Found")
    shown = [_review(hub, each) for each in hub.record(number).reviews]
    return hub.page(f"pulls/{number}/reviews", shown, page=page, size=size)


def _review(hub, given):
    return hub.contract.sample("pull-request-review") | {
        "id": given.id,
        "state": given.state,
        "commit_id": given.commit,
        "submitted_at": written(given.at),
        "user": hub.user_body(given.by, given.kind) if given.by else None,
    }


def status(hub, account, commit, body):
    """Keep a status of a commit."""
    if not account.may_set_status:
        return refusal(403, "Resource not accessible by integration")
    asked = json.loads(body)
    hub.statuses.append((commit, asked["context"], asked["state"], asked["description"]))
    return Answer(status=201, body=hub.contract.sample("status") | asked)
