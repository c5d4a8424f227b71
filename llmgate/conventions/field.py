"""What of a span is carried, and how the attributes of a name hold it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto


class Field(StrEnum):
    """What is carried."""

    SYSTEM = auto()
    INPUT = auto()
    INPUT_REFERENCE = auto()
    SYSTEM_REFERENCE = auto()
    EVENTS = auto()
    OUTPUT = auto()
    OUTPUT_REFERENCE = auto()
    ANSWER_TEXT = auto()
    ANSWER_CALLS = auto()
    FINISH_REASON = auto()
    TOOLS = auto()
    TOOLS_REFERENCE = auto()
    PROVIDER = auto()
    REQUESTED = auto()
    SERVED = auto()
    RESPONSE = auto()
    PREVIOUS_RESPONSE = auto()
    COMPACTED = auto()
    INVOCATION = auto()
    SEED = auto()
    TEMPERATURE = auto()
    TOP_P = auto()
    TOP_K = auto()
    MAX_TOKENS = auto()
    FREQUENCY_PENALTY = auto()
    PRESENCE_PENALTY = auto()
    STOP = auto()
    N = auto()
    REASONING_EFFORT = auto()
    TOOL_CHOICE = auto()
    RESPONSE_FORMAT = auto()
    RESPONSE_SCHEMA = auto()
    PROMPT_NAME = auto()
    PROMPT_VERSION = auto()
    PROMPT_TEMPLATE = auto()
    VARIABLES = auto()
    DOCUMENTS = auto()
    RERANKED = auto()
    CANDIDATES = auto()
    RANKING = auto()
    TOOL_NAME = auto()
    TOOL_CALL = auto()
    TOOL_ARGUMENTS = auto()
    TOOL_RESULT = auto()
    FEEDBACK = auto()
    TRACE_FEEDBACK = auto()
    EVALUATION_NAME = auto()
    EVALUATION_SCORE = auto()
    EVALUATION_LABEL = auto()
    EVALUATION_COMMENT = auto()
    EXPECTED = auto()
    ERROR = auto()
    TAGS = auto()
    METADATA = auto()
    TRIAL = auto()


class Shape(StrEnum):
    """How the attributes under a name hold the value."""

    VALUE = "one attribute, as it stands"
    JSON = "one attribute, with JSON where it is a text"
    ENCODED = "one attribute, a text that is JSON of anything"
    QUOTED = "one attribute, a text that is JSON of a text or of something else"
    LIST = "an attribute for each leaf of a list: NAME.0.key"
    MAP = "an attribute for each entry: NAME.key"


@dataclass(frozen=True, slots=True)
class Name:
    """One convention's name."""

    text: str
    shape: Shape = Shape.VALUE
