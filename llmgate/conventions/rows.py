"""Each thing that is carried ← its names in the conventions, in the order in which they are believed."""

from __future__ import annotations

from llmgate.conventions.field import Field, Name, Shape


def _json(text: str) -> Name:
    return Name(text, Shape.JSON)


def _encoded(text: str) -> Name:
    return Name(text, Shape.ENCODED)


def _quoted(text: str) -> Name:
    return Name(text, Shape.QUOTED)


def _list(text: str) -> Name:
    return Name(text, Shape.LIST)


def _map(text: str) -> Name:
    return Name(text, Shape.MAP)


def _values(*texts: str) -> tuple[Name, ...]:
    return tuple(map(Name, texts))


OWN = "llmgate."
"""With this begin the names of what no convention has a name for."""

ROWS: dict[Field, tuple[Name, ...]] = {
    Field.SYSTEM: (_json("gen_ai.system_instructions"),),
    Field.INPUT: (
        _json("gen_ai.input.messages"),
        _list("gen_ai.prompt"),
        _json("gen_ai.prompt"),
        _json("ai.prompt.messages"),
        _list("llm.input_messages"),
        _list("llm.prompts"),
        _json("ai.prompt"),
        _encoded("mlflow.spanInputs"),
        _json("langfuse.observation.input"),
        _encoded("traceloop.entity.input"),
        _json("input.value"),
    ),
    Field.INPUT_REFERENCE: _values("gen_ai.input.messages.ref", "gen_ai.input.messages_ref"),
    Field.SYSTEM_REFERENCE: _values("gen_ai.system_instructions.ref", "gen_ai.system_instructions_ref"),
    Field.EVENTS: (_json("events"),),
    Field.OUTPUT: (
        _json("gen_ai.output.messages"),
        _list("gen_ai.completion"),
        _json("gen_ai.completion"),
        _list("llm.output_messages"),
        _list("llm.choices"),
        _encoded("mlflow.spanOutputs"),
        _json("langfuse.observation.output"),
        _encoded("traceloop.entity.output"),
        _json("output.value"),
    ),
    Field.OUTPUT_REFERENCE: _values("gen_ai.output.messages.ref", "gen_ai.output.messages_ref"),
    Field.ANSWER_TEXT: _values("ai.response.text", "ai.response.object"),
    Field.ANSWER_CALLS: (_json("ai.response.toolCalls"),),
    Field.FINISH_REASON: _values(
        "gen_ai.response.finish_reasons",
        "gen_ai.response.finish_reason",
        "gen_ai.response.stop_reason",
        "ai.response.finishReason",
        "llm.finish_reason",
        "llm.response.finish_reason",
        "llm.response.stop_reason",
    ),
    Field.TOOLS: (
        _json("gen_ai.tool.definitions"),
        _json("ai.prompt.tools"),
        _list("llm.tools"),
        _list("llm.request.functions"),
        _encoded("mlflow.chat.tools"),
        _json("model_request_parameters"),
    ),
    Field.TOOLS_REFERENCE: _values("gen_ai.tool.definitions.ref", "gen_ai.tool.definitions_ref"),
    Field.PROVIDER: _values(
        "gen_ai.provider.name",
        "ai.model.provider",
        "gen_ai.system",
        "llm.provider",
        "llm.system",
        "mlflow.llm.provider",
    ),
    Field.REQUESTED: (
        *_values("gen_ai.request.model", "ai.model.id", "llm.request.model_name", "langfuse.observation.model.name"),
        _encoded("mlflow.llm.model"),
    ),
    Field.SERVED: _values("gen_ai.response.model", "ai.response.model", "llm.response.model_name", "llm.model_name"),
    Field.RESPONSE: _values("gen_ai.response.id", "ai.response.id"),
    Field.PREVIOUS_RESPONSE: _values("gen_ai.request.previous_response.id"),
    Field.COMPACTED: _values("gen_ai.conversation.compacted"),
    Field.INVOCATION: (_json("llm.invocation_parameters"), _json("langfuse.observation.model.parameters")),
    Field.SEED: _values("gen_ai.request.seed", "gen_ai.openai.request.seed", "ai.settings.seed"),
    Field.TEMPERATURE: _values("gen_ai.request.temperature", "ai.settings.temperature"),
    Field.TOP_P: _values("gen_ai.request.top_p", "ai.settings.topP"),
    Field.TOP_K: _values("gen_ai.request.top_k", "ai.settings.topK", "llm.top_k"),
    Field.MAX_TOKENS: _values(
        "gen_ai.request.max_tokens", "gen_ai.request.max_completion_tokens", "ai.settings.maxOutputTokens"
    ),
    Field.FREQUENCY_PENALTY: _values(
        "gen_ai.request.frequency_penalty", "ai.settings.frequencyPenalty", "llm.frequency_penalty"
    ),
    Field.PRESENCE_PENALTY: _values(
        "gen_ai.request.presence_penalty", "ai.settings.presencePenalty", "llm.presence_penalty"
    ),
    Field.STOP: _values("gen_ai.request.stop_sequences", "ai.settings.stopSequences", "llm.chat.stop_sequences"),
    Field.N: _values("gen_ai.request.choice.count", "gen_ai.request.n"),
    Field.REASONING_EFFORT: _values(
        "gen_ai.request.reasoning.level", "gen_ai.request.reasoning_effort", "llm.request.reasoning_effort"
    ),
    Field.TOOL_CHOICE: (_json("ai.prompt.toolChoice"),),
    Field.RESPONSE_FORMAT: _values(
        "gen_ai.output.type", "gen_ai.openai.request.response_format", "openai.request.response_format"
    ),
    Field.RESPONSE_SCHEMA: (_json("gen_ai.request.structured_output_schema"), _json("ai.schema")),
    Field.PROMPT_NAME: _values(
        "gen_ai.prompt.name", "langfuse.observation.prompt.name", "traceloop.prompt.key", "prompt.id"
    ),
    Field.PROMPT_VERSION: _values(
        "gen_ai.prompt.version",
        "langfuse.observation.prompt.version",
        "traceloop.prompt.version",
        "llm.prompt_template.version",
    ),
    Field.PROMPT_TEMPLATE: _values("llm.prompt_template.template", "traceloop.prompt.template"),
    Field.VARIABLES: (
        _json("llmgate.prompt.variables"),
        _map("gen_ai.prompt.variable"),
        _json("llm.prompt_template.variables"),
        _map("traceloop.prompt.template_variables"),
        _json("traceloop.prompt.template_variables"),
    ),
    Field.DOCUMENTS: (
        _json("gen_ai.retrieval.documents"),
        _list("retrieval.documents"),
        _encoded("mlflow.spanOutputs"),
        _json("langfuse.observation.output"),
    ),
    Field.RERANKED: (
        _list("reranker.output_documents"),
        _encoded("mlflow.spanOutputs"),
        _json("gen_ai.retrieval.documents"),
    ),
    Field.CANDIDATES: (_json("ai.documents"), _list("reranker.input_documents")),
    Field.RANKING: (_json("ai.ranking"),),
    Field.TOOL_NAME: (
        *_values("gen_ai.tool.name", "ai.toolCall.name", "tool.name", "traceloop.entity.name"),
        _encoded("mlflow.spanFunctionName"),
    ),
    Field.TOOL_CALL: _values("gen_ai.tool.call.id", "ai.toolCall.id", "tool.id", "tool_call.id"),
    Field.TOOL_ARGUMENTS: _values(
        "gen_ai.tool.call.arguments",
        "ai.toolCall.args",
        "tool_arguments",
        "mlflow.spanInputs",
        "langfuse.observation.input",
        "traceloop.entity.input",
        "input.value",
    ),
    Field.TOOL_RESULT: (
        Name("gen_ai.tool.call.result"),
        _quoted("ai.toolCall.result"),
        Name("tool_response"),
        _quoted("mlflow.spanOutputs"),
        Name("langfuse.observation.output"),
        _quoted("traceloop.entity.output"),
        Name("output.value"),
    ),
    Field.FEEDBACK: (_list("annotations"), _list("evaluations")),
    Field.TRACE_FEEDBACK: (_list("trace.annotations"), _list("trace.evaluations")),
    Field.EVALUATION_NAME: _values("gen_ai.evaluation.name"),
    Field.EVALUATION_SCORE: _values("gen_ai.evaluation.score.value"),
    Field.EVALUATION_LABEL: _values("gen_ai.evaluation.score.label"),
    Field.EVALUATION_COMMENT: _values("gen_ai.evaluation.explanation"),
    Field.EXPECTED: _values("langfuse.experiment.item.expected_output"),
    Field.ERROR: _values("error.type"),
    Field.TAGS: (_json("tag.tags"), _json("langfuse.trace.tags"), _json("ai.telemetry.metadata.tags")),
    Field.METADATA: (
        _json("metadata"),
        _map("ai.telemetry.metadata"),
        _map("traceloop.association.properties"),
        _map("langfuse.trace.metadata"),
        _map("langfuse.observation.metadata"),
        *_values(
            "session.id",
            "user.id",
            "gen_ai.conversation.id",
            "gen_ai.agent.name",
            "gen_ai.data_source.id",
            "gen_ai.workflow.name",
            "ai.telemetry.functionId",
            "langfuse.environment",
            "langfuse.release",
            "service.name",
            "service.version",
            "deployment.environment.name",
            "deployment.environment",
        ),
    ),
    Field.TRIAL: _values("llmgate.trial.id"),
}
