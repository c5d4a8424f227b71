"""Stories of what is replayed: tool results, images and documents, and calls that no fixture recorded."""

import base64
import hashlib
import json

import pytest

from llmgate.renderers import markdown
from tests import modelserver, project
from tests.stories import Story, assert_ends_as_told, judged

KIND = {"prompts/support.jinja": project.prompt(project.GOOD_RULE + " Be kind.")}
IMAGE = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
DIGEST = hashlib.sha256(IMAGE).hexdigest()
LOOK = "{name: look, parameters: {type: object, properties: {id: {type: string}}}}"
ERASE = "{name: erase, parameters: {type: object}}"
RESULTS = """  results:
    - {name: look, arguments: {id: A1}, result: {returns: free within 14 days}}
"""
TOOLS = f"tools:\n  definitions: [{LOOK}, {ERASE}]\n{RESULTS}"
IN_TURN = TOOLS + "    - {name: look, arguments: {id: A1}, result: {returns: free within 30 days}}\n"


def cases(made, count=30):
    return {f"fixtures/case-{number:03d}.yaml": made(number) for number in range(count)}


def with_tools(tools=TOOLS):
    return lambda _: cases(lambda number: project.case(number, extra=tools))


def showing(number):
    part = f"{{type: blob, modality: image, mime_type: image/png, path: shots/a.png, sha256: {DIGEST}}}"
    return project.case(number).replace("}}\n", f"}}, messages: [{{role: user, parts: [{part}]}}]}}\n")


def illustrated(_):
    return {**cases(showing), "shots/a.png": IMAGE}


def seen(asked):
    """The bytes of all images in a request."""
    parts = [part for turn in asked.body["messages"] if isinstance(turn["content"], list) for part in turn["content"]]
    return [base64.b64decode(part["image_url"]["url"].partition(",")[2]) for part in parts if "image_url" in part]


def with_eyes(asked):
    return project.obedient(asked) if seen(asked) == [IMAGE] else "I see nothing."


def using(name="look", arguments=None, *, when=lambda _asked: True):
    """A model that calls a tool first, and then says what the tool answered."""

    def answer(asked):
        results = [turn["content"] for turn in asked.body["messages"] if turn["role"] == "tool"]
        if results:
            return results[-1]
        wanted = ((name, arguments or {"id": "A1"}),) if when(asked) else (("look", {"id": "A1"}),)
        return modelserver.Said(calls=wanted)

    return answer


def in_a_hurry(asked):
    return "Be kind." in "".join(str(turn["content"]) for turn in asked.body["messages"])


STORIES = {
    "recorded results are served to both arms": Story(
        base=with_tools(), does=lambda _: KIND, fixtures=30, answer=using(), verdict="passed", code=0
    ),
    "the head calls with other arguments": Story(
        base=with_tools(),
        does=lambda _: KIND,
        fixtures=30,
        answer=using(arguments={"id": "A2"}, when=in_a_hurry),
        verdict="regressed",
        code=1,
        said="miss: wrong_arguments: the model called look",
    ),
    "the head calls a tool that was never offered": Story(
        base=with_tools(),
        does=lambda _: KIND,
        fixtures=30,
        answer=using("fly", when=in_a_hurry),
        verdict="regressed",
        code=1,
        said="miss: hallucinated_tool: the model called fly",
    ),
    "the head calls a tool of which nothing is recorded": Story(
        base=with_tools(),
        does=lambda _: KIND,
        fixtures=30,
        answer=using("erase", when=in_a_hurry),
        verdict="regressed",
        code=1,
        said="miss: unrecorded_call: the model called erase",
    ),
    "every trial starts its sequence anew": Story(
        base=with_tools(IN_TURN), does=lambda _: KIND, fixtures=30, answer=using(), verdict="passed", code=0
    ),
    "an image is sent to both arms": Story(
        base=illustrated, does=lambda _: KIND, fixtures=30, answer=with_eyes, verdict="passed", code=0
    ),
    "a pull request deletes the image beside a regression": Story(
        base=illustrated,
        does=lambda _: {"prompts/support.jinja": project.prompt("Be brief."), "shots/a.png": None},
        fixtures=30,
        answer=with_eyes,
        verdict="regressed",
        code=1,
        said="'shots/a.png', which is changed or removed",
        rules=("suite_changes",),
    ),
    "a pull request exchanges the image beside a harmless edit": Story(
        base=illustrated,
        does=lambda _: {**KIND, "shots/a.png": b"blank"},
        fixtures=30,
        answer=with_eyes,
        verdict="rejected",
        code=1,
        rules=("suite_changes",),
    ),
    "only fixtures that hang on the world outside exercise the prompt": Story(
        base=lambda _: cases(lambda number: project.case(number, extra="completeness: {depends_on: [a clock]}\n"), 8),
        does=lambda _: KIND,
        fixtures=8,
        verdict="not_evaluated",
        code=3,
        said="8 fixtures do not run",
        rules=("coverage", "incomplete"),
    ),
}


@pytest.mark.parametrize("name", STORIES)
def test_story(tmp_path, name):
    assert_ends_as_told(tmp_path, STORIES[name])


def test_a_miss_is_told_as_a_failure_of_tool_use_with_its_name(tmp_path):
    with modelserver.serve(using("fly", when=in_a_hurry)) as server:
        found = judged(tmp_path, server, STORIES["the head calls a tool that was never offered"])
    broken = [entry for entry in found.fixtures if entry.tier == "confirmed"]
    assert {entry.category for entry in broken} == {"tool use: hallucinated tool"}
    (failed,) = broken[0].example.failed
    assert failed.reason == 'miss: hallucinated_tool: the model called fly({"id": "A1"}); offered: look, erase'
    comment = markdown.comment(found, marker="<!-- marker -->")
    assert "| tool use: hallucinated tool " in comment
    assert "hallucinated" in comment


def test_documents_tool_results_and_the_image_arrive_as_they_are_recorded(tmp_path):
    base = {**cases(lambda number: showing(number) + TOOLS, 8), "shots/a.png": IMAGE}
    story = Story(base=lambda _: base, does=lambda _: KIND, fixtures=8, verdict="", code=0)
    with modelserver.serve(using()) as server:
        judged(tmp_path, server, story)
        last = [asked for asked in server.seen if asked.body["messages"][-1]["role"] == "tool"]
    assert last
    for asked in last:
        assert seen(asked) == [IMAGE]
        assert "Returns are free within 14 days." in str(asked.body["messages"])
        assert json.loads(asked.body["messages"][-1]["content"]) == {"returns": "free within 14 days"}
