"""An exchange → what of it GitHub's OpenAPI description forbids; and the least body that it allows."""

import json
from functools import cache
from pathlib import Path

from openapi_core import OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse

DESCRIPTION = Path(__file__).with_name("github.json")
HOST = "https://api.github.com"
_FORMATS = {"date-time": "2026-11-22T12:00:00Z", "uri": "https://github.com/x", "email": "x@example.org"}


class Contract:
    """The vendored slice of the description. Statuses that it does not list (5xx, 429) are taken as they are."""

    def __init__(self):
        self.document, self._api = _loaded()

    def of_request(self, method, path, *, query, body):
        try:
            self._api.validate_request(_request(method, path, query=query, body=body))
        except OpenAPIError as violation:
            return [f"request {method} {path}: {_words(violation)}"]
        return []

    def of_response(self, method, path, *, status, body):
        if not self._lists(method, path, status):
            return []
        request = _request(method, path, query={}, body=b"")
        response = MockResponse(self._known(body), status_code=status, content_type="application/json")
        try:
            self._api.validate_response(request, response)
        except OpenAPIError as violation:
            return [f"response {status} to {method} {path}: {_words(violation)}"]
        return []

    def _known(self, body):
        """Fill in two nulls that GitHub gives and its description does not know: forks and accounts that are gone."""
        value = json.loads(body) if body else None
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict) and "head" in each and each["head"]["repo"] is None:
                each["head"]["repo"] = each["base"]["repo"]
        for each in value if isinstance(value, list) else ():
            if "event" in each and each["actor"] is None:
                each["actor"] = self.sample("simple-user")
        return json.dumps(value).encode() if body else body

    def sample(self, name):
        """The least value that the named schema allows."""
        return _sample({"$ref": f"#/components/schemas/{name}"}, self.document)

    def _lists(self, method, path, status):
        for template, verbs in self.document["paths"].items():
            if _matches(template, path) and method.lower() in verbs:
                return str(status) in verbs[method.lower()]["responses"]
        return False


@cache
def _loaded():
    document = json.loads(DESCRIPTION.read_text())
    return document, OpenAPI.from_dict(document)


def _request(method, path, *, query, body):
    return MockRequest(
        HOST, method.lower(), path, args=query, data=body or None, content_type="application/json" if body else ""
    )


def _words(violation):
    cause = getattr(violation, "__cause__", None)
    return f"{violation} {cause or ''}"


def _matches(template, path):
    wanted, given = template.split("/"), path.split("/")
    return len(wanted) == len(given) and all(
        one.startswith("{") or one == other for one, other in zip(wanted, given, strict=True)
    )


def _sample(schema, document):
    if "$ref" in schema:
        family, name = schema["$ref"].split("/")[2:]
        return _sample(document["components"][family][name], document)
    if schema.get("nullable"):
        return None
    for choice in ("oneOf", "anyOf"):
        if choice in schema:
            return _sample(schema[choice][0], document)
    if "allOf" in schema:
        return {key: value for part in schema["allOf"] for key, value in _sample(part, document).items()}
    return schema["enum"][0] if "enum" in schema else _typed(schema, document)


def _typed(schema, document):
    match schema.get("type", "object"):
        case "object":
            known = schema.get("properties", {})
            return {name: _sample(known.get(name, {}), document) for name in schema.get("required", [])}
        case "array":
            return []
        case "string":
            return _FORMATS.get(schema.get("format"), "x")
        case "boolean":
            return False
        case _:
            return 1
