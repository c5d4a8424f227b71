"""The calls that send a text to a model, as a table: how they are named, and which of their arguments say what.

A sink is known by the end of its dotted name. Where that end is a common word, as in `Agent(…)`, the module must import
a library for models too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from llmgate.prompts.prompt import Role


class Way(StrEnum):
    """What becomes of the texts on their way to the model."""

    SENT = "sent"
    FORMATTED = "formatted"  # `{name}` is filled in by the framework
    JINJA = "jinja"
    REWRITTEN = "rewritten"  # the framework writes the prompt around it


@dataclass(frozen=True, slots=True, kw_only=True)
class Sink:
    """A callee. `texts` are arguments that are one text, and its role; `lists` are arguments that are messages.

    `positions` name the positional arguments. `provider` is who answers, where the callee alone tells.
    """

    tail: str
    texts: Mapping[str, Role | None] = field(default_factory=dict)
    lists: frozenset[str] = frozenset()
    positions: Sequence[str] = ()
    provider: str = ""
    way: Way = Way.SENT
    common: bool = False


_MESSAGES = frozenset({"messages"})
_TOLD: Mapping[str, Role | None] = {"instructions": "system", "system_prompt": "system", "prompt": "system"}


def _one(tail: str, **texts: Role | None) -> Sink:
    return Sink(tail=tail, texts=texts)


def _template(tail: str, role: Role | None = None, *, common: bool = True, way: Way = Way.FORMATTED) -> Sink:
    return Sink(tail=tail, texts={"template": role, "prompt": role}, positions=("template",), way=way, common=common)


def _chat(tail: str, provider: str = "") -> Sink:
    """The class of a chat model: a model and its parameters, no text."""
    return Sink(tail=tail, positions=("model",), provider=provider)


_OPENAI = (
    Sink(tail="chat.completions.create", lists=_MESSAGES),
    Sink(tail="chat.completions.parse", lists=_MESSAGES),
    Sink(tail="chat.completions.stream", lists=_MESSAGES),
    Sink(tail="chat_completion", lists=_MESSAGES, positions=("messages",), common=True),
    Sink(tail="ChatCompletion.create", lists=_MESSAGES, provider="openai"),
    Sink(tail="ChatCompletion.acreate", lists=_MESSAGES, provider="openai"),
    Sink(tail="completions.create", texts={"prompt": None}),
    Sink(tail="responses.create", texts={"instructions": "system", "input": "user"}, lists=frozenset({"input"})),
    Sink(tail="responses.parse", texts={"instructions": "system", "input": "user"}, lists=frozenset({"input"})),
    Sink(tail="responses.stream", texts={"instructions": "system", "input": "user"}, lists=frozenset({"input"})),
    Sink(tail="assistants.create", texts={"instructions": "system"}, provider="openai"),
    Sink(tail="images.generate", texts={"prompt": "user"}),
    Sink(tail="embeddings.create"),
)
_OTHERS = (
    Sink(tail="messages.create", texts={"system": "system"}, lists=_MESSAGES, provider="anthropic"),
    Sink(tail="messages.stream", texts={"system": "system"}, lists=_MESSAGES, provider="anthropic"),
    Sink(tail="messages.parse", texts={"system": "system"}, lists=_MESSAGES, provider="anthropic"),
    Sink(tail="litellm.completion", lists=_MESSAGES, positions=("model", "messages")),
    Sink(tail="litellm.acompletion", lists=_MESSAGES, positions=("model", "messages")),
    Sink(tail="litellm.responses", texts={"instructions": "system", "input": "user"}, lists=frozenset({"input"})),
    *(
        Sink(
            tail=tail,
            texts={"system_instruction": "system", "contents": "user"},
            lists=frozenset({"contents"}),
            positions=("contents",),
            provider="google",
        )
        for tail in ("generate_content", "generate_content_stream", "generate_content_async")
    ),
    Sink(
        tail="GenerativeModel",
        texts={"system_instruction": "system"},
        positions=("model_name",),
        provider="google",
        common=True,
    ),
    Sink(tail="chats.create", texts={"system_instruction": "system"}, provider="google"),
    Sink(tail="chat.complete", lists=_MESSAGES, provider="mistral"),
    Sink(tail="chat.stream", lists=_MESSAGES, common=True),
    Sink(tail="ollama.chat", lists=_MESSAGES, positions=("model", "messages"), provider="ollama"),
    Sink(tail="ollama.generate", texts={"system": "system", "prompt": "user"}, provider="ollama"),
    Sink(tail="converse", texts={"system": "system"}, lists=_MESSAGES, provider="bedrock"),
    Sink(tail="converse_stream", texts={"system": "system"}, lists=_MESSAGES, provider="bedrock"),
)
_LANGCHAIN = (
    Sink(tail="ChatPromptTemplate.from_messages", lists=_MESSAGES, positions=("messages",), way=Way.FORMATTED),
    Sink(tail="ChatPromptTemplate", lists=_MESSAGES, positions=("messages",), way=Way.FORMATTED, common=True),
    _template("ChatPromptTemplate.from_template", "user", common=False),
    _template("SystemMessagePromptTemplate.from_template", "system", common=False),
    _template("HumanMessagePromptTemplate.from_template", "user", common=False),
    _template("AIMessagePromptTemplate.from_template", "assistant", common=False),
    _template("PromptTemplate.from_template"),
    _template("PromptTemplate"),
    _template("RichPromptTemplate", common=False, way=Way.JINJA),
    Sink(tail="create_react_agent", texts={"prompt": "system", "state_modifier": "system"}, positions=("model",)),
    Sink(tail="create_agent", texts={"system_prompt": "system", "prompt": "system"}, positions=("model",)),
    Sink(tail="create_deep_agent", texts={"system_prompt": "system", "instructions": "system"}),
    Sink(tail="init_chat_model", positions=("model",)),
)
_AGENTS = (
    Sink(
        tail="Agent",
        texts={
            **_TOLD,
            "system_message": "system",
            "instruction": "system",
            "role": "system",
            "goal": "system",
            "backstory": "system",
        },
        positions=("model",),
        common=True,
    ),
    Sink(tail="LlmAgent", texts={"instruction": "system", "global_instruction": "system"}, common=True),
    Sink(tail="Task", texts={"description": "user", "expected_output": "user"}, way=Way.REWRITTEN, common=True),
    Sink(tail="AssistantAgent", texts={"system_message": "system", "instructions": "system"}, common=True),
    Sink(tail="ConversableAgent", texts={"system_message": "system"}, common=True),
    Sink(tail="ChatCompletionAgent", texts={"instructions": "system"}, common=True),
    Sink(tail="ClaudeAgentOptions", texts={"system_prompt": "system"}),
    Sink(tail="FunctionAgent", texts={"system_prompt": "system"}, common=True),
    Sink(tail="ReActAgent", texts={"system_prompt": "system"}, common=True),
    Sink(tail="CodeAgent", texts={"instructions": "system"}, common=True),
    Sink(
        tail="dspy.Signature", texts={"signature": None, "instructions": None}, positions=("signature", "instructions"),
        way=Way.REWRITTEN,
    ),
    *(
        Sink(tail=f"dspy.{module}", texts={"signature": None}, positions=("signature",), way=Way.REWRITTEN)
        for module in ("Predict", "ChainOfThought", "ReAct", "ProgramOfThought")
    ),
    Sink(tail="dspy.LM", positions=("model",)),
    Sink(tail="crewai.LLM", positions=("model",)),
)  # fmt: skip
_ROLES: Mapping[str, Role] = {
    "SystemMessage": "system",
    "HumanMessage": "user",
    "AIMessage": "assistant",
    "SystemMessagePromptTemplate": "system",
    "HumanMessagePromptTemplate": "user",
    "AIMessagePromptTemplate": "assistant",
}
_MESSAGE_CLASSES = tuple(
    Sink(tail=name, texts={"content": role}, positions=("content",), common=True)
    for name, role in _ROLES.items()
    if name.endswith("Message")
)
_MODELS = (
    *(
        _chat(name, provider)
        for name, provider in {
            "ChatOpenAI": "openai",
            "OpenAIChatModel": "openai",
            "OpenAIModel": "openai",
            "OpenAIResponsesModel": "openai",
            "OpenAIEmbeddings": "openai",
            "ChatAnthropic": "anthropic",
            "AnthropicModel": "anthropic",
            "ChatGoogleGenerativeAI": "google",
            "ChatVertexAI": "vertex",
            "GeminiModel": "google",
            "GoogleModel": "google",
            "ChatMistralAI": "mistral",
            "MistralModel": "mistral",
            "ChatGroq": "groq",
            "GroqModel": "groq",
            "ChatCohere": "cohere",
            "ChatBedrock": "bedrock",
            "ChatBedrockConverse": "bedrock",
            "ChatOllama": "ollama",
            "ChatDeepSeek": "deepseek",
            "ChatXAI": "xai",
            "ChatLiteLLM": "",
            "LiteLLMModel": "",
        }.items()
    ),
)

BODY = Sink(tail="messages", texts={"system": "system", "prompt": "user"}, lists=_MESSAGES)

SINKS: Mapping[str, Sink] = {
    sink.tail: sink for sink in (*_OPENAI, *_OTHERS, *_LANGCHAIN, *_AGENTS, *_MESSAGE_CLASSES, *_MODELS)
}
ROLE_OF: Mapping[str, Role] = {
    "system": "system",
    "developer": "developer",
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "ai": "assistant",
    "model": "assistant",
}
MESSAGE_ROLES = _ROLES
LOOSE: Mapping[str, Role | None] = {
    "system_prompt": "system",
    "system_message": "system",
    "system_instruction": "system",
    "system_instructions": "system",
    "instructions": "system",
    "system": "system",
    "prompt": None,
    "prompt_template": None,
    "user_prompt": "user",
}
SURE_LOOSE = frozenset({"system_prompt", "system_message", "system_instruction", "system_instructions"})
CONFIGS = frozenset({"config", "model_settings", "generation_config", "inferenceConfig", "model_config", "llm_config"})
MODELS = ("model", "model_name", "model_id", "modelId", "engine", "deployment_name", "azure_deployment", "llm")
_SENT = """
    temperature top_p top_k min_p max_tokens max_completion_tokens max_output_tokens max_new_tokens maxTokens topP
    seed stop stop_sequences stopSequences n frequency_penalty presence_penalty repetition_penalty logit_bias logprobs
    top_logprobs reasoning reasoning_effort effort verbosity text truncation service_tier parallel_tool_calls
    tool_choice thinking thinking_config thinking_budget response_mime_type candidate_count dimensions modalities
    safety_settings num_ctx num_predict
"""
PARAMS = frozenset(_SENT.split())
TOOLS = frozenset({"tools", "functions", "toolConfig"})
SCHEMAS = frozenset(
    {"response_format", "text_format", "output_type", "result_type", "response_schema", "response_json_schema",
     "response_model", "output_schema", "output_pydantic", "output_json"}
)  # fmt: skip
_SILENT_WORDS = """
    timeout api_key stream user name metadata max_retries retries verbose callbacks extra_headers extra_query
    base_url api_base organization store client http_client key output_key input_variables partial_variables
    description background conversation previous_response_id prompt_cache_key safety_identifier tags run_name
    deps_type agent allow_delegation memory cache checkpointer debug stream_options api_version azure_endpoint deps
    extra_body template_format include id
"""
SILENT = frozenset(_SILENT_WORDS.split())


def known(name: str, *, among_models: bool) -> Sink | None:
    """Return the sink of a dotted name, by its longest end that is in the table."""
    pieces = name.split(".")
    for start in range(max(len(pieces) - 4, 0), len(pieces)):
        sink = SINKS.get(".".join(pieces[start:]))
        if sink and (among_models or not sink.common):
            return sink
    return None
