import asyncio
import dataclasses

import pytest

from llmgate.config import ModelEntry, PromptEntry
from llmgate.errors import RenderError
from llmgate.fixture import Fixture
from llmgate.message import Message, ToolCallPart, ToolDefinition, ToolResponsePart, text_message
from llmgate.prompts import Format, Prompt
from llmgate.targets import prompt
from llmgate.trial import Call, FinishReason, MissKind
from tests.unit.sampling import fakes

ENTRY = ModelEntry(provider="house", model="m-1", params={"temperature": 0.3, "seed": 7})
EARLIER = [{"role": "user", "content": "hello"}, {"role": "assistant", "content": "hi"}]
TOLD = [(turn["role"], turn["content"]) for turn in EARLIER]
LATEST = {"role": "user", "content": "and now?"}


def target(**changes):
    return PromptEntry(**{"kind": "prompt", "prompt": "p.md", "model": "m", **changes})


def made(rendered, messages=(), **changes):
    fixture = fakes.fixture(input={"messages": list(messages)})
    return prompt.request(fixture, target(**changes), ENTRY, rendered)


def told(request):
    return [(message.role, message.text) for message in request.messages]


def test_one_text_of_a_user_comes_after_the_earlier_turns():
    assert told(made([(None, "Q")], EARLIER)) == [("user", "hello"), ("assistant", "hi"), ("user", "Q")]


def test_one_text_of_the_system_comes_before_the_earlier_turns():
    asked = made([(None, "S")], [*EARLIER, LATEST], role="system")
    assert told(asked) == [("system", "S"), ("user", "hello"), ("assistant", "hi"), ("user", "and now?")]


def test_a_prompt_of_several_messages_stands_before_the_earlier_turns():
    asked = made([("system", "S"), ("user", "Q")], [{"role": "assistant", "content": "A"}, LATEST])
    assert told(asked) == [("system", "S"), ("user", "Q"), ("assistant", "A"), ("user", "and now?")]


@pytest.mark.parametrize(
    ("rendered", "messages", "role"),
    [
        ([(None, "S")], [], "system"),
        ([(None, "S")], EARLIER, "system"),
        ([("system", "S")], [], "user"),
        ([("user", "Q"), ("assistant", "A")], [], "user"),
        ([], [], "user"),
    ],
)
def test_a_conversation_that_leaves_nothing_to_answer_is_refused(rendered, messages, role):
    with pytest.raises(RenderError, match="nothing to answer"):
        made(rendered, messages, role=role)


def test_a_conversation_may_end_with_a_tools_answer():
    call = {"role": "assistant", "parts": [{"type": "tool_call", "id": "1", "name": "look", "arguments": {}}]}
    answer = {"role": "tool", "parts": [{"type": "tool_call_response", "id": "1", "result": 3}]}
    assert made([(None, "S")], [LATEST, call, answer], role="system").messages[-1].role == "tool"


def test_the_seed_is_no_parameter_of_the_request():
    assert made([(None, "Q")]).params == {"temperature": 0.3}


@pytest.mark.parametrize(
    ("rendered", "expected"),
    [
        (
            [("system", "S"), ("history", ""), ("user", "Q")],
            [("system", "S"), ("user", "hello"), ("assistant", "hi"), ("user", "Q")],
        ),
        ([("history", ""), ("user", "Q")], [("user", "hello"), ("assistant", "hi"), ("user", "Q")]),
        ([(None, "S"), ("history", ""), (None, "Q")], [("user", "S"), *TOLD, ("user", "Q")]),
    ],
)
def test_the_earlier_turns_stand_where_the_prompt_says(rendered, expected):
    assert told(made(rendered, EARLIER)) == expected


def test_a_place_for_earlier_turns_is_nothing_where_there_are_none():
    assert told(made([("system", "S"), ("history", ""), ("user", "Q")])) == [("system", "S"), ("user", "Q")]


def test_a_template_sees_documents_as_data_and_as_text():
    context = {"documents": [{"id": "a#1", "text": "first", "score": 0.5}, {"id": "b#2", "text": "second"}]}
    seen = prompt.variables(fakes.fixture(context=context, input={"variables": {"question": "why"}}))
    assert seen["context"] == "[a#1] first\n\n[b#2] second"
    assert seen["documents"][0] == {"id": "a#1", "text": "first", "score": 0.5}
    assert seen["question"] == "why"


# The loop of tool calls

OFFERED = (ToolDefinition(name="look"), ToolDefinition(name="delete"))
LOOKUP = {"results": [{"name": "look", "arguments": {"id": "A1", "deep": {"x": 1, "y": [1, 2]}}, "result": {"is": 1}}]}
SAME = {"deep": {"y": [1, 2], "x": 1}, "id": "A1"}


def conversed(answers, *, tools=LOOKUP, max_steps=8):
    asked = []
    script = iter(answers)

    async def ask(request, step):
        asked.append(request)
        completion = next(script)
        return Call(step=step, model="m-1", completion=completion, cost_usd=None, latency_s=0.1, attempts=1)

    talk = prompt.converse(fakes.fixture(tools=tools), fakes.request(tools=OFFERED), max_steps=max_steps, ask=ask)
    return asyncio.run(talk), asked


def test_a_call_with_the_recorded_arguments_is_answered_whatever_the_order_of_their_keys():
    talk, asked = conversed([fakes.said(calls=[("call_1", "look", SAME)]), fakes.said("done")])
    assert (talk.output, talk.miss, len(talk.calls)) == ("done", None, 2)
    answer = asked[1].messages[-1]
    assert (answer.role, answer.parts) == ("tool", (ToolResponsePart(id="call_1", response={"is": 1}),))


def test_the_models_own_message_stands_before_the_tools_answer():
    first = fakes.said("let me see", calls=[("call_1", "look", SAME)])
    _, asked = conversed([first, fakes.said("done")])
    assert asked[1].messages[-2] == first.message


@pytest.mark.parametrize(
    ("name", "arguments", "kind"),
    [
        ("look", {"id": "A2"}, MissKind.WRONG_ARGUMENTS),
        ("look", {}, MissKind.WRONG_ARGUMENTS),
        ("look", '{"id": "A1"', MissKind.WRONG_ARGUMENTS),
        ("delete", {"id": "A1"}, MissKind.UNRECORDED_CALL),
        ("fly", {"id": "A1"}, MissKind.HALLUCINATED_TOOL),
    ],
)
def test_a_call_that_is_not_recorded_is_a_miss_and_ends_it(name, arguments, kind):
    talk, asked = conversed([fakes.said(calls=[("1", name, arguments)])])
    assert talk.miss.kind is kind
    assert name in talk.miss.message
    assert (len(asked), len(talk.tool_calls)) == (1, 1)


def test_several_calls_in_one_message_are_answered_in_their_order_with_their_ids():
    tools = {"results": [{"name": "look", "arguments": {"id": n}, "result": n} for n in (1, 2)]}
    calls = [("toolu_b", "look", {"id": 2}), ("toolu_a", "look", {"id": 1})]
    talk, asked = conversed([fakes.said(calls=calls), fakes.said("done")], tools=tools)
    answers = [message.parts[0] for message in asked[1].messages[-2:]]
    assert [(part.id, part.response) for part in answers] == [("toolu_b", 2), ("toolu_a", 1)]
    assert [part.id for part in talk.tool_calls] == ["toolu_b", "toolu_a"]


def test_one_miss_among_several_calls_is_a_miss():
    talk, asked = conversed([fakes.said(calls=[("1", "look", SAME), ("2", "look", {"id": "B"})])])
    assert talk.miss
    assert len(asked) == 1


def test_a_model_that_never_stops_calling_tools_is_a_miss_at_the_limit():
    talk, asked = conversed([fakes.said(calls=[("1", "look", SAME)])] * 3, max_steps=3)
    assert len(asked) == 3
    assert str(talk.miss) == "too_many_calls: the model still called tools after 3 steps"


def test_an_answer_that_was_an_error_is_replayed_as_one():
    tools = {"results": [{"name": "look", "result": "no such order", "error": True}]}
    _, asked = conversed([fakes.said(calls=[("1", "look", {})]), fakes.said("sorry")], tools=tools)
    assert asked[1].messages[-1].parts == (ToolResponsePart(id="1", response="no such order", is_error=True),)


def test_a_conversation_starts_its_sequences_anew():
    tools = {"results": [{"name": "look", "result": number} for number in (1, 2)]}
    script = [fakes.said(calls=[("1", "look", {})]), fakes.said("done")]
    answers = [conversed(script, tools=tools)[1][1].messages[-1].parts[0].response for _ in range(2)]
    assert answers == [1, 1]


def test_the_last_step_may_be_the_answer():
    talk, _ = conversed([fakes.said(calls=[("1", "look", SAME)]), fakes.said("done")], max_steps=2)
    assert (talk.output, talk.miss) == ("done", None)


def test_a_finish_reason_does_not_decide_whether_tools_were_called():
    completion = dataclasses.replace(fakes.said(calls=[("1", "look", SAME)]), finish_reason=FinishReason.STOP)
    talk, _ = conversed([completion, fakes.said("done")])
    assert talk.output == "done"


# The digest

TOOL = ToolDefinition(name="look", parameters={"type": "object", "properties": {"id": {"type": "string"}}})
ASKED = fakes.request(params={"a": 1, "b": {"c": 2, "d": 3}}, tools=(TOOL,))


def test_equal_requests_have_equal_digests_whatever_the_order_of_keys():
    again = fakes.request(
        params={"b": {"d": 3, "c": 2}, "a": 1},
        tools=(ToolDefinition(parameters={"properties": {"id": {"type": "string"}}, "type": "object"}, name="look"),),
    )
    assert prompt.digest(again, seed=7) == prompt.digest(ASKED, seed=7)


CALLED = Message(role="assistant", parts=[ToolCallPart(id="1", name="look", arguments={})])
OTHERS = {
    "provider": dataclasses.replace(ASKED, provider="other"),
    "model": dataclasses.replace(ASKED, model="m-2"),
    "text": dataclasses.replace(ASKED, messages=(text_message("user", "hello "),)),
    "role": dataclasses.replace(ASKED, messages=(text_message("system", "hello"),)),
    "a further message": dataclasses.replace(ASKED, messages=(*ASKED.messages, CALLED)),
    "params": dataclasses.replace(ASKED, params={"a": 1, "b": {"c": 2, "d": 4}}),
    "an integer as a float": dataclasses.replace(ASKED, params={"a": 1.0, "b": {"c": 2, "d": 3}}),
    "no tools": dataclasses.replace(ASKED, tools=()),
    "a tool's description": dataclasses.replace(ASKED, tools=(TOOL.model_copy(update={"description": "x"}),)),
    "a tool's strictness": dataclasses.replace(ASKED, tools=(TOOL.model_copy(update={"strict": True}),)),
}


@pytest.mark.parametrize("what", OTHERS)
def test_the_digest_depends_on_everything_that_is_sent(what):
    assert prompt.digest(OTHERS[what], seed=7) != prompt.digest(ASKED, seed=7)


def test_the_digest_depends_on_the_seed_and_on_there_being_one():
    assert len({prompt.digest(ASKED, seed=seed) for seed in (None, 0, 7)}) == 3


def test_the_order_of_messages_and_of_tools_is_part_of_the_digest():
    two = (text_message("user", "a"), text_message("user", "b"))
    digests = {prompt.digest(dataclasses.replace(ASKED, messages=order), seed=None) for order in (two, two[::-1])}
    assert len(digests) == 2


def file(**content):
    return Prompt(path="p.prompt.yml", format=Format.PROMPT_YML, digests={}, **content)


CASE = Fixture.model_validate({"id": "a", "target": "t", "assert": [{"type": "contains", "value": "x"}]})


def test_a_schema_in_the_prompts_file_is_sent_as_the_format_of_the_answer():
    schema = {"name": "answer", "schema": {"type": "object"}}
    source = file(schema={"responseFormat": "json_schema", "jsonSchema": schema})
    sent = prompt.request(CASE, target(), ENTRY, [("user", "hi")], source=source)
    assert sent.params["response_format"] == {"type": "json_schema", "json_schema": schema}
    assert sent.params["temperature"] == ENTRY.params["temperature"]


def test_tools_in_the_prompts_file_are_sent():
    source = file(tools=[{"type": "function", "function": {"name": "look"}}])
    assert [tool.name for tool in prompt.request(CASE, target(), ENTRY, [("user", "hi")], source=source).tools] == [
        "look"
    ]


def test_tools_in_the_prompts_file_that_are_none_cannot_be_rendered():
    with pytest.raises(RenderError, match=r"p\.prompt\.yml"):
        prompt.request(CASE, target(), ENTRY, [("user", "hi")], source=file(tools=[{"no": "name"}]))
