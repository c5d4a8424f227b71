"""Requests → OpenAI's Batch API: a file of requests that is uploaded, a batch that names it, and files of results.

Reference: https://platform.openai.com/docs/guides/batch and …/api-reference/batch. Half the price of the ordinary call
(https://openai.com/api/pricing). A file has requests to one model and one endpoint.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import JsonValue

from llmgate.providers import api
from llmgate.providers.api import Api
from llmgate.providers.batches.dialect import SURPLUS_LINES, Batched, Entry, Sought, State, identifier, listed, said
from llmgate.providers.batches.wire import Form, Wire

OVER = frozenset({"completed", "failed", "expired", "cancelled"})
LABEL = "llmgate"


@dataclass(frozen=True, slots=True)
class OpenAIBatches:
    """Batches of Chat Completions and of Responses. They carry a token of ours, by which they are found again."""

    path: str = "/v1/batches"
    most_requests: int = 10_000  # the API takes 50,000 and 200 MB

    def written(self, entry: Entry, spoken: Api) -> bytes:
        body = spoken.body(entry.request, entry.seed)
        url = spoken.place(entry.request.model).path
        return api.encode({"custom_id": entry.custom_id, "method": "POST", "url": url, "body": body})

    async def upload(self, wire: Wire, token: str, lines: list[bytes]) -> str | None:
        form = Form(fields={"purpose": "batch"}, name=f"{token}.jsonl", content=b"\n".join(lines) + b"\n")
        answer = await wire.upload("/v1/files", form, token)
        return identifier(api.mapping(answer, "the file").get("id"), "a file's id")

    def creating(self, token: str, lines: list[bytes], file: str | None, endpoint: str) -> bytes:  # noqa: ARG002 - the lines were uploaded
        asked: dict[str, JsonValue] = {"input_file_id": file, "endpoint": endpoint, "completion_window": "24h"}
        return api.encode({**asked, "metadata": {LABEL: token}})

    def created(self, body: JsonValue) -> str:
        return identifier(api.mapping(body, "the batch").get("id"), "a batch's id")

    def found(self, body: JsonValue, sought: Sought) -> str | None:
        for batch in listed(body):
            metadata = batch.get("metadata")
            named = isinstance(metadata, dict) and metadata.get(LABEL) == sought.token
            if named or (sought.file is not None and batch.get("input_file_id") == sought.file):
                return identifier(batch.get("id"), "a batch's id")
        return None

    def state(self, body: JsonValue) -> State:
        batch = api.mapping(body, "the batch")
        status = api.string(batch.get("status"), "status")[: api.MAX_NAME_CHARS]
        if status not in OVER:
            return State(over=False, word=status)
        files = [batch.get(name) for name in ("output_file_id", "error_file_id")]
        places = tuple(f"/v1/files/{identifier(file, 'a file')}/content" for file in files if file)
        return State(
            over=True,
            word=status + _because(batch.get("errors")),
            results=places,
            most_lines=self.most_requests + SURPLUS_LINES,
        )

    def result(self, line: dict[str, JsonValue]) -> Batched | None:
        custom_id, response = line.get("custom_id"), line.get("response")
        if not isinstance(custom_id, str):
            return None
        if not isinstance(response, dict):
            return Batched(custom_id=custom_id, error=said(line, "it has neither an answer nor an error"))
        if response.get("status_code") == 200:
            return Batched(custom_id=custom_id, body=response.get("body") or {})
        return Batched(custom_id=custom_id, error=said(response.get("body"), "it was refused"))


def _because(errors: JsonValue) -> str:
    """Quote the first of the reasons why a batch failed as a whole."""
    found = errors.get("data") if isinstance(errors, dict) else None
    return f" ({said(found[0], 'no reason is given')})" if isinstance(found, list) and found else ""
