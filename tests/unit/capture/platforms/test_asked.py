"""Requests as SDKs log them, beyond what the examples of each platform show."""

from __future__ import annotations

import pytest

from llmgate.capture.platforms import asked


def said(role, *contents):
    return {"role": role, "parts": [{"type": "text", "content": content} for content in contents]}


@pytest.mark.parametrize("nothing", [None, "", [], {}])
def test_what_was_not_recorded_never_runs(nothing):
    assert asked.of(nothing).asked.depends_on == ("messages that were not recorded",)


def test_a_text_is_the_users():
    assert asked.of("How long?").asked.messages == (said("user", "How long?"),)


def test_blocks_beside_anthropics_messages_are_system_messages_of_their_own():
    request = {
        "model": "claude",
        "system": [{"type": "text", "text": "A"}, {"type": "text", "text": "B"}],
        "messages": [{"role": "user", "content": "Hi"}],
        "max_tokens": 9,
        "tools": [{"name": "f", "input_schema": {"type": "object"}}],
    }

    read = asked.of(request)

    assert read.asked.messages == (said("system", "A"), said("system", "B"), said("user", "Hi"))
    assert (read.model, read.params) == ("claude", {"max_tokens": 9})
    assert read.asked.tools == ({"name": "f", "parameters": {"type": "object"}},)


def test_instructions_of_the_responses_api_are_a_system_message():
    assert asked.of({"instructions": "A", "input": "Hi"}).asked.messages == (said("system", "A"), said("user", "Hi"))


def test_a_prompt_that_the_provider_stores_is_told_with_its_variables():
    read = asked.of({"model": "m", "prompt": {"id": "p_1", "version": "2", "variables": {"x": "y"}}})

    assert (read.asked.prompt, read.asked.variables) == ({"name": "p_1", "version": "2"}, {"x": "y"})
    assert read.asked.depends_on == ("a prompt that the provider stores (prompt)",)


def test_the_first_of_several_prompts_is_carried_and_the_others_are_noted():
    read = asked.of({"prompts": ["A", "B"]})

    assert read.asked.messages == (said("user", "A"),)
    assert read.asked.missing == ("prompts: all but the first of one call",)


def test_a_message_that_cannot_be_read_is_noted_and_never_runs():
    read = asked.of([{"role": "nobody", "content": "Hi"}])

    assert read.asked.missing == ("messages: a message has a role that no API knows",)
    assert read.asked.depends_on == ("messages that could not be read",)


def test_keyword_arguments_that_a_decorator_logs_are_the_request():
    assert asked.of({"args": [], "kwargs": {"messages": [{"role": "user", "content": "Hi"}]}}).asked.messages == (
        said("user", "Hi"),
    )
