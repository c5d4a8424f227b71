import json

import pytest

from llmgate import calibration, documents, judge
from llmgate.config import ModelEntry
from llmgate.errors import ConfigurationError
from tests.unit.assertions.judges import labelled

JUDGE = ModelEntry(provider="house", model="judge-2026-01-15")


def read(examples):
    return calibration.labels(documents.read("labels.json", json.dumps(examples).encode()))


def examples(passes=30, fails=30):
    return [labelled(number, "pass" if number < passes else "fail") for number in range(passes + fails)]


def stored(labels, *, wrong=0, entry=JUDGE):
    """The verdicts of a judge that is wrong about the first few."""
    other = {"pass": "fail", "fail": "pass"}
    said = [other[label.label] if place < wrong else label.label for place, label in enumerate(labels)]
    return {judge.asked(label.inquiry, entry): word for label, word in zip(labels, said, strict=True)}


def standing(written, *, entry=JUDGE, **changes):
    labels = read(written)
    return calibration.standing(labels, stored(labels, **changes), entry)


def test_a_judge_that_agrees_may_decide():
    found = standing(examples())
    assert (found.refusal, found.agreement.kappa, found.agreement.total) == (None, 1.0, 60)


def test_a_judge_below_the_limit_of_kappa_may_not():
    # 17 of 60 wrong, all of them passes: p_o = 43/60, p_e = (13·30 + 47·30) / 60², kappa = 0.4333
    assert "its kappa with the labels is 0.43, and it takes 0.6" in standing(examples(), wrong=17).refusal


def test_a_judge_at_the_limit_may():
    # 12 of 60 wrong: p_o = 0.8, p_e = 0.5, kappa = 0.6
    assert standing(examples(), wrong=12).refusal is None


def test_49_labels_are_too_few():
    assert standing(examples(25, 24)).refusal == "49 examples are labelled, and it takes 50"


def test_labels_of_one_kind_say_nothing_of_the_other():
    assert "one of the labels is there 4 times" in standing(examples(56, 4)).refusal


@pytest.mark.parametrize("changes", [{"model": "judge-2026-02-15"}, {"params": {"temperature": 1}}])
def test_another_judge_has_no_verdicts(changes):
    other = JUDGE.model_copy(update=changes)
    assert standing(examples(), entry=other).refusal == "60 of 60 examples have no verdict of this judge in this form"


def test_an_example_that_was_edited_has_no_verdict():
    labels = read(examples())
    edited = read([labelled(1_000, "pass"), *examples()[1:]])
    assert "1 of 60 examples have no verdict" in calibration.standing(edited, stored(labels), JUDGE).refusal


def test_an_answer_that_could_not_be_taken_counts_as_the_wrong_one():
    labels = read(examples())
    errors = dict.fromkeys(stored(labels), "error")
    assert calibration.standing(labels, errors, JUDGE).agreement.kappa == -1.0


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ({"a": 1}, "expected a list"),
        ([{"rubric": "A.", "output": "x", "label": "maybe"}], "label"),
        ([{"output": "x", "label": "pass"}], "for factuality a `reference`"),
        ([labelled(1, "pass"), labelled(1, "fail")], "the same example stands in line"),
        ([{**labelled(1, "pass"), "verdict": "pass"}], "verdict"),
    ],
)
def test_faults_of_the_labels_are_told_with_their_line(written, message):
    with pytest.raises(ConfigurationError, match=message) as caught:
        read(written)
    assert caught.value.faults[0].file == "labels.json"


def test_verdicts_are_read_as_they_were_written():
    given = calibration.Verdicts(judge=JUDGE, verdicts={"sha256:b": "fail", "sha256:a": "error"})
    written = calibration.written(given)
    assert calibration.verdicts("v.json", written.encode()) == given
    assert written.index("sha256:a") < written.index("sha256:b")


def test_a_label_without_a_rubric_is_one_of_factuality():
    (label,) = read([{"output": "x", "reference": "y", "label": "pass"}])
    assert (label.inquiry.criterion, label.inquiry.reference) == (calibration.CRITERION, "y")
