"""`module:name` of an application → its answers to questions, a line of JSON for each.

The interpreter that the target names runs this script, in the application's folder: it may be an older Python, has
nothing of llmgate, and finds the standard library alone.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import json
import os
import sys
from typing import Any, BinaryIO

MAX_RAISED_CHARS = 300


def main() -> None:
    named, folders = sys.argv[1], sys.argv[2:]
    here = os.getcwd()  # noqa: PTH109 - what the import system searches is text
    sys.path[:1] = [here, *(os.path.join(here, folder) for folder in folders)]  # noqa: PTH118 - as above
    questions, answers = _wires()
    asked = Callable(named)
    for line in questions:
        answers.write(asked.answer(line) + b"\n")
        answers.flush()


class Callable:
    """What the target names. It is imported when it is first asked, and again after that failed."""

    def __init__(self, named: str) -> None:
        self._module, _, self._name = named.partition(":")
        self._found: Any = None
        self._loop = asyncio.new_event_loop()

    def answer(self, line: bytes) -> bytes:
        try:
            if self._found is None:
                self._found = getattr(importlib.import_module(self._module), self._name)
            result = self._found(json.loads(line))
            if inspect.isawaitable(result):
                result = self._loop.run_until_complete(_awaited(result))
            answer = result if isinstance(result, dict) else {"output": result}
            return json.dumps(answer, allow_nan=False).encode()
        except BaseException as error:  # noqa: BLE001 - whatever the application raises is its answer, SystemExit too
            return json.dumps({"raised": _told(error)}).encode()


async def _awaited(result: Any) -> Any:
    return await result


def _told(error: BaseException) -> str:
    try:
        text = str(error)
    except BaseException:  # noqa: BLE001 - the error's class is the application's too
        text = "it cannot be told"
    return f"{type(error).__name__}: {text}"[:MAX_RAISED_CHARS].encode(errors="replace").decode()


def _wires() -> tuple[BinaryIO, BinaryIO]:
    """Keep the pipes, and let what the application prints go where its errors go."""
    questions, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    return questions, answers


if __name__ == "__main__":
    main()
