"""Every attribute that llmgate writes on a span: its name, and what it says.

What capture reads has the name that `rows` believes first, so that what is written is what is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from llmgate.conventions.field import Field
from llmgate.conventions.rows import ROWS


class On(StrEnum):
    """The kind of span that an attribute stands on."""

    RUN = "run"
    TRIAL = "trial"
    CHAT = "chat"
    RETRIEVAL = "retrieval"
    TOOL = "execute_tool"
    EVALUATION = "gen_ai.evaluation.result (event)"
    FIXTURE = "llmgate.fixture.result (event)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """One attribute. `content`: it holds what was said, and is written only where content is asked for."""

    name: str
    on: tuple[On, ...]
    about: str
    content: bool = False


TABLE: list[Attribute] = []


def _add(name: str, on: On | tuple[On, ...], about: str, *, content: bool = False) -> str:
    places = (on,) if isinstance(on, On) else on
    TABLE.append(Attribute(name=name, on=places, about=about, content=content))
    return name


def _read(field: Field, on: On | tuple[On, ...], about: str, *, content: bool = False, name: str = "") -> str:
    """Take the name that capture believes first, or another one of its row."""
    names = [each.text for each in ROWS[field]]
    return _add(names[names.index(name)] if name else names[0], on, about, content=content)


_CALLS = (On.CHAT, On.RETRIEVAL, On.TOOL)
_TRIALS = (On.TRIAL, *_CALLS)

OPERATION = _add("gen_ai.operation.name", _CALLS, "`chat`, `retrieval` or `execute_tool`")
PROVIDER = _read(Field.PROVIDER, On.CHAT, "who was asked")
MODEL = _read(Field.REQUESTED, On.CHAT, "the model that was asked for")
TEMPERATURE = _read(Field.TEMPERATURE, On.CHAT, "as sent")
TOP_P = _read(Field.TOP_P, On.CHAT, "as sent")
TOP_K = _read(Field.TOP_K, On.CHAT, "as sent")
MAX_TOKENS = _read(Field.MAX_TOKENS, On.CHAT, "as sent")
FREQUENCY_PENALTY = _read(Field.FREQUENCY_PENALTY, On.CHAT, "as sent")
PRESENCE_PENALTY = _read(Field.PRESENCE_PENALTY, On.CHAT, "as sent")
STOP = _read(Field.STOP, On.CHAT, "as sent")
CHOICES = _read(Field.N, On.CHAT, "how many answers were asked for, where not one")
REASONING = _read(Field.REASONING_EFFORT, On.CHAT, "as sent")
SEED = _read(Field.SEED, On.CHAT, "as sent with this call")
PARAMETERS = _read(Field.INVOCATION, On.CHAT, "all parameters, as JSON: OpenInference's name, as GenAI has none")
PROMPT_NAME = _read(Field.PROMPT_NAME, On.CHAT, "the template: its path in the repository, or its name")
PROMPT_VERSION = _read(Field.PROMPT_VERSION, On.CHAT, "its version: by default the digest of what it says")
SERVED = _read(Field.SERVED, On.CHAT, "the model that answered")
RESPONSE = _read(Field.RESPONSE, On.CHAT, "the API's id of the answer")
FINISH_REASONS = _read(Field.FINISH_REASON, On.CHAT, "why the model stopped")
INPUT_TOKENS = _add("gen_ai.usage.input_tokens", On.CHAT, "as billed")
OUTPUT_TOKENS = _add("gen_ai.usage.output_tokens", On.CHAT, "as billed")
CACHED_TOKENS = _add("gen_ai.usage.cache_read.input_tokens", On.CHAT, "as billed; part of the input")
FINGERPRINT = _add("openai.response.system_fingerprint", On.CHAT, "the API's fingerprint of what answered")
LOGPROB_MEAN = _add("llmgate.logprob.mean", On.CHAT, "mean log-probability of the answer's tokens")
LOGPROB_LEAST = _add("llmgate.logprob.min", On.CHAT, "the smallest log-probability among them")
LOGPROB_LOW = _add(
    "llmgate.logprob.low", On.CHAT, "runs of tokens less likely than not, as `first-last`, counted from 0"
)
INPUT = _read(Field.INPUT, On.CHAT, "the whole request, as JSON in GenAI's parts", content=True)
OUTPUT = _read(Field.OUTPUT, On.CHAT, "the answer, likewise", content=True)
TOOLS = _read(Field.TOOLS, On.CHAT, "the tools that were offered", content=True)
VARIABLES = _read(Field.VARIABLES, On.CHAT, "what the template was filled with, as JSON", content=True)
ERROR = _read(Field.ERROR, (On.RUN, *_TRIALS, On.EVALUATION), "what kept the step from its end")

SOURCE = _read(Field.METADATA, On.RETRIEVAL, "the index", name="gen_ai.data_source.id")
DOCUMENTS = _read(
    Field.DOCUMENTS, On.RETRIEVAL, "what was found, best first, as JSON: `id`, `score`, and with content `content`"
)
QUERY = _add("gen_ai.retrieval.query.text", On.RETRIEVAL, "what was searched for", content=True)
TOOL = _read(Field.TOOL_NAME, On.TOOL, "the tool")
TOOL_CALL = _read(Field.TOOL_CALL, On.TOOL, "the id of the model's call")
TOOL_ARGUMENTS = _read(Field.TOOL_ARGUMENTS, On.TOOL, "what it was called with", content=True)
TOOL_RESULT = _read(Field.TOOL_RESULT, On.TOOL, "what it answered", content=True)

EVALUATION = _read(Field.EVALUATION_NAME, On.EVALUATION, "the assertion")
SCORE = _read(Field.EVALUATION_SCORE, On.EVALUATION, "its score, from 0 to 1")
LABEL = _read(Field.EVALUATION_LABEL, On.EVALUATION, "`pass` or `fail`")
EXPLANATION = _read(Field.EVALUATION_COMMENT, On.EVALUATION, "why", content=True)
WEIGHT = _add("llmgate.assertion.weight", On.EVALUATION, "its weight in the case")
METRIC = _add("llmgate.assertion.metric", On.EVALUATION, "the metric that it counts in")

CASE = _add("test.case.name", On.TRIAL, "the fixture")
CASE_STATUS = _add("test.case.result.status", On.TRIAL, "`pass` or `fail`; absent where there was no answer")
TRIAL = _read(Field.TRIAL, _TRIALS, "FIXTURE/ARM/INDEX: spans that have it belong together, and to no other trial")
FIXTURE = _add("llmgate.fixture.id", (*_TRIALS, On.FIXTURE), "the fixture")
FIXTURE_DIGEST = _add("llmgate.fixture.digest", On.TRIAL, "of all that bears on a trial of it")
CATEGORY = _add("llmgate.fixture.category", On.TRIAL, "the kind of failure that it guards against")
ARM = _add("llmgate.arm", _TRIALS, "`base` or `head`")
INDEX = _add("llmgate.trial.index", _TRIALS, "which trial of the fixture on the arm")
STAGE = _add("llmgate.stage", _TRIALS, "`screen`, `confirm` or `diagnosis`")
PROBE = _add("llmgate.diagnosis.arm", On.TRIAL, "what was changed for this replay")
OUTCOME = _add("llmgate.outcome", On.TRIAL, "`passed`, `failed` or `error`, which is missing data")
TRIAL_SCORE = _add("llmgate.score", On.TRIAL, "the weighted mean of the assertions")
COMMIT = _add("llmgate.commit", On.TRIAL, "the commit of the arm")
MISS = _add("llmgate.miss", On.TRIAL, "what could not be replayed, as one word")
REUSED = _add("llmgate.reused", (On.TRIAL, On.CHAT), "it was paid for in an earlier run, and is not asked again")
FINISHED = _add("llmgate.finished_at", On.TRIAL, "when an earlier run had the answer, where it is reused")
PURPOSE = _add("llmgate.purpose", On.CHAT, "`trial`, `repeat`, `judge` or `diagnosis`; capture reads trials alone")
STEP = _add("llmgate.step", On.CHAT, "which call of the conversation")
ATTEMPTS = _add("llmgate.attempts", On.CHAT, "requests that it took")
COST = _add("llmgate.cost_usd", (On.RUN, On.TRIAL, On.CHAT), "dollars, where the price is known")
MODE = _add("llmgate.retrieval.mode", On.RETRIEVAL, "`frozen` or `live`")
INDEX_DIGEST = _add("llmgate.index.digest", On.RETRIEVAL, "of the index that the documents came from")

TASK = _add("cicd.pipeline.task.name", On.RUN, "the job, or `llmgate gate`")
TASK_TYPE = _add("cicd.pipeline.task.type", On.RUN, "`test`")
TASK_RUN = _add("cicd.pipeline.task.run.id", On.RUN, "the attempt")
TASK_URL = _add("cicd.pipeline.task.run.url.full", On.RUN, "where the run can be seen")
TASK_RESULT = _add("cicd.pipeline.task.run.result", On.RUN, "`success`, `failure` or `error`")
PIPELINE = _add("cicd.pipeline.name", On.RUN, "the workflow")
PIPELINE_RUN = _add("cicd.pipeline.run.id", On.RUN, "the run of the workflow")
SUITE = _add("test.suite.name", On.RUN, "`llmgate`")
SUITE_STATUS = _add("test.suite.run.status", On.RUN, "`success`, `failure` or `skipped`")
VCS_PROVIDER = _add("vcs.provider.name", On.RUN, "`github`")
REPOSITORY = _add("vcs.repository.name", On.RUN, "the repository")
REPOSITORY_URL = _add("vcs.repository.url.full", On.RUN, "its address")
OWNER = _add("vcs.owner.name", On.RUN, "whose it is")
CHANGE = _add("vcs.change.id", On.RUN, "the number of the pull request")
BASE = _add("vcs.ref.base.revision", On.RUN, "the base commit")
BASE_NAME = _add("vcs.ref.base.name", On.RUN, "the base branch")
HEAD = _add("vcs.ref.head.revision", On.RUN, "the head commit")
HEAD_NAME = _add("vcs.ref.head.name", On.RUN, "the head branch")
VERDICT = _add("llmgate.verdict", On.RUN, "the verdict")
EXIT = _add("llmgate.exit_code", On.RUN, "the exit code")
REASONS = _add("llmgate.reasons", On.RUN, "why, in words", content=True)
CALLS = _add("llmgate.calls.made", On.RUN, "calls of this run")
CALLS_REUSED = _add("llmgate.calls.reused", On.RUN, "calls of earlier runs that were not paid for again")
CALLS_FAILED = _add("llmgate.calls.errors", On.RUN, "calls without a usable answer")
EVIDENCE = _add("llmgate.evidence", (On.RUN, On.FIXTURE), "odds against nothing having got worse")
DIFFERENCE = _add("llmgate.suite.difference", On.RUN, "of the pass rates, head minus base")
TIER = _add("llmgate.tier", On.FIXTURE, "`confirmed`, `likely` or `suspected`")
FAILURE = _add("llmgate.failure.category", On.FIXTURE, "the kind of failure that was found")
BASE_PASSED = _add("llmgate.base.passed", On.FIXTURE, "trials that passed on the base")
BASE_TRIALS = _add("llmgate.base.trials", On.FIXTURE, "trials of the base")
HEAD_PASSED = _add("llmgate.head.passed", On.FIXTURE, "trials that passed on the head")
HEAD_TRIALS = _add("llmgate.head.trials", On.FIXTURE, "trials of the head")

EVALUATION_EVENT = "gen_ai.evaluation.result"
FIXTURE_EVENT = "llmgate.fixture.result"
