"""A mail and a prompt that wants JSON → the simulated model's sorting of the mail."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from llmgate.demo.reading import Conversation, Skill

_SUMMARY_WORDS = 8
# In the order in which somebody has to act.
_TOPICS = {
    "damage": r"\btorn\b|\bbroken?\b|\bdamaged?\b|\bripped\b",
    "delivery": r"\bparcel\b|\btracking\b|\bdelivery\b|\barrived\b",
    "billing": r"\binvoice\b|\bcharged?\b|\brefund\b|\bpaid\b",
    "sizing": r"\bsizes?\b|\btoo (?:small|large|big)\b",
    "praise": r"\bthanks\b|\bwonderful\b|\blove\b|\bgreat\b",
}
_URGENT = re.compile(r"(?i)\blawyer\b|\bdeadline\b|\btoday\b|\bby (?:monday|tuesday|wednesday|thursday|friday)\b")


def is_asked_for(conversation: Conversation) -> bool:
    """Whether the prompt is one that sorts mail: it names the keys of the answer."""
    return "topic" in conversation.instructions and "urgency" in conversation.instructions


def answer(conversation: Conversation, does: Callable[[Skill], bool]) -> str:
    mail = conversation.question
    topic = _topic(mail, most_urgent=does(Skill.MORE_URGENT_TOPIC))
    urgency = "high" if _URGENT.search(mail) else "normal"
    if not does(Skill.JSON):
        return f"This mail is about {topic}, and its urgency is {urgency}."
    summary = " ".join(mail.split()[:_SUMMARY_WORDS])
    text = json.dumps({"topic": topic, "urgency": urgency, "summary": summary}, ensure_ascii=False)
    return text if does(Skill.NO_FENCE) else f"```json\n{text}\n```"


def _topic(mail: str, *, most_urgent: bool) -> str:
    found = {topic: match.start() for topic, words in _TOPICS.items() if (match := re.search(words, mail.lower()))}
    if not found:
        return "other"
    return next(iter(found)) if most_urgent else min(found, key=lambda topic: found[topic])
