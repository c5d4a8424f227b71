"""The process in which templates from a pull request are rendered: JSON lines in, JSON lines out, and no way further.

It is started by `llmgate.targets.rendering` with an empty environment, in a session and a folder of its own. Before it
reads anything it gives up its user, the right to open files, to write them and to start processes, and all memory
beyond a bound, so that a way out of Jinja's sandbox leads nowhere.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import sys
from typing import Any

from llmgate.prompts.syntaxes import sandbox

MEMORY_BYTES = 384 * 1024 * 1024
CPU_S_PER_RENDER = 3
CPU_S = 600

_NOBODY = 65_534


def main() -> None:
    _warm_up()
    _confine()
    environments: dict[str, Any] = {}
    _send({"ready": True})
    for line in sys.stdin.buffer:
        used = resource.getrusage(resource.RUSAGE_SELF)
        seconds = int(used.ru_utime + used.ru_stime) + CPU_S_PER_RENDER
        resource.setrlimit(resource.RLIMIT_CPU, (min(seconds, CPU_S), CPU_S))
        _send(_reply(line, environments))


def _reply(line: bytes, environments: dict[str, Any]) -> dict[str, Any]:
    request = json.loads(line)
    key = request["key"]
    if "sources" in request:
        environments[key] = sandbox.environment(request["sources"], request["root"])
    try:
        text = sandbox.render(environments[key], request["path"], request["variables"])
    except sandbox.Failed as error:
        return {"id": request["id"], "failure": error.failure}
    return {"id": request["id"], "text": text}


def _send(reply: dict[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps(reply).encode() + b"\n")
    sys.stdout.buffer.flush()


def _warm_up() -> None:
    """Let Jinja import what it imports late, while files can still be opened."""
    sources = {
        "filters": "{% for n in v %}{{ ('\\u00e9' ~ 1.5 ~ n) | tojson | upper | wordwrap(9) | title }}{% endfor %}",
        "markup": "{{ '<b>&amp;</b>' | striptags | e }}",
        "undefined": "{{ missing.attribute }}",
        "syntax": "{% if %}",
    }
    jinja = sandbox.environment(sources)
    for name in sources:
        with contextlib.suppress(sandbox.Failed):
            sandbox.render(jinja, name, {"v": ["\N{LATIN SMALL LETTER E WITH ACUTE}"]})


def _confine() -> None:
    if os.geteuid() == 0:
        # Where the container has taken even this right from root, the limits below still hold.
        with contextlib.suppress(OSError):
            os.setgroups([])
            os.setgid(_NOBODY)
            os.setuid(_NOBODY)
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_S),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 3),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(limit, (value, value))


if __name__ == "__main__":
    main()
