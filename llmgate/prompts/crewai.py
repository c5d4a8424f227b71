"""CrewAI's `agents.yaml` and `tasks.yaml` → the system message of each agent, and the conversation of each task.

The sentences that CrewAI itself puts around roles and tasks are those of its releases 1.x for an agent without tools.
https://docs.crewai.com/en/concepts/agents, https://docs.crewai.com/en/concepts/tasks
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from llmgate import documents
from llmgate.documents import Document
from llmgate.errors import ConfigurationError
from llmgate.prompts import structured
from llmgate.prompts.composition import Found, compose
from llmgate.prompts.prompt import File, Format, Prompt, Rule, Syntax, Turn

FORMAT = Format.CREWAI

_AGENTS = Rule("crewai.agents", "the YAML has agents with `role`, `goal` and `backstory`")
_TASKS = Rule("crewai.tasks", "the YAML has tasks with `description` and `expected_output`")
_AGENT_KEYS = ("role", "goal", "backstory")
_TASK_KEYS = ("description", "expected_output")
_FILE = re.compile(r"(^|/)([a-z0-9-]+[_-])*(agents?|tasks?|crews?)([_-][a-z0-9-]+)*\.ya?ml$")
_TASK_FILE = re.compile(r"task(?=s?[^/]*$)")
_KEY = {key: re.compile(rf"^[ \t]+{key}:", re.MULTILINE) for key in (*_AGENT_KEYS, *_TASK_KEYS)}

_UNSENT_OF_AGENT = frozenset(
    {"verbose", "cache", "max_rpm", "max_execution_time", "max_retry_limit", "step_callback", "respect_context_window"}
)
_UNSENT_OF_TASK = frozenset(
    {"name", "output_file", "create_directory", "async_execution", "callback", "human_input", "guardrail_max_retries"}
)
# What makes CrewAI send something else, or more than one request, where it is set.
_SENT_OTHERWISE = """
    system_template prompt_template response_template inject_date reasoning planning allow_delegation multimodal
    knowledge_sources memory context output_json output_pydantic response_model markdown guardrail guardrails
"""
_OTHERWISE = frozenset(_SENT_OTHERWISE.split())
_SCHEMAS = ("output_json", "output_pydantic", "response_model")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Agent:
    """An agent's system message, where it stands, and what keeps it from being sent as it is."""

    text: str
    path: str
    unrendered: str


def recognise(path: str, head: str) -> Rule | None:
    if not _FILE.search(path.lower()):
        return None
    if all(_KEY[key].search(head) for key in _AGENT_KEYS):
        return _AGENTS
    return _TASKS if all(_KEY[key].search(head) for key in _TASK_KEYS) else None


def read(file: File, rule: Rule) -> tuple[Prompt, ...]:
    return structured.read(file, FORMAT, rule, _prompts)


def _prompts(file: File, rule: Rule, document: Document) -> Iterator[Prompt]:
    entries = structured.mapping(document.value)
    agents: dict[str, _Agent] | None = None
    for (key, entry), name in zip(entries.items(), structured.named(entries), strict=True):
        line = document.line((key,))
        if _is_agent(entry):
            yield compose(file, _agent(name, entry, line, rule))
        elif _has_texts(entry, _TASK_KEYS):
            agents = _agents_beside(file, entries) if agents is None else agents
            yield compose(file, _task(name, entry, line, rule, agents))


def _is_agent(entry: Any) -> bool:
    return _has_texts(entry, _AGENT_KEYS)


def _has_texts(entry: Any, keys: tuple[str, ...]) -> bool:
    return all(isinstance(structured.mapping(entry).get(key), str) for key in keys)


def _agent(name: str, entry: dict[str, Any], line: int, rule: Rule) -> Found:
    model, params = _model(entry.get("llm"))
    tools = entry.get("tools")
    return Found(
        format=FORMAT,
        syntax=Syntax.SINGLE_BRACES,
        turns=(Turn("system", _system(entry)),),
        name=name,
        line=line,
        rule=rule,
        model=model,
        params=params,
        tools={"names": tools} if tools else None,
        beside=structured.without(entry, _AGENT_KEYS, _UNSENT_OF_AGENT, {"llm", "tools"}) or None,
        unrendered=_otherwise(entry),
    )


def _task(name: str, entry: dict[str, Any], line: int, rule: Rule, agents: Mapping[str, _Agent]) -> Found:
    agent = agents.get(str(entry.get("agent")))
    user = Turn("user", _user(entry))
    tools = entry.get("tools")
    schema = {key: entry[key] for key in _SCHEMAS if entry.get(key)}
    return Found(
        format=FORMAT,
        syntax=Syntax.SINGLE_BRACES,
        turns=(Turn("system", agent.text), user) if agent else (user,),
        name=name,
        line=line,
        rule=rule,
        tools={"names": tools} if tools else None,
        schema=schema or None,
        beside=structured.without(entry, _TASK_KEYS, _UNSENT_OF_TASK, _SCHEMAS, {"tools"}) or None,
        borrowed={0: agent.path} if agent and agent.path else {},
        unrendered=_otherwise(entry) or (agent.unrendered if agent else _unknown(entry.get("agent"))),
    )


def _system(entry: dict[str, Any]) -> str:
    return f"You are {entry['role']}. {entry['backstory']}\nYour personal goal is: {entry['goal']}"


def _user(entry: dict[str, Any]) -> str:
    return (
        f"\nCurrent Task: {entry['description']}\n\n"
        f"This is the expected criteria for your final answer: {entry['expected_output']}\n"
        "you MUST return the actual complete content as the final answer, not a summary.\n\n"
        "Provide your complete response:"
    )


def _model(llm: Any) -> tuple[str | None, dict[str, Any]]:
    if isinstance(llm, str):
        return llm or None, {}
    options = structured.mapping(llm)
    model = structured.provided(options.get("provider"), options.get("model"))
    return model, structured.without(options, {"model", "provider", "api_key"})


def _otherwise(entry: dict[str, Any]) -> str:
    """Say which key, if any, makes CrewAI send something else than roles and tasks."""
    found = next((key for key in sorted(_OTHERWISE) if entry.get(key)), None)
    if entry.get("use_system_prompt") is False:
        found = "use_system_prompt"
    return f"llmgate does not imitate what CrewAI makes of `{found}`" if found else ""


def _unknown(agent: Any) -> str:
    if agent is None:
        return "the task names no agent, so that its system message is known to the program alone"
    return "its agent is not in the file of agents beside it, so that the system message is not known"


def _agents_beside(file: File, entries: dict[str, Any]) -> dict[str, _Agent]:
    """Read the agents of the same file, and those of the file that is called `agents` where this one says `tasks`."""
    found = {name: _known(entry, "") for name, entry in entries.items() if _is_agent(entry)}
    folder, name = posixpath.split(file.path)
    path = posixpath.join(folder, _TASK_FILE.sub("agent", name))
    text = structured.text_of(file, path) if path != file.path else None
    try:
        value = documents.foreign(path, text.encode()).value if text else None
    except ConfigurationError:
        value = None
    beside = {name: _known(entry, path) for name, entry in structured.mapping(value).items() if _is_agent(entry)}
    return beside | found


def _known(entry: dict[str, Any], path: str) -> _Agent:
    return _Agent(text=_system(entry), path=path, unrendered=_otherwise(entry))
