"""The environment of a run → what is told of the job that it is, and of the program that tells it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote

from llmgate.conventions import attributes as names
from llmgate.conventions.spelling import Value

SERVICE = "llmgate"
TASK = "llmgate gate"
MAX_RESOURCE_CHARS = 16_384

_PULL = re.compile(r"refs/pull/([0-9]{1,12})/(?:merge|head)")


def job(environment: Mapping[str, str]) -> dict[str, Value]:
    """Read what GitHub's runner says of the job."""
    server, repository = environment.get("GITHUB_SERVER_URL", ""), environment.get("GITHUB_REPOSITORY", "")
    run, attempt = environment.get("GITHUB_RUN_ID", ""), environment.get("GITHUB_RUN_ATTEMPT", "")
    owner, _, name = repository.partition("/")
    told = {
        names.TASK: environment.get("GITHUB_JOB", "") or TASK,
        names.TASK_TYPE: "test",
        names.TASK_RUN: f"{run}-{attempt}" if run and attempt else run,
        names.TASK_URL: f"{server}/{repository}/actions/runs/{run}" if server and repository and run else "",
        names.PIPELINE: environment.get("GITHUB_WORKFLOW", ""),
        names.PIPELINE_RUN: run,
        names.VCS_PROVIDER: "github" if environment.get("GITHUB_ACTIONS") == "true" else "",
        names.OWNER: owner if name else "",
        names.REPOSITORY: name,
        names.REPOSITORY_URL: f"{server}/{repository}" if server and name else "",
        names.CHANGE: found[1] if (found := _PULL.fullmatch(environment.get("GITHUB_REF", ""))) else "",
        names.HEAD_NAME: environment.get("GITHUB_HEAD_REF", ""),
    }
    return {key: value for key, value in told.items() if value}


def resource(environment: Mapping[str, str], version: str) -> dict[str, str]:
    """Say what program this is: `OTEL_RESOURCE_ATTRIBUTES` and `OTEL_SERVICE_NAME` come before our own words."""
    listed = environment.get("OTEL_RESOURCE_ATTRIBUTES", "")[:MAX_RESOURCE_CHARS].split(",")
    pairs = (entry.partition("=") for entry in listed)
    own = {unquote(key).strip(): unquote(value).strip() for key, sign, value in pairs if sign and key.strip()}
    named = environment.get("OTEL_SERVICE_NAME", "").strip()
    return {"service.name": SERVICE, "service.version": version, **own, **({"service.name": named} if named else {})}
