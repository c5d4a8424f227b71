"""The trace dialects by the name that `llmgate capture` takes; adding one is adding a module and a row."""

from __future__ import annotations

import importlib

from pydantic import JsonValue

from llmgate.capture.span import Dialect, Unfit

DIALECTS = {
    "anthropic": "Anthropic Messages: request and response, a pair on each line",
    "datadog": "Datadog LLM Observability: spans of the export API",
    "helicone": "Helicone: requests with bodies, as its export tool writes them",
    "langfuse": "Langfuse: observations, or traces with their observations and scores",
    "langsmith": "LangSmith: runs, and feedback",
    "openai": "OpenAI Chat Completions or Responses: request and response, a pair on each line",
    "otlp": "OpenTelemetry: OTLP JSON lines (GenAI, OpenInference, Traceloop, Vercel AI SDK)",
    "phoenix": "Arize Phoenix: spans as JSON",
}


def dialect(name: str) -> Dialect:
    found: Dialect = importlib.import_module(f"llmgate.capture.{name}")
    return found


def recognised(value: JsonValue) -> str | None:
    """Name the dialect that takes a record which another does not."""
    for name in DIALECTS:
        try:
            if any(True for _ in dialect(name).traces(value)):
                return name
        except Unfit:
            continue
    return None
