"""One semantic difference between two surfaces, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from llmgate.prompts import Facet, Rule
from llmgate.prompts.pairs import Happened
from llmgate.prompts.wording import Wording


class Kind(StrEnum):
    """What a change is about."""

    PROMPT = "prompt"
    MODEL = "model"
    PARAMS = "params"
    TOOLS = "tools"
    SCHEMA = "schema"
    RETRIEVAL = "retrieval"
    INDEX = "index"
    APPLICATION = "application"
    COMMENT = "comment-only"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One semantic difference. A unit that differs in several kinds of things has one change for each kind.

    `renamed_from` is the id of the unit on the base. `affects` are the prompts that include what changed, `targets`
    the names of the targets whose requests depend on it, on either arm; none where it is compared and never sent.
    `rule` says why the unit was taken for a prompt, `gated` whether a change of it has to be judged.
    `affects_requests` is False where nothing that is sent can differ: a rename, a target that names the same thing by
    another name, or what no target uses. `opaque` says why a prompt's includes cannot be followed, `fault` why the
    file cannot be used; both count as changed when in doubt. `note` says why no request can show the change.
    """

    kind: Kind
    unit: str
    path: str
    line: int = 1
    happened: Happened
    renamed_from: str | None = None
    facets: tuple[Facet, ...] = ()
    wording: Wording | None = None
    details: tuple[str, ...] = ()
    affects: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    affects_requests: bool = True
    rule: Rule | None = None
    gated: bool = True
    opaque: str = ""
    fault: str = ""
    note: str = ""

    @property
    def id(self) -> str:
        """Stable over runs: the unit and the kind of thing that changed in it."""
        unsent = self.kind is Kind.MODEL and self.facets == (Facet.SETTINGS,)
        return f"{self.unit}:{Facet.SETTINGS.value if unsent else self.kind.value}"
