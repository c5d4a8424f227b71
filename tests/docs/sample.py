"""A page of the documentation → a repository in which its commands have what they name, and a run of one of them."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
import re
import shutil
from pathlib import Path

from llmgate import cli
from tests import gitserver, judging, modelserver, project

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"
MODEL = "gpt-4.1-2025-04-14"
SOFT_RULE = "Answer briefly."
LATER = (dt.datetime.now(tz=dt.UTC) + dt.timedelta(days=30)).date().isoformat()


CAPTURED = {
    "docs/capture.md": {"traces.jsonl": "otlp/genai-spans.jsonl"},
    "docs/capture-datadog.md": {"spans.json": "datadog/search.json"},
    "docs/capture-langfuse.md": {
        "observations.json": "langfuse/observations-v2.json",
        "scores.json": "langfuse/scores-v3.json",
    },
    "docs/capture-phoenix.md": {
        "spans.json": "phoenix/spans.json",
        "annotations.json": "phoenix/span-annotations.json",
    },
    "README.md": {"traces.jsonl": "otlp/genai-spans.jsonl"},
}
"""The exports of traces that a page captures from."""

SUITES = {
    "promptfooconfig.yaml": "chat/promptfooconfig.yaml",
    "prompts/support.prompt.yml": "prompt_yml/support.prompt.yml",
    "evals/cases.yaml": "pydantic_evals/cases.yaml",
}


def config(origin: str) -> str:
    return f"""version: 1
models:
  answerer: {{provider: openai, model: {MODEL}, params: {{temperature: 0.3, max_tokens: 100, seed: 7}}}}
retrieval:
  handbook: {{engine: bm25, corpus: ["docs/**/*.md"], top_k: 2}}
targets:
  support: {{kind: prompt, prompt: prompts/support.jinja, model: answerer, retrieval: handbook}}
suite: {{fixtures: ["fixtures/**/*.yaml"]}}
policy:
  providers: {{openai: {{host: "{origin}"}}}}
  pins: warn
  diagnose: {{budget: {{calls: 0}}}}
  judge: {{model: {{provider: openai, model: {judging.JUDGE["model"]}}}, calibration: judge/labels.yaml}}
"""


def files(origin: str) -> dict[str, str]:
    """Write what is on `main`: few fixtures, so that each gate is quick."""
    cases = {name: project.case(1).replace("case-001", name) for name in ("refund-window-eu", "order-lookup")}
    return {
        "llmgate.yaml": config(origin),
        "prompts/support.jinja": project.prompt(),
        "docs/returns.md": "Returns are free within 14 days.\n",
        "docs/shipping.md": "Orders arrive within 3 days.\n",
        "judge/labels.yaml": json.dumps(judging.examples()),
        **{f"fixtures/{name}.yaml": text for name, text in cases.items()},
        **project.cases(4),
    }


def build(path: Path, origin: str) -> None:
    """Make the repository: `v1.4` with the failure, `main` with the fix, branches that lose it, and an edit."""
    git = gitserver.init(path)
    content = files(origin)
    git.commit({**content, "prompts/support.jinja": project.prompt(SOFT_RULE)}, "Begin")
    git("tag", "v1.4")
    git.commit({"prompts/support.jinja": content["prompts/support.jinja"]}, "Cite the documents")
    for branch in ("my-branch", "pr-7"):
        git("checkout", "-q", "-b", branch, "main")
        git.commit({"prompts/support.jinja": project.prompt(SOFT_RULE)}, "Be brief")
    git("checkout", "-q", "-b", "work", "main")
    git.write({"prompts/support.jinja": project.prompt(f"{project.GOOD_RULE} Be friendly.")})


def laid_out(path: Path, page: str, built: Path) -> Path:
    """Copy the repository, with the files that the commands of a page name."""
    shutil.copytree(built, path)
    for name, source in CAPTURED.get(page, {}).items():
        shutil.copy(DATA / "capture" / source, path / name)
    if page == "docs/import.md":
        _with_suites(path)
    if page == "docs/taxonomy.md":
        for name in ("monday.json", "tuesday.json"):
            run((*_gate(path), "--json", str(path / name)))
    if page == "docs/page.md":
        run((*_gate(path), "--json", str(path / "report.json"), "--store", str(path / "store.sqlite")))
    return path


def _gate(path: Path) -> tuple[str, ...]:
    return ("gate", "--repository", str(path), "--base", "main", "--head", "my-branch", "--no-publish")


def _with_suites(path: Path) -> None:
    shutil.copytree(DATA / "suites/chat", path, dirs_exist_ok=True)
    for name, source in SUITES.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(DATA / "suites" / source, path / name)


def run(words: tuple[str, ...]) -> tuple[int, str]:
    """Run a command in this process; a day that a page names is put into the days to come."""
    told = io.StringIO()
    dated = [re.sub(r"^2026-12-31$", LATER, word) for word in words]
    with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
        try:
            ended = cli.command.main(dated, standalone_mode=False)
            code = ended if isinstance(ended, int) else 0
        except BaseException as error:  # noqa: BLE001 - as the program's own end does
            code = cli.exit_code(error)
    return code, told.getvalue()


def environment(folder: Path) -> dict[str, str]:
    return {
        "OPENAI_API_KEY": project.KEY,
        "XDG_CACHE_HOME": str(folder / "cache"),
        "HOME": str(folder),
        **{f"GIT_{who}_NAME": "Ada" for who in ("AUTHOR", "COMMITTER")},
        **{f"GIT_{who}_EMAIL": "ada@example.com" for who in ("AUTHOR", "COMMITTER")},
    }


ANSWERS = judging.both(project.obedient)
SERVE = modelserver.serve
