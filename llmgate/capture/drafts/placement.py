"""What production sent, and how a target of the repository makes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from llmgate.capture.span import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What production sent, as far as a fixture holds it: messages, known variables, documents, tool definitions.

    `textless` are the ids of documents whose text nobody recorded; it is empty then.
    """

    messages: Sequence[Json]
    variables: Json | None = None
    documents: Sequence[Json] = ()
    tools: Sequence[Json] = ()
    textless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """How one target makes a request.

    `turns` are the messages that the fixture brings, `rendered` those that the prompt makes, `context` the documents
    as production joined them. `documents` are those of the source, or else what was read back out of the prompt's
    text. `exact` says that a replay sends what was sent; where it does not, `difference` tells why. `lacking` are
    placeholders without a value, `attached` the files in the user's message that the prompt makes; `offers_tools` says
    that the prompt's own file defines them, `likeness` how many of the prompt's own words stand in the request, 0 to 1.
    """

    target: str
    documents: tuple[Json, ...] = ()
    variables: Json = field(default_factory=dict)
    turns: tuple[Json, ...] = ()
    rendered: tuple[Json, ...] = ()
    context: str | None = None
    exact: bool = False
    difference: str = ""
    lacking: tuple[str, ...] = ()
    attached: Json = field(default_factory=dict)
    offers_tools: bool = False
    likeness: float = 0.0

    def has_read_back(self, sent: Sent) -> bool:
        """Tell whether the documents are read back out of the prompt's text."""
        return bool(self.documents) and tuple(self.documents) != tuple(sent.documents)
