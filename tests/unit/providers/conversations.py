"""Conversations for both APIs: one with everything in it, and any that hypothesis can think of."""

from hypothesis import strategies as st

from llmgate.message import Message, TextPart, ToolCallPart, ToolDefinition, ToolResponsePart, text_message
from llmgate.trial import Request

TOOLS = (
    ToolDefinition(
        name="lookup_order",
        description="Find an order.",
        parameters={"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]},
        strict=True,
    ),
    ToolDefinition(name="now"),
)

EVERYTHING = Request(
    provider="main",
    model="m-1",
    messages=(
        text_message("system", "You are terse."),
        text_message("developer", "Never apologise."),
        Message(role="user", parts=(TextPart(content="Where is A1?"),), name="ada"),
        Message(
            role="assistant",
            parts=(
                TextPart(content="Let me look."),
                ToolCallPart(id="functions.lookup:0", name="lookup_order", arguments={"id": "A1"}),
                ToolCallPart(name="now"),
            ),
        ),
        Message(
            role="tool", parts=(ToolResponsePart(id="functions.lookup:0", response={"status": "shipped", "ü": 1}),)
        ),
        text_message("tool", "noon"),
        text_message("user", "Und jetzt? 🦆"),
        text_message("user", "Hurry."),
    ),
    tools=TOOLS,
    params={"temperature": 0.5, "max_tokens": 300, "tool_choice": {"type": "auto"}},
)

text = st.text(st.characters(codec="utf-8"), max_size=20)
json_value = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | text,
    lambda children: st.lists(children, max_size=3) | st.dictionaries(text, children, max_size=3),
    max_leaves=6,
)
ids = st.none() | st.sampled_from(["a", "b.c", "b:c", "call_1"])
texts = st.builds(TextPart, content=text)
calls = st.builds(ToolCallPart, id=ids, name=st.sampled_from(["lookup_order", "now"]), arguments=json_value)
results = st.builds(ToolResponsePart, id=ids, response=json_value)


def _message(role, part):
    return st.builds(Message, role=st.just(role), parts=st.lists(part, min_size=1, max_size=3).map(tuple))


messages = st.one_of(
    _message("system", texts),
    _message("developer", texts),
    _message("user", texts | results),
    _message("assistant", texts | calls),
    _message("tool", texts | results),
)
requests = st.builds(
    Request,
    provider=st.just("main"),
    model=st.just("m-1"),
    messages=st.lists(messages, max_size=6).map(tuple),
    tools=st.sampled_from([(), TOOLS]),
    params=st.dictionaries(st.sampled_from(["temperature", "max_tokens", "stop"]), json_value, max_size=3),
)
