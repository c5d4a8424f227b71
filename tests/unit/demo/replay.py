"""The demo's fixtures, rendered and answered in this process by the parts that the gate is made of."""

import json
from dataclasses import dataclass

from llmgate import config, demo, documents, fixture, grade, run
from llmgate.config import Config
from llmgate.demo import bot
from llmgate.fixture import Fixture
from llmgate.message import Message, TextPart, ToolCallPart
from llmgate.providers.openai_chat import OpenAIChat
from llmgate.targets import prompt
from llmgate.targets.rendering import Renderer
from llmgate.trial import Arm, Call, Completion, FinishReason, Graded, Outcome, Retrieved, Trace, Trial, Usage
from tests import reading

SEED = 7


@dataclass(frozen=True, kw_only=True)
class Arms:
    """One revision: its configuration, and the first request of each fixture."""

    config: Config
    fixtures: dict[str, Fixture]
    requests: dict[str, object]

    @classmethod
    def of(cls, files: dict[str, bytes]) -> "Arms":
        configuration = config.read(files[config.PATH])
        cases = fixtures(files)
        with Renderer() as renderer:
            requests = {case.id: _request(case, configuration, files, renderer) for case in cases}
        return cls(config=configuration, fixtures={case.id: case for case in cases}, requests=requests)

    async def trial(self, identifier: str, index: int, *, arm: Arm = Arm.HEAD) -> Graded:
        case = self.fixtures[identifier]
        target = self.config.targets[case.target]
        trial = Trial(fixture=identifier, arm=arm, index=index)
        seed = run.seed(case, self.config.models[target.model].params, trial)
        first = self.requests[identifier]
        told = await prompt.converse(case, first, max_steps=8, ask=lambda request, step: _ask(request, step, seed))
        found = tuple(Retrieved(id=item.id, text=item.text, score=item.score) for item in case.context.documents)
        trace = Trace(
            trial=trial,
            calls=told.calls,
            output=told.output,
            tool_calls=told.tool_calls,
            documents=found,
            request=told.request,
            miss=told.miss,
        )
        return grade.grade(trace, case)

    async def rate(self, identifier: str, draws: int) -> float:
        graded = [await self.trial(identifier, index) for index in range(draws)]
        return sum(one.outcome is Outcome.PASSED for one in graded) / draws


def fixtures(files: dict[str, bytes]) -> list[Fixture]:
    found = []
    for path, content in sorted(files.items()):
        if path.startswith("fixtures/"):
            cases, faults = fixture.parse(documents.read(path, content))
            assert not faults, faults
            found += cases
    return found


def head(name: str) -> dict[str, bytes]:
    return demo.base_files() | demo.head_files(name)


def _request(case: Fixture, configuration: Config, files: dict[str, bytes], renderer: Renderer) -> object:
    target = configuration.targets[case.target]
    template = reading.one(target.prompt, files[target.prompt], files.get)
    rendered = renderer.render(template, prompt.variables(case))
    return prompt.request(case, target, configuration.models[target.model], rendered)


async def _ask(request, step, seed):
    body = json.loads(json.dumps(OpenAIChat().body(request, seed)))
    reply = bot.reply(body, seed=SEED)
    if reply.call:
        part = ToolCallPart(id=f"call_{seed}_{step}", name=reply.call.name, arguments=dict(reply.call.arguments))
        message, reason = Message(role="assistant", parts=(part,)), FinishReason.TOOL_CALL
    else:
        message, reason = Message(role="assistant", parts=(TextPart(content=reply.text),)), FinishReason.STOP
    completion = Completion(message=message, finish_reason=reason, usage=Usage())
    return Call(step=step, model=request.model, completion=completion, cost_usd=None, latency_s=0.0, attempts=1)
