import hashlib

import pytest

from llmgate import blobs
from llmgate.blobs import Blobs
from llmgate.errors import ConfigurationError, Fault, RenderError
from llmgate.media import BlobPart, Modality
from llmgate.message import Message

CAT, DOG = b"cat", b"dog"


def digest(data):
    return hashlib.sha256(data).hexdigest()


def asking(data, path="a.png"):
    part = BlobPart(modality=Modality.IMAGE, mime_type="image/png", path=path, sha256=digest(data))
    return [Message(role="user", parts=(part,))]


def revision(**files):
    """A revision, and what is read of it."""
    content = {name.replace("_", "."): data for name, data in files.items()}
    seen = []

    def read(path):
        seen.append(path)
        return content.get(path)

    return read, seen


def test_a_file_is_read_once_for_all_who_send_it():
    read, seen = revision(a_png=CAT)
    held = Blobs(revisions=(read,))
    assert [held.of(asking(CAT)) for _ in range(3)] == [{digest(CAT): CAT}] * 3
    assert seen == ["a.png"]


def test_the_revision_that_has_the_content_with_the_digest_is_the_one_that_is_meant():
    head, base = revision(a_png=DOG)[0], revision(a_png=CAT)[0]
    held = Blobs(revisions=(head, base))
    assert (held.of(asking(CAT)), held.of(asking(DOG))) == ({digest(CAT): CAT}, {digest(DOG): DOG})


def test_a_file_that_one_revision_has_not_is_taken_from_the_other():
    held = Blobs(revisions=(revision()[0], revision(a_png=CAT)[0]))
    assert held.of(asking(CAT))[digest(CAT)] == CAT


def test_other_content_under_the_path_is_refused_with_its_digest():
    with pytest.raises(RenderError, match=f"'a.png' .*has another sha256 .*: {digest(DOG)}"):
        Blobs(revisions=(revision(a_png=DOG)[0],)).of(asking(CAT))


def test_the_same_content_under_another_path_does_not_stand_in_for_a_file_that_is_gone():
    held = Blobs(revisions=(revision(b_png=CAT)[0],))
    held.of(asking(CAT, "b.png"))
    with pytest.raises(RenderError, match=r"'a\.png' of its messages does not exist"):
        held.of(asking(CAT))


def test_what_cannot_be_read_is_said():
    def read(path):
        raise ConfigurationError(
            [
                Fault(
                    file=path,
                    line=1,
                    message="is a symbolic link, not a regular file",
                    id="not-a-regular-file",
                    remedy="commit it",
                )
            ]
        )

    with pytest.raises(RenderError, match="is a symbolic link"):
        Blobs(revisions=(read, revision()[0])).of(asking(CAT))


def test_a_suite_cannot_have_more_read_than_the_bound_however_often_it_asks():
    large = b"\0" * blobs.MAX_PART_BYTES
    reads = []

    def read(path):
        reads.append(path)
        return large

    held = Blobs(revisions=(read,))
    for number in range(40):
        with pytest.raises(RenderError):
            held.of(asking(CAT, f"{number}.png"))
    assert len(reads) == blobs.MAX_SUITE_BYTES // blobs.MAX_PART_BYTES + 1
    with pytest.raises(RenderError, match="more than 64 MiB"):
        held.of(asking(CAT, "last.png"))


def test_messages_without_files_read_nothing():
    assert Blobs().of([Message(role="user", content="hello")]) == {}
