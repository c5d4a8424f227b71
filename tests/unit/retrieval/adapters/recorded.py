"""Recorded exchanges of a store's HTTP API, played in order to whoever asks exactly what was asked then.

A recording is a JSON list of `{"request": {"method", "path", "body"}, "response": {"status", "body"}}`. A request that
is not the next one is answered with 599, and fails the test at the end.
"""

import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

DATA = Path(__file__).parent / "recordings"


def exchanges(name: str) -> list[dict]:
    return json.loads((DATA / f"{name}.json").read_text())


@dataclass(kw_only=True)
class Played:
    url: str
    left: list[dict]
    headers: list[dict[str, str]] = field(default_factory=list)
    strangers: list[dict] = field(default_factory=list)


@contextlib.contextmanager
def serve(exchanged: list[dict]) -> Iterator[Played]:
    """Play a recording; at the end every request must have been a recorded one."""
    played = Played(url="", left=list(exchanged))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self):
            data = self.rfile.read(int(self.headers.get("content-length", 0)))
            asked = {"method": self.command, "path": self.path, "body": json.loads(data) if data else None}
            played.headers.append({name.lower(): value for name, value in self.headers.items()})
            if played.left and played.left[0]["request"] == asked:
                self.say(**played.left.pop(0)["response"])
            else:
                played.strangers.append(asked)
                self.say(599, {"asked": asked, "recorded": played.left[:1]})

        def say(self, status, body):
            data = json.dumps(body, ensure_ascii=False).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_DELETE = do_PUT = answer  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_):
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        played.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield played
        finally:
            server.shutdown()
            thread.join(timeout=10)
            assert played.strangers == []
