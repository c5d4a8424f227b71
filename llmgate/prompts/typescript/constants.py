"""A text with a name: a constant, a key, a field, what a function returns → the unit that it is, if it is a prompt."""

from __future__ import annotations

import re

from llmgate.prompts.prompt import Rule
from llmgate.prompts.typescript import branches, folding, models, prose, tree
from llmgate.prompts.typescript.folding import Folder
from llmgate.prompts.typescript.messages import Said
from llmgate.prompts.typescript.prose import Strength
from llmgate.prompts.typescript.tree import Spot
from llmgate.prompts.typescript.units import Unit

NAME = Rule("typescript.name", "the name and the wording say that the text is a prompt", certain=False)
FILE = Rule("typescript.file", "the file's name and the wording say that the text is a prompt", certain=False)
MODEL = Rule("typescript.model", "the name and the value say that it is a model's id", certain=False)

_REFERENCES = frozenset({"identifier", "member_expression", "shorthand_property_identifier", "object", "array"})
_BRANCHES = frozenset({"ternary_expression", "binary_expression"})
_MODEL_NAME = re.compile(
    r"(?:.*[._])?(?:[A-Za-z0-9_]*_)?(?:[a-z][A-Za-z0-9]*)?(?:MODEL|[mM]odel)(?:_?(?:ID|NAME|Id|Name))?S?s?(?:\..*)?"
)


def texts(folder: Folder, spot: Spot, by_file: Strength) -> Unit | None:
    """Return the unit of a text that a name is given to; a mere reference to another one is none."""
    node = tree.unwrapped(spot.node)
    if not spot.named or node.type in _REFERENCES or node.type in tree.FUNCTIONS:
        return None
    name = ".".join(filter(None, [*spot.place.names, spot.label]))
    own = prose.strength(spot.label or next(iter(spot.place.names[-1:]), ""))
    text = branches.peek(folder, node, spot.place) if node.type in _BRANCHES else folder.peek(node, spot.place)
    if not text:
        return None
    words = folding.words(text)
    if by_file and spot.returned and any(piece.expression is not None for piece in text):
        by_file, words = Strength.STRONG, _filled(text)  # what a function fills in is more than a label
    if not prose.is_prompt(words, max(own, by_file)):
        return None
    branches.text(folder, node, spot.place)
    rule = NAME if prose.is_prompt(folding.words(text), own) else FILE
    later = folder.program.assigned.get(name, []) if spot.place.scopes[-1] == 0 else []
    return _unit(spot, name, rule, said=[Said(None, text)], later=later)


def _filled(text: folding.Text) -> str:
    """Write a text with a word for each value that is put in."""
    return "".join(piece.text if piece.expression is None else "value" for piece in text)


def model(folder: Folder, spot: Spot) -> Unit | None:
    """Return the unit of a model that a name is given to: `const model = openai("…")`, `const MODEL = "gpt-…"`."""
    node = tree.unwrapped(spot.node)
    if not spot.named:
        return None
    name = ".".join(filter(None, [*spot.place.names, spot.label]))
    if node.type == "call_expression" and models.is_provider(folder, node):
        found = models.named(folder, node, spot.place)
    elif node.type == "string" and _MODEL_NAME.fullmatch(spot.label):
        found = folding.plain(folder.peek(node, spot.place))
    else:
        return None
    return _unit(spot, name, MODEL, model=found) if found and models.is_known(found) else None


def _unit(
    spot: Spot,
    name: str,
    rule: Rule,
    *,
    said: list[Said] | None = None,
    model: str | None = None,
    later: list[str] | None = None,
) -> Unit:
    node = spot.node
    return Unit(
        name=name,
        line=tree.line_of(node),
        last=node.end_point[0] + 1,
        start=node.start_byte,
        rule=rule,
        said=said or [],
        model=model,
        beside={"assigned": [*later]} if later else {},
    )
