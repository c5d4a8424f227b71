"""A model, a clock, a history and a plan that do as a test says: the same types as the real ones, no HTTP, no git."""

import asyncio
import dataclasses
import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from llmgate import compare, gate, run, sampling
from llmgate.config import Budget, ModelEntry
from llmgate.fixture import Fixture
from llmgate.message import Message, TextPart, ToolCallPart, text_message
from llmgate.plan import Plan, Planned, Prepared
from llmgate.prompts import templates
from llmgate.question import Question
from llmgate.report.material import Material
from llmgate.sampling import drawing
from llmgate.store import Sample, Store
from llmgate.suite import Case
from llmgate.targets import prompt
from llmgate.trial import Arm, Completion, Embeddings, FinishReason, Graded, Request, Trial, Usage
from tests import modelserver

DAY_S = 24 * 3600.0
GOOD, BAD = "good", "bad"


@dataclass
class FakeClock:
    """Two clocks that only a test moves, together."""

    seconds: float = 1_790_000_000.0

    def pass_by(self, seconds):
        self.seconds += seconds

    @property
    def clock(self):
        return run.Clock(now=lambda: self.seconds, monotonic=lambda: self.seconds)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One call as the model got it; `number` counts all calls from 0."""

    request: Request
    seed: int | None
    number: int

    @property
    def text(self):
        return "".join(message.text for message in self.request.messages)


@dataclass(frozen=True, kw_only=True)
class Answer:
    completion: Completion
    latency_s: float = 0.25
    attempts: int = 1
    cost_usd: float | None = None


@dataclass(frozen=True, kw_only=True)
class Embedded:
    embeddings: Embeddings
    cost_usd: float | None = None


def vector(text):
    return tuple(modelserver.hashed(text, 16))


def said(text="", *, calls=(), served=None):
    """What a model says: text, and tool calls as (id, name, arguments)."""
    parts = [TextPart(content=text)] if text or not calls else []
    parts += [ToolCallPart(id=id_, name=name, arguments=arguments) for id_, name, arguments in calls]
    return Completion(
        message=Message(role="assistant", parts=parts),
        finish_reason=FinishReason.TOOL_CALL if calls else FinishReason.STOP,
        usage=Usage(input_tokens=10, output_tokens=5),
        served_model=served,
    )


@dataclass
class FakeClient:
    """Answers by a function of what is asked; what the function raises is raised. `turns` makes a call take longer,
    `embedding_s` an embedding."""

    answer: Callable[[Asked], object] = lambda _: GOOD
    cost_usd: float | None = None
    ceiling_usd: float | None = None
    turns: Callable[[Asked], int] = lambda _: 1
    asked: list[Asked] = field(default_factory=list)
    embedding: Callable[[str], object] = vector
    embedded: list[tuple[str, ...]] = field(default_factory=list)
    embedding_s: float = 0.0
    served: str | None = None
    in_flight: int = 0
    most_in_flight: int = 0
    closed: int = 0

    def ceiling(self, request):
        return self.ceiling_usd

    async def complete(self, request, *, seed):
        asked = Asked(request=request, seed=seed, number=len(self.asked))
        self.asked.append(asked)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            for _ in range(self.turns(asked)):
                await asyncio.sleep(0)
            answer = self.answer(asked)
        finally:
            self.in_flight -= 1
        if isinstance(answer, BaseException):
            raise answer
        completion = said(answer) if isinstance(answer, str) else answer
        return Answer(completion=completion, cost_usd=self.cost_usd)

    async def embed(self, request):
        self.embedded.append(request.texts)
        await asyncio.sleep(self.embedding_s)
        made = [self.embedding(text) for text in request.texts]
        if errors := [one for one in made if isinstance(one, BaseException)]:
            raise errors[0]
        vectors = Embeddings(vectors=tuple(made), tokens=len(made), served_model=self.served)
        return Embedded(embeddings=vectors, cost_usd=self.cost_usd)

    async def aclose(self):
        self.closed += 1


def fixture(name="a", **content):
    assertions = [{"type": "contains", "value": GOOD}]
    return Fixture.model_validate({"id": name, "target": "t", "assert": assertions, **content})


def request(text="hello", **changes):
    return Request(**{"provider": "house", "model": "m-1", "messages": (text_message("user", text),), **changes})


def prepared(text, *, seed=None, max_steps=8, **changes):
    asked = request(text, **changes)
    params = {} if seed is None else {"seed": seed}
    digest = prompt.digest(asked, seed=seed)
    return Prepared(request=asked, digest=digest, params=params, seed=seed, max_steps=max_steps)


def planned(name, *, new=False, **content):
    """A fixture whose requests say which arm they are of."""
    case = Case(fixture=fixture(name, **content), form=Arm.HEAD, new=new, file=f"{name}.yaml", line=1)
    base = None if new else prepared(f"{name} on base")
    return Planned(case=case, head=prepared(f"{name} on head"), base=base)


def plan(*compared, new=(), identical=(), screen="auto"):
    return Plan(compared=tuple(compared), new=tuple(new), identical=tuple(identical), screen=screen)


def worse(asked):
    """A head that breaks every fixture."""
    return BAD if "on head" in asked.text else GOOD


@dataclass(kw_only=True)
class Lab:
    """Runs plans against one store, each time with a fresh engine, as one process after the other would."""

    store: Store
    client: FakeClient = field(default_factory=FakeClient)
    time: FakeClock = field(default_factory=FakeClock)
    experiment: str = "base..head"
    budget: Budget = field(default_factory=Budget)
    max_error_share: float = 0.1
    concurrency: int = 4
    rules: compare.Rules = field(default_factory=compare.Rules)
    seen: list[object] = field(default_factory=list)
    judge: ModelEntry | None = None
    embedder: ModelEntry | None = None
    checkers: run.Checkers | None = None
    category: Callable[[Planned, Graded], str] = lambda _planned, graded: graded.trace.output

    def engine(self):
        return run.Engine(
            client=self.client,
            store=self.store,
            experiment=self.experiment,
            budget=self.budget,
            concurrency=self.concurrency,
            clock=self.time.clock,
            graders=run.Graders(judge=self.judge, embedder=self.embedder, checkers=self.checkers),
        )

    def sample(self, what):
        with self.engine() as engine:
            setting = sampling.Setting(
                store=self.store,
                engine=engine,
                experiment=self.experiment,
                ledger=f"ledger of {self.experiment}",
                commits={Arm.BASE: "base", Arm.HEAD: "head"},
                rules=self.rules,
                max_error_share=self.max_error_share,
                now=self.time.seconds,
                tell=self.seen.append,
                category=self.category,
            )
            return sampling.sample(what, setting)

    @property
    def texts(self):
        return [asked.text for asked in self.client.asked]


def stored(lab, what, arm, outcomes, *, experiment="an earlier one", age_s=DAY_S):
    """Put outcomes into the baseline of a fixture, as an earlier run would have."""
    for index, passed in enumerate(outcomes):
        trial = Trial(fixture=what.id, arm=arm, index=index)
        sample = Sample(passed=passed, commit="older", finished_at=lab.time.seconds - age_s)
        lab.store.baselines.keep(drawing.key(what, what.on(arm), {}), experiment, trial, sample)


@dataclass(frozen=True)
class File:
    oid: str
    mode: int = 0o100644


@dataclass
class FakeHistory:
    """Commits by name, each with its files by path."""

    commits: dict[str, dict[str, str]]
    reads: list[tuple[str, str]] = field(default_factory=list)

    def tree(self, commit):
        return {
            path: File(hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest())
            for path, text in self.commits[commit].items()
        }

    def read(self, commit, path, *, max_bytes=1024 * 1024):
        self.reads.append((commit, path))
        return self.commits[commit][path].encode()


def outside(store_path, client, *, time=None):
    """The outside things of a gate, with templates that need no process of their own."""
    return gate.Outside(
        store=lambda: Store.open(store_path),
        client=lambda _policy, _used: client,
        render=dict.fromkeys(Arm, templates.fill),
        clock=(time or FakeClock()).clock,
    )


PROMPT = "Answer well: {{ question }}\n"


def config(*, params="{temperature: 0.3}", policy="", model="m-2026-01-15", extra="", target=""):
    return f"""version: 1
surface: {{prompts: ["prompts/**"], retrieval: ["retrieval/**"]}}
models:
  answerer: {{provider: house, model: {model}, params: {params}}}
retrieval:
  handbook: {{engine: fts5, corpus: ["docs/**"], top_k: 4}}
targets:
  t: {{kind: prompt, prompt: prompts/p.md, model: answerer, retrieval: handbook{target}}}
{extra}policy:
  providers: {{house: {{host: model.example}}}}
{policy}"""


def case(name, *, extra="", target="t"):
    return f"""id: {name}
target: {target}
{extra}input: {{variables: {{question: "case {name}?"}}}}
assert: [{{type: contains, value: {GOOD}}}]
"""


def files(*, fixtures=("a", "b", "c"), **settings):
    cases = {f"fixtures/{name}.yaml": case(name) for name in fixtures}
    return {"llmgate.yaml": config(**settings), "prompts/p.md": PROMPT, "docs/returns.md": "14 days", **cases}


def question(**changes):
    return Question(**{"base": "base", "head": "head", "head_sha": "head", "head_ref": "head", **changes})


def changed(base, head):
    """The head's files: those of the base with some replaced, added, or (None) removed."""
    return {path: text for path, text in {**base, **head}.items() if text is not None}


def inspected(base, head, **asked):
    """What the gate finds without a call. `head` has the files that differ from the base's."""
    history = FakeHistory({"base": base, "head": changed(base, head)})
    material = Material(question=question(**asked))
    gate.inspect(history, material, render=dict.fromkeys(Arm, templates.fill), today=dt.date(2026, 11, 22))
    return material


def judged(folder, base, head, client=None, *, time=None, things=None, **asked):
    """Judge with a store in the folder: a second call is a second run."""
    history = FakeHistory({"base": base, "head": changed(base, head)})
    made = outside(folder / "store.sqlite", client or FakeClient(), time=time)
    return gate.judge(history, question(**asked), dataclasses.replace(made, **(things or {})))
