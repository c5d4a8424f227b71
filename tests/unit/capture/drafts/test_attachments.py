import base64
import hashlib

import pytest

from llmgate.capture.drafts.attachments import MAX_PART_BYTES, Attachments
from llmgate.capture.redacting import Redacting
from llmgate.redaction import Redactor

SECRET = "sk-canary-0123456789abcdefghij"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(64))


def part(data: bytes | str, mime="image/png", modality="image"):
    content = data if isinstance(data, str) else base64.b64encode(data).decode()
    return {"type": "blob", "modality": modality, "mime_type": mime, "content": content}


def taken(*parts, folder="fixtures/blobs"):
    known = Redactor()
    found = Attachments(folder=folder, known=known, redacts=Redacting(known=known))
    (message,) = found.taken_out([{"role": "user", "parts": [{"type": "text", "content": "x"}, *parts]}])
    return found, message["parts"][1:]


def test_bytes_become_a_file_that_the_part_refers_to_by_its_digest():
    found, (kept,) = taken(part(PNG))

    digest = hashlib.sha256(PNG).hexdigest()
    path = f"fixtures/blobs/{digest}.png"
    assert kept == {"type": "blob", "modality": "image", "mime_type": "image/png", "path": path, "sha256": digest}
    assert found.files == {path: PNG}


def test_the_same_bytes_are_one_file():
    found, parts = taken(part(PNG), part(PNG))

    assert (len(found.files), len(parts)) == (1, 2)


def test_text_is_redacted_as_the_fixture_is():
    found, (kept,) = taken(part(b"Mail ada@shop.org, key " + SECRET.encode(), "text/plain", "document"))

    assert found.files == {kept["path"]: b"Mail person-1@example.com, key [secret-1]"}
    assert found.redacts.value("ada@shop.org") == "person-1@example.com"


@pytest.mark.parametrize(
    ("bad", "missing"),
    [
        (part(PNG + SECRET.encode()), "the image: it holds a secret"),
        (part("no base64!"), "the image: its bytes are no base64, or too many"),
        (part(bytes(MAX_PART_BYTES + 1)), "the image: its bytes are no base64, or too many"),
    ],
)
def test_what_cannot_be_kept_is_left_out_and_named(bad, missing):
    found, parts = taken(bad)

    assert (parts, found.files, found.missing) == ([], {}, {missing})


def test_nothing_is_taken_out_where_drafts_are_written_outside_the_repository():
    found, parts = taken(part(PNG), folder=None)

    assert (parts, found.missing) == ([], {"the image: drafts with files are written inside the repository only"})


def test_text_of_any_type_is_redacted():
    found, (kept,) = taken(part(b"Mail ada@shop.org", "application/octet-stream", "document"))

    assert found.files == {kept["path"]: b"Mail person-1@example.com"}


def test_text_that_is_not_utf8_is_left_out():
    found, kept = taken(part(SECRET.encode("utf-16"), "text/plain", "document"))

    assert (kept, found.files, found.missing) == ([], {}, {"the document: it is text that is not UTF-8"})


def test_a_secret_of_two_bytes_a_character_is_found():
    found, kept = taken(part(SECRET.encode("utf-16"), "application/octet-stream", "document"))

    assert (kept, found.files, found.missing) == ([], {}, {"the document: it holds a secret"})
