"""HTTP in front of the state: routing, tokens, rate-limit headers, faults, and the contract on every exchange."""

import json
import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from tests.fakehub import pulls
from tests.fakehub.state import Exchange, Hub, refusal

_GHES = "/api/v3"
_LIMITS = {"X-RateLimit-Limit": "1000", "X-RateLimit-Remaining": "900", "X-RateLimit-Reset": "4102444800"}


@contextmanager
def serve(**options):
    """Serve one hub; at the end every exchange must have kept GitHub's contract."""
    hub = Hub(**options)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": hub}))
    server.daemon_threads = True
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert not hub.violations, hub.violations


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"
    server_version = "fakehub"

    def log_message(self, *_):
        pass

    def _exchange(self):
        method, split = self.command, urlsplit(self.path)
        path = split.path.removeprefix(_GHES)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        query = dict(parse_qsl(split.query))
        fault = self.hub.faults.take(method, path)
        fault.before()
        violations = self.hub.contract.of_request(method, path, query=query, body=body)
        self.hub.violations += violations
        if violations:
            answer = refusal(422, "Invalid request.")
        elif fault.status and not fault.stored:
            answer = refusal(fault.status, fault.message)
        else:
            answer = self._acted(method, path, query, body)
        fault.after()
        if fault.status:
            answer = refusal(fault.status, fault.message)
        self.hub.requests.append(Exchange(method=method, path=path, query=split.query, status=answer.status))
        if fault.drop:
            self.close_connection = True
            return
        self._send(method, path, answer, fault)

    do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = _exchange  # noqa: N815 - the names that http.server asks for

    def _acted(self, method, path, query, body):
        account = self.hub.accounts.get(self.headers.get("Authorization", "").partition(" ")[2])
        if account is None:
            return refusal(401, "Bad credentials")
        with self.hub.lock:
            for verb, pattern, act in _ROUTES:
                match = re.fullmatch(pattern.replace("REPO", re.escape(self.hub.repository)), path)
                if verb == method and match:
                    return act(self.hub, account, *map(_number, match.groups()), query=query, body=body)
        return refusal(404, "Not Found")

    def _send(self, method, path, answer, fault):
        data = b"" if answer.body is None else json.dumps(answer.body).encode()
        self.hub.violations += self.hub.contract.of_response(method, path, status=answer.status, body=data)
        data = fault.garbage or data
        self.send_response(answer.status)
        for name, value in (_LIMITS | answer.headers | fault.headers).items():
            self.send_header(name, value)
        if data:
            self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _paged(query):
    return {"page": int(query.get("page", 1)), "size": min(100, int(query.get("per_page", 30)))}


def _listed(hub, _, number, *, query, body):
    return hub.listed(number, **_paged(query))


def _activity(hub, _, *, query, body):
    return pulls.activity(hub, ref=query.get("ref"), size=_paged(query)["size"])


def _number(text):
    return int(text) if text and text.isdigit() else text


def _rules(hub, _, name, *, query, body):
    return hub.shown_rules(name, page=int(query.get("page", 1)), size=min(100, int(query.get("per_page", 30))))


_BRANCH = "/repos/REPO/branches/([^/]*[^/0-9][^/]*)"
_ROUTES = (
    ("GET", "/user", lambda hub, account, **_: hub.user(account)),
    ("GET", "/apps/github-actions", lambda hub, _, **__: hub.shown_app()),
    ("GET", "/repos/REPO", lambda hub, _, **__: hub.shown_repository()),
    ("GET", _BRANCH, lambda hub, _, name, **__: hub.shown_branch(name)),
    ("GET", f"{_BRANCH}/protection", lambda hub, account, name, **_: hub.shown_protection(name, account)),
    ("GET", "/repos/REPO/rules/branches/([^/]*[^/0-9][^/]*)", _rules),
    ("GET", r"/repos/REPO/rulesets/(\d+)", lambda hub, account, number, **_: hub.shown_ruleset(number, account)),
    (
        "GET",
        "/repos/REPO/actions/permissions(/workflow|/fork-pr-workflows-private-repos)?",
        lambda hub, account, which, **_: hub.shown_permissions(which, account),
    ),
    ("GET", "/repos/REPO/codeowners/errors", lambda hub, _, **__: hub.shown_owners_errors()),
    ("GET", "/repos/REPO/pulls", lambda hub, _, *, query, body: pulls.listed(hub, query=query, **_paged(query))),
    (
        "GET",
        r"/repos/REPO/pulls/(\d+)/reviews",
        lambda hub, _, number, *, query, body: pulls.reviews(hub, number, **_paged(query)),
    ),
    (
        "POST",
        "/repos/REPO/statuses/([0-9a-f]{40})",
        lambda hub, account, commit, *, query, body: pulls.status(hub, account, str(commit), body),
    ),
    ("GET", r"/repos/REPO/pulls/(\d+)", lambda hub, _, number, **__: hub.shown_pull(number)),
    ("GET", "/repos/REPO/activity", _activity),
    (
        "GET",
        r"/repos/REPO/issues/(\d+)/events",
        lambda hub, _, number, *, query, body: hub.history(number, **_paged(query)),
    ),
    ("GET", r"/repos/REPO/issues/(\d+)/comments", _listed),
    (
        "POST",
        r"/repos/REPO/issues/(\d+)/comments",
        lambda hub, account, number, *, query, body: hub.create(number, json.loads(body)["body"], account),
    ),
    ("GET", r"/repos/REPO/issues/comments/(\d+)", lambda hub, _, identity, **__: hub.shown(identity)),
    (
        "PATCH",
        r"/repos/REPO/issues/comments/(\d+)",
        lambda hub, account, identity, *, query, body: hub.edit(identity, json.loads(body)["body"], account),
    ),
    ("DELETE", r"/repos/REPO/issues/comments/(\d+)", lambda hub, account, identity, **_: hub.delete(identity, account)),
)
