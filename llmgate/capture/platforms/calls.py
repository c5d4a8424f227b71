"""A request and its answer → the fields of a model call's span, with what both together show to be missing."""

from __future__ import annotations

from dataclasses import replace

from llmgate.capture.exchange.sides import Answered, union
from llmgate.capture.messages import parts
from llmgate.capture.pieces import NO_TOOLS
from llmgate.capture.platforms.asked import Request
from llmgate.capture.span import Span


def filled(span: Span, request: Request, answer: Answered) -> Span:
    """Fill in what was said; a call of a tool that was not offered shows that the definitions were not recorded."""
    asked = request.asked
    untold = not asked.tools and not asked.depends_on and parts.has_calls([*asked.messages, *answer.output])
    return replace(
        span,
        messages=asked.messages,
        tools=asked.tools,
        params=request.params,
        seed=request.seed,
        variables=asked.variables,
        prompt={**asked.prompt, **span.prompt},
        requested=request.model,
        documents=(*asked.documents, *answer.documents),
        output=answer.output,
        finish_reason=answer.finish_reason,
        served=answer.served,
        missing=union(asked.missing, answer.missing, [NO_TOOLS] if untold else []),
        depends_on=union(asked.depends_on, answer.depends_on),
    )
