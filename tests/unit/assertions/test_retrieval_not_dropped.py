import json

import pytest

from llmgate.message import Message, ToolResponsePart, text_message
from tests.unit.assertions.traces import grade, passes, request

WRITTEN = {"type": "retrieval:not-dropped"}
DOCUMENTS = [("a", 'The window is "14 days".\n\nÜber  all.'), ("b", "Shipping is free."), ("c", "Other")]
TEXT = DOCUMENTS[0][1]


def judged(prompt, *, gold=("a",), documents=DOCUMENTS):
    return passes(WRITTEN, documents=documents, gold=gold, request=request(user=prompt))


@pytest.mark.parametrize(
    "prompt",
    [
        f"Context:\n{TEXT}\nQuestion",
        'Context: The window is "14 days". Über all.',
        json.dumps({"documents": [TEXT]}),
        json.dumps({"documents": [TEXT]}, ensure_ascii=False),
    ],
)
def test_a_text_that_stands_in_the_prompt_was_not_dropped(prompt):
    assert judged(prompt)


@pytest.mark.parametrize("prompt", ["Question", 'The window is "14', "the window is &quot;14 days&quot;. Über all."])
def test_a_text_that_is_missing_cut_or_changed_was_dropped(prompt):
    assert not judged(prompt)


def test_the_score_is_the_share_of_the_retrieved_ones():
    seen = grade(WRITTEN, documents=DOCUMENTS, gold=["a", "b", "z"], request=request(user=TEXT))
    assert seen.score == 0.5
    assert seen.reason == 'not in the prompt: "b"'


def test_a_document_that_was_not_retrieved_is_not_looked_at():
    assert judged(TEXT, gold=["a", "z"])


def test_if_none_was_retrieved_it_fails():
    assert not judged(TEXT, gold=["z"])


def test_what_the_model_said_itself_is_no_prompt():
    talk = request(text_message("assistant", TEXT), user="Question")
    assert not passes(WRITTEN, documents=DOCUMENTS, gold=["a"], request=talk)


def test_a_tool_may_have_brought_the_text():
    answer = Message(role="tool", parts=(ToolResponsePart(response={"found": [TEXT]}),))
    assert passes(WRITTEN, documents=DOCUMENTS, gold=["a"], request=request(answer, user="Question"))


def test_without_a_request_it_cannot_judge():
    assert "what the model was sent" in grade(WRITTEN, documents=DOCUMENTS, gold=["a"]).error
