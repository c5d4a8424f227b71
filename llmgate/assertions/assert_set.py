"""`assert-set`: several assertions as one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, Field, WithJsonSchema, field_validator

from llmgate.assertions import fields, weighing
from llmgate.assertions.judgement import Judgement
from llmgate.assertions.subject import Subject
from llmgate.trial import Outcome

if TYPE_CHECKING:
    from llmgate.assertions import Assertion


class AssertSet(BaseModel):
    """All assertions in `assert` pass, or with `threshold` the weighted mean of their scores reaches it.

        {type: assert-set, threshold: 0.5, assert: [{type: contains, value: refund}, {type: contains, value: credit}]}

    So a threshold of 0.5 asks for one of two, and 0.25 for one of four; one of 0 lets everything pass. Sets may be in
    sets, at most 8 deep. A set whose assertions are all of weight 0 is a fault, for it would check nothing. The score
    of the set is the weighted mean; its own `weight` and `metric` concern the set as a whole. An assertion that cannot
    judge makes the set unable to judge only where it could change the result.
    """

    model_config = fields.STRICT

    assertions: Annotated[
        fields.Some[Assertion], WithJsonSchema({"type": "array", "minItems": 1, "maxItems": fields.MAX_VALUES})
    ] = Field(alias="assert", description="The assertions of the set.")
    threshold: fields.Share | None = Field(default=None, description="The smallest weighted mean that passes.")

    @field_validator("assertions")
    @classmethod
    def _something_counts(cls, value: tuple[Assertion, ...]) -> tuple[Assertion, ...]:
        if not any(assertion.weight > 0 for assertion in value):
            raise ValueError("every assertion of the set has weight 0, so that nothing is checked")
        return value

    def grade(self, subject: Subject) -> Judgement:
        parts = tuple(assertion.grade(subject) for assertion in self.assertions)
        total = weighing.weigh(parts, self.threshold)
        return Judgement(
            passed=total.outcome is Outcome.PASSED,
            score=total.score,
            reason=total.reason,
            parts=parts,
            error=total.reason if total.outcome is Outcome.ERROR else None,
        )


def checks(assertions: Iterable[Assertion]) -> Iterator[object]:
    """List the checks of some assertions, those in sets in place of the sets."""
    for assertion in assertions:
        if isinstance(assertion.check, AssertSet):
            yield from checks(assertion.check.assertions)
        else:
            yield assertion.check
