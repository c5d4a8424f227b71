"""Which texts of settings read like sentences."""

import pytest

from llmgate.prompts import prose


@pytest.mark.parametrize(
    "text",
    [
        "Answer in two sentences.",
        "Select the best answer from the list.",
        "请用简短的句子回答问题",
        "make the text shorter",
    ],
)
def test_sentences_are_prose(text):
    assert prose.is_prose(text, 4)


@pytest.mark.parametrize(
    "text",
    [
        "Yes please",
        "SELECT name FROM people WHERE age",
        "<div>Hello to all of you</div>",
        "^(get|list) all of the users$",
        "folder/of_the/first-one.md",
        "./folder of the first one",
        "docker run all of the tests",
        "12 34 (56) {78} [9] a b !! -- ++ == one two six ten && || ?? ## 00 11 22",
        "#!/bin/sh print all of it",
    ],
)
def test_markup_queries_commands_and_paths_are_none(text):
    assert not prose.is_prose(text, 4)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Your name: ", True),
        ("Delete the file? [y/N]", True),
        ("user at host > ", True),
        ("Type a message…", True),
        ("Answer the question.", False),
        ("Who are you?\nSay it.", False),
    ],
)
def test_a_short_line_that_asks_a_person_is_a_label(text, label):
    assert prose.is_label(text) is label


@pytest.mark.parametrize(
    ("text", "long"),
    [("Be kind.", False), ("Be kind. Be brief.", True), ("Be kind to {name}", True), ("Be kind\nBe brief", True)],
)
def test_more_than_a_sentence_is_long(text, long):
    assert prose.is_long(text) is long
