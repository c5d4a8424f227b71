"""The synonyms are built out of WordNet's own files: the same files, the same bytes."""

import gzip
import json

import pytest

from scripts import wordnet_synonyms

NOTICE = (
    "  1 This software and database is being provided  \n  2 WordNet 3.0 Copyright 2006 by Princeton University.  \n"
)
FILES = {
    "data.noun": NOTICE
    + "00000001 05 n 03 dog 0 domestic_dog 0 Canis_familiaris 0 001 @ 00000002 n 0000 | a dog\n"
    + "00000002 05 n 02 Eden 0 paradise 0 000 | a garden\n"
    + "00000003 05 n 02 hound 0 dog 1 000 | any dog\n"
    + "00000004 05 n 01 goose 0 000 | a bird\n"
    + "00000005 05 n 01 Rome 0 000 | a town\n",
    "data.verb": NOTICE + "00000001 30 v 02 dog 0 chase 0 01 + 08 00 | after it\n",
    "data.adj": NOTICE + "00000001 00 s 02 awake(p) 0 live(a) 1 000 | not asleep\n",
    "data.adv": NOTICE,
    "noun.exc": "geese goose\nten_geese ten_goose\naxes ax axis\n",
    "verb.exc": "",
    "adj.exc": "better good\n",
    "adv.exc": "",
}


@pytest.fixture
def folder(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_synsets_keep_their_single_words_and_lose_what_tells_nothing_of_synonyms(folder):
    """Neither "dog" alone, which the next synset has, nor "Rome", which is not in lower case; markers are no words."""
    parts = wordnet_synonyms.build(folder)["parts"]
    assert parts["noun"]["synsets"] == ["Eden paradise", "dog hound", "goose"]
    assert parts["verb"]["synsets"] == ["chase dog"]
    assert parts["adj"]["synsets"] == ["awake live"]
    assert parts["adv"]["synsets"] == []


def test_exceptions_are_those_of_single_words_with_all_their_base_forms(folder):
    parts = wordnet_synonyms.build(folder)["parts"]
    assert parts["noun"]["exceptions"] == {"axes": "ax axis", "geese": "goose"}
    assert parts["adj"]["exceptions"] == {"better": "good"}


def test_line_ends_of_windows_change_nothing(folder):
    packed = wordnet_synonyms.packed(wordnet_synonyms.build(folder))
    for name, text in FILES.items():
        (folder / name).write_bytes(text.replace("\n", "\r\n").encode())
    assert wordnet_synonyms.packed(wordnet_synonyms.build(folder)) == packed


def test_another_release_is_refused(folder):
    (folder / "data.noun").write_text(FILES["data.noun"].replace("3.0", "3.1"))
    with pytest.raises(ValueError, match="is not that of WordNet"):
        wordnet_synonyms.build(folder)


def test_the_synonyms_are_written_with_the_notice_in_them_and_beside_them(folder, tmp_path):
    target = tmp_path / "target"
    target.mkdir()
    wordnet_synonyms.main(folder, target)
    notice = "This software and database is being provided\nWordNet 3.0 Copyright 2006 by Princeton University.\n"
    assert (target / "LICENSE").read_text() == notice
    assert json.loads(gzip.decompress((target / "synonyms.json.gz").read_bytes()))["notice"] == notice
