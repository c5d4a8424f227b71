"""The entry of a service: what it is posted, and with which headers."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from llmgate import documents
from llmgate.config.applications import HttpEntry

DOCS = Path(__file__).parents[3] / "docs" / "applications.md"


def entry(**settings):
    return HttpEntry.model_validate({"kind": "http", "files": ["app/**"], **settings})


@pytest.mark.parametrize(
    "body", [None, "{{ variables.a }}", {"a": ["{{variables.b-c}} and {{ messages.0.content }}"]}, 7]
)
def test_a_body_names_parts_of_the_question(body):
    assert entry(body=body).body == body


@pytest.mark.parametrize("text", ["{{ }}", "{{ a | upper }}", "{{ a", "{{{{ a }}", "{{ 'a' }}", "{{ a.}}", "{{ é }}"])
def test_a_body_with_braces_around_anything_else_is_refused(text):
    with pytest.raises(ValidationError, match=r"stand around a name such as `variables\.question`"):
        entry(body={"a": [text]})


@pytest.mark.parametrize("name", ["Host", "content-length", "Transfer-Encoding", "X-LLMGATE-Token", "traceparent"])
def test_a_header_that_the_gate_or_http_sets_is_refused(name):
    with pytest.raises(ValidationError, match="is set by the gate, or by HTTP itself"):
        entry(headers={name: "x"})


@pytest.mark.parametrize("value", ["a\r\nhost: b", "a\nb", "é", " a", "a\t", "\x00"])
def test_the_value_of_a_header_is_one_line_of_ascii(value):
    with pytest.raises(ValidationError, match="headers"):
        entry(headers={"x-tenant": value})


@pytest.mark.parametrize("path", ["/..", "/../admin", "/a/%2e%2E/admin", "/./a?b=/.."])
def test_a_path_does_not_lead_out_of_the_address_of_the_service(path):
    with pytest.raises(ValidationError, match="goes on from the service's address"):
        entry(path=path)


def test_the_entry_in_the_documentation_has_no_fault():
    text = DOCS.read_text().partition("## The http target")[2].partition("```yaml\n")[2].partition("```")[0]
    read = documents.read("llmgate.yaml", text.encode()).value["targets"]["support"]
    assert HttpEntry.model_validate(read).output == "/choices/0/message/content"
