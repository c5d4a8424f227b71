"""The same bot as a service: POST a question, get the answer. Arguments: the folder of a revision, and a port."""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(sys.argv[1]) / "app"))
from answer import answer


class Bot(BaseHTTPRequestHandler):
    """Answers questions, each with the token that it came with."""

    def do_POST(self):
        question = json.loads(self.rfile.read(int(self.headers["content-length"])))
        question |= {"token": self.headers["x-llmgate-token"], "traceparent": self.headers["traceparent"]}
        body = json.dumps({"answer": {"text": answer(question)["output"]}}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing."""


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), Bot).serve_forever()
