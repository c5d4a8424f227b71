"""Interpreters and SDKs where every user may use them: applications under test run as users of their own.

The virtual environment of the tests, the interpreter behind it and the cache of packages may lie in somebody's home.
"""

import atexit
import functools
import importlib.metadata
import os
import re
import shutil
import sys
import sysconfig
import tempfile
from pathlib import Path

from tests import npm

DATA = Path(__file__).parent / "data" / "sdks"


@functools.cache
def _public():
    folder = Path(tempfile.mkdtemp(prefix="llmgate-tests-"))
    folder.chmod(0o755)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _is_public(path):
    real = Path(path).resolve()
    return all(each.stat().st_mode & 0o001 for each in (real, *real.parents))


def _placed(source, target):
    """Put a file there, by a second name where it has one disk, and let all read it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target


def _copied(source, target, passed=()):
    """Put a folder there, but for what is passed over."""
    shutil.copytree(source, target, copy_function=_placed_text, ignore=shutil.ignore_patterns(*passed), symlinks=True)
    return target


def _placed_text(source, target):
    return str(_placed(Path(source), Path(target)))


@functools.cache
def python():
    """Return an interpreter of this one's version."""
    own = Path(sys._base_executable).resolve()
    if _is_public(own):
        return str(own)
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    made = _placed(own, _public() / "python" / "bin" / name)
    library = Path(sysconfig.get_path("stdlib", vars={"base": sys.base_prefix, "installed_base": sys.base_prefix}))
    _copied(library, _public() / "python" / "lib" / name, ("site-packages", "test", "idlelib", "config-*"))
    for shared in library.parent.glob("libpython*.so*"):
        _placed(shared, _public() / "python" / "lib" / shared.name)
    return str(made)


def environment(*names):
    """Return what that interpreter needs to import these distributions."""
    return {"PYTHONPATH": _packages(*names), "LD_LIBRARY_PATH": str(Path(python()).parents[1] / "lib")}


@functools.cache
def _packages(*names):
    folder = _public() / "-".join(("packages", *names))
    for found in _closure(names).values():
        for file in found.files or ():
            if ".." not in file.parts and file.locate().is_file():
                _placed(file.locate(), folder / file)
    return str(folder)


def _closure(names):
    found, waiting = {}, list(names)
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        try:
            found.setdefault(name, importlib.metadata.distribution(name))
        except importlib.metadata.PackageNotFoundError:
            continue
        needed = (re.match(r"[\w.-]+", each)[0] for each in found[name].requires or () if "extra ==" not in each)
        waiting += [each for each in needed if re.sub(r"[-_.]+", "-", each).lower() not in found]
    return found


@functools.cache
def node():
    """Return node."""
    return str(npm.NODE if _is_public(npm.NODE) else _placed(npm.NODE, _public() / "node" / "node"))


@functools.cache
def node_modules():
    """Return a folder with the SDKs of OpenAI, Anthropic and Google, for NODE_PATH."""
    return str(_copied(npm.installed(DATA) / "node_modules", _public() / "node_modules"))
