"""`contains-xml`: somewhere in the output is XML, with some elements if they are given."""

from __future__ import annotations

from pydantic import BaseModel, Field

from llmgate.assertions import fields, judgement, xml_text
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject


class ContainsXml(BaseModel):
    """The output has an XML element in it and, with `value`, one that has all these elements.

        {type: contains-xml, value: {requiredElements: [order.id]}}

    An element is a tag and the tag that closes it, or `<a/>`. As in promptfoo, that its tags balance is enough: `&`
    and attributes without a value are no flaw, and neither is an unclosed tag before it. Paths are as for `is-xml`,
    from the outermost element; they may be found in one of the outermost elements, or in all of them taken
    together.
    """

    model_config = fields.STRICT

    value: xml_text.Paths | None = Field(default=None, description="`{requiredElements: [...]}`: paths of elements.")

    def grade(self, subject: Subject) -> Judgement:
        found = xml_text.outermost(subject.output)
        if not found:
            return judgement.verdict(passed=False, reason="the output has no XML element in it")
        if self.value is None:
            return judgement.verdict(passed=True, reason="the output has an XML element in it")
        whole = xml_text.together(found)
        if any(not xml_text.missing(tree, self.value) for tree in [whole, *found]):
            return judgement.verdict(passed=True, reason="the output has XML with the elements in it")
        lacking = judgement.listed(xml_text.missing(whole, self.value) or self.value)
        return judgement.verdict(passed=False, reason=f"no XML in the output has all elements; it lacks {lacking}")
