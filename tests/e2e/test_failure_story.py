"""A failure of production becomes a test for ever: captured, proven, and the change that brings it back is blocked."""

from __future__ import annotations

import json

import pytest

from tests import modelserver, project

BAD_RULE = "Answer what you think."
QUESTION = "May I return order 4711?"
DOCUMENT = "[returns.md#1] Returns are free within 14 days.\n"


def logged() -> str:
    """Write what production logged: the prompt before the fix, the wrong answer, and what the customer said of it."""
    prompt = f"You are the support bot of a shop.\n\n{BAD_RULE}\n{DOCUMENT}\nQuestion: {QUESTION}"
    sent = {"model": project.MODEL, "messages": [{"role": "user", "content": prompt}], "seed": 11}
    message = {"role": "assistant", "content": "Within 30 days, I believe."}
    said = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1_790_000_000, "model": project.MODEL}
    choices = [{"index": 0, "finish_reason": "stop", "message": message}]
    return json.dumps({"request": sent, "response": {**said, "choices": choices}, "user_rating": -1}) + "\n"


def easy_but_for_one(asked: modelserver.Asked) -> str:
    """Answer every question well, and this one as the prompt says."""
    return project.obedient(asked) if "4711" in asked.prompt else "Within 14 days [returns.md#1]."


@pytest.fixture
def served():
    with modelserver.serve(easy_but_for_one) as server:
        yield server


def test_a_failure_of_production_is_captured_proven_and_never_comes_back(tmp_path, served):
    files = {**project.files(served.url), "prompts/support.jinja": project.prompt(BAD_RULE)}
    shop = project.Project.create(tmp_path / "repository", files)
    failing = shop.origin("rev-parse", "HEAD")
    (tmp_path / "log.jsonl").write_text(logged())

    place = ("--where", "feedback=negative", "--out", "fixtures/captured")
    captured = project.command("capture", "openai", tmp_path / "log.jsonl", *place, cwd=shop.origin.path)
    assert "a replay sends what production sent" in captured.stdout, captured.stderr
    (path,) = (shop.origin.path / "fixtures" / "captured").glob("*.yaml")
    ended = (
        path.read_text()
        .replace("draft: true\n", "")
        .replace("# category", "category")
        .replace("# hypothesis", "hypothesis")
    )
    ended = ended.replace('statement: ""', "statement: it does not read the documents")
    path.write_text(ended.replace("assert: []", "assert: [{type: contains, value: 14 days}]"))
    fixed = shop.origin.commit({"prompts/support.jinja": project.prompt()}, "fix")

    revisions = ("--fails-at", failing, "--passes-at", fixed)
    proven = project.command("prove", path.stem, *revisions, cwd=shop.origin.path)
    assert (proven.code, "separates: true" in path.read_text()) == (0, True), proven.stdout + proven.stderr
    shop.origin.commit({}, "prove")
    checked = project.command("check", cwd=shop.origin.path)
    assert (checked.code, "unproven" in checked.stdout) == (0, False), checked.stdout + checked.stderr

    shop.pull({"prompts/support.jinja": project.prompt(BAD_RULE)})
    gated = project.gate(shop, tmp_path)
    assert (gated.code, gated.report["verdict"]) == (1, "regressed"), gated.stdout
    (broken,) = [entry for entry in gated.report["fixtures"] if entry["id"] == path.stem]
    failure = broken["failure"]
    assert (broken["head"]["passed"], failure["category"]) == (0, "grounding"), json.dumps(broken)
    assert failure["source"] == "hand"
    assert broken["category"] == failure["name"]
    assert broken["attribution"] == "prompt prompts/support.jinja"
