"""TypeScript and JavaScript → the prompts in calls that send them and in constants, by tree-sitter.

A call is one prompt with its messages, model, parameters, tools and schema. A text that a name is given to is one where
the name and the wording tell. Without the extra `typescript` a regular expression looks for named texts
(`llmgate.prompts.typescript.fallback`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import TYPE_CHECKING

from llmgate import documents
from llmgate.prompts.composition import compose
from llmgate.prompts.prompt import OTHER_REVISION, File, Format, Prompt, Rule, broken
from llmgate.prompts.typescript import calls, constants, fallback, folding, hints, program, references, tree, units
from llmgate.prompts.typescript.folding import Folder
from llmgate.prompts.typescript.ranges import Ranges
from llmgate.prompts.typescript.tree import Spot
from llmgate.prompts.typescript.units import Unit

if TYPE_CHECKING:
    from tree_sitter import Node

FORMAT = Format.TYPESCRIPT

_CODE = Rule("typescript.hint", "the code has words that prompts in code have", certain=False)


def recognise(path: str, head: str) -> Rule | None:
    return _CODE if hints.is_code(path) and hints.may_hold_prompts(path, head) else None


def read(file: File, rule: Rule) -> tuple[Prompt, ...]:
    """Read the prompts; a file whose syntax is wrong where one stands, or may stand, is a prompt with a fault."""
    root = tree.parse(file.path, file.source.encode())
    if root is None:
        return _composed(file, fallback.units_of(file.source))
    try:
        code = program.read(root)
        found = _units(file.path, code)
    except tree.TooDeep as error:
        return _faulty(file, rule, error.line, "the code is nested too deep, or too long, to be read")
    except folding.TooLong:
        return (_broken(file, rule, 1, "its texts are put together to more than is read"),)
    if root.has_error and (line := _spoilt(code, found)):
        return _faulty(file, rule, line, "the code is not valid where a prompt stands or may stand")
    return _composed(file, found)


def _composed(file: File, found: Iterable[Unit]) -> tuple[Prompt, ...]:
    return tuple(compose(file, units.found(unit)) for unit in units.distinct(found))


def _faulty(file: File, rule: Rule, line: int, message: str) -> tuple[Prompt, ...]:
    if rule is not OTHER_REVISION and not hints.is_sending(file.source):
        return ()
    return (_broken(file, rule, line, message),)


def _broken(file: File, rule: Rule, line: int, message: str) -> Prompt:
    fault = documents.fault(
        path=file.path,
        line=line,
        message=message,
        id="prompt-malformed",
        remedy="correct it, or move the prompt to a file of its own",
    )
    return dataclasses.replace(broken(file.path, FORMAT, file.source.encode(), fault), rule=rule, partial=True)


def _units(path: str, code: program.Program) -> list[Unit]:
    """Return the units in the source's order: calls, and the named texts and models that no call is made of."""
    folder, ranges = Folder(program=code), Ranges()
    sent: list[tuple[Unit, Spot]] = []
    for spot in code.spots:
        if (unit := calls.read(folder, spot)) and not ranges.hold(spot):
            sent.append((unit, spot))
            ranges.add(spot)
    fetched = [(references.unit(*found), found[0]) for found in references.references(folder, code.spots)]
    by_file = hints.by_path(path)
    named = [
        (unit, spot)
        for spot in code.spots
        if spot.named and not ranges.hold(spot)
        if (unit := constants.texts(folder, spot, by_file) or constants.model(folder, spot))
    ]
    every = [*sent, *fetched, *named]
    free = [unit for unit, spot in every if tree.unwrapped(spot.node).id not in folder.used]
    return sorted(free, key=lambda unit: unit.start)


def _spoilt(code: program.Program, found: list[Unit]) -> int:
    """Return the line of an error that touches a prompt, or of the first one where nothing is found; 0 for none."""
    wrong = [spot.node for spot in code.spots if spot.node.is_error or spot.node.is_missing]
    if not found:
        return tree.line_of(wrong[0]) if wrong else 0
    touching = (tree.line_of(node) for node in wrong if any(_touch(node, unit) for unit in found))
    return next(touching, 0)


def _touch(node: Node, unit: Unit) -> bool:
    return tree.line_of(node) <= unit.last + 1 and unit.line - 1 <= node.end_point[0] + 1
