"""An MCP client's configuration → the servers in it whose version can move: what an agent's tools do may change unseen.

`.mcp.json` and `mcp.json` hold `mcpServers`, VS Code's `.vscode/mcp.json` holds `servers`:
https://code.visualstudio.com/docs/copilot/customization/mcp-servers and https://code.claude.com/docs/en/mcp
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from llmgate.documents import Document, printable, quoted

FILES = (".mcp.json", "mcp.json", ".vscode/mcp.json", ".cursor/mcp.json")

_EXACT = re.compile(r"v?\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?", re.ASCII)
_COMMIT = re.compile(r".+[#@][0-9a-f]{40}(?:#.*)?")
_DIGEST = re.compile(r".+@sha256:[0-9a-f]{64}")
_PYTHON = re.compile(r"(?P<name>[A-Za-z0-9._-]+(?:\[[^\]]*\])?)(?:(?:==|@)(?P<version>[^=@]+))?")
MAX_QUOTE_CHARS = 80
_LOCAL = ("./", "../", "/", "~", "file:", "${")
_SHELLS = (("cmd", "/c"), ("cmd.exe", "/c"))

_NODE = (("npx",), ("bunx",), ("pnpx",), ("pnpm", "dlx"), ("yarn", "dlx"), ("npm", "exec"), ("bun", "x"))
_PIP = (("uvx",), ("uv", "tool", "run"), ("pipx", "run"))
_CONTAINER = (("docker", "run"), ("podman", "run"), ("docker", "container", "run"))
# Options of these programs that take a word of their own after them.
_NODE_TAKES = {"-c", "--call", "--registry", "-w", "--workspace"}
_PIP_TAKES = {"--with", "--python", "-p", "--index-url", "--index", "--pip-args", "--directory", "--env-file"}
_TAKES = """
    -e --env --env-file -v --volume --mount -p --publish -w --workdir -u --user -h --hostname -l --label -m --memory
    --name --network --net --platform --entrypoint --cpus --add-host --dns --gpus --pull --restart --runtime --tmpfs
    --ulimit --security-opt --cap-add --cap-drop --device --ipc --pid --log-driver --shm-size --volumes-from
"""
_CONTAINER_TAKES = frozenset(_TAKES.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class MovingTool:
    """One server whose version can move: what is started, why it moves, and what to write instead."""

    server: str
    started: str
    reason: str
    remedy: str
    file: str
    line: int


def read(document: Document) -> tuple[MovingTool, ...]:
    """Return the servers that a configuration starts without a fixed version, in its order.

    Servers that are reached by URL have no version in the configuration, and are not judged.
    """
    found = []
    for key in ("mcpServers", "servers"):
        servers = document.value.get(key) if isinstance(document.value, dict) else None
        for name, entry in (servers if isinstance(servers, dict) else {}).items():
            if (moving := _moving(entry)) is not None:
                found.append(_named(document, (key, name), name, moving))
    return tuple(found)


def _named(document: Document, pointer: tuple[str, str], name: str, moving: tuple[str, str, str]) -> MovingTool:
    started, reason, remedy = moving
    return MovingTool(
        server=printable(name, MAX_QUOTE_CHARS),
        started=printable(started, MAX_QUOTE_CHARS),
        reason=reason,
        remedy=remedy,
        file=document.path,
        line=document.line(pointer),
    )


def _moving(entry: Any) -> tuple[str, str, str] | None:
    """Return what is started, why that moves and the remedy, or None where it does not or is not known."""
    if not isinstance(entry, dict) or not isinstance(entry.get("command"), str):
        return None
    arguments = entry.get("args")
    words = [entry["command"], *(word for word in (arguments if isinstance(arguments, list) else []) if _is_word(word))]
    words = words[2:] if tuple(words[:2]) in _SHELLS else words
    words[:1] = [word.rpartition("/")[2].removesuffix(".cmd").removesuffix(".exe") for word in words[:1]]
    if (rest := _after(words, _NODE)) is not None:
        return _node(rest)
    if (rest := _after(words, _PIP)) is not None:
        return _python(rest)
    rest = _after(words, _CONTAINER)
    return _image(rest) if rest is not None else None


def _is_word(word: Any) -> bool:
    return isinstance(word, str) and bool(word)


def _after(words: Sequence[str], programs: Sequence[tuple[str, ...]]) -> list[str] | None:
    return next((list(words[len(each) :]) for each in programs if tuple(words[: len(each)]) == each), None)


def _node(words: list[str]) -> tuple[str, str, str] | None:
    package = next(_given(words, ("-p", "--package")), None) or next(_plain(words, _NODE_TAKES), None)
    if package is None or package.startswith(_LOCAL) or _COMMIT.fullmatch(package):
        return None
    name, _, version = package[1:].partition("@")
    if _EXACT.fullmatch(version):
        return None
    remedy = f"Write {quoted(f'{package[0]}{name}@X.Y.Z')} with the version that was reviewed."
    return package, _why(version), remedy


def _python(words: list[str]) -> tuple[str, str, str] | None:
    package = next(_given(words, ("--from", "--spec")), None) or next(_plain(words, _PIP_TAKES), None)
    if package is None or package.startswith(_LOCAL) or _COMMIT.fullmatch(package):
        return None
    found = _PYTHON.fullmatch(package)
    version = (found["version"] or "") if found else package
    if found and version and version[0].isdigit() and "*" not in version:
        return None
    name = found["name"] if found else "PACKAGE"
    return package, _why(version), f"Write {quoted(f'{name}==X.Y.Z')} with the version that was reviewed."


def _image(words: list[str]) -> tuple[str, str, str] | None:
    image = next(_plain(words, _CONTAINER_TAKES), None)
    if image is None or image.startswith("${") or _DIGEST.fullmatch(image):
        return None
    return image, "a tag of an image can move", "Write the image with its digest: IMAGE@sha256:…"


def _why(version: str) -> str:
    return f"{quoted(version)} is not one version" if version else "no version is given, so the newest is taken"


def _given(words: Sequence[str], options: Sequence[str]) -> Iterator[str]:
    """Yield the values of options that name a package, written as `--from x` or `--from=x`."""
    for word, following in zip_longest(words, words[1:], fillvalue=""):
        if word in options and following:
            yield following
        elif any(word.startswith(f"{option}=") for option in options):
            yield word.partition("=")[2]


def _plain(words: Sequence[str], takes: frozenset[str] | set[str]) -> Iterator[str]:
    """Yield the words that are neither options nor their values."""
    skip = False
    for word in words:
        if not skip and not word.startswith("-"):
            yield word
        skip = not skip and word in takes
