"""The process in which templates from a pull request are rendered: JSON lines in, JSON lines out, and no way further.

It is started by `llmgate.targets.rendering` with an empty environment, in a session and a folder of its own. Before it
reads anything it gives up its user, the right to open files, to write them and to start processes, and all memory
beyond a bound, so that a way out of Jinja's sandbox leads nowhere.
"""

from __future__ import annotations

import contextlib
import json
import sys
from typing import Any

from llmgate import confinement
from llmgate.prompts.syntaxes import sandbox

CPU_S_PER_RENDER = 3


def main() -> None:
    _warm_up()
    confinement.confine()
    environments: dict[str, Any] = {}
    _send({"ready": True})
    for line in sys.stdin.buffer:
        confinement.allow_cpu(CPU_S_PER_RENDER)
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


if __name__ == "__main__":
    main()
