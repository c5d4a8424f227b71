"""Reports of runs that could not judge the change."""

from llmgate.report import Baseline, CallCounts, Cost
from llmgate.verdict import Verdict
from tests.unit.renderers import samples


def unjudged(message, remedy, **fields):
    bare = {"suite": None, "baseline": Baseline(), "calls": CallCounts(planned=424), "cost": Cost(), "seconds": 0.8}
    return samples.report(Verdict.NOT_EVALUATED, 3, message, remedy, **(bare | {"reproduce": ""} | fields))


AGAIN = "nothing that was paid for is lost: run it again when the cause is gone, and it goes on from there"

BY_NAME = {
    "fork-without-key": unjudged(
        "the pull request comes from a fork, to which GitHub gives no secrets: the key of openai is not there: "
        "OPENAI_API_KEY is empty",
        "a maintainer who has read the change can push its branch to this repository and open a pull request from "
        "there, or gate it in the merge queue: keys are there in both",
    ),
    "provider-dead": unjudged(
        "38 of 46 calls on the head had no answer, more than the share of 10 % that the policy allows: "
        "api.openai.com gave 503",
        AGAIN,
        calls=CallCounts(planned=424, made=46, errors=38),
        cost=Cost(usd=0.04),
        seconds=131.0,
        reproduce=samples.FACTS["reproduce"],
    ),
    "empty-suite": unjudged("no fixture ran, so nothing was tested", "add a fixture whose target uses what changed"),
    "budget-gone": unjudged(
        "the budget of 400 calls was used up before every fixture had been screened",
        "raise policy.budget.calls on the base branch, or run it again: it goes on from there",
        calls=CallCounts(planned=400, made=400),
        cost=Cost(usd=4.87),
        seconds=611.0,
        reproduce=samples.FACTS["reproduce"],
    ),
    "configuration-faults": samples.MISCONFIGURED,
}
