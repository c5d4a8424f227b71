"""The installed `llmgate capture` on bad files: exit 2, file and line on standard error, and nothing good is lost."""

from __future__ import annotations

import json

import pytest

from tests import project, spans

GOOD = list(spans.lines(2, spans_a_line=5))
DEEP = '{"resourceSpans": ' + "[" * 5_000 + "]" * 5_000 + "}\n"
HUGE = 100 * 1024 * 1024


def colliding() -> str:
    """Write the model's call of the first trace once more, with another question."""
    batch = json.loads(GOOD[0])
    (scope,) = batch["resourceSpans"][0]["scopeSpans"]
    call = scope["spans"][-1]
    for attribute in call["attributes"]:
        if attribute["key"] == "llm.input_messages.0.message.content":
            attribute["value"]["stringValue"] = "Another question"
    scope["spans"] = [call]
    return json.dumps(batch) + "\n"


def huge() -> str:
    attribute = {"key": "input.value", "value": {"stringValue": "x" * HUGE}}
    span = {"traceId": "f" * 32, "spanId": "1" * 16, "name": "big", "attributes": [attribute]}
    return json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}) + "\n"


BAD = {
    "truncated": (lambda: GOOD[0][: len(GOOD[0]) // 2] + "\n", "not JSON: "),
    "dialect": (lambda: '{"id": "run", "run_type": "llm", "trace_id": "t"}\n', "resourceSpans"),
    "deep": (lambda: DEEP, "nested deeper than 100 levels"),
    "huge": (huge, "a line of 100 MiB; at most 32 MiB are read"),
}


@pytest.fixture
def shop(tmp_path):
    files = {**project.files("http://127.0.0.1:9", fixtures=1), "prompts/support.jinja": spans.PROMPT}
    return project.Project.create(tmp_path / "repository", files)


def captured(shop, tmp_path, *lines: str) -> project.Ended:
    path = tmp_path / "traces.jsonl"
    path.write_text("".join(lines))
    return project.command("capture", "otlp", path, "--out", "fixtures/captured", cwd=shop.origin.path)


def drafts(shop) -> list[str]:
    return sorted(path.name for path in (shop.origin.path / "fixtures" / "captured").glob("*.yaml"))


@pytest.mark.parametrize("case", BAD)
def test_a_bad_line_ends_with_2_and_its_place_and_what_is_good_is_kept(shop, tmp_path, case):
    captured(shop, tmp_path, GOOD[0])
    before = drafts(shop)
    line, message = BAD[case]

    ended = captured(shop, tmp_path, GOOD[0], line(), GOOD[1])

    assert (ended.code, len(before)) == (2, 1), ended.stderr
    assert f"{tmp_path / 'traces.jsonl'}:2: " in ended.stderr
    assert message in ended.stderr
    assert set(before) < set(drafts(shop))
    assert len(drafts(shop)) == 2
    assert len(ended.stderr) < 2_000


def test_ids_that_collide_end_with_2_and_both_places_and_other_traces_are_kept(shop, tmp_path):
    ended = captured(shop, tmp_path, GOOD[0], GOOD[1], colliding())

    assert ended.code == 2
    path = tmp_path / "traces.jsonl"
    assert f"{path}:3: two records of one span contradict each other" in ended.stderr
    assert f"first at {path}:1" in ended.stderr
    assert len(drafts(shop)) == 1
