"""`is-xml`: the output as a whole is XML, with some elements if they are given."""

from __future__ import annotations

from pydantic import BaseModel, Field

from llmgate.assertions import fields, judgement, xml_text
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject


class IsXml(BaseModel):
    """The output as a whole is one well-formed XML document and, with `value`, has all these elements.

        {type: is-xml, value: {requiredElements: [order.id, order.item.0.name]}}

    White space around the document is fine; a code fence, a second root and text around it are not. An element is
    named by its path from the root, with dots; where an element occurs more than once beside itself, its number
    from 0 follows its name. A name with a dot in it cannot be asked for. Namespaces are not resolved: `ns:id` is a
    name like any other. `value` may also be a list of paths, or one text with commas.

    Nothing outside the output is loaded; a document type with declarations of its own (`<!DOCTYPE a [...]>`) fails,
    as in promptfoo, so that no entity is ever expanded. Names are those of XML 1.0 before its fifth edition.
    """

    model_config = fields.STRICT

    value: xml_text.Paths | None = Field(default=None, description="`{requiredElements: [...]}`: paths of elements.")

    def grade(self, subject: Subject) -> Judgement:
        if flaw := xml_text.flaw(subject.output):
            return judgement.verdict(passed=False, reason=flaw)
        lacking = xml_text.missing(xml_text.together(xml_text.outermost(subject.output)), self.value or ())
        if lacking:
            return judgement.verdict(passed=False, reason=f"the XML lacks {judgement.listed(lacking)}")
        return judgement.verdict(passed=True, reason=f"the output is XML{' with the elements' if self.value else ''}")
