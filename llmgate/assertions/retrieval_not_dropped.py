"""`retrieval:not-dropped`: a needed document that was retrieved also reached the model."""

from __future__ import annotations

import json

from pydantic import BaseModel, Field

from llmgate.assertions import fields, judgement, recall, sent
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject


class RetrievalNotDropped(BaseModel):
    """The documents in `value`, or in `context.gold`, that were retrieved stand with their whole text in the prompt.

        {type: "retrieval:not-dropped", value: ["returns.md#3"]}

    It finds what comes between retrieval and the model: a template that shows only the first documents, cuts their
    text, or leaves it out. The prompt is all that was sent but the model's own turns. Texts are compared exactly, but
    for white space; a text that the template wrote as JSON (`tojson`) counts, one that it changed otherwise, for
    example escaped as HTML, does not.

    The score is the share of these documents that stand there; all must. Documents that were not retrieved are not
    looked at, which is what `retrieval:contains-ids` is for; but if none of them was retrieved, it fails. A trial of
    which the request is not known cannot be judged.
    """

    model_config = fields.STRICT

    value: fields.Texts | None = Field(default=None, description="Ids of documents; the gold ids by default.")

    def grade(self, subject: Subject) -> Judgement:
        ids = set(recall.wanted(self.value, subject))
        retrieved = [document for document in subject.trace.documents if document.id in ids]
        if not retrieved:
            return judgement.verdict(passed=False, reason="none of the documents was retrieved")
        prompt = _spaced("\n".join(sent.texts(subject)))
        dropped = [document.id for document in retrieved if not _stands(document.text, prompt)]
        reason = f"not in the prompt: {judgement.listed(dropped)}" if dropped else "the documents are in the prompt"
        return Judgement(passed=not dropped, score=1 - len(dropped) / len(retrieved), reason=reason)


def _stands(text: str, prompt: str) -> bool:
    written = (text, json.dumps(text, ensure_ascii=False)[1:-1], json.dumps(text)[1:-1])
    return any(_spaced(form) in prompt for form in written)


def _spaced(text: str) -> str:
    return " ".join(text.split())
