"""`is-valid-function-call`: the function calls are of the functions that were offered."""

from __future__ import annotations

from pydantic import BaseModel

from llmgate.assertions import fields
from llmgate.assertions.is_valid_openai_tools_call import IsValidOpenaiToolsCall
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject


class IsValidFunctionCall(BaseModel):
    """The model called functions, each one of the fixture's `tools.definitions`, with arguments that fit its schema.

        {type: is-valid-function-call}

    The same as `is-valid-openai-tools-call`, for every provider: a fixture has tools, whatever its provider calls
    them.
    """

    model_config = fields.STRICT

    def grade(self, subject: Subject) -> Judgement:
        return IsValidOpenaiToolsCall().grade(subject)
