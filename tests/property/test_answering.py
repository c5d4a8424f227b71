"""What a judge may say, at random: only its whole, well-formed answer to this very question is a verdict."""

import json

from hypothesis import given
from hypothesis import strategies as st

from llmgate.assertions import answering
from llmgate.errors import CannotJudge
from tests.unit.assertions.judges import INQUIRY, answer, ruling

pieces = st.sampled_from(
    [
        answer(INQUIRY),
        answer(INQUIRY, verdict="fail"),
        INQUIRY.id,
        "{",
        "}",
        '"verdict"',
        ": ",
        '"pass"',
        ",",
        "```",
        "\n",
    ]
)
texts = st.text() | st.lists(pieces, max_size=6).map("".join)
values = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from(["pass", "fail", INQUIRY.id])
)
objects = st.dictionaries(st.sampled_from(["id", "quote", "reason", "verdict", "x"]), values)


def said(text):
    try:
        return answering.judged(ruling(text), INQUIRY)
    except CannotJudge:
        return None


@given(texts)
def test_a_text_is_a_verdict_only_if_it_is_the_answer_alone(text):
    """Nothing but the answer, with at most one fence around it, is taken, and it means what it says."""
    if (judged := said(text)) is not None:
        alone = text.strip().removeprefix("```").removesuffix("```").strip()
        assert judged.passed is (json.loads(alone)["verdict"] == "pass")


@given(objects)
def test_an_object_is_a_verdict_only_if_all_of_it_holds(written):
    """The keys, the id, the kind of each value and the quote must all be right."""
    judged = said(json.dumps(written))
    holds = (
        set(written) == {"id", "quote", "reason", "verdict"}
        and written["id"] == INQUIRY.id
        and isinstance(written["reason"], str)
        and isinstance(written["quote"], str)
        and " ".join(written["quote"].split()) in " ".join(INQUIRY.output.split())
        and written["quote"].strip()
        and written["verdict"] in ("pass", "fail")
    )
    assert (judged is not None) == bool(holds)


@given(st.sampled_from(["pass", "fail"]), st.integers(0, 31), st.integers(1, 31), st.text(max_size=50))
def test_whatever_passage_is_quoted_and_whatever_the_reason_the_verdict_is_read(verdict, start, length, reason):
    """Any passage of the output will do as a quote, as long as it is not blank."""
    quote = INQUIRY.output[start : start + length]
    judged = said(answer(INQUIRY, quote=quote, reason=reason, verdict=verdict))
    assert (judged is None) == (not quote.strip())
    assert judged is None or judged.passed is (verdict == "pass")
