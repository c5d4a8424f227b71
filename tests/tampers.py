"""What a pull request that breaks things may do besides, so that nobody sees it, and the words that name it.

All are tried on one shop. Its pull request takes the rule out of the prompt, so that every fixture breaks.
"""

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from llmgate import config
from llmgate.retrieval import lock
from llmgate.retrieval.indexes import Indexes
from tests import embedding, gitserver, judging, project
from tests.applications import PYTHON

FIXTURES = 8
PROMPT = "prompts/support.jinja"
CHECK = "checks/within.py"
WORSE = project.prompt("Be brief.")
EASY = project.prompt()

SURFACE = """surface:
  prompts: ["prompts/**"]
  models: ["config/models.yaml"]
  exclude: ["prompts/archive/**"]
"""
SECTIONS = """retrieval:
  handbook: {engine: fts5, corpus: ["docs/**"], top_k: 4}
assertions: {within: {file: checks/within.py, class: Within}}
taxonomy: {map: {misread: grounding}}
"""
POLICY = f"""  alpha: 0.05
  margin: 0.05
  fixture_margin: 0.1
  screen: auto
  max_error_share: 0.1
  budget: {{calls: 4000}}
  pins: block
  index: block
  coverage: block
  suite_changes: block
  categories: {{grounding: block}}
{judging.POLICY}{embedding.POLICY}"""
SPARE = "house-spare-2026-01-15"
MODELS = f"""answerer: {{provider: house, model: {project.MODEL}, params: {{temperature: 0.3, seed: 7}}}}
spare: {{provider: house, model: {SPARE}}}
"""
WITHIN = """import re

class Within:
    def __init__(self, days):
        self.days = days

    def grade(self, output, context):
        found = re.search(r"(\\d+) days", output)
        return {"passed": bool(found) and int(found[1]) <= self.days, "reason": "by its days"}
"""
LENIENT = WITHIN.replace('{"passed": bool(found) and int(found[1]) <= self.days, "reason": "by its days"}', "True")
RUBRIC = f'  - {{type: llm-rubric, value: "{judging.CRITERION}"}}\n'
FIXTURE = """id: case-{number:03d}
target: support
title: Case {number}
category: grounding
critical: true
weight: 2.0
threshold: 0.9
seed: 7
input: {{variables: {{question: "May I return order {number}?"}}}}
context:
  documents: [{{id: "returns.md#1", text: "Returns are free within 14 days."}}]
tools: {{results: [{{name: look, arguments: {{id: A1}}, result: sent}}]}}
assert:
  - {{type: contains, value: "14 days"}}
  - {{type: not-contains, value: "30 days"}}
  - {{type: similar, value: "{good}", threshold: 0.9}}
  - {{type: "custom:within", days: 14}}
"""

BOT = """import json, os, sys, urllib.request

asked = json.load(sys.stdin)
text = open("app/rule.txt").read() + asked["documents"][0]["text"] + asked["variables"]["question"]
body = {"model": "house-model-2026-01-15", "messages": [{"role": "user", "content": text}], "seed": asked["seed"]}
headers = {"Content-Type": "application/json", "Authorization": "Bearer " + asked["token"]}
url = os.environ["OPENAI_BASE_URL"] + "/chat/completions"
said = json.load(urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode(), headers)))
print(json.dumps({"output": said["choices"][0]["message"]["content"]}))
"""
RULE = "app/rule.txt"

EXCEPTIONS = "llmgate.exceptions.yaml"
SOON, LATER = (dt.datetime.now(dt.UTC).date() + dt.timedelta(days=days) for days in (30, 60))
ACCEPTED = f"""version: 1
accepted:
  - {{fixture: case-007, reason: it was so, by: ana, expires: {SOON}, request: "sha256:{"a" * 64}"}}
"""
"""What the head sends is something else, so that this holds for nothing."""
WORKFLOW = ".github/workflows/llmgate.yml"
GATE = """on: {pull_request: {types: [opened, synchronize, reopened, edited]}, merge_group: {}}
jobs:
  llmgate:
    runs-on: ubuntu-24.04
    steps:
      - uses: llmgate/llmgate@1111111111111111111111111111111111111111
"""

Files = Mapping[str, str | None]


@dataclass(frozen=True, kw_only=True)
class Tamper:
    """What is done beside the break, and what the report says of it.

    `before` is done in the branch of the pull request by git itself, where an edit of files is not enough; `breaks`
    says whether the prompt is edited too.
    """

    does: Callable[[Mapping[str, str]], Files] = lambda _: {}
    named: str
    verdict: str = "regressed"
    before: Callable[[gitserver.Checkout], None] = lambda _: None
    breaks: bool = True


def shop(origin: str) -> dict[str, str]:
    """A repository in which much can be loosened."""
    plain = project.config(origin, policy=POLICY)
    head, _, rest = plain.partition("surface:\n")
    tail = rest.partition("targets:\n")[2].replace("answerer}", "answerer, retrieval: handbook}")
    files = {
        "llmgate.yaml": f"{head}{SURFACE}{SECTIONS}targets:\n{tail}",
        "config/models.yaml": MODELS,
        PROMPT: project.prompt(),
        CHECK: WITHIN,
        EXCEPTIONS: ACCEPTED,
        WORKFLOW: GATE,
        "CODEOWNERS": "/.github/ @acme/owners\n",
        "docs/returns.md": "Returns are free within 14 days.",
        **{f"fixtures/case-{n:03d}.yaml": fixture(n) for n in range(FIXTURES)},
        **judging.calibrated(),
    }
    return {**files, lock.PATH: locked(files)}


def fixture(number: int) -> str:
    return FIXTURE.format(number=number, good=embedding.GOOD) + (RUBRIC if number == 0 else "")


def locked(files: Mapping[str, str]) -> str:
    content = {path: text.encode() for path, text in files.items()}
    indexes = Indexes(config.read(content["llmgate.yaml"]), content, content.__getitem__)
    return lock.write({name: lock.locked(indexes.corpus(name).built) for name in indexes.config.retrieval}).decode()


def desk(origin: str) -> dict[str, str]:
    """A repository whose bot is a program, which reads its rule from a file."""
    python = json.dumps(PYTHON)
    target = f"desk: {{kind: command, run: [{python}, app/bot.py], files: ['app/**'], models: [answerer]}}"
    head, _, rest = project.config(origin).partition("  support: ")
    models = head.replace("targets:", f"  spare: {{provider: house, model: {SPARE}}}\ntargets:")
    files = {f"fixtures/case-{n:03d}.yaml": project.case(n).replace("support", "desk") for n in range(3)}
    text = f"{models}  {target}\n{rest.partition(chr(10))[2]}"
    return {"llmgate.yaml": text, "app/bot.py": BOT, RULE: project.GOOD_RULE, **files}
