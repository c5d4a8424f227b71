"""The ids of why an assertion could not judge → what it means, and what to do."""

from __future__ import annotations

from llmgate.catalogue.entry import Entry, Id

ENTRIES: dict[Id, Entry] = {
    "nothing-to-judge-by": Entry(
        means="What the assertion looks at is not there: a price, a document, a tool, a finish reason.",
        remedy="Record it in the fixture, or remove the assertion from it.",
    ),
    "too-much-to-judge": Entry(
        means="The text is longer, deeper or of more parts than the assertion reads.",
        remedy="Limit the answer, for example with max_tokens.",
    ),
    "schema-unusable": Entry(
        means="A JSON Schema cannot be applied, or takes too long.",
        remedy="Simplify the schema, and see `llmgate check`.",
    ),
    "too-few-answers": Entry(
        means="Not all repeats of the request were answered.",
        remedy="Run it again; finished calls are kept.",
    ),
    "check-missing": Entry(
        means="The base does not have the check that the fixture names; checks are read from the base.",
        remedy="Add the check to the base first; docs/custom-assertions.md says how.",
    ),
    "check-failed": Entry(
        means="A check of the repository's own broke, or returned no judgement.",
        remedy="Correct the check; docs/custom-assertions.md says what it returns.",
    ),
    "judge-missing": Entry(
        means="The assertion needs a judge, or the command one with labels, and the policy names none.",
        remedy="Name one under policy.judge on the base; docs/judge.md says how.",
    ),
    "judge-silent": Entry(
        means="The judge was asked and did not answer to the end.",
        remedy="Run it again, or give the judge more max_tokens.",
    ),
    "judge-answer": Entry(
        means="The judge's answer is not of the form that was asked for, or quotes what is not there.",
        remedy="Ask a stronger model under policy.judge.",
    ),
    "embedder-missing": Entry(
        means="The assertion needs an embedder, and the policy names none.",
        remedy="Name one under policy.embedder on the base; docs/embedder.md says how.",
    ),
    "embedder-answer": Entry(
        means="The embedder gave no vectors that can be compared.",
        remedy="Name another embedder under policy.embedder.",
    ),
}
