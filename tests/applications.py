"""Small applications, and what runs them: real trees, real users where this user is root, real processes."""

import asyncio
import itertools
import os
import shutil
import sys
import tempfile
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import cache
from pathlib import Path

from llmgate.config.applications import CommandEntry, PythonEntry
from llmgate.processes import containment, removal
from llmgate.processes.applications import Applications
from llmgate.processes.trees import Item
from llmgate.trial import Arm
from tests import sdks

NODE = sdks.node()


def _for_others(path: str) -> bool:
    """Tell whether any user may run the program: the interpreter of these tests may lie in root's home."""
    real = Path(path).resolve()
    return all(each.stat().st_mode & 0o001 for each in (real, *real.parents))


def _python() -> str:
    found = (sys.executable, *(shutil.which("python3", path=each) or "" for each in ("/usr/local/bin", "/usr/bin")))
    return next(each for each in found if each and _for_others(each))


PYTHON = _python()


@contextmanager
def scratch():
    """Make a folder that other users may pass through, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="llmgate-test-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        removal.remove(folder)


def item(path, text, *, mode=0o100644):
    return Item(path=path, data=text if isinstance(text, bytes) else text.encode(), mode=mode)


def command(*run, **fields):
    return CommandEntry.model_validate({"kind": "command", "files": ["**"], "run": run, **fields})


def callable_entry(call, **fields):
    return PythonEntry.model_validate({"kind": "python", "files": ["**"], "call": call, "python": PYTHON, **fields})


@cache
def detected():
    """Find out once what can be had here."""
    return containment.detect()


@asynccontextmanager
async def applications(base, head=None, *, contained=None, shelf=None, environment=None, seats=4, names=("app",)):
    """Lay both arms' files, given as texts by path, and run applications from them."""
    tokens = itertools.count()
    arms = ((Arm.BASE, base), (Arm.HEAD, base if head is None else head))
    with scratch() as folder:
        made = Applications(
            contained or detected(),
            scratch=folder,
            environment={"PATH": os.defpath, **(environment or {})},
            token=lambda: f"token-{next(tokens)}",
            shelf=shelf,
            seats=seats,
        )
        try:
            for (arm, files), name in itertools.product(arms, names):
                await made.lay(arm, name, [item(path, text) for path, text in files.items()])
            yield made
        finally:
            await made.aclose()


async def asked(made, entry, question=None, *, arm=Arm.HEAD, environment=None, name="app"):
    async with made.seat(arm, name, entry) as seat:
        return await seat.answer(question or {"id": "f1"}, environment or {})


def answered(files, entry, question=None, **fields):
    """Run a program of one file tree once."""

    async def once():
        async with applications(files) as made:
            return await asked(made, entry, question, **fields)

    return asyncio.run(once())


def alive(mark):
    """Find processes by a word of their command line."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with suppress(OSError):  # it has just ended
                if mark.encode() in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
    return found
