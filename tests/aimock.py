"""A model server that was not written here, `@copilotkit/aimock`: fetched once by npm, then started on loopback."""

import contextlib
import json
import re
import subprocess
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests import npm

DATA = Path(__file__).parent / "data" / "aimock"


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


@contextlib.contextmanager
def serve() -> Iterator[Mock]:
    """Serve on a free port until the block ends."""
    program = npm.installed(DATA) / "node_modules" / "@copilotkit" / "aimock" / "dist" / "cli.js"
    command = [
        npm.NODE,
        program,
        "--port",
        "0",
        "--host",
        "127.0.0.1",
        "--fixtures",
        DATA / "fixtures.json",
        "--strict",
    ]
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
