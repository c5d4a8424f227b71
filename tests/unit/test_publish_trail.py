"""How the comment carries on what became of earlier pushes, through a GitHub on loopback."""

import pytest

from llmgate.publish import Marker, trail
from llmgate.publish.trail import Trail
from llmgate.report.pushes import PushEntry
from llmgate.verdict import Verdict
from tests import fakehub
from tests.unit import test_publish
from tests.unit.renderers import oracle, samples

OLD, NEW, NEWEST = test_publish.OLD, test_publish.NEW, test_publish.NEWEST
FIRST = samples.REGRESSED.model_copy(update={"earlier": (), "pushes": 1})
BROKE = PushEntry(head=OLD, verdict=Verdict.REGRESSED, broken=2, fixtures=("refund-window-eu", "order-lookup"))
PASSED = PushEntry(head=NEW, verdict=Verdict.PASSED)


@pytest.fixture
def hub():
    with fakehub.serve() as served:
        yield served


def push(hub, head, report, *, run):
    hub.pull(test_publish.PULL, head=head)
    assert test_publish.post(hub, report, run=run, head=head)[0].notes == ()
    return test_publish.only(hub).body


def commented(known):
    return f"{Marker(run=1, attempt=1, head=OLD)}\n{known}\n\n## text"


def test_a_push_without_a_store_tells_what_the_comment_knows_of_those_before(hub):
    push(hub, OLD, FIRST, run=1)
    push(hub, NEW, samples.PASSED, run=2)
    body = push(hub, NEWEST, samples.LEANING, run=3)
    assert "<summary>Earlier pushes: ✗ 2 broke, then ✓ no regression</summary>" in body
    assert "| `aaaaaaaaaaaa` | ✗ 2 broke       | `refund-window-eu`, `order-lookup` |" in body
    assert "push 3 of this pull request" in body


def test_a_run_of_the_same_commit_is_no_push_of_its_own(hub):
    push(hub, OLD, FIRST, run=1)
    push(hub, NEW, samples.PASSED, run=2)
    body = push(hub, NEW, samples.LEANING, run=3)
    assert "<summary>Earlier pushes: ✗ 2 broke</summary>" in body
    assert "push 2 of this pull request" in body


def test_the_store_and_the_comment_tell_a_push_once(hub):
    push(hub, OLD, FIRST, run=1)
    body = push(hub, NEW, samples.PASSED.model_copy(update={"earlier": (BROKE,), "pushes": 2}), run=2)
    assert body.count("aaaaaaaaaaaa`") == 1


def test_a_comment_of_somebody_else_tells_nothing(hub):
    hub.pull(test_publish.PULL, head=NEW)
    hub.say(test_publish.PULL, commented(Trail(pushes=(BROKE,), total=1)), login="mallory", kind="User")
    test_publish.post(hub, samples.PASSED)
    _, ours = hub.comments(test_publish.PULL)
    assert "Earlier pushes" not in ours.body
    assert Trail.of(ours.body) == Trail(pushes=(PASSED,), total=1)


def test_many_pushes_are_counted_and_the_last_ten_are_told(hub):
    for number in range(14):
        body = push(hub, f"{number:040x}", samples.PASSED, run=number + 1)
    assert "push 14 of this pull request" in body
    assert "<summary>Earlier pushes: … ✓ no regression, then" in body
    assert body.count("| `") == 10
    assert "and 3 older pushes" in body
    assert len(Trail.of(body).pushes) == trail.MOST_PUSHES


def test_a_trail_is_read_as_it_was_written():
    known = Trail(pushes=(BROKE, PASSED), total=7)
    assert Trail.of(commented(known)) == Trail.of(commented(known).replace("\n", "\r\n")) == known


@pytest.mark.parametrize(
    "line",
    [
        "",
        "<!-- llmgate:pushes v1 -->",
        "<!-- llmgate:pushes v2 1 -->",
        f"<!-- llmgate:pushes v1 0 | {OLD} passed passed -->",
        f"<!-- llmgate:pushes v1 9999999 | {OLD} passed passed -->",
        f"<!-- llmgate:pushes v1 1 | {OLD} approved passed -->",
        "<!-- llmgate:pushes v1 1 | HEAD passed passed -->",
        f"<!-- llmgate:pushes v1 1 | {OLD} regressed 1 broke: <b>x</b> -->",
        f"<!-- llmgate:pushes v1 1 | {OLD} passed passed --> # heading",
        f" <!-- llmgate:pushes v1 1 | {OLD} passed passed -->",
        "<!-- llmgate:pushes v1 20" + f" | {OLD} passed passed" * 20 + " -->",
        "<!-- llmgate:pushes v1 1 " + "| " * 10_000,
    ],
)
def test_a_line_that_was_never_written_by_us_tells_nothing(line):
    assert Trail.of(commented(line)) == Trail()


def test_a_name_that_is_not_plain_is_counted_and_not_carried():
    names = ("order lookup --> <b>", "refund-window-eu", "x" * 61)
    earlier = (PushEntry(head=OLD, verdict=Verdict.REGRESSED, broken=3, fixtures=names),)
    written = trail.after(samples.PASSED.model_copy(update={"earlier": earlier, "pushes": 2}), head=NEW)
    assert written.pushes[0] == BROKE.model_copy(update={"broken": 3, "fixtures": ("refund-window-eu",)})
    assert Trail.of(commented(written)) == written


def test_the_trail_is_one_comment_that_nobody_sees():
    text = str(Trail(pushes=(BROKE, PASSED) * 5, total=10))
    assert [token.type for token in oracle.parsed(f"{oracle.MARKER}\n{text}\n\n## x")][:2] == ["html_block"] * 2
    assert len(text) < trail.MAX_CHARS
