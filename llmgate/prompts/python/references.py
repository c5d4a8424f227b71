"""Calls that fetch a prompt from a registry → references to it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from llmgate.prompts import remote
from llmgate.prompts.prompt import Rule
from llmgate.prompts.python.constants import known
from llmgate.prompts.python.meanings import Meanings
from llmgate.prompts.python.parts import Text
from llmgate.prompts.python.scope import Made, Survey
from llmgate.prompts.remote import Reference

_FETCHING = frozenset({"load_prompt", "get_prompt", "pull_prompt", "pull"})
_NAMES = ("name_or_uri", "prompt_id", "name", "prompt_identifier", "owner_repo_commit")

CALL = Rule("remote.call", "a call fetches a prompt from a registry")


def found(made: Made, seen: Survey, names: Meanings) -> Iterator[Reference]:
    """Yield what a call refers to; none where it fetches no prompt."""
    callee = seen.full(made.call.func)
    if callee.rpartition(".")[2] in _FETCHING:
        yield from _fetched(made.call, callee, seen, names)
    given = [keyword.value for keyword in made.call.keywords if keyword.arg == "prompt"]
    yield from (reference for value in given for reference in _openai(value, names))


def _fetched(call: ast.Call, callee: str, seen: Survey, names: Meanings) -> Iterator[Reference]:
    given = {keyword.arg: _text(keyword.value, names) for keyword in call.keywords if keyword.arg}
    first, second, *_ = (*(_text(each, names) for each in call.args[:2]), None, None)
    name = next((given[key] for key in _NAMES if given.get(key)), first) or "?"
    version, label = given.get("version"), given.get("label")
    match callee.rpartition(".")[2]:
        case "load_prompt" if callee.startswith("mlflow.") or name.startswith(remote.MLFLOW_SCHEME):
            yield remote.mlflow(name, version or second)
        case "get_prompt" if "LLMObs" in callee:
            yield remote.datadog(name, version, label)
        case "get_prompt" if "langfuse" in callee.lower() or _imports(seen, "langfuse"):
            yield remote.langfuse(name, version, label)
        case "pull_prompt":
            yield remote.langsmith(name)
        case "pull" if callee.endswith("hub.pull"):
            yield remote.langsmith(name)
        case _:
            return


def _imports(seen: Survey, library: str) -> bool:
    return any(name.partition(".")[0] == library for name in seen.imports.values())


def _openai(node: ast.expr, names: Meanings) -> Iterator[Reference]:
    """`prompt={"id": "pmpt_…", "version": "2"}` of the Responses API."""
    value = names.value(node)
    if not isinstance(value, ast.Dict):
        return
    pairs = zip(value.keys, value.values, strict=True)
    fields = {key.value: _text(each, names) for key, each in pairs if isinstance(key, ast.Constant)}
    identifier = fields.get("id") or fields.get("prompt_id")
    if identifier and identifier.startswith(remote.OPENAI_PREFIX):
        yield remote.openai(identifier, fields.get("version"))


def _text(node: ast.expr, names: Meanings) -> str | None:
    """Return a text or a number, with the source of what only the program knows in braces; None for None."""
    followed = names.value(node)
    if isinstance(followed, ast.Constant) and not isinstance(followed.value, str):
        return None if followed.value is None else str(followed.value)
    pieces = [part.text if isinstance(part, Text) else "{" + part[0] + "}" for part in known(node, names)]
    return "".join(pieces)
