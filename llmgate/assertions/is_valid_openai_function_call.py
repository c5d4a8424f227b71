"""`is-valid-openai-function-call`: promptfoo's old name of `is-valid-function-call`."""

from __future__ import annotations

from pydantic import BaseModel

from llmgate.assertions import fields
from llmgate.assertions.is_valid_openai_tools_call import IsValidOpenaiToolsCall
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject


class IsValidOpenaiFunctionCall(BaseModel):
    """The old name of `is-valid-function-call`, which is the same.

        {type: is-valid-openai-function-call}

    promptfoo calls it legacy; the provider does not matter here either.
    """

    model_config = fields.STRICT

    def grade(self, subject: Subject) -> Judgement:
        return IsValidOpenaiToolsCall().grade(subject)
