"""The state of the fake GitHub, and what each request does to it."""

import threading
from dataclasses import dataclass, field

from tests.fakehub.contract import Contract
from tests.fakehub.faults import Faults
from tests.fakehub.record import Record, written
from tests.fakehub.settings import NOT_SHOWN, Settings, app

LONGEST_BODY = 65_536
REPOSITORY = "acme/shop"
START = "2026-11-22T12:00:00Z"
HERE = 1
FORK = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who a token belongs to. A job's own token may not ask who it is."""

    login: str = "github-actions[bot]"
    kind: str = "Bot"
    may_ask: bool = False
    may_comment: bool = True
    may_administer: bool = False
    may_set_status: bool = True


@dataclass(slots=True, kw_only=True)
class Comment:
    id: int
    number: int
    body: str
    login: str | None
    kind: str
    edits: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    method: str
    path: str
    query: str
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class _Pull:
    head: str
    record: Record
    locked: bool = False
    base: str = "main"
    source: int | None = HERE


class Hub:
    """One repository with pull requests and their comments. `url` and `ghes_url` are bases for a client."""

    def __init__(self, *, repository=REPOSITORY):
        self.repository = repository
        self.url = ""
        self.faults = Faults()
        self.contract = Contract()
        self.requests = []
        self.violations = []
        self.accounts = {"job-token": Account()}
        self.settings = Settings()
        self.endless = False
        self.statuses = []
        self._pulls = {}
        self._comments = []
        self._next = 1_000
        self.lock = threading.RLock()

    @property
    def ghes_url(self):
        return f"{self.url}/api/v3"

    @property
    def writes(self):
        return [exchange for exchange in self.requests if exchange.method != "GET"]

    def pull(self, number, *, head, base="main", source=HERE):
        """Open a pull request, or push to it. `source` is the id of the repository it comes from, None for one gone."""
        with self.lock:
            known = self._pulls.get(number)
            record = known.record if known else Record(ref=f"pr-{number}")
            record.push(head)
            self._pulls[number] = _Pull(head=head, record=record, base=base, source=source)
            return record

    @property
    def numbers(self):
        return sorted(self._pulls, reverse=True)

    def record(self, number):
        return self._pulls[number].record

    def close_conversation(self, number):
        self._pulls[number].locked = True

    def say(self, number, body, *, login="mallory", kind="User"):
        """Let somebody comment."""
        with self.lock:
            self._next += 1
            comment = Comment(id=self._next, number=number, body=body, login=login, kind=kind)
            self._comments.append(comment)
            return comment

    def comments(self, number):
        return [comment for comment in self._comments if comment.number == number]

    def remove(self, comment):
        self._comments.remove(comment)

    def user(self, account):
        if not account.may_ask:
            return refusal(403, "Resource not accessible by integration")
        return Answer(status=200, body=self.user_body(account.login, account.kind, "private-user"))

    def shown_pull(self, number):
        if number not in self._pulls:
            return refusal(404, "Not Found")
        body = self.contract.sample("pull-request") | {"number": number, "url": self._api(f"pulls/{number}")}
        body["issue_url"] = self._api(f"issues/{number}")
        body["head"]["sha"] = self._pulls[number].head
        pull = self._pulls[number]
        body["locked"] = pull.locked
        body["base"] |= {"ref": pull.base, "repo": self._repository(HERE)}
        body["head"] |= {"ref": pull.record.ref, "repo": self._repository(pull.source) if pull.source else None}
        body["labels"] = [{**_LABEL, "name": name} for name in pull.record.labels]
        return Answer(status=200, body=body)

    @property
    def pushes(self):
        return [push for pull in self._pulls.values() for push in pull.record.pushes]

    def history(self, number, *, page, size):
        if number not in self._pulls:
            return refusal(404, "Not Found")
        events = [self._event(each) for each in self._pulls[number].record.events]
        return self.page(f"issues/{number}/events", events, page=page, size=size)

    def listed(self, number, *, page, size):
        if number not in self._pulls:
            return refusal(404, "Not Found")
        comments = [self._comment(comment) for comment in self.comments(number)]
        return self.page(f"issues/{number}/comments", comments, page=page, size=size)

    def page(self, path, found, *, page, size):
        last = max(1, -(-len(found) // size))
        url = self._api(path)
        links = {"next": page + 1, "last": last} if page < last else {}
        links = {"next": 1, "last": last} if self.endless else links
        header = ", ".join(f'<{url}?per_page={size}&page={to}>; rel="{name}"' for name, to in links.items())
        shown = found[(page - 1) * size : page * size]
        return Answer(status=200, body=shown, headers={"Link": header} if header else {})

    def create(self, number, body, account):
        if number not in self._pulls:
            return refusal(404, "Not Found")
        if self._pulls[number].locked:
            return refusal(403, "Unable to create comment because issue is locked.")
        if refused := _unwritable(body, account):
            return refused
        return Answer(status=201, body=self._comment(self.say(number, body, login=account.login, kind=account.kind)))

    def shown(self, identity):
        comment = self._found(identity)
        return Answer(status=200, body=self._comment(comment)) if comment else refusal(404, "Not Found")

    def edit(self, identity, body, account):
        comment = self._found(identity)
        if comment is None:
            return refusal(404, "Not Found")
        if comment.login != account.login:
            return refusal(403, "Resource not accessible by integration")
        if refused := _unwritable(body, account):
            return refused
        comment.body, comment.edits = body, comment.edits + 1
        return Answer(status=200, body=self._comment(comment))

    def delete(self, identity, account):
        comment = self._found(identity)
        if comment is None:
            return refusal(404, "Not Found")
        if comment.login != account.login:
            return refusal(403, "Resource not accessible by integration")
        self.remove(comment)
        return Answer(status=204)

    def shown_repository(self):
        return Answer(status=200, body=self.settings.repository(self._sample("full-repository"), self.repository))

    def shown_branch(self, name):
        sample = self.contract.sample("branch-with-protection")
        sample["commit"] |= {"author": {}, "committer": {}}
        return Answer(status=200, body=self.settings.branch(sample, name))

    def shown_protection(self, name, account):
        if not account.may_administer:
            return refusal(403, NOT_SHOWN)
        found = self.settings.protected(name)
        return refusal(404, "Branch not protected") if found is None else Answer(status=200, body=found)

    def shown_rules(self, name, *, page, size):
        return Answer(status=200, body=self.settings.listed(name, page, size))

    def shown_ruleset(self, number, account):
        sample = self.contract.sample("repository-ruleset")
        found = self.settings.ruleset(sample, number, may_administer=account.may_administer)
        return refusal(404, "Not Found") if found is None else Answer(status=200, body=found)

    def shown_permissions(self, which, account):
        """Show one page of the settings of Actions, which are the administrators' business."""
        if not account.may_administer:
            return refusal(403, NOT_SHOWN)
        if which == "/workflow":
            sample = self.contract.sample("actions-get-default-workflow-permissions")
            return Answer(status=200, body=sample | self.settings.token)
        if which == "/fork-pr-workflows-private-repos":
            sample = self.contract.sample("actions-fork-pr-workflows-private-repos")
            return Answer(status=200, body=sample | self.settings.forks)
        return Answer(status=200, body={"enabled": self.settings.actions})

    def shown_owners_errors(self):
        return Answer(status=200, body={"errors": self.settings.owners_errors})

    def shown_app(self):
        return Answer(status=200, body=app(self.user_body("github", "Organization")))

    def _sample(self, name):
        return self.contract.sample(name) | {"owner": self.user_body("acme", "Organization")}

    def _found(self, identity):
        return next((comment for comment in self._comments if comment.id == identity), None)

    def _api(self, rest):
        return f"{self.url}/repos/{self.repository}/{rest}"

    def _comment(self, comment):
        where = f"https://github.com/{self.repository}/pull/{comment.number}#issuecomment-{comment.id}"
        return self.contract.sample("issue-comment") | {
            "id": comment.id,
            "body": comment.body,
            "url": self._api(f"issues/comments/{comment.id}"),
            "html_url": where,
            "issue_url": self._api(f"issues/{comment.number}"),
            "created_at": START,
            "updated_at": START,
            "user": self.user_body(comment.login, comment.kind) if comment.login else None,
        }

    def _event(self, happened):
        body = self.contract.sample("labeled-issue-event") | {
            "id": happened.id,
            "event": happened.event,
            "created_at": written(happened.at),
            "url": self._api(f"issues/events/{happened.id}"),
            "actor": self.user_body(happened.by, happened.kind) if happened.by else None,
        }
        if happened.label:
            return body | {"label": {"name": happened.label, "color": "d73a4a"}}
        return {name: value for name, value in body.items() if name != "label"}

    def _repository(self, identity):
        sample = self.contract.document["components"]["schemas"]
        made = self.contract.sample("repository") if "repository" in sample else {}
        return made | {"id": identity, "full_name": self.repository}

    def user_body(self, login, kind, schema="simple-user"):
        view = {"user_view_type": "private"} if schema == "private-user" else {}
        return self.contract.sample(schema) | {"login": login, "type": kind} | view


_LABEL = {"id": 1, "node_id": "x", "url": "x", "description": "", "color": "d73a4a", "default": False}


def refusal(status, message):
    words = {"message": message, "documentation_url": "https://docs.github.com/rest", "status": str(status)}
    return Answer(status=status, body=words)


def _unwritable(body, account):
    if not account.may_comment:
        return refusal(403, "Resource not accessible by integration")
    if len(body.encode("utf-16-le")) // 2 > LONGEST_BODY:
        problem = f"Body is too long (maximum is {LONGEST_BODY} characters)"
        error = {"resource": "IssueComment", "code": "unprocessable", "field": "data", "message": problem}
        return Answer(status=422, body=refusal(422, "Validation Failed").body | {"errors": [error]})
    return None
