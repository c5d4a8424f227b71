"""The process in which a repository's own assertion runs: JSON lines in, JSON lines out, and no way further.

It is started by `llmgate.checkers` with an empty environment, in a session and a folder of its own. Before it reads
anything it imports what a class may import, and gives up its user and the right to open files and to start processes.
"""

from __future__ import annotations

import importlib
import json
import os
import random
import sys
import types
from typing import Any, BinaryIO, Final

from llmgate import confinement

CPU_S_PER_REQUEST = 10
MAX_FAILURE_CHARS = 300

MODULES: Final = (
    *("__future__", "_strptime", "abc", "ast", "base64", "bisect", "calendar", "collections", "collections.abc"),
    *("copy", "csv", "dataclasses", "datetime", "decimal", "difflib", "enum", "fractions", "functools", "hashlib"),
    *("heapq", "html", "html.parser", "io", "itertools", "json", "math", "numbers", "operator", "random", "re"),
    *("statistics", "string", "textwrap", "types", "typing", "unicodedata", "urllib.parse", "zlib"),
    *("encodings.ascii", "encodings.latin_1", "encodings.utf_16"),
)


class Refusing:
    """Finds no module: what is not imported by now cannot be read from disk any more."""

    @staticmethod
    def find_spec(name: str, _path: object = None, _target: object = None) -> None:
        raise ImportError(f"{name!r} cannot be imported here; docs/custom-assertions.md lists what can")


def main() -> None:
    for name in MODULES:
        importlib.import_module(name)
    requests, replies = _wires()
    sys.meta_path[:] = [Refusing()]
    confinement.confine()
    module = types.ModuleType("checker")
    sys.modules[module.__name__] = module  # dataclasses look there
    _send(replies, {"ready": True})
    for line in requests:
        confinement.allow_cpu(CPU_S_PER_REQUEST)
        _send(replies, _reply(json.loads(line), module))


def _wires() -> tuple[BinaryIO, BinaryIO]:
    """Keep the pipes, and leave what is printed without a reader."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    return requests, replies


def _reply(request: dict[str, Any], module: types.ModuleType) -> dict[str, Any]:
    try:
        result = _result(request, module)
        json.dumps(result, allow_nan=False)
    except BaseException as error:  # noqa: BLE001 - whatever a class raises is a reply, SystemExit too
        return {"id": request["id"], "failure": _failure(error, request["path"])}
    return {"id": request["id"], "result": result}


def _result(request: dict[str, Any], module: types.ModuleType) -> Any:
    random.seed(0)
    if "source" in request:
        exec(compile(request["source"], request["path"], "exec"), module.__dict__)  # noqa: S102 - it is contained
        if not callable(getattr(module.__dict__.get(request["class"]), "grade", None)):
            raise LookupError(f"there is no class {request['class']} with a method grade(output, context)")
    if "fields" not in request:
        return None
    checker = module.__dict__[request["class"]](**request["fields"])
    return checker.grade(request["output"], request["context"]) if "output" in request else None


def _failure(error: BaseException, path: str) -> tuple[int, str]:
    """Say on which line of the file it happened, and what."""
    line, trace = getattr(error, "lineno", None) if isinstance(error, SyntaxError) else None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == path:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line or 1, f"{type(error).__name__}: {_text(error)}"[:MAX_FAILURE_CHARS]


def _text(error: BaseException) -> str:
    try:
        return str(error.msg if isinstance(error, SyntaxError) else error)
    except BaseException:  # noqa: BLE001 - the class of the error is the repository's too
        return "it cannot be told"


def _send(replies: BinaryIO, reply: dict[str, Any]) -> None:
    replies.write(json.dumps(reply).encode() + b"\n")
    replies.flush()


if __name__ == "__main__":
    main()
