"""How a push ended, in a few words that are read again."""

import pytest

from llmgate.report import pushes
from llmgate.report.pushes import PushEntry
from llmgate.verdict import Verdict

HEAD = "a" * 40


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("names", [(), ("a",), ("a", "b/c.d_e-f", "g")])
def test_the_words_of_a_push_are_read_as_they_were_written(verdict, names):
    words = pushes.summary(len(names), names, verdict)
    expected = PushEntry(head=HEAD, verdict=verdict, broken=len(names), fixtures=names)
    assert pushes.read(HEAD, verdict.value, words) == expected


def test_of_many_that_broke_three_are_named():
    assert pushes.summary(5, "abcde", Verdict.REGRESSED) == "5 broke: a, b, c"


def test_words_of_a_store_that_names_nothing_are_read_too():
    read = pushes.read(HEAD, "regressed", "3 broke")
    assert read == PushEntry(head=HEAD, verdict=Verdict.REGRESSED, broken=3)


@pytest.mark.parametrize(("head", "verdict"), [("worktree", "passed"), (HEAD, "approved"), ("", "passed")])
def test_what_cannot_be_a_push_is_not_read(head, verdict):
    assert pushes.read(head, verdict, "passed") is None
