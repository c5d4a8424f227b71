"""The name of a constant and its text → whether it is a prompt: names that say so, and texts that read like one."""

from __future__ import annotations

import re
from enum import IntEnum

MIN_WORDS = 4
MAX_LOOKED = 4_000

_TOKEN = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_WORD = re.compile(r"[^\W\d_]+")
_IDEOGRAPHS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_PROMPTS = frozenset({"prompt", "prompts"})
_PEOPLE_WORDS = """
    confirm confirmation password passwd shell cmd cli input login sudo ps1 ps2 readline repl exit quit user_input
    install a2hs pwa menu yes no terminal tty ask question choice wait continue delete overwrite
"""
_PEOPLE = frozenset(_PEOPLE_WORDS.split())
_SYSTEM_WORDS = """
    message messages content role persona preamble
"""
_SYSTEM = frozenset(_SYSTEM_WORDS.split())
_SURE_SYSTEM_WORDS = """
    prompt prompts instruction instructions
"""
_SURE_SYSTEM = frozenset(_SURE_SYSTEM_WORDS.split())
_EVENTS_WORDS = """
    error errors warning warnings exception alert alerts log status success failure failed
"""
_EVENTS = frozenset(_EVENTS_WORDS.split())
_TEMPLATE_WORDS = """
    template templates tmpl instruction instructions persona personas preamble guidelines
"""
_TEMPLATE = frozenset(_TEMPLATE_WORDS.split())
_NOT_TEXT_WORDS = """
    path paths file files filename dir folder url uri key keys id ids name names version hash length len size count
    limit tokens regex pattern re sql query ddl html css email subject log logger error errors exception warning
    description title label help usage doc docs test tests fixture width color style format cost price type cls
    class
"""
_NOT_TEXT = frozenset(_NOT_TEXT_WORDS.split())


class Strength(IntEnum):
    """How much a name says: nothing, that it may be a prompt, that it is one, that it is one for a model."""

    NONE = 0
    WEAK = 1
    STRONG = 2
    SURE = 3


def strength(name: str) -> Strength:
    """Tell how much the name of a constant, an argument or a function says about its text."""
    tokens = [token.lower() for token in _TOKEN.findall(name)]
    words = set(tokens)
    if not tokens or tokens[-1] in _NOT_TEXT or words & _EVENTS:
        return Strength.NONE
    if "system" in words and words & _SURE_SYSTEM:
        return Strength.SURE
    if words & _PROMPTS:
        return Strength.WEAK if words & _PEOPLE else Strength.STRONG
    if "system" in words and words & _SYSTEM:
        return Strength.STRONG
    if words & _TEMPLATE or tokens[0] == "system" or {"llm", "gpt", "agent"} & words:
        return Strength.WEAK
    return Strength.NONE


_ADDRESSED = re.compile(
    r"\b(you are (an?|the|my|our|now)\b|you're an? |act as (an?|the)\b|your (task|job|role|goal|purpose|mission|output|"
    r"answer|response|reply)\b|as an (ai|expert|assistant)\b|language model\b|\bAI assistant\b|helpful assistant\b|"
    r"large language|step by step|chain of thought|few[- ]shot|hallucinat|think carefully)",
    re.IGNORECASE,
)
_ORDERED = re.compile(
    r"(?:^|[.:!\n]\s*|[-*\d.)]\s+)(?:please |always |never |only |do not |don't |briefly |first,? |then,? )*"
    r"(answer|respond|reply|return|output|summari[sz]e|classify|extract|translate|generate|rewrite|write|explain|"
    r"identify|analy[sz]e|evaluate|rate|score|list|compare|describe|use only|use the following|given the|given an?|"
    r"based on|decide|determine|convert|draft|provide|produce|create|be concise|keep|cite|label|rank|review|"
    r"make up|mention|refuse|include|avoid|ask|format your)\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"\b(the (user|customer|assistant|model|context|conversation|question|document|passage|text|following|code|query)"
    r"('s)?|json|bullet points?|one sentence|\w+ sentences|concise(ly)?|in (english|french|german|spanish)|"
    r"(positive|negative|neutral)|tone|markdown|assistant|human|sentiment|summary|context|answer|question|"
    r"tools?|instructions?|examples?|you (must|will|should|play|speak|write|help|have to|need to|receive))\b",
    re.IGNORECASE,
)
_NO_PROSE = re.compile(
    r"\s*(?:(?:--[^\n]*\n|/\*)?\s*(?:SELECT|INSERT INTO|UPDATE \w+ SET|DELETE FROM|"
    r"CREATE (?:TABLE|INDEX|VIEW|OR REPLACE)|ALTER TABLE|DROP TABLE|WITH \w+ AS\s*\(|MERGE INTO|PRAGMA|GRANT)\b"
    r"|<!doctype|<\?xml|<(?:html|head|body|div|span|p|table|tr|td|a|h[1-6]|ul|ol|li|form|input|svg|script|style|br|img|"
    r"button|section|mjml|template)\b[^\n]*>"
    r"|\{%-?\s*extends|#!|https?://|import |from \w+ import |def \w+\(|class \w+|function\b|const |package |"
    r"query\b.*\{|mutation\b|\{\s*\"|%\(|usage:|copyright|licensed under|version:|apiVersion:|"
    r"\[[\w.]+\]\n|FROM [\w./:-]+\n|@prefix|PREFIX \w*:|Subject:|BEGIN:|-----BEGIN)",
    re.IGNORECASE,
)
_LETTER = re.compile(
    r"\b(unsubscribe|(best|kind|warm) regards|sincerely|thanks for (signing|your (order|purchase))|"
    r"thank you for (your|signing|registering|choosing)|reset your password|verify your e-?mail|your order|"
    r"click (here|the link|below)|to confirm your|all rights reserved|the \w+ team\b)",
    re.IGNORECASE,
)
_GREETING = re.compile(r"\s*(dear|hi|hello|hey)\b[^\n]{0,60}[,!]", re.IGNORECASE)
_ASKS_PEOPLE = re.compile(
    r"\s*(?:\[[^\]]*\]\s*)?(?:please )?(?:enter|type|press|select|choose|input|confirm|are you sure|"
    r"do you (?:want|wish)|"
    r"would you like|continue|proceed|overwrite|delete|remove|password|user ?name|login|pick|which|what is your|"
    r"what's your|should|is this|save|quit|exit|really|replace|retry|abort|"
    r"provide (?:a|the|your) (?:path|name|password))\b",
    re.IGNORECASE,
)
_CLOSES_PEOPLE = re.compile(r"(?:[:?>\])]|\$|#)\s*$")


def words(text: str) -> int:
    """Count the words of a text; of languages without spaces, half of the characters."""
    looked = text[:MAX_LOOKED]
    return len(_WORD.findall(looked)) + len(_IDEOGRAPHS.findall(looked)) // 2


def is_prose(text: str) -> bool:
    """Tell whether a text is made of words, and is no SQL, HTML, code, path, pattern or notice."""
    looked = text[:MAX_LOOKED]
    if words(looked) < MIN_WORDS or (" " not in looked.strip() and not _IDEOGRAPHS.search(looked)):
        return False
    if _NO_PROSE.match(looked):
        return False
    letters = sum(char.isalpha() or char.isspace() for char in looked)
    return letters >= 0.6 * len(looked)


def is_for_people(text: str) -> bool:
    """Tell whether a text asks a person at a terminal, or is a letter to one."""
    looked = text[:MAX_LOOKED].strip()
    if _LETTER.search(looked) or _GREETING.match(looked):
        return not _ADDRESSED.search(looked)
    short = words(looked) <= 16 and looked.count("\n") <= 1
    return short and bool(_ASKS_PEOPLE.match(looked) or _CLOSES_PEOPLE.search(looked)) and not _ADDRESSED.search(looked)


def signals(text: str) -> int:
    """Count what tells that a text speaks to a model: being told who it is counts twice."""
    looked = text[:MAX_LOOKED]
    ordered, about = len(_ORDERED.findall(looked)), len(_ABOUT.findall(looked))
    return 2 * bool(_ADDRESSED.search(looked)) + min(ordered, 2) + min(about, 1)


def is_prompt(name: str, text: str, *, among_models: bool) -> bool:
    """Tell whether a named text is a prompt. `among_models` says that its module speaks to models."""
    said = strength(name)
    if said is Strength.NONE or not is_prose(text) or is_for_people(text):
        return False
    if said is Strength.SURE:
        return True
    needed = {Strength.STRONG: (0, 1), Strength.WEAK: (1, 3)}[said][0 if among_models else 1]
    return signals(text) >= needed or (said is Strength.STRONG and _foreign(text))


def is_neutral(name: str) -> bool:
    """Tell whether a name at least does not say that its text is something else."""
    tokens = [token.lower() for token in _TOKEN.findall(name)]
    return bool(tokens) and tokens[-1] not in _NOT_TEXT and not set(tokens) & (_EVENTS | _PEOPLE)


def speaks_to_model(text: str) -> bool:
    return is_prose(text) and not is_for_people(text) and (signals(text) >= 1 or _foreign(text))


def _foreign(text: str) -> bool:
    """Tell whether the text is in another language than the signals: then its words alone must do."""
    looked = text[:MAX_LOOKED]
    if _IDEOGRAPHS.search(looked):
        return True
    found = _WORD.findall(looked.lower())
    common = sum(word in _ENGLISH for word in found)
    return len(found) >= 6 and common < 0.08 * len(found)


_ENGLISH_WORDS = """
    the of and to in is you that it for are with as at this have from or be by not your an if
"""
_ENGLISH = frozenset(_ENGLISH_WORDS.split())

_MODEL_ID = re.compile(
    r"(?:[a-z][\w.-]{1,30}[/:]){0,3}"
    r"(?:gpt-[345]|gpt-oss|chatgpt-|o[1345](?:-mini|-pro|-preview)?(?:-\d|$)|text-(?:embedding|davinci)-|codex-|"
    r"claude-|gemini-|gemma-?\d?|mistral-|mixtral-|ministral|codestral|magistral|devstral|pixtral|open-mi[sx]tral|"
    r"command-(?:r|a|light|nightly)|embed-(?:english|multilingual|v)|llama-?\d|meta-llama|codellama|deepseek-|"
    r"qwen[-\d]|qwq|grok-|phi-?[34]|nova-(?:pro|lite|micro)|voyage-|sonar|kimi-|glm-\d|jamba-|titan-|davinci-00|"
    r"amazon\.|anthropic\.|meta\.|cohere\.|mistral\.)[\w.:@/-]{0,80}",
    re.IGNORECASE,
)
_MODEL_NAMES = frozenset({"model", "models", "llm"})
_MODEL_TAILS = frozenset({"model", "models", "llm", "name", "id", "default", "deployment", "fallback"})


def is_model_id(text: str) -> bool:
    """Tell whether a text looks like the id of a language model."""
    return len(text) <= 120 and bool(_MODEL_ID.fullmatch(text))


def names_model(name: str) -> bool:
    tokens = [token.lower() for token in _TOKEN.findall(name)]
    return bool(_MODEL_NAMES & set(tokens)) and bool(tokens) and tokens[-1] not in _NOT_TEXT - _MODEL_TAILS


_CALLEE = re.compile(
    r"(?:^|[._])(?:\w*(?:llm|gpt|claude|gemini|openai|anthropic|chatbot|completions?)\w*|"
    r"(?:ask|call|query|run|invoke|prompt|generate|chat|complete)_?(?:model|chat|text|response|completion|answer|reply)|"
    r"(?:chat|agent|assistant)[._](?:ask|run|invoke|send|complete|generate|respond))(?:$|[._(])",
    re.IGNORECASE,
)


def calls_model(callee: str) -> bool:
    """Tell whether the name of a function says that it calls a language model."""
    return bool(_CALLEE.search(callee[-200:]))
