"""Real repositories, made with the git CLI, and a real smart HTTP server for them on loopback."""

from __future__ import annotations

import base64
import hashlib
import os
import ssl
import stat
import subprocess
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

DEPTH = "--depth=1"

_SETTINGS = {
    "init.defaultBranch": "main",
    "uploadpack.allowAnySHA1InWant": "true",  # as GitHub does
    "uploadpack.allowFilter": "true",
    "protocol.file.allow": "always",
    "safe.directory": "*",
    "gc.auto": "0",
}


def _environment() -> dict[str, str]:
    pairs = {}
    for index, (key, value) in enumerate(_SETTINGS.items()):
        pairs |= {f"GIT_CONFIG_KEY_{index}": key, f"GIT_CONFIG_VALUE_{index}": value}
    return {
        "PATH": os.environ["PATH"],
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_COUNT": str(len(_SETTINGS)),
        "GIT_TERMINAL_PROMPT": "0",
        **pairs,
        **{f"GIT_{who}_NAME": "Ada" for who in ("AUTHOR", "COMMITTER")},
        **{f"GIT_{who}_EMAIL": "ada@example.com" for who in ("AUTHOR", "COMMITTER")},
        **{f"GIT_{who}_DATE": "2026-11-22T12:00:00Z" for who in ("AUTHOR", "COMMITTER")},
    }


@dataclass(frozen=True)
class Checkout:
    """A folder with a repository in it; call it to run git there."""

    path: Path

    def __call__(self, *arguments: str | bytes | Path, stdin: bytes = b"") -> str:
        command = ["git", *arguments]
        done = subprocess.run(command, cwd=self.path, env=_environment(), input=stdin, capture_output=True, check=False)
        assert done.returncode == 0, (command, done.stderr.decode(errors="replace"))
        return done.stdout.decode("utf-8", "surrogateescape").strip()

    def write(self, files: dict[str, str | bytes]) -> None:
        for name, content in files.items():
            target = self.path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content.encode() if isinstance(content, str) else content)

    def commit(self, files: dict[str, str | bytes] | None = None, message: str = "change") -> str:
        self.write(files or {})
        self("add", "--all")
        self("commit", "--quiet", "--allow-empty", "--message", message)
        return self("rev-parse", "HEAD")

    def commit_tree(self, entries: list[tuple[str, bytes, str]], *parents: str) -> str:
        """A commit of exactly these (mode, name, oid) entries, also of those that git would refuse to write."""
        raw = b"".join(mode.encode() + b" " + name + b"\0" + bytes.fromhex(oid) for mode, name, oid in entries)
        tree = self("hash-object", "-t", "tree", "-w", "--stdin", "--literally", stdin=raw)
        return self.commit_raw(tree, *parents)

    def commit_raw(self, tree: str, *parents: str) -> str:
        lines = [f"tree {tree}", *(f"parent {parent}" for parent in parents)]
        lines += ["author A <a@example.com> 1 +0000", "committer A <a@example.com> 1 +0000", "", "made by hand\n"]
        return self("hash-object", "-t", "commit", "-w", "--stdin", "--literally", stdin="\n".join(lines).encode())

    def blob(self, content: bytes) -> str:
        return self("hash-object", "-w", "--stdin", stdin=content)


def init(path: Path, *options: str) -> Checkout:
    path.mkdir(parents=True)
    checkout = Checkout(path)
    checkout("init", "--quiet", *options)
    return checkout


def clone(source: str | Path, path: Path, *options: str) -> Checkout:
    Checkout(path.parent)("clone", "--quiet", *options, str(source), str(path))
    return Checkout(path)


@contextmanager
def untouched(*folders: Path):
    """Assert that every file below the folders has the same bytes, kind, mode and times after as before."""
    before = [fingerprint(folder) for folder in folders]
    yield
    assert [fingerprint(folder) for folder in folders] == before


def fingerprint(folder: Path) -> dict[str, tuple[int, int, int, str]]:
    return {str(path.relative_to(folder)): _state(path) for path in sorted(folder.rglob("*"))}


def _state(path: Path) -> tuple[int, int, int, str]:
    status = path.lstat()
    content = path.read_bytes() if stat.S_ISREG(status.st_mode) else b""
    link = str(path.readlink()) if stat.S_ISLNK(status.st_mode) else ""
    return status.st_mode, status.st_uid, status.st_mtime_ns, link or hashlib.sha256(content).hexdigest()


@dataclass
class Faults:
    """What the server does wrong; a test changes it between requests."""

    token: str | None = None
    """Ask for `x-access-token:<token>`."""
    redirect: str | None = None
    """Send every request, with `token` every one that carries it, to this other origin."""
    status: int | None = None
    """Answer every request with this status."""
    hang_s: float = 0
    """Sleep before every answer."""
    drip_s: float = 0
    """Send the answer's body one byte at a time, with this pause."""
    says: bytes | None = None
    """Answer with this instead of the list of references."""


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    authorization: str | None


@dataclass
class Server:
    root: Path
    scheme: str = "http"
    port: int = 0
    faults: Faults = field(default_factory=Faults)
    requests: list[Request] = field(default_factory=list)
    sent_bytes: int = 0

    def origin(self, host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.port}"

    def url(self, name: str) -> str:
        return f"{self.origin()}/{name}"


@contextmanager
def serving(root: Path, *, tls: Path | None = None):
    """Serve the repositories below `root`; any commit that they hold may be fetched by its id, as on GitHub.

    `tls` is a folder with certificate.pem and key.pem.
    """
    server = Server(root=root, scheme="https" if tls else "http")
    http = _Http(("127.0.0.1", 0), _Handler)
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls / "certificate.pem", tls / "key.pem")
        http.socket = context.wrap_socket(http.socket, server_side=True, do_handshake_on_connect=False)
    http.subject = server
    server.port = http.server_port
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    subject: Server

    def handle_error(self, *_):
        """Clients that leave early are part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Http

    def log_message(self, *_):
        pass

    def do_GET(self):
        self._answer(b"")

    def do_POST(self):
        self._answer(self._body())

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        chunks = []
        while size := int(self.rfile.readline(), 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def _answer(self, body: bytes):
        subject, faults = self.server.subject, self.server.subject.faults
        authorization = self.headers.get("Authorization")
        subject.requests.append(Request(self.command, self.path, authorization))
        time.sleep(faults.hang_s)
        if faults.status:
            self._send(faults.status, {}, b"")
        elif faults.token and authorization != basic(faults.token):
            self._send(401, {"WWW-Authenticate": 'Basic realm="git"'}, b"")
        elif faults.redirect:
            self._send(302, {"Location": faults.redirect + self.path}, b"")
        elif faults.says:
            self._send(200, {"Content-Type": "application/x-git-upload-pack-advertisement"}, faults.says)
        else:
            self._send(*self._backend(body))

    def _send(self, status: int, headers: dict[str, str], body: bytes):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.server.subject.sent_bytes += len(body)
        pause_s = self.server.subject.faults.drip_s
        pieces = [body[index : index + 1] for index in range(len(body))] if pause_s else [body]
        try:
            for piece in pieces:
                self.wfile.write(piece)
                time.sleep(pause_s)
        except OSError:
            self.close_connection = True

    def _backend(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        parts = urlsplit(self.path)
        environment = _environment() | {
            "GIT_PROJECT_ROOT": str(self.server.subject.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": parts.path,
            "QUERY_STRING": parts.query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
        }
        # An order that cannot be filled ends the process with 1; its answer says why.
        done = subprocess.run(["git", "http-backend"], input=body, env=environment, capture_output=True, check=False)
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        return int(headers.pop("Status", "200").split()[0]), headers, content


def basic(token: str) -> str:
    return "Basic " + base64.b64encode(f"x-access-token:{token}".encode()).decode()
