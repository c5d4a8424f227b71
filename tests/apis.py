"""What the loopback model server reads and writes in each API that is not Chat Completions or Messages."""

import json
import re
from typing import Any
from urllib.parse import unquote

_BY_PATH = {
    "/responses": "openai-responses",
    ":generateContent": "gemini",
    ":rawPredict": "anthropic-messages",
    "/messages": "anthropic-messages",
    "/converse": "bedrock",
    "/v2/chat": "cohere",
    "/api/chat": "ollama",
}


def of(path: str) -> str:
    return next((name for end, name in _BY_PATH.items() if path.endswith(end)), "openai-chat")


def model(path: str, body: Any) -> str:
    """The model that is asked for: in the body, else in the path."""
    if "model" in body:
        return body["model"]
    if (found := re.search("/model/([^/]+)/converse", path)) is not None:
        return unquote(found[1])
    return unquote(re.search(r"/(?:models|deployments)/([^/]+?)(?::(?:generateContent|rawPredict))?(?:/|$)", path)[1])


def turns(name: str, body: Any) -> list[tuple[str, str]]:
    """Each turn's role and text."""
    match name:
        case "openai-responses":
            return [
                (item.get("role", item.get("type")), text(item.get("content", item.get("output", ""))))
                for item in body["input"]
            ]
        case "gemini":
            system = [("system", text(body.get("systemInstruction", {}).get("parts", "")))]
            return system + [(turn["role"], text(turn["parts"])) for turn in body["contents"]]
        case _:
            system = [("system", text(body["system"]))] if "system" in body else []
            return system + [(turn["role"], text(turn.get("content", ""))) for turn in body["messages"]]


def text(content: Any) -> str:
    if isinstance(content, list):
        return "".join(text(part.get("text", part.get("content", ""))) for part in content)
    return content or ""


def responses(asked: Any, said: Any, number: int, tokens: tuple[int, int]) -> dict[str, Any]:
    logprobs = [{"token": "x", "logprob": value, "bytes": [], "top_logprobs": []} for value in said.logprobs or ()]
    block = {"type": "output_text", "text": said.text, "annotations": [], "logprobs": logprobs}
    message = {"type": "message", "id": f"msg_{number}", "role": "assistant", "status": "completed", "content": [block]}
    calls = [
        {
            "type": "function_call",
            "id": f"fc_{number}_{at}",
            "call_id": f"call_{number}_{at}",
            "name": name,
            "arguments": given if isinstance(given, str) else json.dumps(given),
            "status": "completed",
        }
        for at, (name, given) in enumerate(said.calls)
    ]
    cut = {"length": "max_output_tokens", "content_filter": "content_filter"}.get(said.reason)
    return {
        "id": f"resp_{number}",
        "object": "response",
        "status": "incomplete" if cut else "completed",
        "incomplete_details": {"reason": cut} if cut else None,
        "error": None,
        "model": said.model or asked.model,
        "output": [*([message] if said.text or not said.calls else []), *calls],
        "usage": {
            "input_tokens": tokens[0],
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": tokens[1],
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": sum(tokens),
        },
    }


_GEMINI_REASONS = {"stop": "STOP", "tool_calls": "STOP", "length": "MAX_TOKENS", "content_filter": "SAFETY"}


def gemini(asked: Any, said: Any, number: int, tokens: tuple[int, int]) -> dict[str, Any]:
    parts: list[dict[str, Any]] = [{"text": said.text}] if said.text else []
    parts += [{"functionCall": {"name": name, "args": given}} for name, given in said.calls]
    candidate = {
        "index": 0,
        "content": {"role": "model", "parts": parts},
        "finishReason": _GEMINI_REASONS.get(said.reason, said.reason),
    }
    if said.logprobs:
        chosen = [{"token": "x", "logProbability": value} for value in said.logprobs]
        candidate["logprobsResult"] = {"chosenCandidates": chosen}
    return {
        "candidates": [candidate],
        "modelVersion": said.model or asked.model,
        "responseId": f"r{number}",
        "usageMetadata": {
            "promptTokenCount": tokens[0],
            "candidatesTokenCount": tokens[1],
            "totalTokenCount": sum(tokens),
        },
    }


_BEDROCK_REASONS = {"stop": "end_turn", "length": "max_tokens", "tool_calls": "tool_use"}


def bedrock(_asked: Any, said: Any, number: int, tokens: tuple[int, int]) -> dict[str, Any]:
    blocks: list[dict[str, Any]] = [{"text": said.text}] if said.text else []
    blocks += [
        {"toolUse": {"toolUseId": f"tooluse_{number}_{at}", "name": name, "input": given}}
        for at, (name, given) in enumerate(said.calls)
    ]
    return {
        "output": {"message": {"role": "assistant", "content": blocks}},
        "stopReason": _BEDROCK_REASONS.get(said.reason, said.reason),
        "usage": {"inputTokens": tokens[0], "outputTokens": tokens[1], "totalTokens": sum(tokens)},
        "metrics": {"latencyMs": 1},
    }


_COHERE_REASONS = {"stop": "COMPLETE", "length": "MAX_TOKENS", "tool_calls": "TOOL_CALL", "content_filter": "ERROR"}


def cohere(_asked: Any, said: Any, number: int, tokens: tuple[int, int]) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": [{"type": "text", "text": said.text}]}
    if said.calls:
        message["tool_calls"] = [
            {
                "id": f"{name}_{number}_{at}",
                "type": "function",
                "function": {"name": name, "arguments": json.dumps(given)},
            }
            for at, (name, given) in enumerate(said.calls)
        ]
    counted = {"input_tokens": float(tokens[0]), "output_tokens": float(tokens[1])}
    answer = {
        "id": f"c{number}",
        "finish_reason": _COHERE_REASONS.get(said.reason, said.reason),
        "message": message,
        "usage": {"billed_units": counted, "tokens": counted},
    }
    if said.logprobs:
        answer["logprobs"] = [{"text": "x", "token_ids": [1], "logprobs": [value]} for value in said.logprobs]
    return answer


def ollama(asked: Any, said: Any, _number: int, tokens: tuple[int, int]) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": said.text}
    if said.calls:
        message["tool_calls"] = [{"function": {"name": name, "arguments": given}} for name, given in said.calls]
    answer = {
        "model": said.model or asked.model,
        "created_at": "2026-11-26T00:00:00Z",
        "message": message,
        "done": True,
        "done_reason": "stop" if said.reason == "tool_calls" else said.reason,
        "prompt_eval_count": tokens[0],
        "eval_count": tokens[1],
    }
    if said.logprobs:
        answer["logprobs"] = [{"token": "x", "logprob": value} for value in said.logprobs]
    return answer


WRITERS = {"openai-responses": responses, "gemini": gemini, "bedrock": bedrock, "cohere": cohere, "ollama": ollama}
