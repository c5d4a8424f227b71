import gzip
import json
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

from llmgate.assertions import wordnet

PRINTED = (Path(__file__).parents[2] / "data" / "wordnet" / "nltk.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("line", PRINTED)
def test_synonyms_are_those_that_nltk_finds(line):
    """tests/data/wordnet/README.md."""
    word, _, found = line.partition(":")
    assert wordnet.synonyms(word) == set(found.split())


def test_most_of_the_words_that_are_compared_have_synonyms():
    assert sum(not line.endswith(":") for line in PRINTED) > 100


@pytest.mark.parametrize("word", ["", "new_york", "_", "\ud800", "x" * 100_000])
def test_what_is_no_word_of_wordnet_has_no_synonyms(word):
    assert wordnet.synonyms(word) == frozenset()


def test_the_notice_of_wordnet_stands_in_its_data_and_beside_it():
    folder = resources.files(wordnet)
    notice = folder.joinpath("LICENSE").read_text(encoding="ascii")
    assert "WordNet 3.0 Copyright 2006 by Princeton University." in notice
    assert json.loads(gzip.decompress(folder.joinpath(wordnet.FILE).read_bytes()))["notice"] == notice


def test_the_data_is_small_and_read_only_when_a_synonym_is_asked_for():
    program = (
        "from llmgate.assertions import KINDS, wordnet; print(len(KINDS) > 0, wordnet._parts.cache_info().currsize)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "True 0\n"
    assert len(resources.files(wordnet).joinpath(wordnet.FILE).read_bytes()) < 500_000
