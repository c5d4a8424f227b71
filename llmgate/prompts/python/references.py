"""Calls that fetch a prompt from a registry → references to it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from llmgate.prompts import remote
from llmgate.prompts.prompt import Rule
from llmgate.prompts.python import folding
from llmgate.prompts.python.constants import known
from llmgate.prompts.python.scope import Made, Meanings, Survey
from llmgate.prompts.remote import Reference

CALL = Rule("remote.call", "a call fetches a prompt from a registry")


def found(made: Made, seen: Survey, names: Meanings) -> Iterator[Reference]:
    """Yield what a call refers to; none where it fetches no prompt."""
    call, callee = made.call, seen.full(made.call.func)
    tail = callee.rpartition(".")[2]
    named = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    given = {key: _text(value, names) for key, value in named.items()}
    first = _text(call.args[0], names) if call.args else None
    libraries = {name.split(".")[0] for name in seen.imports.values()}
    if tail == "load_prompt" and (callee.startswith("mlflow.") or (first or "").startswith(remote.MLFLOW_SCHEME)):
        second = _text(call.args[1], names) if len(call.args) > 1 else None
        yield remote.mlflow(given.get("name_or_uri") or first or "?", given.get("version") or second)
    elif tail == "get_prompt" and "LLMObs" in callee:
        name = given.get("prompt_id") or given.get("name") or first or "?"
        yield remote.datadog(name, given.get("version"), given.get("label"))
    elif tail == "get_prompt" and ("langfuse" in callee.lower() or "langfuse" in libraries):
        name = given.get("name") or first or "?"
        yield remote.langfuse(name, given.get("version"), given.get("label"))
    elif tail == "pull_prompt" or callee.endswith("hub.pull"):
        yield remote.langsmith(given.get("prompt_identifier") or given.get("owner_repo_commit") or first or "?")
    yield from _openai(named.get("prompt"), names)


def _openai(node: ast.expr | None, names: Meanings) -> Iterator[Reference]:
    """`prompt={"id": "pmpt_…", "version": "2"}` of the Responses API."""
    value = names.value(node) if node is not None else None
    if not isinstance(value, ast.Dict):
        return
    pairs = zip(value.keys, value.values, strict=True)
    fields = {key.value: _text(each, names) for key, each in pairs if isinstance(key, ast.Constant)}
    identifier = fields.get("id") or fields.get("prompt_id")
    if identifier and identifier.startswith(remote.OPENAI_PREFIX):
        yield remote.openai(identifier, fields.get("version"))


def _text(node: ast.expr, names: Meanings) -> str | None:
    """Return a literal text or number; the source of what is none, in braces; None for None."""
    followed = names.value(node)
    if isinstance(followed, ast.Constant) and not isinstance(followed.value, str):
        return None if followed.value is None else str(followed.value)
    parts = known(node, names)
    text = folding.literal(parts)
    return text if text is not None else "{" + ast.unparse(node) + "}"
