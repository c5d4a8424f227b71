"""MCP servers that are started without a fixed version."""

import json

import pytest

from llmgate import documents
from llmgate.pins import mcp

COMMIT = "0123456789abcdef0123456789abcdef01234567"
DIGEST = "@sha256:" + "ab" * 32


def read(servers, path=".mcp.json", key="mcpServers"):
    return mcp.read(documents.read(path, json.dumps({key: servers}, indent=1).encode()))


def started(*words):
    return read({"files": {"command": words[0], "args": list(words[1:])}})


@pytest.mark.parametrize(
    ("words", "package"),
    [
        (("npx", "-y", "@acme/files"), "@acme/files"),
        (("npx", "-y", "@acme/files@latest"), "@acme/files@latest"),
        (("npx", "files@^1.2.0"), "files@^1.2.0"),
        (("npx", "files@1"), "files@1"),
        (("npx", "--package=files", "files-server"), "files"),
        (("npx", "-p", "files@next", "files-server"), "files@next"),
        (("npx", "--registry", "https://example.com", "files"), "files"),
        (("npx", "github:acme/files"), "github:acme/files"),
        (("/usr/bin/npx", "files"), "files"),
        (("cmd", "/c", "npx.cmd", "files"), "files"),
        (("pnpm", "dlx", "files"), "files"),
        (("bunx", "files"), "files"),
        (("npm", "exec", "files"), "files"),
        (("uvx", "mcp-server-git"), "mcp-server-git"),
        (("uvx", "mcp-server-git@latest"), "mcp-server-git@latest"),
        (("uvx", "mcp-server-git>=1.0"), "mcp-server-git>=1.0"),
        (("uvx", "mcp-server-git==1.*"), "mcp-server-git==1.*"),
        (("uvx", "--with", "x==1.0", "mcp-server-git"), "mcp-server-git"),
        (("uvx", "--from", "git+https://github.com/acme/x", "x"), "git+https://github.com/acme/x"),
        (("pipx", "run", "mcp-server-git"), "mcp-server-git"),
        (("uv", "tool", "run", "mcp-server-git"), "mcp-server-git"),
        (("docker", "run", "-i", "--rm", "acme/files"), "acme/files"),
        (("docker", "run", "-i", "--rm", "-e", "TOKEN", "acme/files:1.2.3", "stdio"), "acme/files:1.2.3"),
        (("docker", "run", "--mount", "type=bind,src=/a,dst=/b", "--name=x", "acme/files:latest"), "acme/files:latest"),
        (("podman", "run", "ghcr.io/acme/files"), "ghcr.io/acme/files"),
    ],
)
def test_a_server_without_a_fixed_version_is_found(words, package):
    (found,) = started(*words)
    assert (found.server, found.started, found.line) == ("files", package, 3)
    assert found.reason
    assert found.remedy


@pytest.mark.parametrize(
    "words",
    [
        ("npx", "-y", "@acme/files@1.2.3"),
        ("npx", "files@1.2.3-beta.1"),
        ("npx", f"github:acme/files#{COMMIT}"),
        ("npx", "./server"),
        ("npx",),
        ("uvx", "mcp-server-git==1.2.3"),
        ("uvx", "mcp-server-git@1.2.3"),
        ("uvx", "mcp-server-git[extra]==1.2.3"),
        ("uvx", "--from", f"git+https://github.com/acme/x@{COMMIT}", "x"),
        ("uvx", "--from=x==1.2.3", "serve"),
        ("docker", "run", "-i", "--rm", "-e", "TOKEN", f"acme/files{DIGEST}"),
        ("docker", "compose", "up"),
        ("docker", "run"),
        ("node", "server.js"),
        ("python", "-m", "server"),
    ],
)
def test_a_fixed_version_and_what_the_repository_holds_itself_are_none(words):
    assert started(*words) == ()


def test_vs_code_names_its_servers_under_another_key():
    found = read({"files": {"type": "stdio", "command": "npx", "args": ["files"]}}, ".vscode/mcp.json", "servers")
    assert [one.file for one in found] == [".vscode/mcp.json"]


def test_servers_are_told_in_the_order_of_the_file_with_their_lines():
    entry = {"command": "npx", "args": ["x"]}
    assert [(one.server, one.line) for one in read({"b": entry, "a": entry})] == [("b", 3), ("a", 9)]


@pytest.mark.parametrize(
    "servers",
    [
        None,
        [],
        {"a": None},
        {"a": {"url": "https://example.com/mcp"}},
        {"a": {"command": 7}},
        {"a": {"command": ""}},
        {"a": {"command": "npx", "args": "files"}},
        {"a": {"command": "npx", "args": [7, None, ""]}},
    ],
)
def test_what_is_no_server_with_a_command_is_passed_over(servers):
    assert read(servers) == ()


@pytest.mark.parametrize("text", ["[]", "7", '"x"', "{}"])
def test_a_file_of_another_shape_has_no_servers(text):
    assert mcp.read(documents.read("mcp.json", text.encode())) == ()


def test_what_a_file_says_is_told_on_one_line_of_bounded_length():
    (found,) = read({"files\n": {"command": "npx", "args": ["x\x1b[2J" + "y" * 10_000]}})
    assert found.server == "files\\n"
    assert all(text.isprintable() and len(text) < 200 for text in (found.started, found.reason, found.remedy))
