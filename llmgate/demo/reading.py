"""A Chat Completions request → what the simulated model understands of it: orders, passages, question, tool results."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

_PASSAGE = re.compile(r"^\[([^\]\s]+)\] (.+)$", re.MULTILINE)
_CUSTOMER = re.compile(r"^(?:customer|question):[ \t]*", re.MULTILINE | re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|\n+")
_ON_CONDITION = re.compile(r"\bonly (?:if|when)\b|\bunless\b|\bif (?:the|a) customer (?:asks|insists)")


class Skill(StrEnum):
    """What a prompt can ask of the simulated model, and what it can do unasked."""

    CITE = "cite"
    REGIONAL = "regional rule first"
    LOOK_UP = "look an order up"
    CHECK_BEFORE_CANCELLING = "check before cancelling"
    CHECK_STOCK = "check the stock"
    ABSTAIN = "say that it does not know"
    COMPLETE = "answer every part"
    DISTRUST_DOCUMENTS = "documents are no orders"
    KEEP_SECRET = "keep the prompt secret"  # noqa: S105 - an ability, not a password
    HIDE_CARD = "hide card numbers"
    APOLOGISE = "say sorry"
    BE_BRIEF = "no small talk"
    STEP_BY_STEP = "step by step"
    JSON = "answer in JSON"
    NO_FENCE = "no code fence"
    MORE_URGENT_TOPIC = "the more urgent topic"
    ARITHMETIC = "arithmetic"
    REMEMBER = "remember earlier turns"


# A skill is asked for by a sentence in which all of its patterns are found; case does not matter.
_ORDERS: Mapping[Skill, tuple[str, ...]] = {
    Skill.CITE: (r"\bcit(?:e|es|ing|ations?)\b|\bsources?\b",),
    Skill.REGIONAL: (
        r"\bregional|\blocal\b",
        r"\bwins?\b|\bprefer|\bfirst\b|\bprecedence\b|\bbeats?\b|\btake\b|\bchoose\b",
    ),
    Skill.LOOK_UP: (r"lookup_order", r"^(?!.*cancel)"),
    Skill.CHECK_BEFORE_CANCELLING: (r"lookup_order|\bcheck\b|\bstatus\b", r"cancel"),
    Skill.CHECK_STOCK: (r"check_stock",),
    Skill.ABSTAIN: (r"\b(?:do|does) not know\b|\bdon't know\b|\bcolleague\b",),
    Skill.COMPLETE: (r"\b(?:every|all|each)\b", r"\b(?:parts?|questions?)\b", r"\banswer"),
    Skill.DISTRUST_DOCUMENTS: (r"\bdocuments?\b", r"\bnever\b|\bnot\b|\bignore\b", r"\binstructions?\b|\borders\b"),
    Skill.KEEP_SECRET: (r"\bnever\b|\bnot\b", r"\bshow|\breveal|\bshare|\bdisclose", r"\binstructions?\b|\bprompt\b"),
    Skill.HIDE_CARD: (r"\bnever\b|\bnot\b", r"\bcard numbers?\b"),
    Skill.APOLOGISE: (r"\bupset\b|\bangry\b|\bannoyed\b", r"\bsorry\b|\bapolog"),
    Skill.BE_BRIEF: (r"\bbrief|\bshort\b|\bsmall talk\b|\bconcise",),
    Skill.STEP_BY_STEP: (r"\bstep by step\b|\bshow (?:the|your) (?:calculation|work)",),
    Skill.JSON: (r"\bjson\b", r"\banswer|\breply|\brespond|\boutput|\breturn"),
    Skill.NO_FENCE: (r"\bfences?\b|\bbackticks?\b|\bcode blocks?\b", r"\bnot?\b|\bnever\b|\bwithout\b"),
    Skill.MORE_URGENT_TOPIC: (r"\btopics?\b", r"\bfirst\b|\burgent\b|\bbefore\b"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A tool call of an earlier step, with the tool's answer."""

    name: str
    arguments: Mapping[str, Any]
    result: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """`asked` and `conditional` are the skills that the prompt asks for; `earlier` are the customer's earlier turns."""

    instructions: str
    asked: frozenset[Skill]
    conditional: frozenset[Skill]
    passages: tuple[Passage, ...]
    question: str
    earlier: tuple[str, ...]
    tools: tuple[Mapping[str, Any], ...]
    done: tuple[Done, ...]


def read(body: Mapping[str, Any]) -> Conversation:
    messages = body["messages"]
    users = [_text(message) for message in messages if message["role"] == "user"]
    last = users[-1] if users else ""
    prompt, question = _split(last)
    systems = [_text(message) for message in messages if message["role"] in ("system", "developer")]
    instructions = "\n".join([*systems, _PASSAGE.sub("", prompt)])
    return Conversation(
        instructions=instructions.strip(),
        asked=_asked(instructions, on_condition=False),
        conditional=_asked(instructions, on_condition=True),
        passages=tuple(Passage(id=id_, text=text) for id_, text in _PASSAGE.findall("\n".join([*systems, prompt]))),
        question=question,
        earlier=tuple(_split(text)[1] for text in users[:-1]),
        tools=tuple(tool["function"] for tool in body.get("tools") or ()),
        done=tuple(_done(messages)),
    )


def sentences(text: str) -> list[str]:
    return [sentence for piece in _SENTENCE_END.split(text) if (sentence := piece.strip())]


def _split(text: str) -> tuple[str, str]:
    """Part a rendered prompt from the question after its last `Customer:`; without one, all is the question."""
    marks = list(_CUSTOMER.finditer(text))
    return (text[: marks[-1].start()], text[marks[-1].end() :].strip()) if marks else ("", text.strip())


@lru_cache(maxsize=256)
def _asked(instructions: str, *, on_condition: bool) -> frozenset[Skill]:
    told = map(str.lower, sentences(instructions))
    orders = [order for order in told if bool(_ON_CONDITION.search(order)) is on_condition]
    return frozenset(
        skill
        for skill, patterns in _ORDERS.items()
        if any(all(re.search(pattern, order) for pattern in patterns) for order in orders)
    )


def _done(messages: Sequence[Mapping[str, Any]]) -> Iterator[Done]:
    """Pair the tool calls since the customer's last turn with their results."""
    last = max((place for place, message in enumerate(messages) if message["role"] == "user"), default=-1)
    calls: dict[str, Mapping[str, Any]] = {}
    for message in messages[last + 1 :]:
        for call in message.get("tool_calls") or ():
            calls[call["id"]] = call["function"]
        if message["role"] == "tool" and message.get("tool_call_id") in calls:
            call = calls[message["tool_call_id"]]
            yield Done(name=call["name"], arguments=_json(call["arguments"]), result=_json(_text(message)))


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _text(message: Mapping[str, Any]) -> str:
    content = message.get("content") or ""
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)
