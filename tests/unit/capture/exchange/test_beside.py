import pytest

from llmgate.capture.exchange import beside

SECOND = 1_000_000_000


@pytest.mark.parametrize(
    ("value", "nanoseconds"),
    [
        (1791018764, 1791018764 * SECOND),
        (1791018764.25, 1791018764 * SECOND + SECOND // 4),
        (1791018764250, 1791018764 * SECOND + SECOND // 4),
        (1791018764250000, 1791018764 * SECOND + SECOND // 4),
        (1791018764250000000, 1791018764 * SECOND + SECOND // 4),
        ("2026-10-03T09:12:44.250Z", 1791018764 * SECOND + SECOND // 4),
        ("2026-10-03T11:12:44.250+02:00", 1791018764 * SECOND + SECOND // 4),
        ("2026-10-03 09:12:44.250", 1791018764 * SECOND + SECOND // 4),
        ("1900-01-01", 0),
        ("yesterday", 0),
        (10**30, 0),
        (-5, 0),
        (True, 0),
        (None, 0),
    ],
)
def test_times_are_read_in_any_unit(value, nanoseconds):
    assert beside.started({"timestamp": value}, None) == nanoseconds


def test_the_answers_own_time_stands_in_where_the_log_has_none():
    assert beside.started({}, {"created": 5}) == 5 * SECOND
    assert beside.started({"created_at": 7}, {"created": 5}) == 7 * SECOND


@pytest.mark.parametrize(
    ("line", "judged"),
    [
        ({"feedback": False}, {"name": "feedback", "score": 0.0, "negative": True}),
        ({"thumbs": "down"}, {"name": "thumbs", "label": "down", "negative": True}),
        ({"rating": 4}, {"name": "rating", "score": 4.0}),
        (
            {"feedback": {"key": "correct", "value": "incorrect", "comment": "No."}},
            {"name": "correct", "label": "incorrect", "comment": "No.", "negative": True},
        ),
        (
            {"user_feedback": {"rating": True, "reason": "Kind."}},
            {"name": "user_feedback", "score": 1.0, "comment": "Kind.", "negative": False},
        ),
    ],
)
def test_judgements_are_read_in_the_forms_that_teams_log(line, judged):
    assert beside.feedback(line) == (judged,)


@pytest.mark.parametrize("value", [None, {}, [], {"x": 1}, "", [[]]])
def test_what_judges_nothing_is_no_judgement(value):
    assert beside.feedback({"feedback": value}) == ()


def test_the_right_answer_may_stand_in_the_judgement():
    assert beside.expected({"feedback": {"score": 0, "correction": "Blue."}}) == "Blue."
    assert beside.expected({"expected": {"content": [{"type": "text", "text": "Blue."}]}}) == "Blue."
    assert beside.expected({"expected": {"role": "bird"}}) is None


def test_a_template_is_told_in_one_object_or_in_keys_of_its_own():
    assert beside.prompt({"prompt": {"id": "p", "version": 2, "template": "Hi {name}"}}) == {
        "name": "p",
        "version": "2",
        "template": "Hi {name}",
    }
    assert beside.prompt({"prompt_name": "p", "prompt_version": "a1"}) == {"name": "p", "version": "a1"}
    assert beside.variables({"prompt_variables": '{"name": "Ada"}'}) == {"name": "Ada"}
