"""The log probabilities of a trace's last answer → its perplexity."""

from __future__ import annotations

import math

from llmgate.errors import CannotJudge
from llmgate.trial import Trace


def perplexity(trace: Trace) -> float:
    """Return exp(-mean(ln p)) over the tokens of the last answer: 1 is certain; it is infinite beyond what floats hold.

    Raises:
        CannotJudge: if the provider returned no log probabilities.
    """
    logprobs = turns[-1].completion.logprobs if (turns := trace.turns) else None
    if not logprobs:
        raise CannotJudge(
            "the last answer has no log probabilities",
            id="nothing-to-judge-by",
            remedy="set `logprobs: true` in the model's params, if its provider returns them",
        )
    surprise = -sum(logprobs) / len(logprobs)
    if math.isnan(surprise):
        raise CannotJudge("the log probabilities of the last answer are no numbers", id="nothing-to-judge-by")
    try:
        return math.exp(surprise)
    except OverflowError:
        return math.inf
