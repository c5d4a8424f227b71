"""A simulated model's name → how likely it does what a prompt asks, and what nobody asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from llmgate.demo.reading import Conversation, Skill

_ASKED = 0.9995
_UNASKED: Mapping[Skill, float] = {
    Skill.CITE: 0.05,
    Skill.REGIONAL: 0.04,
    Skill.LOOK_UP: 0.10,
    Skill.CHECK_BEFORE_CANCELLING: 0.30,
    Skill.CHECK_STOCK: 0.20,
    Skill.ABSTAIN: 0.20,
    Skill.COMPLETE: 0.40,
    Skill.DISTRUST_DOCUMENTS: 0.25,
    Skill.KEEP_SECRET: 0.30,
    Skill.HIDE_CARD: 0.40,
    Skill.APOLOGISE: 0.30,
    Skill.BE_BRIEF: 0.10,
    Skill.JSON: 0.10,
    Skill.MORE_URGENT_TOPIC: 0.50,
}
_ON_CONDITION = 0.10
_STEP_BY_STEP = 0.85


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """`asked` and `unasked` hold where a model differs from what all simulated models have in common."""

    asked: Mapping[Skill, float]
    unasked: Mapping[Skill, float] = field(default_factory=dict)


MODELS: Mapping[str, Model] = {
    "sim-support-2026-01-15": Model(
        asked={Skill.COMPLETE: 0.89, Skill.DISTRUST_DOCUMENTS: 0.95, Skill.MORE_URGENT_TOPIC: 0.87},
        unasked={Skill.ARITHMETIC: 0.12, Skill.REMEMBER: 0.98, Skill.NO_FENCE: 0.9995},
    ),
    # Better at sums and at long questions, and fond of Markdown: it puts JSON into a code fence unless told not to.
    "sim-support-2026-06-01": Model(
        asked={Skill.COMPLETE: 0.97, Skill.DISTRUST_DOCUMENTS: 0.97, Skill.MORE_URGENT_TOPIC: 0.92},
        unasked={Skill.ARITHMETIC: 0.95, Skill.REMEMBER: 0.98, Skill.NO_FENCE: 0.05},
    ),
}


def probability(skill: Skill, model: Model, conversation: Conversation) -> float:
    """Return how likely `model` shows `skill` in this conversation."""
    if skill is Skill.ARITHMETIC and Skill.STEP_BY_STEP in conversation.asked:
        return max(_STEP_BY_STEP, model.unasked[skill])
    if skill in conversation.asked or (skill in conversation.conditional and conversation.earlier):
        return model.asked.get(skill, _ASKED)
    if skill in conversation.conditional:
        return _ON_CONDITION
    return model.unasked.get(skill, _UNASKED.get(skill, 0.0))
