import hashlib
import json

import pytest

from llmgate.errors import UsageError
from llmgate.retrieval import manifest as manifests
from llmgate.retrieval.manifest import Difference, difference, merkle_root
from tests.unit.retrieval.indexes import manifest, row, sha256


def test_the_manifest_is_a_header_and_a_line_for_each_chunk_in_order():
    lines = [json.loads(line) for line in manifest(row("b#1"), row("a#1", "Hallo")).lines()]
    assert lines[0]["schema"] == "llmgate.index/1"
    assert lines[1] == {"id": "a#1", "document": "a", "sha256": sha256("Hallo"), "chars": 5}
    assert [line["id"] for line in lines[1:]] == ["a#1", "b#1"]


def test_the_digest_is_that_of_the_lines():
    made = manifest(row("a#1"))
    text = "".join(f"{line}\n" for line in made.lines())
    assert made.digest == f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def test_the_order_in_which_chunks_come_changes_nothing():
    rows = [row("a#1"), row("a#2", "x"), row("b#1")]
    assert manifest(*rows).digest == manifest(*rows[::-1]).digest


@pytest.mark.parametrize(
    "other",
    [manifest(row("a#1", "another")), manifest(row("a#2")), manifest(), manifest(row("a#1"), metric="cosine")],
    ids=["text", "id", "nothing", "header"],
)
def test_whatever_differs_gives_another_digest(other):
    assert other.digest != manifest(row("a#1")).digest


@pytest.mark.parametrize("name", ["a#1", "a\ud800"])
def test_an_id_that_comes_twice_or_is_no_text_is_refused_by_name(name):
    with pytest.raises(UsageError, match="the id '"):
        manifest(row(name), row(name, document="b"))


def test_the_root_is_that_of_rfc_6962():
    """Roots of 0 to 8 leaves, as certificate-transparency's own tests have them (merkle_tree_test.cc)."""
    hexes = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    leaves = [bytes.fromhex(each) for each in hexes]
    assert merkle_root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert merkle_root(leaves[:1]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert merkle_root(leaves[:3]).hex() == "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"
    assert merkle_root(leaves).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def test_a_difference_names_the_documents_that_were_added_removed_changed_and_moved():
    before = manifest(row("same#1"), row("edited#1", "old"), row("gone#1", "gone"), row("old#1", "moved"))
    after = manifest(row("same#1"), row("edited#1", "new"), row("come#1", "come"), row("new#1", "moved"))
    assert difference(before.roots, after.roots) == Difference(
        added=("come",), removed=("gone",), changed=("edited",), moved=(("old", "new"),)
    )


def test_of_two_copies_that_move_each_has_its_own_new_place():
    before = manifest(row("a#1", "same"), row("b#1", "same"))
    after = manifest(row("c#1", "same"), row("d#1", "same"))
    assert difference(before.roots, after.roots).moved == (("a", "c"), ("b", "d"))


def test_a_copy_is_added_and_not_moved():
    assert difference(manifest(row("a#1")).roots, manifest(row("a#1"), row("b#1")).roots) == Difference(added=("b",))


def test_a_chunk_under_another_number_changes_its_document():
    assert difference(manifest(row("a#1")).roots, manifest(row("a#2")).roots).changed == ("a",)


def test_what_was_written_is_read_back():
    made = manifest(row("a#1", "ü"), row("b#1"), embedding={"model": "e-1", "dimension": 3})
    data = "".join(f"{line}\n" for line in made.lines()).encode()
    assert manifests.read("m.jsonl", data).digest == made.digest


@pytest.mark.parametrize(
    ("data", "line"),
    [(b"", 1), (b"{}\n", 1), (b"[", 1), ("\n".join([*manifest().lines(), '{"id": 3}']).encode(), 2)],
)
def test_what_is_no_manifest_is_refused_at_its_line(data, line):
    with pytest.raises(UsageError, match=f"m.jsonl:{line}: not a line of an index manifest"):
        manifests.read("m.jsonl", data)
