"""`contains-html`: somewhere in the output is HTML."""

from __future__ import annotations

from pydantic import BaseModel

from llmgate.assertions import fields, html_text, judgement
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject

ENOUGH_SIGNS = 2


class ContainsHtml(BaseModel):
    """The output has at least two signs of HTML in it.

        {type: contains-html}

    The signs are promptfoo's: an opening tag, a closing tag, an empty tag (`<a/>`), an entity (`&amp;`), a comment, an
    attribute with its value in quotation marks; and, counted twice, `<!DOCTYPE html>` and one of the common elements
    such as `<div>`, `<p>` or `<br>`. So `a < b`, `<example>` and `<john@example.com>` are no HTML.
    """

    model_config = fields.STRICT

    def grade(self, subject: Subject) -> Judgement:
        signs = html_text.signs(subject.output)
        return judgement.verdict(signs >= ENOUGH_SIGNS, f"the output has {signs} signs of HTML; 2 are enough")
