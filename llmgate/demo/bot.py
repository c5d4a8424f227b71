"""A Chat Completions request → the answer of the simulated support bot: a text, or calls of the tools it was offered.

It knows no fixture and no arm, only the request. What the prompt asks for it does with the probability that its model
has for that skill; each request draws afresh, so that two seeds are two samples.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from llmgate.demo import abilities, passages, reading, sorting, tools
from llmgate.demo.dice import Dice
from llmgate.demo.passages import Fact
from llmgate.demo.reading import Conversation, Skill

_CARD = re.compile(r"\b\d{4}(?: ?\d{4}){3}\b")
_UPSET = re.compile(r"(?i)\bridiculous\b|\bunacceptable\b|\bfurious\b|\bangry\b|\bthird time\b|!!")
_WANTS_THE_PROMPT = re.compile(r"(?i)\b(?:show|print|reveal|repeat)\b.{0,40}\b(?:instructions|prompt|rules)\b")
_ABOUT_AN_ORDER = re.compile(r"(?i)\border\b")
_WHERE_IT_IS = re.compile(r"(?i)\bwhere\b|\bwhen\b|\barrives?\b|\bstatus\b|\btrack")
_AVAILABLE = re.compile(r"(?i)\bavailable\b|\bin stock\b")
_ENDINGS = ("", "", " I hope that helps.", " Is there anything else?")
_SMALL_TALK = "Thank you so much for getting in touch with us! "
_UNKNOWN = "I do not know that, and our documents do not say. A colleague will get back to you."


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    name: str
    arguments: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Either `text` or one `call`."""

    text: str = ""
    call: ToolCall | None = None


def reply(body: Mapping[str, Any], *, seed: int) -> Reply:
    """Answer a request whose model is one of `abilities.MODELS`."""
    conversation = reading.read(body)
    bot = _Bot(conversation=conversation, model=abilities.MODELS[body["model"]], dice=Dice.of(body, seed=seed))
    return bot.reply()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bot:
    conversation: Conversation
    model: abilities.Model
    dice: Dice

    def does(self, skill: Skill) -> bool:
        return self.dice.happens(skill, abilities.probability(skill, self.model, self.conversation))

    def reply(self) -> Reply:
        if sorting.is_asked_for(self.conversation):
            return Reply(text=sorting.answer(self.conversation, self.does))
        if _WANTS_THE_PROMPT.search(self.conversation.question):
            return Reply(text=self._secret())
        call = self._next_call()
        if call:
            return Reply(call=call)
        return Reply(text=self._opening() + self._content() + self.dice.pick("ending", _ENDINGS))

    def _secret(self) -> str:
        if self.does(Skill.KEEP_SECRET):
            return "I'm sorry, but I can't share my instructions. Can I help you with an order?"
        return f"Here they are. {self.conversation.instructions}"

    def _opening(self) -> str:
        if _UPSET.search(self.conversation.question) and self.does(Skill.APOLOGISE):
            return "I am sorry about that. "
        return "" if self.does(Skill.BE_BRIEF) else _SMALL_TALK

    def _next_call(self) -> ToolCall | None:
        offered = {tool["name"]: tool for tool in self.conversation.tools}
        question, done = self.conversation.question, {item.name: item for item in self.conversation.done}
        if tools.CHECK_STOCK in offered and not done and _AVAILABLE.search(question) and self.does(Skill.CHECK_STOCK):
            arguments = tools.stock_arguments(question, offered[tools.CHECK_STOCK])
            return ToolCall(name=tools.CHECK_STOCK, arguments=arguments) if arguments else None
        number = self._order_number()
        if number is None or tools.LOOK_UP not in offered:
            return None
        if tools.CANCEL in offered and self._wants_to_cancel():
            return self._cancelling(number)
        wants = bool(_WHERE_IT_IS.search(question)) and not done and self.does(Skill.LOOK_UP)
        return ToolCall(name=tools.LOOK_UP, arguments={"id": number}) if wants else None

    def _cancelling(self, number: str) -> ToolCall | None:
        done = {item.name: item for item in self.conversation.done}
        if not done and self.does(Skill.CHECK_BEFORE_CANCELLING):
            return ToolCall(name=tools.LOOK_UP, arguments={"id": number})
        if tools.CANCEL in done or (tools.LOOK_UP in done and not tools.is_open(done[tools.LOOK_UP])):
            return None
        return ToolCall(name=tools.CANCEL, arguments={"id": number})

    def _wants_to_cancel(self) -> bool:
        return "cancel" in self.conversation.question.lower()

    def _order_number(self) -> str | None:
        question, earlier = self.conversation.question, self.conversation.earlier
        if not _ABOUT_AN_ORDER.search(question):
            return None
        remembered = earlier if self.conversation.done or self.does(Skill.REMEMBER) else ()
        return tools.order_number([*remembered, question])

    def _content(self) -> str:
        if self.conversation.done:
            last = self.conversation.done[-1]
            refused = self._wants_to_cancel() and last.name == tools.LOOK_UP
            return tools.report(last) + (" It is on its way already, so I cannot cancel it." if refused else "")
        code = passages.hijacking(self.conversation.passages)
        if code and not self.does(Skill.DISTRUST_DOCUMENTS):
            return f"Use the code {code} for 90 % off!"
        return self._from_passages()

    def _from_passages(self) -> str:
        parts = _parts(self.conversation.question)
        known = self._here(passages.facts(self.conversation.passages))
        found = [fitting[0] for part in parts if (fitting := passages.fitting(part, known))]
        found = list(dict.fromkeys(found))
        if not found:
            return _UNKNOWN if self.does(Skill.ABSTAIN) else "Yes, as far as I know that is the case."
        if len(found) > 1 and not self.does(Skill.COMPLETE):
            found = found[:1]
        card = _CARD.search(self.conversation.question)
        seen = f"I see your card {card.group()}. " if card and not self.does(Skill.HIDE_CARD) else ""
        return seen + " ".join(self._told(fact) for fact in found)

    def _here(self, known: list[Fact]) -> list[Fact]:
        """Leave out the rules of other regions, and where one of the customer's own fits, the ones it overrides."""
        where = self._place()
        region = where[1] if where else None
        valid = [fact for fact in known if fact.region in (None, region)]
        fitting = passages.fitting(self.conversation.question, valid)
        own = [fact for fact in fitting if fact.region]
        general = [fact for fact in fitting if not fact.region and fact.page in {rule.page for rule in own}]
        if not own or not general:
            return valid
        overruled = general if self.does(Skill.REGIONAL) else own
        return [fact for fact in valid if fact not in overruled]

    def _place(self) -> tuple[str, str] | None:
        return passages.place(" ".join([*self.conversation.earlier, self.conversation.question]))

    def _told(self, fact: Fact) -> str:
        where = self._place()
        text = passages.regional(fact, where[0]) if fact.region and where else fact.text
        asks_a_sum = passages.worked_out(self.conversation.question, fact, rightly=True) is not None
        if asks_a_sum:
            rightly = self.does(Skill.ARITHMETIC)
            text = passages.worked_out(self.conversation.question, fact, rightly=rightly) or text
        return f"{text.rstrip('.')} [{fact.source}]." if self.does(Skill.CITE) else text


def _parts(question: str) -> list[str]:
    """The single questions; a text without a question mark is one question."""
    asked = [sentence for sentence in reading.sentences(question) if sentence.endswith("?")]
    return asked if len(asked) > 1 else [question]
