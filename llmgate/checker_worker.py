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
MODULE: Final = "checker"

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
    modules: dict[str, types.ModuleType] = {}
    _send(replies, {"ready": True})
    for line in requests:
        confinement.allow_cpu(CPU_S_PER_REQUEST)
        _send(replies, _reply(json.loads(line), modules))


def _wires() -> tuple[BinaryIO, BinaryIO]:
    """Keep the pipes, and leave what is printed without a reader."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    return requests, replies


def _reply(request: dict[str, Any], modules: dict[str, types.ModuleType]) -> dict[str, Any]:
    try:
        result = _result(request, modules)
        json.dumps(result, allow_nan=False)
    except BaseException as error:  # noqa: BLE001 - whatever the code raises is a reply, SystemExit too
        return {"id": request["id"], "failure": _failure(error, request["path"])}
    return {"id": request["id"], "result": result}


def _result(request: dict[str, Any], modules: dict[str, types.ModuleType]) -> Any:
    random.seed(0)
    if "source" in request:
        modules[request["code"]] = types.ModuleType(MODULE)
    module = modules[request["code"]]
    sys.modules[MODULE] = module  # dataclasses look there
    if "source" in request:
        exec(compile(request["source"], request["path"], "exec"), module.__dict__)  # noqa: S102 - it is contained
    asked = _of_class if request["form"] == "class" else _of_function
    return asked(request, module)


def _of_class(request: dict[str, Any], module: types.ModuleType) -> Any:
    named = module.__dict__.get(request["named"])
    if not callable(getattr(named, "grade", None)):
        message = f"there is no class {request['named']} with a method grade(output, context)"
        raise LookupError(message)  # noqa: TRY004 - it may not be there at all
    if named is None or "fields" not in request:
        return None
    checker = named(**request["fields"])
    return checker.grade(request["output"], request["context"]) if "output" in request else None


def _of_function(request: dict[str, Any], module: types.ModuleType) -> Any:
    function: Any = module
    for name in request["named"].split("."):
        function = getattr(function, name, None)
    if not callable(function):
        message = f"there is no function {request['named']}(output, context)"
        raise LookupError(message)  # noqa: TRY004 - it may not be there at all
    if "output" not in request:
        return None
    result = function(request["output"], request["context"])
    return _awaited(result) if isinstance(result, types.CoroutineType) else result


def _awaited(result: types.CoroutineType[Any, Any, Any]) -> Any:
    """Run an `async` function to its end. There is nothing here that it could wait for."""
    try:
        result.send(None)
    except StopIteration as ended:
        return ended.value
    result.close()
    raise RuntimeError("it waits for something, and nothing will come")


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
