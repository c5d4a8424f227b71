"""The nodes of a Handlebars template, and the values around them → text.

Known are Handlebars' own helpers (https://handlebarsjs.com/guide/builtin-helpers.html) and, where the template may use
them, dotprompt's (https://google.github.io/dotprompt/reference/template/). Any other is code of the program.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from llmgate.errors import RenderError
from llmgate.prompts import roles
from llmgate.prompts.prompt import Role
from llmgate.prompts.syntaxes.expressions import Call, Expression, Literal, Misread, Path, parse, partial, written
from llmgate.prompts.syntaxes.filling import CHARS_PER_STEP, Filling, missing, printed
from llmgate.prompts.syntaxes.scopes import DATA, Scope, are_identical, is_false
from llmgate.prompts.syntaxes.tags import Unreadable
from llmgate.prompts.syntaxes.tree import Block, Node, Partial, Print, Text

if TYPE_CHECKING:
    from pydantic import JsonValue

DOTPROMPT = frozenset({"json", "role", "history", "ifEquals", "unlessEquals"})
_ROLES: dict[str, Role] = {**roles.ROLES, "model": "assistant"}
_NO_TEXT = frozenset({"media", "section"})
_OWN = frozenset({"if", "unless", "each", "with", "lookup", "log"})

Found = tuple["JsonValue"] | None


def fill(filling: Filling, nodes: tuple[Node, ...], scope: Scope) -> None:
    for node in nodes:
        filling.spend()
        match node:
            case Text(text):
                filling.put(text)
            case Print():
                filling.put(_printed(filling, node, scope))
            case Partial():
                _include(filling, node, scope)
            case Block():
                with filling.deeper(node.line):
                    _block(filling, node, scope)


def _include(filling: Filling, node: Partial, scope: Scope) -> None:
    call = _call(filling, node.what, node.line)
    if (name := partial(call)) is None:
        raise filling.refused(node.line, "the name of a partial is computed", "Name it in the template.")
    value = _value(filling, call.params[0], scope, node.line) if call.params else scope.value
    if call.options:
        given = {key: _value(filling, each, scope, node.line) for key, each in call.options}
        value = {**(value if isinstance(value, dict) else {}), **given}
    with filling.inside(filling.partial(name, node.line), node.line) as source:
        try:
            nodes = filling.read(source)
        except Unreadable as error:
            raise filling.refused(error.line, f"not a Handlebars template: {error.reason}") from error
        start = len(filling.pieces)
        fill(filling, nodes, scope.inner(value))
        if node.indent:
            filling.indent(start, node.indent)


def _block(filling: Filling, node: Block, scope: Scope) -> None:
    call = _call(filling, node.what, node.line)
    found = [_found(filling, each, scope, node.line) for each in call.params]
    first = found[0][0] if found and found[0] else None
    match call.helper, len(found):
        case "if" | "unless", 1:
            zero = any(name == "includeZero" and each == Literal(value=True) for name, each in call.options)
            held = not is_false(first) or (zero and first == 0 and not isinstance(first, bool))
            fill(filling, node.body if held == (call.helper == "if") else node.other, scope)
        case "with", 1:
            if is_false(first) and (isinstance(first, bool) or first != 0):
                fill(filling, node.other, scope)
            else:
                fill(filling, node.body, scope.inner(first, names=dict.fromkeys(call.names[:1], first)))
        case "each", 1:
            _each(filling, node, call, first, scope)
        case ("ifEquals" | "unlessEquals") as name, 2 if name in filling.template.helpers:
            held = are_identical(found[0], found[1])
            fill(filling, node.body if held == (name == "ifEquals") else node.other, scope)
        case name, 0 if call.plain and name not in _OWN | DOTPROMPT:
            _section(filling, node, call, scope)
        case _:
            raise _unknown(filling, call, node.line)


def _section(filling: Filling, node: Block, call: Call, scope: Scope) -> None:
    """A block that is named like a variable, as Mustache has it."""
    found = _found(filling, call.target, scope, node.line)
    value = found[0] if found else None
    if value is None or value is False:
        fill(filling, node.other, scope)
    elif value is True:
        fill(filling, node.body, scope)
    elif isinstance(value, list):
        _each(filling, node, call, value, scope)
    else:
        fill(filling, node.body, scope.inner(value))


def _each(filling: Filling, node: Block, call: Call, value: JsonValue, scope: Scope) -> None:
    items: list[tuple[JsonValue, JsonValue]] = []
    if isinstance(value, list):
        items = list(enumerate(value))
    elif isinstance(value, dict):
        items = list(value.items())
    for place, (key, item) in enumerate(items):
        filling.spend()
        data: dict[str, JsonValue] = {
            "key": key,
            "index": place,
            "first": place == 0,
            "last": place == len(items) - 1,
        }
        names = dict(zip(call.names, [item, key], strict=False))
        inner = Scope(value=item, parent=scope, data={**scope.data, **data}, names={**scope.names, **names})
        fill(filling, node.body, inner)
    if not items:
        fill(filling, node.other, scope)


def _printed(filling: Filling, node: Print, scope: Scope) -> str:
    call = _call(filling, node.what, node.line)
    if call.plain and call.helper not in filling.template.helpers:
        found = _found(filling, call.target, scope, node.line)
        name = written(call.target)
        if found is None:
            raise missing(filling, name, node.line)
        return printed(filling, found[0], name, node.line)
    found = _helped(filling, call, scope, node.line)
    if found is None:
        raise missing(filling, written(call), node.line)
    return printed(filling, found[0], call.helper, node.line)


def _helped(filling: Filling, call: Call, scope: Scope, line: int) -> Found:
    """Return what a helper gives."""
    found = [_found(filling, each, scope, line) for each in call.params]
    own = call.helper in filling.template.helpers
    match call.helper:
        case "log":
            return ("",)
        case "lookup" if len(found) == 2:
            key = found[1][0] if found[1] else None
            return scope.inner(found[0][0] if found[0] else None).find(Path((str(key),), own=True))
        case "json" if own and len(found) == 1 and found[0]:
            return (_json(filling, call, found[0][0], line),)
        case "role" if own and len(found) == 1 and found[0]:
            return (_role(filling, found[0][0], line),)
        case "history" if own:
            return (roles.mark(filling.template.marker, "history") + roles.mark(filling.template.marker, "assistant"),)
        case _:
            raise _unknown(filling, call, line)


def _json(filling: Filling, call: Call, value: JsonValue, line: int) -> str:
    """Write JSON as JavaScript does."""
    given = dict(call.options).get("indent", Literal(0))
    indent = given.value if isinstance(given, Literal) else None
    if not isinstance(indent, int) or not 0 <= indent <= 10:
        raise filling.refused(line, "the indent of {{json}} must be a number up to 10")
    separators = (",", ": ") if indent else (",", ":")
    text = json.dumps(value, indent=indent or None, separators=separators, ensure_ascii=False)
    filling.spend(len(text) // CHARS_PER_STEP)
    return text


def _role(filling: Filling, role: JsonValue, line: int) -> str:
    if not isinstance(role, str) or role not in _ROLES:
        raise filling.refused(line, f"{{{{role}}}} must be one of {', '.join(sorted(_ROLES))}")
    return roles.mark(filling.template.marker, _ROLES[role])


def _value(filling: Filling, expression: Expression, scope: Scope, line: int) -> JsonValue:
    found = _found(filling, expression, scope, line)
    return found[0] if found else None


def _found(filling: Filling, expression: Expression, scope: Scope, line: int) -> Found:
    match expression:
        case Literal(value):
            return (value,)
        case Path(parts=parts, data=True) if not parts or parts[0] not in DATA:
            raise filling.refused(line, f"{written(expression)} comes from the program", "Pass it as a variable.")
        case Path():
            return scope.find(expression)
        case Call():
            return _helped(filling, expression, scope, line)


def _call(filling: Filling, what: str, line: int) -> Call:
    try:
        return parse(what)
    except Misread as error:
        raise filling.refused(line, f"not a Handlebars template: {error}") from error


def _unknown(filling: Filling, call: Call, line: int) -> RenderError:
    name = call.helper or written(call.target)
    if name in _NO_TEXT and filling.template.helpers:
        return filling.refused(line, f"{{{{{name}}}}} is no text, and llmgate sends text only")
    reason = f"the helper {name[:80]!r} is not known, or not with what it is given here: llmgate runs no helper's code"
    return filling.refused(line, reason, "Let the program compute the value and pass it as a variable.")
