import pytest
from pydantic import ValidationError

from llmgate import documents, fixture
from llmgate.media import BlobPart, Modality, UriPart
from llmgate.message import Message

DIGEST = "0" * 64
BLOB = {"type": "blob", "modality": "image", "mime_type": "image/png", "path": "shots/a.png", "sha256": DIGEST}
URI = {"type": "uri", "modality": "image", "uri": "https://cdn.example.com/a.png?size=2"}


def said(*parts, role="user"):
    return Message.model_validate({"role": role, "parts": list(parts)})


def test_parts_keep_their_order_and_text_is_that_of_the_texts_alone():
    message = said({"type": "text", "content": "Look: "}, BLOB, {"type": "text", "content": "and"}, URI)
    assert [part.type for part in message.parts] == ["text", "blob", "text", "uri"]
    assert message.text == "Look: and"
    assert message.blobs == (BlobPart.model_validate(BLOB),)


def test_a_part_is_read_back_as_it_is_written_out():
    message = said(BLOB, URI)
    assert Message.model_validate_json(message.model_dump_json()) == message


@pytest.mark.parametrize("role", ["system", "developer", "assistant"])
@pytest.mark.parametrize("part", [BLOB, URI])
def test_only_the_user_and_tools_show_things(role, part):
    with pytest.raises(ValidationError, match="files and addresses stand in messages of the user or of a tool"):
        said(part, role=role)


@pytest.mark.parametrize("role", ["user", "tool"])
def test_users_and_tools_do(role):
    assert said(BLOB, role=role).blobs


@pytest.mark.parametrize(
    "path",
    ["", "/etc/passwd", "../secret", "a/../../b", "a//b", "./a", "a/.", "a\\b", "a\nb", "a\0b", "\u202ea", "x" * 301],
)
def test_a_path_that_is_not_plainly_within_the_repository_is_refused(path):
    with pytest.raises(ValidationError):
        said({**BLOB, "path": path})


@pytest.mark.parametrize(
    "uri",
    [
        "http://example.com/a.png",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "https://user:secret@example.com/a",
        "https://127.0.0.1/a",
        "https://[::1]/a",
        "https://localhost/a",
        "https://169.254.169.254/latest",
        "https://2130706433/a",
        "https://example.com\\@evil.com/",
        "https://example.com/a b",
        "https://example.com/\n",
        "https://example.com/ü",
        "HTTPS://example.com/",
        "https://example.com/" + "x" * 2_000,
        "",
    ],
)
def test_an_address_that_is_not_plainly_public_and_https_is_refused(uri):
    with pytest.raises(ValidationError):
        said({**URI, "uri": uri})


@pytest.mark.parametrize(
    "wrong",
    [
        {"sha256": "abc"},
        {"sha256": DIGEST.replace("0", "A")},
        {"sha256": f"sha256:{DIGEST}"},
        {"mime_type": "png"},
        {"mime_type": "image/png; charset=x"},
        {"mime_type": "audio/wav"},
        {"modality": "sculpture"},
        {"data": "AAAA"},
    ],
)
def test_a_file_with_anything_wrong_or_unknown_is_refused(wrong):
    with pytest.raises(ValidationError):
        said({**BLOB, **wrong})


def test_a_document_may_be_of_any_type():
    assert said({**BLOB, "modality": "document", "mime_type": "application/pdf"}).blobs[0].modality is Modality.DOCUMENT


def test_an_address_says_only_what_is_known():
    assert UriPart.model_validate(URI).mime_type is None


def test_a_fault_in_a_part_has_the_line_of_its_key():
    text = """id: a
target: t
input:
  messages:
    - role: user
      parts:
        - type: blob
          modality: image
          mime_type: image/png
          path: ../a.png
          sha256: nothing
assert: [{type: contains, value: x}]
"""
    _, faults = fixture.parse(documents.read("f.yaml", text.encode()))
    assert [(fault.line, "path" in fault.message or "sha256" in fault.message) for fault in faults] == [
        (10, True),
        (11, True),
    ]
