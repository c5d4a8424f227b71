"""What production sent reaches the model again: each export is captured and ended by a person, a format's are gated."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from llmgate import documents, fixture
from llmgate.capture import catalogue
from llmgate.fixture import Fixture
from tests import exports, modelserver, project, spans
from tests.unit.cli import program

ENDED = {
    "draft: true\n": "",
    "# category: grounding ": "category: grounding ",
    '# hypothesis: {statement: "", status: open}\n': "hypothesis: {statement: it was wrong}\n",
    "assert: []\n": "assert: [{type: not-contains, value: zzz}]\n",
}
NOT_DRAFTED = ("no target's prompt makes this request", "messages were not recorded", "there is no trace in the files")
SUGGESTED = re.compile(r"\nassert:\n(?:  .*\n)+")
ID = re.compile(r"^id: ", re.MULTILINE)
SUITE = ("fixtures/**/*.yaml", "captured/**/*.yaml")
"""Where fixtures are looked for until all is captured, and then: the exports of a format tell of the same traces."""


def prompts(exported: Iterable[exports.Captured]) -> dict[str, tuple[str, str]]:
    """Write a prompt for each system message of exports, and one for the conversations without: role and text."""
    systems = dict.fromkeys(
        message["parts"][0]["content"]
        for found in exported
        for made in found.made
        for message in made.seen.messages[:1]
        if message["role"] in ("system", "developer")
    )
    raw = {f"s{number}": ("system", "{% raw %}" + text + "{% endraw %}") for number, text in enumerate(systems)}
    return {**raw, "q": ("user", "{{ question }}")}


def repository(tmp_path, url: str, dialect: str, exported: Iterable[exports.Captured]) -> project.Project:
    written = prompts(exported)
    targets = "".join(
        f"  {name}: {{kind: prompt, prompt: prompts/{name}.jinja, model: answerer, role: {role}}}\n"
        for name, (role, _) in written.items()
    )
    text = project.config(url).replace(
        "  support: {kind: prompt, prompt: prompts/support.jinja, model: answerer}\n", targets
    )
    if dialect == "anthropic":  # whose API carries what others do not
        text = text.replace('"}}\n', '", api: anthropic-messages}}\n', 1)
    files = {f"prompts/{name}.jinja": text for name, (_, text) in written.items()}
    return project.Project.create(tmp_path / "repository", {"llmgate.yaml": text, **files})


def ended(folder) -> list:
    """End every draft that a replay is exact of, as a person would, name each after its export, and return all."""
    for path in folder.glob("*.yaml"):
        text = ID.sub(f"id: {folder.name}-", path.read_text(), count=1)
        if "a replay sends what production sent" in text:
            text = SUGGESTED.sub("\nassert: []\n", text)
            for before, after in ENDED.items():
                text = text.replace(before, after)
        path.write_text(text)
    return sorted(folder.glob("*.yaml"))


def strings(value) -> set[str]:
    """List all texts of an export, those in JSON within texts too."""
    found: set[str] = set()
    if isinstance(value, str):
        found.add(value)
        if value[:1] in ("{", "["):
            with contextlib.suppress(ValueError):
                found |= strings(json.loads(value))
    elif isinstance(value, list):
        found = found.union(*map(strings, value))
    elif isinstance(value, dict):
        found = found.union(*map(strings, value.values()))
    return found


def exported(export: exports.Export) -> set[str]:
    text = export.path.read_text()
    try:
        return strings(json.loads(text))
    except ValueError:
        return strings([json.loads(line) for line in text.split("\n") if line.strip()])


Turn = tuple[str, list[str]]


def heard(body: dict) -> list[Turn]:
    """List what a request says, as roles and texts, where each result of a tool is a turn of its own."""
    system = body.get("system", [])
    found = [("system", [text]) for text in texts([system] if isinstance(system, str) else system)]
    for turn in body["messages"]:
        content = turn.get("content")
        blocks = [content] if isinstance(content, str) else content or []
        results = [block for block in blocks if isinstance(block, dict) and block["type"] == "tool_result"]
        found += [("tool", [result["content"]]) for result in results]
        found += [(turn["role"], texts(blocks))] if len(results) < max(len(blocks), 1) else []
    return found


def texts(blocks: list) -> list[str]:
    told = [block if isinstance(block, str) else block.get("text") for block in blocks]
    return [text for text in told if text is not None]


def turns(seen) -> list[Turn]:
    """Write a conversation as roles and texts, where each result of a tool is a turn of its own."""
    found = []
    for message in seen.messages:
        parts = message["parts"]
        found += [("tool", [text_of(part["response"])]) for part in parts if part["type"] == "tool_call_response"]
        told = [part["content"] for part in parts if part["type"] == "text"]
        is_bare = all(part["type"] == "tool_call_response" for part in parts)
        found += [] if is_bare else [(message["role"], told)]
    return found


def text_of(result) -> str:
    return result if isinstance(result, str) else json.dumps(result, ensure_ascii=False)


def called(results) -> tuple[tuple[str, object], ...]:
    return tuple((result.name, result.arguments) for result in results)


@dataclass
class Model:
    """Answers the first request of a conversation with the calls that production's model made, and is then done."""

    calls: dict[str, tuple] = field(default_factory=dict)

    def __call__(self, asked: modelserver.Asked) -> modelserver.Said | str:
        calls = self.calls.get(json.dumps(heard(asked.body)))
        return modelserver.Said(calls=calls) if calls else "done"


def suite(folder) -> list[Fixture]:
    found = [fixture.parse(documents.read(str(path), path.read_bytes())) for path in ended(folder)]
    assert not [fault for _, faults in found for fault in faults]
    return [each for parsed, _ in found for each in parsed if each.is_active]


@dataclass(frozen=True, kw_only=True)
class Replayed:
    """An export, and the fixtures of it with the conversations that they have to begin."""

    export: exports.Export
    fixtures: Sequence[Fixture]
    requests: Mapping[str, list[Turn]]


def captured(shop: project.Project, number: int, export: exports.Export, found: exports.Captured) -> Replayed:
    root = shop.origin.path
    folder = root / "captured" / f"e{number}"
    done = program.run("capture", export.dialect, export.path, "--out", folder, "--repository", root)
    assert done.exception is None or any(each in str(done.exception) for each in NOT_DRAFTED), done.exception
    sent = {(seen.trace, seen.first.id): seen for seen in found.conversations}
    fixtures = suite(folder)
    return Replayed(
        export=export, fixtures=fixtures, requests={each.id: turns(sent[origin(each)]) for each in fixtures}
    )


@pytest.mark.parametrize("dialect", catalogue.DIALECTS)
def test_messages_documents_and_tool_results_reach_the_model_as_production_sent_them(tmp_path, dialect):
    examples = [export for export in exports.every() if export.dialect == dialect]
    with exports.side(tmp_path / "look") as side:
        found = [exports.capture(dialect, side, export.path.read_bytes()) for export in examples]
    model = Model()
    with modelserver.serve(model) as server:
        shop = repository(tmp_path, server.url, dialect, found)
        replayed = [captured(shop, number, *pair) for number, pair in enumerate(zip(examples, found, strict=True))]
        for one in replayed:
            for each in one.fixtures:
                learn(model, one.requests[each.id], called(each.tools.results))
        config = (shop.origin.path / "llmgate.yaml").read_text().replace(*SUITE)
        shop.origin.commit({"llmgate.yaml": config}, "capture")
        shop.pull({"llmgate.yaml": config.replace("max_tokens: 100", "max_tokens: 99")})
        gated = project.gate(shop, tmp_path)
        bodies = [request.body for request in server.seen]
    ran = {each["id"] for each in gated.report["fixtures"] if each["base"]["trials"] and each["head"]["trials"]}
    assert ran == {each.id for one in replayed for each in one.fixtures} != set(), (gated.stderr, gated.stdout)
    for one in replayed:
        assert_replayed(one, bodies)


def learn(model: Model, told: list[Turn], calls: tuple) -> None:
    """Have the model make these calls; the exports of a format agree on what production's model did."""
    assert model.calls.setdefault(json.dumps(told), calls) == calls, told


def assert_replayed(one: Replayed, bodies: list[dict]) -> None:
    raw = exported(one.export)
    for each in one.fixtures:
        asked = one.requests[each.id]
        assert all(text in raw for _, told in asked for text in told), (one.export, each.id)
        assert all(any(document.text in text for text in raw) for document in each.context.documents), one.export
        first = [body for body in bodies if heard(body) == asked]
        assert {body["max_tokens"] for body in first} == {99, 100}, (one.export, each.id)
        assert one.export.dialect == "anthropic" or (each.seed or 7) in {body["seed"] for body in first}, one.export
        assert_tools_were_served(each, bodies, len(asked))


def origin(each) -> tuple:
    return each.origin.trace, each.origin.span


def assert_tools_were_served(each, bodies, begun: int) -> None:
    """See that the results came back to the model, in the order of its calls, byte for byte."""
    if not each.tools.results:
        return
    wanted = [text_of(result.result) for result in each.tools.results]
    served = [[told[0] for role, told in heard(body)[begun:] if role == "tool"] for body in bodies]
    assert wanted in served, (wanted, served)


def test_documents_go_through_the_prompts_loop_and_reach_the_model_as_they_were(tmp_path):
    path = tmp_path / "traces.jsonl"
    path.write_text("".join(spans.lines(3)))
    with modelserver.serve(lambda _: "done") as server:
        files = {"llmgate.yaml": project.config(server.url), "prompts/support.jinja": spans.PROMPT}
        shop = project.Project.create(tmp_path / "repository", files)
        folder = shop.origin.path / "fixtures" / "captured"
        program.run("capture", "otlp", path, "--out", folder, "--repository", shop.origin.path)
        fixtures = suite(folder)
        shop.origin.commit({}, "capture")
        shop.pull({"llmgate.yaml": files["llmgate.yaml"].replace("max_tokens: 100", "max_tokens: 99")})
        project.gate(shop, tmp_path)
        heard_texts = {text for request in server.seen for _, told in heard(request.body) for text in told}

    sent = {
        attribute["value"]["stringValue"].replace(f"ada{number}@shop.org", "person-1@example.com")
        for number, line in enumerate(spans.lines(3, spans_a_line=5))
        for span in json.loads(line)["resourceSpans"][0]["scopeSpans"][0]["spans"]
        for attribute in span["attributes"]
        if attribute["key"] == "llm.input_messages.0.message.content"
    }
    assert [len(each.context.documents) for each in fixtures] == [3, 3, 3]
    assert heard_texts == sent
