from llmgate.assertions import judgement


def test_hostile_text_is_one_short_line():
    shown = judgement.quoted("a\x1b[31m\nb\u202ec" + "x" * 1_000)
    assert shown.startswith('"a\ufffd[31m\ufffdb\ufffdc')
    assert shown.endswith('x…"')
    assert len(shown) == judgement.MAX_QUOTE_CHARS + 2


def test_a_list_shows_the_first_few():
    assert judgement.listed(["a", "b"]) == '"a", "b"'
    assert judgement.listed([]) == "nothing"
    assert judgement.listed("abcdefg") == '"a", "b", "c", "d", "e" and 2 more'


def test_half_a_surrogate_pair_is_not_passed_on():
    assert judgement.quoted("\ud800") == '"\ufffd"'
