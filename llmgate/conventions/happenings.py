"""What happened, by the attributes that tell the kind of a span and by the names of events."""

from __future__ import annotations

from enum import StrEnum, auto

from llmgate.conventions.kind import Kind


class Happening(StrEnum):
    """What an event, or a log record, is."""

    MESSAGE = auto()
    CHOICE = auto()
    PROMPT = auto()
    COMPLETION = auto()
    DETAILS = auto()
    EVALUATION = auto()
    DOCUMENT = auto()
    EXCEPTION = auto()


EVENTS: dict[str, Happening] = {
    "gen_ai.client.inference.operation.details": Happening.DETAILS,
    "gen_ai.evaluation.result": Happening.EVALUATION,
    "gen_ai.system.message": Happening.MESSAGE,
    "gen_ai.user.message": Happening.MESSAGE,
    "gen_ai.assistant.message": Happening.MESSAGE,
    "gen_ai.tool.message": Happening.MESSAGE,
    "gen_ai.choice": Happening.CHOICE,
    "gen_ai.content.prompt": Happening.PROMPT,
    "gen_ai.content.completion": Happening.COMPLETION,
    "db.query.result": Happening.DOCUMENT,
    "db.search.result": Happening.DOCUMENT,
    "exception": Happening.EXCEPTION,
}


def _told(**values: str) -> dict[str, Kind]:
    """Write kinds by their values, which have no blanks."""
    return {value: Kind(kind) for kind, words in values.items() for value in words.split()}


# The first of these attributes whose value is known tells what happened in a span.
KINDS: dict[str, dict[str, Kind]] = {
    "llmgate.purpose": _told(other="judge repeat diagnosis"),  # what a gate asked on its own account
    "gen_ai.operation.name": _told(
        model="chat generate_content text_completion llm_request",
        retrieval="retrieval vector_db_retrieve",
        rerank="rerank",
        tool="execute_tool",
        other="embeddings create_agent invoke_agent invoke_workflow plan fetch_response",
    ),
    "ai.operationId": _told(
        model="ai.generateText.doGenerate ai.streamText.doStream ai.generateObject.doGenerate ai.streamObject.doStream",
        rerank="ai.rerank.doRerank",
        tool="ai.toolCall",
        other="ai.generateText ai.streamText ai.generateObject ai.streamObject ai.rerank ai.embed ai.embedMany",
    ),
    "openinference.span.kind": _told(
        model="LLM",
        retrieval="RETRIEVER",
        rerank="RERANKER",
        tool="TOOL",
        other="CHAIN AGENT EMBEDDING PROMPT GUARDRAIL EVALUATOR DECISION",
    ),
    "langfuse.observation.type": _told(
        model="generation",
        retrieval="retriever",
        tool="tool",
        other="span event agent chain embedding evaluator guardrail",
    ),
    "mlflow.spanType": _told(
        model='"CHAT_MODEL" "LLM"',
        retrieval='"RETRIEVER"',
        rerank='"RERANKER"',
        tool='"TOOL"',
        other='"CHAIN" "AGENT" "EMBEDDING" "PARSER" "WORKFLOW" "TASK" "UNKNOWN"',
    ),
    "llm.request.type": _told(model="chat completion", rerank="rerank", other="embedding"),
    "traceloop.span.kind": _told(tool="tool", other="workflow task agent"),
}
