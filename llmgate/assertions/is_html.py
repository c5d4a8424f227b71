"""`is-html`: the output as a whole is HTML."""

from __future__ import annotations

from pydantic import BaseModel

from llmgate.assertions import fields, html_text, judgement
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject


class IsHtml(BaseModel):
    """The output as a whole is an HTML document or fragment: known elements, closed, with no text around them.

        {type: is-html}

    `<h1>Title</h1><p>Text` is HTML, since `</p>` may be left out; `<div>Text`, `Text <b>x</b>`, a code fence, an
    output that begins with `<?xml` and one without any element of HTML (or one with a hyphen, a component) are not.
    Tags that overlap or close nothing are no flaw. Deviation: promptfoo's documents say that an unclosed `<div>`
    fails, its parser lets it pass; here it fails.
    """

    model_config = fields.STRICT

    def grade(self, subject: Subject) -> Judgement:
        flaw = html_text.flaw(subject.output)
        return judgement.verdict(flaw is None, flaw or "the output is HTML")
