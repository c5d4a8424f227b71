"""One comment on the pull request, whatever happens; against a GitHub on loopback, through PyGithub."""

import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

from llmgate import publish
from llmgate.errors import PublishError
from llmgate.publish import Marker, Target
from llmgate.renderers import fitting, markdown
from tests import fakehub, runner
from tests.fakehub import Account, Fault
from tests.unit.renderers import oracle, samples

OLD, NEW, NEWEST = ("a" * 40, "b" * 40, "c" * 40)
PULL = 7
THREAD = rf"/issues/{PULL}/comments$"
COMMENT = r"/issues/comments/\d+$"
BOT = "github-actions[bot]"


@pytest.fixture
def hub():
    with fakehub.serve() as served:
        served.pull(PULL, head=NEW)
        yield served


@contextmanager
def client(hub, *, token="job-token", url=None):
    github = publish.connect(api_url=url or hub.url, token=token, seconds_between_writes=0)
    try:
        yield github
    finally:
        github.close()


def post(
    hub, report=samples.REGRESSED, *, run=1, attempt=1, head=NEW, author=None, redact=str, token="job-token", url=None
):
    """Publish as a run would; gives what was published and the seconds that were waited."""
    waited = []
    with client(hub, token=token, url=url) as github:
        published = publish.publish(
            report,
            github=github,
            target=Target(repository=hub.repository, number=PULL, author=author),
            marker=Marker(run=run, attempt=attempt, head=head),
            sleep=waited.append,
            redact=redact,
        )
    return published, waited


def only(hub):
    (comment,) = hub.comments(PULL)
    return comment


def body(report=samples.PASSED, *, run=1, attempt=1, head=OLD):
    return markdown.comment(report, marker=str(Marker(run=run, attempt=attempt, head=head)))


# --- one comment


def test_the_first_run_creates_a_comment_with_its_marker_first(hub):
    published, waited = post(hub)
    comment = only(hub)
    marker, trail, _, heading, *_ = comment.body.split("\n")
    assert marker == f"<!-- llmgate:comment v1 run=1 attempt=1 head={NEW} -->"
    assert trail.startswith("<!-- llmgate:pushes v1 2 | ")
    assert heading == "## ✗ llmgate: 2 fixtures broke, merge blocked"
    assert published == publish.Published(comment=f"https://github.com/acme/shop/pull/7#issuecomment-{comment.id}")
    assert waited == []
    assert oracle.dangers(comment.body.replace(f"{marker}\n{trail}", oracle.MARKER)) == []


def test_three_pushes_make_one_comment(hub):
    for run, head in enumerate((OLD, NEW, NEWEST), 1):
        hub.pull(PULL, head=head)
        report = samples.REGRESSED.model_copy(update={"earlier": (), "pushes": 1})
        assert post(hub, report, run=run, head=head)[0].notes == ()
    assert only(hub).edits == 2
    assert "push 3 of this pull request" in only(hub).body
    assert NEWEST in only(hub).body.split("\n")[0]


def test_a_run_takes_few_calls(hub):
    post(hub)
    assert len(hub.requests) == 5
    post(hub, samples.PASSED, run=2)
    assert len(hub.requests) == 9


def test_the_same_text_for_the_same_commit_is_not_written_again(hub):
    post(hub)
    published, _ = post(hub, attempt=2)
    assert only(hub).edits == 0
    assert published.comment


def test_the_same_text_for_another_commit_moves_the_marker(hub):
    hub.pull(PULL, head=OLD)
    post(hub, head=OLD)
    hub.pull(PULL, head=NEW)
    post(hub, run=2)
    assert NEW in only(hub).body.split("\n")[0]


def test_nothing_relevant_creates_no_comment(hub):
    published, _ = post(hub, samples.NOT_APPLICABLE)
    assert published == publish.Published()
    assert hub.comments(PULL) == []


def test_nothing_relevant_updates_the_comment_that_is_there(hub):
    post(hub)
    post(hub, samples.NOT_APPLICABLE, run=2)
    assert "nothing that a model is sent has changed" in only(hub).body


def test_the_comment_on_the_third_page_is_found(hub):
    for index in range(250):
        hub.say(PULL, f"comment {index}")
    post(hub)
    post(hub, samples.PASSED, run=2)
    pages = [exchange.query for exchange in hub.requests if exchange.path.endswith("/comments")]
    assert "page=3&per_page=100" in pages
    assert "page=4&per_page=100" not in pages
    assert len(hub.comments(PULL)) == 251
    assert hub.comments(PULL)[250].edits == 1


def test_pages_that_go_round_come_to_an_end(hub):
    hub.say(PULL, "hello")
    hub.endless = True
    published, _ = post(hub)
    assert published.comment
    assert len(hub.requests) < 12


def test_a_server_behind_a_prefix_is_served_too(hub):
    published, _ = post(hub, url=hub.ghes_url)
    assert published.comment
    assert only(hub).login == BOT


# --- whose comment


@pytest.mark.trust("foreign-comment")
@pytest.mark.parametrize(
    ("login", "kind"),
    [("mallory", "User"), ("github-actions[bot]", "User"), ("github-actions", "User"), (None, "User")],
)
def test_a_foreign_comment_with_our_marker_is_ignored(hub, login, kind):
    forged = hub.say(PULL, body(head=NEW), login=login, kind=kind)
    post(hub)
    assert len(hub.comments(PULL)) == 2
    assert forged.body == body(head=NEW)
    assert forged in hub.comments(PULL)


@pytest.mark.parametrize(
    "text", [f"> {body()}", f"A bot quotes:\n{body()}", f" {body()}", "<!-- llmgate:comment v2 -->"]
)
def test_a_comment_of_ours_that_only_quotes_the_marker_is_ignored(hub, text):
    hub.say(PULL, text, login=BOT, kind="Bot")
    post(hub)
    assert hub.comments(PULL)[0].body == text
    assert len(hub.comments(PULL)) == 2


def test_a_personal_token_writes_as_its_owner(hub):
    hub.accounts["personal"] = Account(login="Maria", kind="User", may_ask=True)
    hub.say(PULL, body(), login=BOT, kind="Bot")
    post(hub, token="personal")
    post(hub, samples.PASSED, run=2, token="personal")
    assert [(comment.login, comment.edits) for comment in hub.comments(PULL)] == [(BOT, 0), ("Maria", 1)]


def test_an_app_is_told_who_it_is_and_nobody_is_asked(hub):
    hub.accounts["app"] = Account(login="acme-gate[bot]", kind="Bot")
    post(hub, token="app", author="acme-gate[bot]")
    post(hub, samples.PASSED, run=2, token="app", author="Acme-Gate[bot]")
    assert only(hub).edits == 1
    assert "/user" not in {exchange.path for exchange in hub.requests}


def test_the_oldest_comment_wins_and_our_duplicates_go(hub):
    first = hub.say(PULL, body(run=1), login=BOT, kind="Bot")
    hub.say(PULL, "in between")
    hub.say(PULL, body(run=2), login=BOT, kind="Bot")
    foreign = hub.say(PULL, body(run=3))
    post(hub, run=4)
    assert [comment.id for comment in hub.comments(PULL)] == [first.id, first.id + 1, foreign.id]
    assert first.edits == 1


# --- races


@pytest.mark.trust("race")
def test_an_older_run_does_not_overwrite_a_newer_commit(hub):
    post(hub, run=2, head=NEW)
    published, _ = post(hub, samples.PASSED, run=1, head=OLD)
    assert only(hub).edits == 0
    assert "a newer run has commented" in published.notes[0]
    assert published.comment


def test_an_older_attempt_does_not_overwrite_a_newer_one(hub):
    post(hub, attempt=2)
    published, _ = post(hub, samples.PASSED, attempt=1)
    assert only(hub).edits == 0
    assert "a newer run has commented" in published.notes[0]


def test_a_newer_attempt_overwrites_an_older_one(hub):
    post(hub)
    post(hub, samples.PASSED, attempt=2)
    assert "no regression" in only(hub).body


def race(hub, *, first, second):
    """Two runs list, both find nothing, and create in this order; afterwards each goes its way."""
    listed, created = threading.Barrier(2, timeout=10), threading.Event()
    results = {}

    def go(name, run, head):
        results[name] = post(hub, samples.REGRESSED.model_copy(update={"pushes": run}), run=run, head=head)

    def wait_for_turn():
        if listed.wait() == 0:
            return
        created.wait(10)

    hub.faults.add("POST", THREAD, Fault(before=wait_for_turn, after=created.set), times=2)
    threads = [threading.Thread(target=go, args=(name, *run)) for name, run in (("first", first), ("second", second))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.trust("race")
@pytest.mark.parametrize("_", range(3))
@pytest.mark.parametrize(("first", "second"), [((1, OLD), (2, NEW)), ((2, NEW), (1, OLD))])
def test_two_runs_that_create_at_once_leave_one_comment_of_the_newest_commit(hub, first, second, _):
    race(hub, first=first, second=second)
    assert len([exchange for exchange in hub.requests if exchange.method == "POST"]) == 2
    assert NEW in only(hub).body.split("\n")[0]


@pytest.mark.parametrize("_", range(5))
def test_two_runs_of_one_commit_that_create_at_once_leave_one_comment(hub, _):
    race(hub, first=(1, NEW), second=(2, NEW))
    assert len(hub.comments(PULL)) == 1


def test_an_older_run_takes_its_own_comment_back_when_a_newer_one_was_first(hub):
    newer = body(run=2, head=NEW)
    hub.faults.add("POST", THREAD, Fault(before=lambda: hub.say(PULL, newer, login=BOT, kind="Bot")))
    published, _ = post(hub, run=1, head=OLD)
    assert only(hub).body == newer
    assert "a newer run has commented" in published.notes[0]


# --- faults


@pytest.mark.trust("lost-answer")
@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_post_that_was_stored_and_then_failed_makes_one_comment(hub, status):
    hub.faults.add("POST", THREAD, Fault(status=status, stored=True))
    published, waited = post(hub)
    assert only(hub).body.startswith("<!-- llmgate:comment")
    assert published.comment
    assert waited == [1.0]
    assert [exchange.method for exchange in hub.writes] == ["POST"]


def test_another_runs_comment_is_not_taken_for_the_one_that_was_lost(hub):
    def meanwhile():
        hub.say(PULL, body(run=9, head=OLD), login=BOT, kind="Bot")

    hub.faults.add("POST", THREAD, Fault(status=502, before=meanwhile))
    post(hub)
    assert NEW in only(hub).body.split("\n")[0]


@pytest.mark.trust("lost-answer")
def test_a_post_whose_answer_is_lost_makes_one_comment(hub):
    hub.faults.add("POST", THREAD, Fault(drop=True, stored=True))
    published, _ = post(hub)
    assert published.comment
    assert len(hub.comments(PULL)) == 1


def test_a_post_that_failed_and_was_not_stored_is_sent_again(hub):
    hub.faults.add("POST", THREAD, Fault(status=502))
    assert post(hub)[0].comment
    assert len(hub.comments(PULL)) == 1


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/user"), ("GET", "/pulls/"), ("GET", THREAD), ("PATCH", COMMENT)]
)
def test_a_call_that_fails_once_is_tried_again(hub, method, path):
    hub.say(PULL, body(), login=BOT, kind="Bot")
    hub.faults.add(method, path, Fault(status=503))
    published, waited = post(hub)
    assert published.notes == ()
    assert only(hub).edits == 1
    assert waited == [1.0]


def test_github_that_is_down_becomes_a_note_after_short_waits(hub):
    hub.faults.add("GET", ".", Fault(status=500), times=20)
    published, waited = post(hub)
    assert published.comment is None
    assert "GitHub answered with 500" in published.notes[0]
    assert sum(waited) <= 20


@pytest.mark.trust("github-limits")
@pytest.mark.parametrize(
    ("status", "message", "words"),
    [
        (401, "Bad credentials", "does not accept the token"),
        (403, "Resource not accessible by integration", "`pull-requests: write`"),
        (403, "Unable to create comment because issue is locked.", "locked"),
        (404, "Not Found", "no such pull request"),
        (410, "Issues are disabled", "switched off"),
        (422, "Validation Failed", "did not accept the text"),
    ],
)
def test_a_refusal_is_a_note_with_the_next_action_and_is_not_repeated(hub, status, message, words):
    hub.faults.add("POST", THREAD, Fault(status=status, message=message), times=2)
    published, waited = post(hub)
    assert published.comment is None
    assert words in published.notes[0]
    assert "the report is in the summary of the job" in published.notes[0]
    assert waited == []
    assert hub.comments(PULL) == []


def test_a_token_that_may_only_read_is_a_note(hub):
    hub.accounts["fork"] = Account(may_comment=False)
    published, _ = post(hub, token="fork")
    assert "pull requests from forks have a read-only token" in published.notes[0]


def test_a_locked_conversation_is_a_note(hub):
    hub.close_conversation(PULL)
    assert "locked" in post(hub)[0].notes[0]


def test_a_comment_that_is_deleted_before_the_edit_is_made_anew(hub):
    comment = hub.say(PULL, body(), login=BOT, kind="Bot")
    hub.faults.add("PATCH", COMMENT, Fault(before=lambda: hub.remove(comment)))
    published, _ = post(hub)
    assert only(hub).id != comment.id
    assert published.comment
    assert published.notes == ()


def test_a_limit_that_ends_soon_is_waited_for(hub):
    hub.faults.add("POST", THREAD, Fault(status=429, message="slow down", headers={"Retry-After": "7"}))
    published, waited = post(hub)
    assert published.comment
    assert waited == [7.0]


@pytest.mark.trust("github-limits")
@pytest.mark.parametrize("after", ["21", "86400", "-1", "soon", "Wed, 21 Oct 2026 07:28:00 GMT", "1e9", "", None])
@pytest.mark.parametrize(
    ("status", "message"),
    [(429, "slow down"), (403, "You have exceeded a secondary rate limit"), (403, "An abuse detection mechanism")],
)
def test_a_limit_that_does_not_end_soon_is_a_note(hub, after, status, message):
    headers = {} if after is None else {"Retry-After": after}
    hub.faults.add("POST", THREAD, Fault(status=status, message=message, headers=headers))
    published, waited = post(hub)
    assert "rate limit" in published.notes[0]
    assert waited == []


def test_a_limit_on_the_question_who_we_are_is_not_taken_for_the_jobs_own_token(hub):
    hub.faults.add("GET", "/user", Fault(status=403, message="You have exceeded a secondary rate limit"))
    published, _ = post(hub)
    assert "rate limit" in published.notes[0]
    assert hub.writes == []


def test_the_waits_of_all_calls_count_together(hub):
    for path in ("/user", "/pulls/"):
        hub.faults.add("GET", path, Fault(status=429, headers={"Retry-After": "9"}), times=2)
    published, waited = post(hub)
    assert waited == [9.0, 9.0]
    assert "rate limit" in published.notes[0]


@pytest.mark.trust("github-limits")
def test_all_waiting_together_is_capped(hub):
    hub.faults.add("GET", ".", Fault(status=429, headers={"Retry-After": "9"}), times=20)
    published, waited = post(hub)
    assert "rate limit" in published.notes[0]
    assert sum(waited) <= 20


@pytest.mark.trust("comment-size")
def test_a_text_that_github_finds_too_long_is_sent_once_more_and_shorter(hub):
    hub.faults.add("POST", THREAD, Fault(status=422, message="Validation Failed"))
    report = samples.with_text(samples.REGRESSED, lambda text: f"{text} {'x' * 30_000}")
    assert post(hub, report)[0].comment
    assert fitting.utf16(only(hub).body) <= 30_000


@pytest.mark.trust("comment-size")
@pytest.mark.parametrize("letter", ["a", "🙂"])
@pytest.mark.parametrize("units", [65_535, 65_536, 65_537])
def test_what_is_sent_has_65536_units_at_most(hub, units, letter):
    marker, rendered = len(str(Marker(run=1, attempt=1, head=NEW))), []

    def lengthen_the_first(text):
        rendered.append(text)
        lacking, each = units - marker - fitting.utf16(text), fitting.utf16(letter)
        return text if len(rendered) > 1 else text + "a" * (lacking % each) + letter * (lacking // each)

    assert post(hub, samples.REGRESSED, redact=lengthen_the_first)[0].comment
    sent = fitting.utf16(only(hub).body)
    assert sent == units if units <= 65_536 else sent <= 30_000
    assert [exchange.status for exchange in hub.requests if exchange.method == "POST"] == [201]


def test_a_text_that_redaction_makes_too_long_is_made_shorter_before_it_is_sent(hub):
    report = samples.with_text(samples.REGRESSED, lambda text: f"{text} {'s ' * 30_000}")
    assert post(hub, report, redact=lambda text: text.replace("s ", "[redacted] "))[0].comment
    assert {exchange.status for exchange in hub.requests if exchange.method == "POST"} == {201}


def test_a_redirect_to_another_host_is_a_note_and_not_followed(hub):
    with fakehub.serve() as other:
        elsewhere = other.url.replace("127.0.0.1", "localhost")
        hub.faults.add(
            "GET", "/pulls/", Fault(status=301, headers={"Location": f"{elsewhere}/repos/acme/shop/pulls/7"})
        )
        published, _ = post(hub)
        assert published.comment is None
        assert published.notes
        assert other.requests == []


def test_an_answer_that_is_no_json_is_a_note(hub, monkeypatch):
    monkeypatch.setattr(hub, "shown_pull", lambda _: fakehub.state.Answer(status=200, body=["not a pull request"]))
    hub.contract.of_response = lambda *_, **__: []
    published, _ = post(hub)
    assert published.comment is None
    assert published.notes


@pytest.mark.trust("environment")
@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_a_proxy_of_the_environment_has_no_effect(hub, monkeypatch, name):
    monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert post(hub)[0].notes == ()
    assert only(hub)


def test_nobody_listening_is_a_note(hub):
    published, waited = post(hub, url="http://127.0.0.1:9")
    assert "GitHub could not be reached" in published.notes[0]
    assert sum(waited) <= 20


def test_what_github_says_does_not_reach_the_notes(hub):
    hub.faults.add("POST", THREAD, Fault(status=403, message="::error::@octocat <b>"), times=2)
    assert "octocat" not in post(hub)[0].notes[0]


def test_the_redactor_sees_all_that_is_sent_but_the_marker(hub):
    report = samples.with_text(samples.REGRESSED, lambda text: f"{text} canary")
    post(hub, report, redact=lambda text: text.replace("canary", "[redacted]").replace("llmgate:comment", "x"))
    assert "canary" not in only(hub).body
    assert "[redacted]" in only(hub).body
    assert Marker.of(only(hub).body) == Marker(run=1, attempt=1, head=NEW)


# --- the marker


def test_a_marker_is_read_as_it_was_written():
    marker = Marker(run=12_345_678_901, attempt=3, head=NEW)
    assert Marker.of(f"{marker}\nx") == Marker.of(str(marker)) == Marker.of(f"{marker}\r\nx") == marker


@pytest.mark.parametrize(
    "fields", [{"head": "worktree"}, {"head": ""}, {"run": -1}, {"head": "a --> <b>"}, {"attempt": 10**9}]
)
def test_a_marker_of_something_else_than_a_run_is_a_note_and_nothing_is_sent(hub, fields):
    marker = Marker(**({"run": 1, "attempt": 1, "head": NEW} | fields))
    with pytest.raises(PublishError):
        marker.check()
    published, _ = post(hub, run=marker.run, attempt=marker.attempt, head=marker.head)
    assert "not what GitHub gives to a job" in published.notes[0]
    assert hub.requests == []


# --- the files of the job


def test_the_summary_is_appended(tmp_path):
    path = tmp_path / "summary"
    path.write_text("before\n")
    assert publish.write_summary(samples.REGRESSED, path=path) == ()
    assert path.read_text().startswith("before\n## ✗ llmgate: 2 fixtures broke")
    assert runner.summary(path.read_bytes())


def test_the_summary_leaves_room_for_what_is_there_already(tmp_path):
    path = tmp_path / "summary"
    path.write_text("x" * 880 * 1024)
    report = samples.with_text(samples.REGRESSED, lambda text: f"{text} {'語' * 60_000}")
    assert publish.write_summary(report, path=path) == ()
    assert path.stat().st_size <= 900 * 1024


def test_a_summary_without_room_is_a_note(tmp_path):
    path = tmp_path / "summary"
    path.write_text("x" * 899 * 1024)
    assert publish.write_summary(samples.REGRESSED, path=path) == (
        "the summary of the job could not be written: ValueError",
    )


@pytest.mark.trust("disk")
def test_a_full_disk_is_a_note(full_disk):
    summary = publish.write_summary(samples.PASSED, path=full_disk)
    outputs = publish.write_outputs(samples.PASSED, path=full_disk, files={}, delimiter=lambda: "d" * 32)
    assert summary == ("the summary of the job could not be written: No space left on device",)
    assert outputs == ("the outputs of the step could not be written: No space left on device",)


def test_the_outputs_are_read_by_the_runner(tmp_path):
    path = tmp_path / "output"
    path.touch()
    publish.write_outputs(samples.REGRESSED, path=path, files={"report": "/tmp/r.json"}, delimiter=lambda: "d" * 32)
    assert runner.file_values(path.read_text())["verdict"] == "regressed"


def test_outputs_that_cannot_be_written_safely_are_a_note_and_not_written(tmp_path):
    path = tmp_path / "output"
    notes = publish.write_outputs(samples.REGRESSED, path=path, files={"report": "a\nb"}, delimiter=lambda: "d" * 32)
    assert "the output report has a value that cannot be written" in notes[0]
    assert not path.exists()


@pytest.fixture
def full_disk():
    path = Path("/dev/full")
    assert path.exists(), "these tests need a system with /dev/full"
    return path
