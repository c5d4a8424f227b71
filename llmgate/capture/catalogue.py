"""Trace dialects and suites by the name that `llmgate capture` takes; adding one is adding a module and a row."""

from __future__ import annotations

import importlib
from typing import Protocol

from pydantic import JsonValue

from llmgate.capture.span import Dialect, Unfit
from llmgate.capture.suites.case import Suite
from llmgate.capture.suites.folder import Folder

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

SUITES = {
    "promptfoo": "promptfoo's configuration: prompts, providers and tests",
    "prompt-yml": "GitHub Models' .prompt.yml: testData and evaluators",
    "pydantic-evals": "a dataset of pydantic-evals, as YAML or JSON; name its target with --target",
}


class SuiteFormat(Protocol):
    """Another tool's suite: the path of its file and the repository → its cases, and who they are sent by."""

    def read(self, path: str, files: Folder) -> Suite: ...


def suite(name: str) -> SuiteFormat:
    found: SuiteFormat = importlib.import_module(f"llmgate.capture.suites.{name.replace('-', '_')}")
    return found


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
