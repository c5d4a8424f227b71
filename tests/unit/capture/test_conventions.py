"""Every name of the table is read, and the first of a row is believed."""

import json

import pytest

from llmgate import conventions
from llmgate.capture import otlp as dialect
from llmgate.capture import pieces
from llmgate.capture.span import Span, ToolRun, by_response
from llmgate.conventions import Field, Happening, Kind, Shape
from tests import otlp

MODEL = {"gen_ai.operation.name": "chat"}
RETRIEVER = {"openinference.span.kind": "RETRIEVER"}
RERANKER = {"openinference.span.kind": "RERANKER"}
TOOL = {"openinference.span.kind": "TOOL"}

# What stands around the items of a list, and the words that a few conventions have of their own.
WRAPPERS = {
    "llm.input_messages": "message.",
    "llm.output_messages": "message.",
    "llm.tools": "tool.",
    "retrieval.documents": "document.",
    "reranker.output_documents": "document.",
    "reranker.input_documents": "document.",
    "annotations": "annotation.",
    "trace.annotations": "annotation.",
    "evaluations": "evaluation.",
    "trace.evaluations": "evaluation.",
}
ITEMS = {
    "llm.prompts": {"prompt.text": "Hi"},
    "llm.choices": {"completion.text": "Hello"},
    "llm.tools": {"tool.json_schema": '{"type": "function", "function": {"name": "find"}}'},
}
HI = {"role": "user", "parts": [{"type": "text", "content": "Hi"}]}
HELLO = {"role": "assistant", "parts": [{"type": "text", "content": "Hello"}]}
RULES = {"role": "system", "parts": [{"type": "text", "content": "Be kind."}]}
CALL = {"role": "assistant", "parts": [{"type": "tool_call", "name": "find", "arguments": {}, "id": "c1"}]}
JUDGED = {"name": "tone", "score": 0.0, "label": "bad", "comment": "Rude.", "negative": True}
FIND = {"name": "find"}


def one(told):
    return told[0]


def parameter(name):
    return lambda told: one(told).params.get(name)


def prompt(name):
    return lambda told: one(told).prompt.get(name)


def field(name):
    return lambda told: getattr(one(told), name)


# For each thing: what else the span has, what an attribute says, how it is found in what is read, and what it then is.
CASES = {
    Field.SYSTEM: (MODEL, [{"type": "text", "content": "Be kind."}], field("messages"), (RULES,)),
    Field.INPUT: (MODEL, [{"role": "user", "content": "Hi"}], field("messages"), (HI,)),
    Field.INPUT_REFERENCE: (MODEL, "s3://b/1.json", field("depends_on"), (pieces.UNRECORDED,)),
    Field.SYSTEM_REFERENCE: (
        MODEL | {"gen_ai.input.messages": '[{"role": "user", "content": "Hi"}]'},
        "s3://b/1.json",
        field("depends_on"),
        (pieces.UNRECORDED,),
    ),
    Field.EVENTS: (MODEL, [{"event.name": "gen_ai.user.message", "content": "Hi"}], field("messages"), (HI,)),
    Field.OUTPUT: (MODEL, [{"role": "assistant", "content": "Hello"}], field("output"), (HELLO,)),
    Field.OUTPUT_REFERENCE: (MODEL, "s3://b", lambda told: "output.messages" in one(told).missing[0], True),
    Field.ANSWER_TEXT: (MODEL, "Hello", field("output"), (HELLO,)),
    Field.ANSWER_CALLS: (
        MODEL,
        [{"toolCallId": "c1", "toolName": "find", "input": "{}"}],
        field("output"),
        (CALL,),
    ),
    Field.FINISH_REASON: (MODEL, "length", field("finish_reason"), "length"),
    Field.TOOLS: (MODEL, [FIND], field("tools"), (FIND,)),
    Field.TOOLS_REFERENCE: (MODEL, "s3://b", lambda told: "tool.definitions" in one(told).missing[0], True),
    Field.PROVIDER: (MODEL, "anthropic", field("provider"), "anthropic"),
    Field.REQUESTED: (MODEL, "claude-sonnet-5", field("requested"), "claude-sonnet-5"),
    Field.SERVED: (MODEL, "claude-sonnet-5", field("served"), "claude-sonnet-5"),
    Field.RESPONSE: (MODEL, "resp_1", field("response"), "resp_1"),
    Field.PREVIOUS_RESPONSE: (
        MODEL,
        "resp_0",
        lambda told: one(told).depends_on[0],
        "an earlier answer that the provider stores (previous_response_id)",
    ),
    Field.COMPACTED: (MODEL, True, lambda told: one(told).depends_on[0], "a conversation that the provider compacted"),
    Field.INVOCATION: (MODEL, {"temperature": 0.5, "model": "m"}, field("params"), {"temperature": 0.5}),
    Field.SEED: (MODEL, 0, field("seed"), 0),
    Field.TEMPERATURE: (MODEL, 0.5, parameter("temperature"), 0.5),
    Field.TOP_P: (MODEL, 0.5, parameter("top_p"), 0.5),
    Field.TOP_K: (MODEL, 5, parameter("top_k"), 5),
    Field.MAX_TOKENS: (MODEL, 100, parameter("max_tokens"), 100),
    Field.FREQUENCY_PENALTY: (MODEL, 0.5, parameter("frequency_penalty"), 0.5),
    Field.PRESENCE_PENALTY: (MODEL, 0.5, parameter("presence_penalty"), 0.5),
    Field.STOP: (MODEL, ["END"], parameter("stop"), ["END"]),
    Field.N: (MODEL, 2, parameter("n"), 2),
    Field.REASONING_EFFORT: (MODEL, "low", parameter("reasoning_effort"), "low"),
    Field.TOOL_CHOICE: (MODEL, {"type": "required"}, parameter("tool_choice"), "required"),
    Field.RESPONSE_FORMAT: (MODEL, "json", lambda told: "response_format: its schema" in one(told).missing, True),
    Field.RESPONSE_SCHEMA: (
        MODEL,
        {"type": "object"},
        parameter("response_format"),
        {"type": "json_schema", "json_schema": {"schema": {"type": "object"}}},
    ),
    Field.PROMPT_NAME: (MODEL, "support", prompt("name"), "support"),
    Field.PROMPT_VERSION: (MODEL, 7, prompt("version"), "7"),
    Field.PROMPT_TEMPLATE: (MODEL, "Hi {{name}}", prompt("template"), "Hi {{name}}"),
    Field.VARIABLES: (MODEL, {"name": "Ada"}, field("variables"), {"name": "Ada"}),
    Field.DOCUMENTS: (RETRIEVER, [{"id": "a", "content": "A."}], field("documents"), ({"id": "a", "text": "A."},)),
    Field.RERANKED: (RERANKER, [{"id": "a", "content": "A."}], field("documents"), ({"id": "a", "text": "A."},)),
    Field.CANDIDATES: (
        RERANKER | {"ai.ranking": ['{"index": 0, "relevanceScore": 0.5}']},
        [{"id": "a", "content": "A."}],
        field("documents"),
        ({"id": "a", "text": "A.", "score": 0.5},),
    ),
    Field.RANKING: (
        RERANKER | {"ai.documents": ['"A."', '"B."']},
        [{"index": 1, "relevanceScore": 0.5}],
        field("documents"),
        ({"id": "document-2", "text": "B.", "score": 0.5},),
    ),
    Field.TOOL_NAME: (TOOL, "find", field("tool"), ToolRun(name="find")),
    Field.TOOL_CALL: (TOOL, "c1", field("tool"), ToolRun(name="a span", id="c1")),
    Field.TOOL_ARGUMENTS: (TOOL, '{"a":1}', field("tool"), ToolRun(name="a span", arguments='{"a":1}')),
    Field.TOOL_RESULT: (TOOL, "found", field("tool"), ToolRun(name="a span", result="found")),
    Field.FEEDBACK: (
        MODEL,
        [{"name": "tone", "score": 0, "label": "bad", "explanation": "Rude."}],
        field("feedback"),
        (JUDGED,),
    ),
    Field.TRACE_FEEDBACK: (
        MODEL,
        [{"name": "tone", "score": 0, "label": "bad", "explanation": "Rude."}],
        lambda told: (told[1].trace, told[1].span, told[1].feedback),
        (otlp.TRACE, None, (JUDGED,)),
    ),
    Field.EXPECTED: (MODEL, "14 days", field("expected"), "14 days"),
    Field.ERROR: (MODEL, "Timeout", field("error"), "Timeout"),
    Field.TAGS: (MODEL, ["eu"], field("tags"), ("eu",)),
    Field.METADATA: (MODEL, {"channel": "web"}, field("metadata"), {"channel": "web"}),
    Field.TRIAL: (MODEL, "case-1/head/0", field("part"), "case-1/head/0"),
}
EVALUATION = {
    Field.EVALUATION_NAME: ("tone", {"name": "tone"}),
    Field.EVALUATION_SCORE: (0.25, {"score": 0.25}),
    Field.EVALUATION_LABEL: ("bad", {"label": "bad", "negative": True}),
    Field.EVALUATION_COMMENT: ("Rude.", {"comment": "Rude."}),
}
NAMES = [(wanted, name) for wanted, names in conventions.ROWS.items() for name in names]


def written(name, value):
    """Write a value as the convention does."""
    match name.shape:
        case Shape.JSON if name.text == "ai.documents":
            return {name.text: [json.dumps(item) for item in value]}
        case Shape.JSON | Shape.ENCODED | Shape.QUOTED:
            return {name.text: json.dumps(value)}
        case Shape.LIST:
            prefix = WRAPPERS.get(name.text, "")
            items = (
                [ITEMS[name.text]]
                if name.text in ITEMS
                else [{prefix + key: of for key, of in item.items()} for item in value]
            )
            return {f"{name.text}.{at}.{key}": of for at, item in enumerate(items) for key, of in item.items()}
        case Shape.MAP:
            return {f"{name.text}.{key}": of for key, of in value.items()}
        case _:
            return {name.text: value}


def test_every_thing_that_is_carried_has_a_row_and_a_case():
    assert set(conventions.ROWS) == set(Field) == {*CASES, *EVALUATION}


@pytest.mark.parametrize(("wanted", "name"), [pair for pair in NAMES if pair[0] in CASES], ids=str)
def test_each_name_of_the_table_is_read(wanted, name):
    around, value, found, expected = CASES[wanted]
    if wanted is Field.METADATA and name.shape is Shape.VALUE:
        value, expected = "web", {name.text: "web"}
    assert found(otlp.read(otlp.spans(otlp.span(around | written(name, value))))) == expected


@pytest.mark.parametrize(("wanted", "name"), [pair for pair in NAMES if pair[0] in EVALUATION], ids=str)
def test_each_name_of_an_evaluation_is_read(wanted, name):
    value, expected = EVALUATION[wanted]
    told = otlp.only(MODEL, events=[("gen_ai.evaluation.result", {name.text: value})])
    assert told.feedback == (expected,)


@pytest.mark.parametrize(
    ("wanted", "first", "second"),
    [
        (wanted, first, second)
        for wanted in (Field.PROVIDER, Field.REQUESTED, Field.SERVED, Field.PROMPT_NAME, Field.PROMPT_VERSION)
        for first, second in zip(conventions.ROWS[wanted], conventions.ROWS[wanted][1:], strict=False)
    ],
    ids=str,
)
def test_where_a_span_has_two_names_the_first_of_the_row_is_believed(wanted, first, second):
    around, _, found, _ = CASES[wanted]
    assert found(otlp.read(otlp.spans(otlp.span(around | written(second, "old") | written(first, "new"))))) == "new"


@pytest.mark.parametrize("names", [conventions.ROWS[Field.INPUT], conventions.ROWS[Field.OUTPUT]], ids=["in", "out"])
def test_where_a_span_has_its_content_twice_the_newest_convention_is_believed(names):
    wanted = Field.INPUT if names is conventions.ROWS[Field.INPUT] else Field.OUTPUT
    around, value, found, expected = CASES[wanted]
    other = {names[0].text: json.dumps(value), **written(names[-1], [{"role": "user", "content": "Another"}])}
    assert found(otlp.read(otlp.spans(otlp.span(around | other)))) == expected


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [(name, value, kind) for name, kinds in conventions.KINDS.items() for value, kind in kinds.items()],
)
def test_each_word_for_what_happened_is_known(name, value, kind):
    assert otlp.only({name: value}).kind is kind


def test_a_span_of_unknown_kind_with_a_model_and_messages_is_a_call_of_the_model():
    said = {"gen_ai.request.model": "m", "gen_ai.prompt.0.role": "user", "gen_ai.prompt.0.content": "Hi"}
    assert otlp.only(said).kind is Kind.MODEL


SAID = {
    Happening.MESSAGE: {"content": "Hi", "id": "c1"},
    Happening.CHOICE: {"index": 0, "message": '{"role": "assistant", "content": "Hi"}', "finish_reason": "stop"},
    Happening.PROMPT: {"gen_ai.prompt": '[{"role": "user", "content": "Hi"}]'},
    Happening.COMPLETION: {"gen_ai.completion": '[{"role": "assistant", "content": "Hi"}]'},
    Happening.DETAILS: {"gen_ai.input.messages": '[{"role": "user", "content": "Hi"}]'},
    Happening.EVALUATION: {"gen_ai.evaluation.name": "Hi"},
    Happening.EXCEPTION: {"exception.message": "Hi"},
}


@pytest.mark.parametrize("name", conventions.EVENTS)
def test_each_event_of_a_span_is_read(name):
    around = RETRIEVER if conventions.EVENTS[name] is Happening.DOCUMENT else MODEL
    told = otlp.only(
        around, events=[(name, SAID.get(conventions.EVENTS[name], {f"{name}.id": "Hi"}))], status={"code": 2}
    )
    found = {
        Happening.EVALUATION: told.feedback,
        Happening.DOCUMENT: told.documents,
        Happening.EXCEPTION: told.error,
        Happening.CHOICE: told.output,
        Happening.COMPLETION: told.output,
    }
    assert "Hi" in str(found.get(conventions.EVENTS[name], told.messages))


@pytest.mark.parametrize("role", ["system", "user", "assistant", "tool"])
def test_the_name_of_a_messages_event_tells_its_role(role):
    told = otlp.only(MODEL, events=[(f"gen_ai.{role}.message", {"gen_ai.event.content": '{"content": "Hi"}'})])
    assert told.messages[0]["role"] == role


def test_messages_in_log_records_are_put_in_order_for_their_span():
    late = otlp.logs(otlp.log("gen_ai.choice", body={"index": 0, "message": {"content": "Hello"}}, at=3))
    early = otlp.logs(
        otlp.log("gen_ai.user.message", body={"content": "Hi"}, at=2),
        otlp.log("gen_ai.system.message", body={"content": "Be kind."}, at=1),
    )
    told = otlp.read(late, otlp.spans(otlp.span(MODEL)), early)
    assert pieces.whole(told) == Span(
        file="t", line=2, trace=otlp.TRACE, id=otlp.SPAN, name="a span", kind=Kind.MODEL, started_ns=1, ended_ns=1,
        messages=(RULES, HI), output=(HELLO,),
    )  # fmt: skip


def test_an_evaluation_in_a_log_record_is_about_its_span_and_about_the_answer_it_names():
    pairs = {"gen_ai.evaluation.name": "tone", "gen_ai.evaluation.score.label": "bad", "gen_ai.response.id": "resp_1"}
    by_span, by_answer = otlp.read(otlp.logs(otlp.log("gen_ai.evaluation.result", pairs=pairs)))
    assert (by_span.trace, by_span.span) == (otlp.TRACE, otlp.SPAN)
    assert (by_answer.trace, by_answer.span) == (by_response("resp_1"), None)
    assert by_span.feedback == by_answer.feedback == ({"name": "tone", "label": "bad", "negative": True},)


def test_an_evaluation_of_another_answer_is_not_about_the_span_that_carries_it():
    pairs = {"gen_ai.evaluation.name": "tone", "gen_ai.response.id": "resp_1"}
    value = otlp.spans(otlp.span(MODEL, events=[("gen_ai.evaluation.result", pairs)]))
    judge, remark = otlp.read(value)
    assert list(dialect.traces(value)) == [otlp.TRACE, by_response("resp_1")]
    assert judge.feedback == ()
    assert (remark.trace, remark.feedback) == (by_response("resp_1"), ({"name": "tone"},))


def test_an_evaluation_of_the_spans_own_answer_is_feedback_on_it():
    pairs = {"gen_ai.evaluation.name": "tone", "gen_ai.response.id": "resp_1"}
    value = otlp.spans(
        otlp.span(MODEL | {"gen_ai.response.id": "resp_1"}, events=[("gen_ai.evaluation.result", pairs)])
    )
    (judged,) = otlp.read(value)
    assert (judged.feedback, list(dialect.traces(value))) == (({"name": "tone"},), [otlp.TRACE])


def test_the_first_of_several_choices_is_the_answer_and_its_calls_may_stand_beside():
    second = ("gen_ai.choice", {"gen_ai.event.content": '{"index": 1, "message": {"content": "No"}}'})
    calls = '{"index": 0, "message": {}, "tool_calls": [{"id": "c1", "function": {"name": "find", "arguments": "{}"}}]}'
    told = otlp.only(MODEL, events=[second, ("gen_ai.choice", {"gen_ai.event.content": calls})])
    assert told.output == (CALL,)


def test_the_content_of_an_event_may_be_a_bare_text():
    told = otlp.only(MODEL, events=[("gen_ai.user.message", {"gen_ai.event.content": "Hi"})])
    assert told.messages == (HI,)


@pytest.mark.parametrize("ids", [{"trace": None}, {"identity": None}])
def test_a_message_in_a_log_record_of_no_span_is_passed_over(ids):
    value = otlp.logs(otlp.log("gen_ai.user.message", body={"content": "Hi"}, pairs={"gen_ai.response.id": "r"}, **ids))
    assert (otlp.read(value), list(dialect.traces(value))) == ([], [])


@pytest.mark.parametrize(
    ("output", "documents"),
    [
        ({"documents": [{"page_content": "A.", "metadata": {"doc_id": 7}}]}, [("7", "A.")]),
        ([{"document": {"id": "a", "content": "A."}, "score": 1}], [("a", "A.")]),
        ([{"content": "A."}, "no document"], [("document-1", "A.")]),
        ([{"id": "a", "text": "__REDACTED__"}], [("a", None)]),
    ],
)
def test_documents_are_found_in_what_a_retriever_answers(output, documents):
    told = otlp.only({"mlflow.spanType": '"RETRIEVER"', "mlflow.spanOutputs": json.dumps(output)})
    assert [(document["id"], document.get("text")) for document in told.documents] == documents


def test_a_ranking_of_what_is_not_there_is_passed_over():
    ranking = ['{"index": 5, "relevanceScore": 1}', '{"index": 0, "relevanceScore": 0.5}']
    told = otlp.only({"ai.operationId": "ai.rerank.doRerank", "ai.documents": ['"A.', '"B."'], "ai.ranking": ranking})
    assert told.documents == ({"id": "document-1", "text": '"A.', "score": 0.5},)


def test_a_document_in_a_message_of_openinference_is_read():
    part = "llm.input_messages.0.message.contents.0.message_content"
    data = {f"{part}.type": "document", f"{part}.document.document.url": "data:application/pdf;base64,AA=="}
    told = otlp.only({"openinference.span.kind": "LLM", "llm.input_messages.0.message.role": "user"} | data)
    blob = {"type": "blob", "modality": "document", "mime_type": "application/pdf", "content": "AA=="}
    assert told.messages == ({"role": "user", "parts": [blob]},)


def test_the_old_function_call_of_openinference_is_read():
    prefix = "llm.output_messages.0.message."
    said = {f"{prefix}function_call_name": "find", f"{prefix}function_call_arguments_json": "{}"}
    told = otlp.only({"openinference.span.kind": "LLM", f"{prefix}role": "assistant"} | said)
    assert told.output[0]["parts"] == [{"type": "tool_call", "name": "find", "arguments": {}}]


@pytest.mark.parametrize(
    "value", [{"intValue": "x"}, {"intValue": True}, {"doubleValue": "NaN"}, {"doubleValue": "1e999"}, {}]
)
def test_a_number_that_json_does_not_have_says_nothing(value):
    entry = otlp.span(MODEL)
    entry["attributes"].append({"key": "gen_ai.request.temperature", "value": value})
    (told,) = otlp.read(otlp.spans(entry))
    assert told.params == {}
