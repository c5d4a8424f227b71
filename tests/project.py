"""A team's repository with a support bot, its model server, and pull requests: what end-to-end tests gate."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests import gitserver, modelserver

NUMBER = 7
REPOSITORY = "acme/shop"
KEY = "sk-canary-0123456789abcdefghij"
GOOD_RULE = "Answer from the documents and cite them."
MODEL = "house-model-2026-01-15"

UNEXPLAINED = "  diagnose: {budget: {calls: 0}}\n"
"""Stories that are not about why something broke do not ask for it: hundreds of calls for each."""

PROMPT = """You are the support bot of a shop.
{{# instructions for writers, never sent #}}
{rule}
{{% for document in documents %}}[{{{{ document.id }}}}] {{{{ document.text }}}}
{{% endfor %}}
Question: {{{{ question }}}}
"""


def prompt(rule: str = GOOD_RULE) -> str:
    return PROMPT.format(rule=rule)


def config(origin: str, *, key: str | None = None, policy: str = "", model: str = MODEL, extra: str = "") -> str:
    keyed = f", key: {key}" if key else ""
    quiet = "" if "diagnose:" in policy else UNEXPLAINED
    return f"""version: 1
surface:
  prompts: ["prompts/**"]
models:
  answerer: {{provider: house, model: {model}, params: {{temperature: 0.3, max_tokens: 100, seed: 7}}}}
targets:
  support: {{kind: prompt, prompt: prompts/support.jinja, model: answerer}}
suite: {{fixtures: ["fixtures/**/*.yaml"]}}
policy:
  providers: {{house: {{host: "{origin}"{keyed}}}}}
{quiet}{policy}{extra}"""


def case(number: int, *, extra: str = "", expected: str = "14 days") -> str:
    return f"""id: case-{number:03d}
target: support
title: Case {number}
category: grounding
{extra}input: {{variables: {{question: "May I return order {number}?"}}}}
context:
  documents: [{{id: "returns.md#1", text: "Returns are free within 14 days."}}]
assert:
  - {{type: contains, value: "{expected}"}}
"""


def cases(count: int) -> dict[str, str]:
    return {f"fixtures/case-{number:03d}.yaml": case(number) for number in range(count)}


def obedient(asked: modelserver.Asked) -> str:
    """A model that does as the prompt says: with the rule it answers from the documents, without it guesses."""
    text = asked.prompt + asked.system
    return "Within 14 days [returns.md#1]." if GOOD_RULE in text else "Within 30 days, I believe."


def files(origin: str, *, fixtures: int = 12, **settings: str) -> dict[str, str]:
    return {
        "llmgate.yaml": config(origin, **settings),
        "prompts/support.jinja": prompt(),
        "README.md": "A shop.\n",
        **cases(fixtures),
    }


@dataclass(kw_only=True)
class Pull:
    """A pull request: the commits that GitHub makes of it."""

    base: str
    head: str
    merge: str


@dataclass(kw_only=True)
class Project:
    """The repository that GitHub has; `checkout` is a clone of it as actions/checkout leaves it."""

    origin: gitserver.Checkout
    removed: list[str] = field(default_factory=list)

    @classmethod
    def create(cls, path: Path, content: Mapping[str, str]) -> Project:
        origin = gitserver.init(path)
        origin.commit(dict(content), "base")
        return cls(origin=origin)

    def branch(self, does: Callable[[gitserver.Checkout], object], *, number: int = NUMBER) -> None:
        """Begin the branch of the pull request with what git itself does there."""
        self.origin("checkout", "-q", "-b", f"pr-{number}")
        does(self.origin)
        self.origin("checkout", "-q", "-f", "main")

    def pull(self, changed: Mapping[str, str | None], *, number: int = NUMBER) -> Pull:
        """Push a commit to the branch of the pull request, on top of what it has, and merge it for the test."""
        git = self.origin
        branch = f"pr-{number}"
        exists = bool(git("branch", "--list", branch))
        git("checkout", "-q", *([branch] if exists else ["-b", branch]))
        for name in [name for name, text in changed.items() if text is None]:
            git("rm", "-q", name)
        head = git.commit({name: text for name, text in changed.items() if text is not None}, "change")
        base = git("rev-parse", "main")
        git("checkout", "-q", "--detach", "main")
        git("merge", "-q", "--no-ff", "-m", "merge", head)
        merge = git("rev-parse", "HEAD")
        git("update-ref", f"refs/pull/{number}/merge", merge)
        git("checkout", "-q", "main")
        return Pull(base=base, head=head, merge=merge)


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a process ended, and what it left behind."""

    code: int
    stdout: str
    stderr: str
    report: dict[str, object] = field(default_factory=dict)


def command(*arguments: str | Path, cwd: Path, environment: Mapping[str, str] | None = None) -> Ended:
    """Run the installed `llmgate`, with an environment of its own."""
    program = Path(sys.executable).with_name("llmgate")
    plain = {"PATH": os.environ["PATH"], "HOME": str(cwd), "XDG_CACHE_HOME": str(cwd.parent / "cache")}
    variables = {**plain, **(environment or {})}
    done = subprocess.run([program, *arguments], cwd=cwd, env=variables, capture_output=True, text=True, check=False)
    return Ended(code=done.returncode, stdout=done.stdout, stderr=done.stderr)


def gate(project: Project, folder: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> Ended:
    """Run `llmgate gate` on the branch of the pull request against main, and read the report."""
    path = folder / "report.json"
    path.unlink(missing_ok=True)
    words = ["--base", "main", "--head", f"pr-{NUMBER}", "--json", path, "--store", folder / "store.sqlite"]
    ended = command("gate", *words, *arguments, cwd=project.origin.path, environment=environment)
    report = json.loads(path.read_text()) if path.exists() else {}
    return Ended(code=ended.code, stdout=ended.stdout, stderr=ended.stderr, report=report)


def event(pull: Pull, *, number: int = NUMBER, action: str = "synchronize", fork: bool = False) -> dict[str, object]:
    """The part of GitHub's `pull_request` payload that the gate reads."""
    head_repository = {"id": 2 if fork else 1, "full_name": "stranger/shop" if fork else REPOSITORY}
    return {
        "action": action,
        "number": number,
        "pull_request": {
            "number": number,
            "labels": [],
            "base": {"ref": "main", "sha": pull.base, "repo": {"id": 1, "full_name": REPOSITORY}},
            "head": {"ref": f"pr-{number}", "sha": pull.head, "repo": head_repository},
        },
        "repository": {"id": 1, "full_name": REPOSITORY},
    }
