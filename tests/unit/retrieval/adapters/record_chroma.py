"""A running Chroma → `recordings/chroma.json`: what the adapter asks and what Chroma answers, as it was.

Chroma's server weighs 60 MB alone and 380 MB with what its wheel requires, so it is no dependency of the tests:

    python -m venv /tmp/chroma && /tmp/chroma/bin/pip install --no-deps chromadb==1.5.9
    /tmp/chroma/bin/python -c "import chromadb_rust_bindings as b; b.cli(['chroma', 'run', '--path', 'data'])"
    .venv/bin/python -m tests.unit.retrieval.adapters.record_chroma http://127.0.0.1:8000
"""

import contextlib
import json
import sys
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from llmgate.errors import NotEvaluated
from llmgate.retrieval.adapters import chroma
from tests.unit.retrieval.adapters import recorded

BASE = "/api/v2/tenants/default_tenant/databases/default_database/collections"
GRAPH = {"hnsw": {"space": "cosine", "ef_construction": 120, "max_neighbors": 24}}
HANDBOOK = {
    "ids": ["a#1", "a#2", "ü#1"],
    "embeddings": [[1, 0], [0, 1], [1, 1]],
    "documents": ["EU customers: 14 days", "US customers: 30 days", "Straße – 東京 🎌"],
    "metadatas": [
        {"source": "returns.md", "sha": "ab" * 32},
        {"source": "returns.md", "sha": "cd" * 32},
        {"source": "größen.md", "sha": "EF" * 32},
    ],
}
BARE = {"ids": ["no-text"], "embeddings": [[1, 0]], "documents": [None], "metadatas": [{"source": "returns.md"}]}


def ask(url: str, method: str, path: str, body: object = None) -> tuple[int, object]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url + path, data, {"content-type": "application/json"}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def fill(url: str) -> None:
    for name, content in (("handbook", HANDBOOK), ("empty", None), ("bare", BARE)):
        ask(url, "DELETE", f"{BASE}/{name}")
        _, made = ask(url, "POST", BASE, {"name": name, "configuration": GRAPH, "metadata": {"owner": "docs"}})
        if content:
            ask(url, "POST", f"{BASE}/{made['id']}/add", content)


@contextlib.contextmanager
def listening(url: str, heard: list[dict]):
    """A loopback address that passes requests on to the store and keeps both sides of each."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            data = self.rfile.read(int(self.headers.get("content-length", 0)))
            body = json.loads(data) if data else None
            status, said = ask(url, self.command, self.path, body)
            request = {"method": self.command, "path": self.path, "body": body}
            heard.append({"request": request, "response": {"status": status, "body": said}})
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

        do_GET = do_POST = answer  # noqa: N815 - the names that http.server looks for

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def main(url: str) -> None:
    fill(url)
    wanted = {
        "chroma": {"index": "handbook", "page": 2},
        "chroma_hash": {"index": "handbook", "sha256": "sha"},
        "chroma_empty": {"index": "empty"},
        "chroma_bare": {"index": "bare"},
        "chroma_absent": {"index": "nope"},
    }
    for name, options in wanted.items():
        heard: list[dict] = []
        with listening(url, heard) as address, contextlib.suppress(NotEvaluated):
            list(chroma.collection({"url": address, **options}, None).chunks)
        text = json.dumps(heard, indent=1, ensure_ascii=False)
        (recorded.DATA / f"{name}.json").write_text(f"{text}\n")


if __name__ == "__main__":
    main(sys.argv[1])
