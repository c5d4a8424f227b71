"""Items, blocks and tools as OpenAI's and Anthropic's APIs have them."""

import pytest

from llmgate.capture import messages
from tests.unit.capture.logs import call, result


def parts(*entries):
    return [part for message in messages.read(list(entries)).messages for part in message["parts"]]


def test_a_custom_tools_call_keeps_its_free_text_and_its_result_answers_it():
    read = messages.read(
        [
            {"type": "custom_tool_call", "call_id": "c1", "name": "sql", "input": "select 1"},
            {"type": "custom_tool_call_output", "call_id": "c1", "output": "1"},
        ]
    )

    assert [message["role"] for message in read.messages] == ["assistant", "tool"]
    assert [part for message in read.messages for part in message["parts"]] == [
        call("c1", "sql", "select 1"),
        result("c1", "1"),
    ]


def test_calls_that_reasoning_parts_are_one_message():
    listed = [
        {"role": "assistant", "content": "Let me look."},
        {"type": "reasoning", "id": "r1", "summary": []},
        {"type": "function_call", "call_id": "c1", "name": "a", "arguments": "{}"},
        {"type": "reasoning", "id": "r2", "summary": []},
        {"type": "function_call", "call_id": "c2", "name": "b", "arguments": "{}"},
    ]
    (message,) = messages.read(listed).messages

    assert [part["type"] for part in message["parts"]] == ["text", "tool_call", "tool_call"]


@pytest.mark.parametrize(
    "kind",
    [
        *("web_search_call", "mcp_list_tools", "local_shell_call", "shell_call_output", "apply_patch_call"),
        *("tool_search_call", "program", "additional_tools", "configuration_update", "computer_call"),
    ],
)
def test_items_of_the_providers_own_tools_are_named(kind):
    assert messages.read([{"type": kind, "id": "x"}]).depends_on == (f"the provider's own tool ({kind})",)


@pytest.mark.parametrize(
    "kind",
    ["web_fetch_tool_result", "code_execution_tool_result", "bash_code_execution_tool_result", "container_upload"],
)
def test_blocks_of_the_providers_own_tools_are_named(kind):
    block = {"type": kind, "content": []}

    assert messages.read([{"role": "assistant", "content": [block]}]).depends_on == (
        f"the provider's own tool ({kind})",
    )


@pytest.mark.parametrize("kind", ["compaction", "compaction_trigger"])
def test_a_compacted_conversation_is_the_providers(kind):
    assert messages.read([{"type": kind}]).depends_on == ("a conversation that the provider compacted",)


def test_a_result_without_content_is_an_empty_text():
    block = {"type": "tool_result", "tool_use_id": "t1"}

    assert parts({"role": "user", "content": [block]}) == [result("t1", "")]


def test_a_document_of_plain_text_is_a_blob_in_base64():
    block = {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "Ölampe"}}

    assert parts({"role": "user", "content": [block]}) == [
        {"type": "blob", "modality": "document", "mime_type": "text/plain", "content": "w5ZsYW1wZQ=="}
    ]


@pytest.mark.parametrize(
    "tool",
    [{"type": "custom", "custom": {"name": "sql"}}, {"type": "custom", "name": "sql", "format": {"type": "text"}}],
)
def test_a_tool_whose_input_is_free_text_has_no_definition_here(tool):
    read = messages.definitions([tool])

    assert (read.messages, read.missing) == ((), ("the definition of a tool whose input is free text",))


def test_anthropics_custom_tools_have_a_schema():
    tool = {"type": "custom", "name": "sql", "input_schema": {"type": "object"}}

    assert messages.definitions([tool]).messages == ({"name": "sql", "parameters": {"type": "object"}},)


def test_types_that_are_no_texts_do_no_harm():
    odd = {"type": ["text"], "text": "x"}

    assert messages.read([{"role": "tool", "tool_call_id": "c", "content": [odd]}]).messages == (
        {"role": "tool", "parts": [result("c", [odd])]},
    )
