from __future__ import annotations

import pytest

from llmgate.diagnose.reading import language

ENGLISH = "You can return it within 14 days of the delivery, and we will refund the price for you."
GERMAN = "Sie können es innerhalb von 14 Tagen nach der Lieferung zurückgeben, und wir erstatten den Preis."
QUESTION = "Wie lange kann ich das nach der Lieferung zurückgeben, wenn es nicht passt?"


@pytest.mark.parametrize(
    ("text", "question", "around", "told"),
    [
        (ENGLISH, QUESTION, ENGLISH, "the answer is in English, the question in German"),
        (GERMAN, QUESTION, ENGLISH, None),
        (GERMAN, "", ENGLISH, "the answer is in German, what it was given in English"),
        (ENGLISH, "", ENGLISH, None),
        ("14 days.", QUESTION, ENGLISH, None),
        (ENGLISH, "", "", None),
    ],
    ids=["another than the question", "the question's", "no question", "the same", "too short", "nothing around"],
)
def test_an_answer_is_held_against_the_question_then_against_what_it_was_given(text, question, around, told):
    assert language.mismatch(text, question, around) == told
