"""The rule for which judgements are plainly bad, and how one is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmgate.capture import feedback
from llmgate.fixture.provenance import Feedback

JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(), st.lists)


@pytest.mark.parametrize(
    "label", ["incorrect", "Bad", " negative ", "thumbs_down", "thumbs-down", "FAIL", "👎", "false"]
)
def test_a_bad_word_is_negative_whatever_the_score(label):
    assert feedback.negative(1, label) is True


@pytest.mark.parametrize("label", ["correct", "Good", "thumbs_up", "pass", "👍", "True"])
def test_a_good_word_is_not_negative_whatever_the_score(label):
    assert feedback.negative(0, label) is False


@pytest.mark.parametrize(
    ("score", "bad"), [(True, False), (False, True), (1, False), (0, True), (-1, True), (0.0, True)]
)
def test_a_truth_value_or_a_unit_score_is_plain(score, bad):
    assert feedback.negative(score, None) is bad


@pytest.mark.parametrize(("score", "label"), [(0.4, None), (3, None), (None, None), (None, "formal"), (5, "formal")])
def test_a_score_of_an_unknown_scale_tells_nothing(score, label):
    assert feedback.negative(score, label) is None


def test_a_judgement_is_written_with_what_is_there():
    told = feedback.of("helpfulness", score=False, comment="It left out the deadline.")

    assert told == {"name": "helpfulness", "score": 0.0, "comment": "It left out the deadline.", "negative": True}


def test_a_label_that_is_longer_than_labels_are_becomes_the_comment():
    assert feedback.of("note", label="x" * 501) == {"name": "note", "comment": "x" * 501}


@given(JSON, JSON, JSON, JSON)
def test_whatever_a_source_holds_makes_a_judgement_that_a_fixture_takes(name, score, label, comment):
    Feedback.model_validate(feedback.of(name, score=score, label=label, comment=comment))
