"""The contents of a request to Gemini → messages in GenAI's parts, results of calls in messages of their own."""

from __future__ import annotations

from collections import defaultdict, deque

from pydantic import JsonValue

from llmgate.capture.exchange.gemini.names import field, listed
from llmgate.capture.messages.parts import REASONING
from llmgate.capture.span import Unfit

Object = dict[str, JsonValue]

UNREAD = "a part of a kind that is not read"

_ROLES = {"model": "assistant", "user": "user", "function": "user"}
_HOSTED = ("executableCode", "codeExecutionResult")


class Turns:
    """Reads contents in their order. Results name their function; where calls have no ids, that pairs them."""

    def __init__(self) -> None:
        self.missing: set[str] = set()
        self.depends_on: set[str] = set()
        self._waiting: defaultdict[str, deque[str]] = defaultdict(deque)
        self._calls = 0

    def read(self, contents: JsonValue) -> list[JsonValue]:
        """Read all contents.

        Raises:
            Unfit: where one is no object, or its role is none of the API's.
        """
        return [turn for content in listed(contents) for turn in self._turns(content)]

    def _turns(self, content: JsonValue) -> list[JsonValue]:
        if not isinstance(content, dict):
            raise Unfit("an entry of `contents` is no object")
        role = _ROLES.get(str(content.get("role") or "user"))
        if role is None:
            raise Unfit("an entry of `contents` has a role that the API does not know")
        parts = [told for part in listed(content.get("parts")) if (told := self._part(part)) is not None]
        results: list[JsonValue] = [part for part in parts if part["type"] == "tool_call_response"]
        others: list[JsonValue] = [part for part in parts if part["type"] != "tool_call_response"]
        said: tuple[tuple[str, list[JsonValue]], ...] = (("tool", results), (role, others))
        return [{"role": speaker, "parts": told} for speaker, told in said if told]

    def _part(self, part: JsonValue) -> Object | None:
        if not isinstance(part, dict):
            self.missing.add(UNREAD)
        elif part.get("thought") is True:
            self.missing.add(REASONING)
        elif isinstance(call := field(part, "functionCall"), dict):
            return self._call(call)
        elif isinstance(result := field(part, "functionResponse"), dict):
            return self._result(result)
        elif isinstance(part.get("text"), str):
            return {"type": "text", "text": part["text"]}
        elif (file := _file(part)) is not None:
            return file
        else:
            self._note(part)
        return None

    def _call(self, call: Object) -> Object:
        name, known = str(call.get("name") or ""), call.get("id")
        if not isinstance(known, str) or not known:
            self._calls += 1
            known = f"call_{self._calls}"
        self._waiting[name].append(known)
        return {"type": "tool_call", "id": known, "name": name, "arguments": call.get("args") or {}}

    def _result(self, result: Object) -> Object:
        waiting, known = self._waiting[str(result.get("name") or "")], result.get("id")
        if not known and waiting:
            known = waiting.popleft()
        return {"type": "tool_call_response", "id": known, "response": result.get("response")}

    def _note(self, part: Object) -> None:
        hosted = [name for name in _HOSTED if field(part, name) is not None]
        self.depends_on |= {f"the provider's own tool ({name})" for name in hosted}
        self.missing |= set() if hosted else {UNREAD}


def _file(part: Object) -> Object | None:
    if isinstance(data := field(part, "inlineData"), dict):
        return {"type": "blob", "mime_type": field(data, "mimeType"), "data": data.get("data")}
    if isinstance(file := field(part, "fileData"), dict):
        return {"type": "uri", "mime_type": field(file, "mimeType"), "uri": field(file, "fileUri")}
    return None
