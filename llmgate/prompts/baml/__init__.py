"""BAML → one prompt for each function and template string, and one model for each client.

Tests, generators, retry policies, comments and docstrings say nothing to a model. What a function names and another
file defines is known by its name alone: a folder cannot be listed here. https://docs.boundaryml.com/ref/baml
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from llmgate import documents
from llmgate.prompts.baml import blocks, clients, scanner, template, types
from llmgate.prompts.baml.blocks import Block
from llmgate.prompts.baml.scanner import Kind, Token
from llmgate.prompts.composition import Found, compose
from llmgate.prompts.prompt import File, Format, Prompt, Rule, Syntax, Turn, broken

if TYPE_CHECKING:
    from pydantic import JsonValue

FORMAT = Format.BAML

MAX_EXPANDED_CHARS = 2 * 1024 * 1024

_SILENT = frozenset({"test", "generator", "retry_policy"})
_ENDING = Rule("baml.ending", "the file's name ends in .baml")


def recognise(path: str, head: str) -> Rule | None:
    del head
    return _ENDING if path.lower().endswith(".baml") else None


def read(file: File, rule: Rule) -> tuple[Prompt, ...]:
    try:
        found = list(blocks.blocks(list(scanner.tokens(file.source))))
        return tuple(compose(file, dataclasses.replace(each, rule=rule)) for each in _found(file, found))
    except scanner.Unended as error:
        return (_broken(file, error.line, "the string has no end"),)
    except blocks.Misplaced as error:
        return (_broken(file, error.line, error.reason),)


def _broken(file: File, line: int, message: str) -> Prompt:
    fault = documents.fault(
        path=file.path,
        line=line,
        message=message,
        id="prompt-malformed",
        remedy="see https://docs.boundaryml.com/ref/baml",
    )
    return broken(file.path, FORMAT, file.source.encode(), fault)


def _found(file: File, every: Iterable[Block]) -> Iterator[Found]:
    """Yield what the file says, in its order, once for each name."""
    named = _named(every)
    macros = {name: block for name, block in named.items() if block.keyword == "template_string"}
    known = types.Types({name: block for name, block in named.items() if block.keyword in types.KEYWORDS})
    used: set[str] = set()
    left = MAX_EXPANDED_CHARS
    for block in named.values():
        answered = known.reached(_returns(block)) if block.keyword == "function" else set()
        used |= answered
        left -= sum(known.sizes[name] for name in answered) + _macro_chars(block, macros)
        if left < 0:
            raise blocks.Misplaced(block.line, f"what it is made of exceeds {MAX_EXPANDED_CHARS:,} characters in all")
        yield from _unit(file, block, macros, known)
    yield from (_type(block) for name, block in known.blocks.items() if name not in used)


def _named(every: Iterable[Block]) -> dict[str, Block]:
    """Return the blocks that bear on a request by their names, of which there is one in a project."""
    found: dict[str, Block] = {}
    for block in every:
        if block.keyword in _SILENT or (block.keyword == "template_string" and not block.body):
            continue
        if block.name in found:
            raise blocks.Misplaced(block.line, f"the name {block.name[:60]} is defined twice")
        found[block.name] = block
    return found


def _macro_chars(block: Block, macros: Mapping[str, Block]) -> int:
    text = block.body[0] if block.keyword == "template_string" else _prompt(block)
    names = template.reached(text.text, macros) if text else []
    return sum(len(macros[name].body[0].text) for name in names)


def _unit(file: File, block: Block, macros: Mapping[str, Block], known: types.Types) -> Iterator[Found]:
    match block.keyword:
        case "function" if text := _prompt(block):
            yield _function(file, block, text, macros, known)
        case "template_string":
            yield _template_string(file, block, macros)
        case "client":
            yield clients.found(file.source, block)
        case _:
            return


def _function(file: File, block: Block, text: Token, macros: Mapping[str, Block], known: types.Types) -> Found:
    returns = _returns(block)
    made = template.read(file.path, file.source, text.text, macros, returns=types.normal(returns))
    model, beside = clients.named(_client(block))
    return Found(
        format=FORMAT,
        syntax=Syntax.JINJA,
        turns=(Turn(None, made.text),),
        name=block.name,
        line=text.line + _blank_lines(text.text),
        marker=made.marker,
        model=model,
        schema=known.schema(returns),
        beside={**beside, "arguments": _arguments(block)},
        partial=True,
    )


def _template_string(file: File, block: Block, macros: Mapping[str, Block]) -> Found:
    others = {name: each for name, each in macros.items() if name != block.name}
    text = block.body[0]
    made = template.read(file.path, file.source, text.text, others, returns="")
    return Found(
        format=FORMAT,
        syntax=Syntax.JINJA,
        turns=(Turn(None, made.text),),
        name=block.name,
        line=text.line + _blank_lines(text.text),
        marker=made.marker,
        beside={"arguments": _arguments(block)},
        partial=True,
    )


def _type(block: Block) -> Found:
    """Return a type that no function of its file answers with: another file's may, so it is told and not gated."""
    schema: JsonValue = {"types": {block.name: types.body(block)}}
    return Found(
        format=FORMAT,
        syntax=Syntax.VERBATIM,
        name=block.name,
        line=block.line,
        schema=schema,
        partial=True,
        gated=False,
    )


def _prompt(block: Block) -> Token | None:
    """Return the text after `prompt` in the body of a function."""
    pairs = zip(block.body, block.body[1:], strict=False)
    texts = (Kind.BLOCK, Kind.TEXT)
    return next((after for token, after in pairs if token[:2] == (Kind.WORD, "prompt") and after.kind in texts), None)


def _client(block: Block) -> Token | None:
    pairs = zip(block.body, block.body[1:], strict=False)
    return next((after for token, after in pairs if token[:2] == (Kind.WORD, "client")), None)


def _returns(block: Block) -> tuple[Token, ...]:
    place = next((at for at, token in enumerate(block.signature) if token.is_mark("->")), len(block.signature))
    return block.signature[place + 1 :]


def _arguments(block: Block) -> str:
    places = [at for at, token in enumerate(block.signature) if token.is_mark("->")]
    return types.normal(block.signature[1 : places[0] if places else None])


def _blank_lines(text: str) -> int:
    """Count the lines before the first that says something."""
    return text[: len(text) - len(text.lstrip())].count("\n")
