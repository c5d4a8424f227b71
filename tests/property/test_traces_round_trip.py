"""A gate's own trace, captured again, gives the fixtures that it ran."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from llmgate import config, documents, sides
from llmgate.documents import writing
from llmgate.fixture import parse
from llmgate.prompts import templates
from tests import exports, traces
from tests.unit.sampling import fakes
from tests.unit.sampling.fakes import FakeClient, said

PROMPT = "Rules: {word}.\n{{{{ context }}}}\nMatter: {{{{ matter }}}}\nQuestion: {{{{ question }}}}\n"
ON = "telemetry: {content: true}\n"

# Letters and signs that tear at formats; no digits, at-signs and the like, which capture takes for personal.
SIGNS = st.sampled_from([*"abcdefgh ÄßλЖ漢🙂", '"', "'", "{", "}", "[", "]", "\\", "\n", "|", "#", ":", ",", "<"])
TEXTS = st.text(SIGNS, min_size=1, max_size=24).filter(lambda text: text.strip())
WORDS = st.text(st.sampled_from("abcdefgh"), min_size=2, max_size=6)
LEAVES = TEXTS | st.booleans() | st.integers(-99, 99) | st.none()
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(WORDS, inner, max_size=2))
DOCUMENTS = st.lists(
    st.fixed_dictionaries(
        {"id": WORDS.map("{}.md".format), "text": TEXTS},
        optional={
            "score": st.floats(0, 1).map(lambda score: round(score, 3)),
            "metadata": st.dictionaries(WORDS, TEXTS | st.integers(0, 9), min_size=1, max_size=2),
        },
    ),
    max_size=3,
    unique_by=lambda document: document["id"],
)
TURNS = st.lists(TEXTS, max_size=2).map(
    lambda told: [{"role": role, "content": text} for text in told for role in ("user", "assistant")]
)
CALLS = st.lists(
    st.fixed_dictionaries(
        {
            "name": WORDS,
            "arguments": st.dictionaries(WORDS, JSON, max_size=2),
            "result": TEXTS | st.dictionaries(WORDS, LEAVES, min_size=1, max_size=2),
        }
    ),
    max_size=3,
    unique_by=lambda call: call["name"],
)
STATES = st.builds(
    lambda variables, turns, found, calls, seed: {
        "input": {"variables": variables, "messages": turns},
        "context": {"documents": found},
        "tools": {"definitions": [_tool(call["name"]) for call in calls], "results": calls},
        **({} if seed is None else {"seed": seed}),
    },
    st.fixed_dictionaries({"question": TEXTS, "matter": TEXTS | st.sampled_from(['["a",  "b"]', '{"a":  "b"}'])}),
    TURNS,
    DOCUMENTS,
    CALLS,
    st.none() | st.integers(0, 99),
)


def _tool(name):
    return {"name": name, "description": "A tool.", "parameters": {"type": "object", "properties": {}}}


def files(cases, word):
    content = {"llmgate.yaml": fakes.config(extra=ON), "prompts/p.md": PROMPT.format(word=word)}
    for name, state in cases.items():
        case = {"id": name, "target": "t", **state, "assert": [{"type": "contains", "value": "good"}]}
        content[f"fixtures/{name}.yaml"] = writing.yaml(case)
    return content


def fixture(content, name):
    """Read a fixture as the gate does."""
    path = f"fixtures/{name}.yaml"
    (found,), _ = parse(documents.read(path, content[path].encode()))
    return found


def model(cases):
    """Call every tool that is recorded, one after the other, and be done."""
    recorded = {call["name"]: call for state in cases.values() for call in state["tools"]["results"]}

    def answer(asked):
        offered = [tool.name for tool in asked.request.tools]
        ran = sum(message.role == "tool" for message in asked.request.messages)
        if ran < len(offered):
            return said("one moment", calls=[(f"c{ran}", offered[ran], recorded[offered[ran]]["arguments"])])
        return "good"

    return FakeClient(answer=answer)


def captured(content, lines):
    """Capture in a repository that has the prompt and no fixture."""
    left = {path: text for path, text in content.items() if not path.startswith("fixtures/")}
    history = fakes.FakeHistory({"head": left})
    side = sides.of(history, "head", config.read(left["llmgate.yaml"].encode()), templates.fill)
    return exports.capture("otlp", side, lines)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(STATES, min_size=1, max_size=2))
def test_a_run_captured_again_gives_the_same_fixtures(states):
    """Whatever the input state of fixtures is, the trace of a run of them gives the same fixtures."""
    cases = {f"case-{'ab'[number]}": _own_tools(state, "ab"[number]) for number, state in enumerate(states)}
    base, head = files(cases, "be brief"), files(cases, "be kind")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        _, spans, notes = traces.judged(path, base, head, model(cases))
        found = captured(head, (path / "traces.jsonl").read_bytes())
    assert (notes, found.faults) == ((), [])
    originals = {fixture(head, name).input_digest: fixture(head, name) for name in cases}
    exact = [made for made in found.made if made.placement.exact]
    assert {made.draft.fixture.input_digest for made in exact} == set(originals)
    firsts = {span["llmgate.fixture.id"]: span.id for span in spans if _is_first(span)}
    for made in exact:
        draft, original = made.draft.fixture, originals[made.draft.fixture.input_digest]
        assert draft.context.documents == _hashed(draft, original)
        assert draft.observed.model.requested == "m-2026-01-15"
        assert draft.observed.params == {"temperature": 0.3}
        if draft.origin.span == firsts[original.id]:
            assert draft.seed == original.seed


def _own_tools(state, letter):
    """Let no two fixtures have a tool of one name."""
    calls = [{**call, "name": letter + call["name"]} for call in state["tools"]["results"]]
    return {**state, "tools": {"definitions": [_tool(call["name"]) for call in calls], "results": calls}}


def _is_first(span):
    return span["llmgate.step"] == 0 and span["llmgate.trial.index"] == 0 and span["llmgate.arm"] == "head"


def _hashed(draft, original):
    """Leave aside the hashes of texts, which capture adds."""
    hashes = [document.sha256 for document in draft.context.documents]
    pairs = zip(original.context.documents, hashes, strict=True)
    return tuple(document.model_copy(update={"sha256": digest}) for document, digest in pairs)
