"""The calls of libraries that send a prompt → which of their options is text, model, parameter, tool or schema.

| callee                                          | library                         | documentation                    |
|-------------------------------------------------|---------------------------------|----------------------------------|
| `generateText`, `streamText`, `generateObject`  | Vercel AI SDK                   | ai-sdk.dev/docs/reference        |
| `chat.completions.create`, `responses.create`   | openai                          | platform.openai.com/docs         |
| `messages.create`, `messages.stream`            | @anthropic-ai/sdk               | docs.anthropic.com/en/api        |
| `models.generateContent`, `chats.create`        | @google/genai                   | googleapis.github.io/js-genai    |
| `getGenerativeModel`                            | @google/generative-ai           | ai.google.dev/api                |
| `new Agent`, `new ToolLoopAgent`                | OpenAI Agents, Mastra, AI SDK   | openai.github.io/openai-agents-js|
| `createAgent`, `createReactAgent`, `new Chat…`  | LangChain.js                    | js.langchain.com/docs            |
| `definePrompt`, `ai.generate`                   | Genkit                          | genkit.dev/docs/dotprompt        |
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from llmgate.prompts.typescript.models import CLASSES

SYSTEM = ("system", "instructions", "systemInstruction", "systemPrompt", "stateModifier")
LISTS = ("messages", "input", "contents", "history")
USER = ("prompt",)
MODEL = ("model", "llm", "modelName")
TOOLS = ("tools", "toolDefs", "functions")
SCHEMA = (
    "schema",
    "output",
    "response_format",
    "responseFormat",
    "responseSchema",
    "responseJsonSchema",
    "responseMimeType",
    "outputType",
    "enum",
    "text",
)
NESTED = ("config", "generationConfig")

_PARAMS = """
    temperature topP top_p topK top_k minP maxTokens max_tokens maxOutputTokens max_output_tokens max_completion_tokens
    maxCompletionTokens seed stop stopSequences stop_sequences presencePenalty presence_penalty frequencyPenalty
    frequency_penalty repetitionPenalty logprobs topLogprobs top_logprobs logitBias logit_bias toolChoice tool_choice
    parallel_tool_calls parallelToolCalls reasoning reasoning_effort reasoningEffort thinking thinkingConfig verbosity
    service_tier modelSettings providerOptions maxSteps safetySettings candidateCount truncation n
"""
PARAMS = frozenset(_PARAMS.split())

_SILENT = """
    name id description abortSignal headers experimental_telemetry maxRetries timeout onChunk onError onFinish
    onStepFinish onAbort onStepStart metadata user stream stream_options store apiKey signal verbose callbacks
    experimental_transform streaming inputGuardrails outputGuardrails signature safety_identifier prompt_cache_key
"""
SILENT = frozenset(_SILENT.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Sink:
    """A kind of call. `needs` are options of which one must be there, all of them where `every` is set.

    `kept` says that the call makes a thing with a name rather than sending a request, `template` that its texts have
    `{{name}}` placeholders of their own. `system` are the options that hold the system message.
    """

    callee: re.Pattern[str]
    needs: frozenset[str]
    every: bool = False
    kept: bool = False
    template: bool = False
    system: tuple[str, ...] = SYSTEM

    def fits(self, callee: str, options: frozenset[str]) -> bool:
        if not self.callee.fullmatch(callee):
            return False
        return self.needs <= options if self.every else bool(self.needs & options)


def _sink(callee: str, needs: str, *, every: bool = False) -> Sink:
    return Sink(callee=re.compile(_BEFORE + callee), needs=frozenset(needs.split()), every=every)


def _made(callee: str, needs: str, *, template: bool = False, system: tuple[str, ...] = SYSTEM) -> Sink:
    needed = frozenset(needs.split())
    return Sink(callee=re.compile(callee), needs=needed, kept=True, template=template, system=system)


_BEFORE = r"(?:[\w$.]{1,200}\.)?"
_WITH_PROMPT = (*SYSTEM, "prompt", "messageModifier")

SINKS = (
    _sink(r"(generateText|streamText|generateObject|streamObject)", "model system prompt messages"),
    _sink(r"(chat\.completions\.(?:create|parse|stream))", "messages"),
    _sink(r"(responses\.(?:create|parse|stream))", "model input", every=True),
    _sink(r"(messages\.(?:create|stream|parse))", "model messages", every=True),
    _sink(r"(models\.generateContent(?:Stream)?)", "model contents", every=True),
    _sink(r"(chats\.create)", "model"),
    _sink(r"((?<=ai\.)generate(?:Stream)?)", "prompt system messages"),
    _made(_BEFORE + r"(getGenerativeModel)", "model"),
    _made(r"new (?:[\w$]{1,40}\.)?((?:Experimental_)?Agent)", "instructions system"),
    _made(r"new (?:[\w$]{1,40}\.)?(ToolLoopAgent)", "model instructions"),
    _made(r"(createAgent|createReactAgent)", "model llm", system=_WITH_PROMPT),
    _made(_BEFORE + r"(definePrompt)", "name", template=True),
    _made(rf"new ({'|'.join(sorted(CLASSES))})", "model modelName"),
)


# An event of OpenAI's Realtime API: https://platform.openai.com/docs/api-reference/realtime-client-events
SESSION = Sink(callee=re.compile("session"), needs=frozenset({"instructions"}))


def of(callee: str, options: frozenset[str]) -> tuple[Sink, str] | None:
    """Return the sink that a call is, and the short name of its callee."""
    for sink in SINKS:
        if sink.fits(callee, options) and (match := sink.callee.fullmatch(callee)):
            return sink, match[1]
    return None
