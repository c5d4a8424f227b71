"""What an author is shown after a save, and what it costs."""

import sqlite3

import pytest

from llmgate.errors import CallLost, ConfigurationError, NotEvaluated
from llmgate.gate import watching
from llmgate.gate.watching import Session
from llmgate.trial import Outcome
from tests.unit.sampling import fakes

BETTER = {"prompts/p.md": "Answer better: {{ question }}\n"}
BEST = {"prompts/p.md": "Answer best: {{ question }}\n"}
PASSED, FAILED, ERROR = Outcome.PASSED, Outcome.FAILED, Outcome.ERROR


def worse(*words):
    """A model that answers badly where the prompt has one of these words."""
    return fakes.FakeClient(
        answer=lambda asked: fakes.BAD if any(word in asked.text for word in words) else fakes.GOOD, cost_usd=0.01
    )


class Author:
    """Somebody who saves files, and looks each time."""

    def __init__(self, folder, client=None, base=None):
        self.base = base or fakes.files()
        self.store, self.client = folder / "store.sqlite", client or worse("better")
        self.session = Session(name="watch:1")

    def save(self, edits, **asked):
        head = fakes.changed(self.base, edits)
        history = fakes.FakeHistory({"base": self.base, "head": head})
        outside = fakes.outside(self.store, self.client)
        return watching.look(history, fakes.question(**asked), outside, self.session)


@pytest.fixture
def author(tmp_path):
    return Author(tmp_path)


def outcomes(look):
    return {row.fixture: (row.before and row.before.outcome, row.after.outcome) for row in look.rows}


def test_nothing_is_asked_while_the_worktree_sends_what_the_base_sends(author):
    look = author.save({"README.md": "read me"})
    assert (look.rows, look.unaffected, author.client.asked) == ([], 3, [])


def test_a_prompt_edit_asks_each_fixture_once_on_both_sides(author):
    look = author.save(BETTER)
    assert outcomes(look) == dict.fromkeys("abc", (PASSED, FAILED))
    assert all(row.is_of_base for row in look.rows)
    assert len(author.client.asked) == 6


def test_the_next_save_is_held_against_the_last_and_not_the_base(author):
    author.save(BETTER)
    look = author.save(BEST)
    assert outcomes(look) == dict.fromkeys("abc", (FAILED, PASSED))
    assert not any(row.is_of_base for row in look.rows)
    assert len(author.client.asked) == 9


def test_a_request_that_was_seen_in_the_session_is_not_paid_for_again_and_said_to_be(author):
    author.save(BETTER)
    author.save(BEST)
    look = author.save(BETTER)
    assert outcomes(look) == dict.fromkeys("abc", (PASSED, FAILED))
    assert all(row.is_reused for row in look.rows)
    assert outcomes(author.save({})) == dict.fromkeys("abc", (FAILED, PASSED))
    assert (len(author.client.asked), look.spent.calls, look.spent.reused) == (9, 0, 3)


def test_an_edited_fixture_is_asked_and_another_is_not(author):
    edited = fakes.case("b").replace("case b?", "case b, really?")
    look = author.save({"fixtures/b.yaml": edited})
    assert ({row.fixture for row in look.rows}, look.unaffected) == ({"b"}, 2)


def test_an_edited_assertion_judges_the_answer_that_is_there(author):
    author.save(BEST)
    strict = fakes.case("b").replace("value: good", "value: never")
    look = author.save({**BEST, "fixtures/b.yaml": strict})
    assert outcomes(look) == {"b": (PASSED, FAILED)}
    assert (look.spent.calls, look.rows[0].is_reused) == (0, True)


def test_what_failed_is_looked_at_again_and_what_passed_is_not(author):
    author.client = worse("better: case b?")
    author.save(BETTER)
    look = author.save({**BETTER, "README.md": "read me"})
    assert outcomes(look) == {"b": (FAILED, FAILED)}
    assert look.rows[0].is_as_before


def test_a_call_without_an_answer_is_made_again(author):
    author.client = fakes.FakeClient(answer=lambda _: CallLost("down", id="provider-unreachable"))
    assert outcomes(author.save(BETTER)) == dict.fromkeys("abc", (ERROR, ERROR))
    author.client = worse()
    assert outcomes(author.save(BETTER)) == dict.fromkeys("abc", (ERROR, PASSED))


def test_a_new_fixture_has_nothing_before_it(author):
    look = author.save({"fixtures/d.yaml": fakes.case("d")})
    assert outcomes(look) == {"d": (None, PASSED)}


def test_a_named_fixture_is_looked_at_though_nothing_changed(author):
    look = author.save({}, only=("b",))
    assert outcomes(look) == {"b": (None, PASSED)}


def test_a_fixture_counts_as_its_author_saved_it_though_it_asks_less(author):
    look = author.save({**BETTER, "fixtures/b.yaml": fakes.case("b").replace("value: good", "value: bad")})
    assert outcomes(look) == {"a": (PASSED, FAILED), "b": (FAILED, PASSED), "c": (PASSED, FAILED)}


def test_faults_of_the_worktree_are_raised_with_their_places_and_cost_nothing(author):
    with pytest.raises(ConfigurationError) as raised:
        author.save({**BETTER, "fixtures/b.yaml": "id: b\nbad: [\n"})
    assert {fault.file for fault in raised.value.faults} == {"fixtures/b.yaml"}
    assert author.client.asked == []
    assert outcomes(author.save(BETTER)) == dict.fromkeys("abc", (PASSED, FAILED))


def test_without_a_policy_on_the_base_nothing_is_sent(tmp_path):
    base = {name: text for name, text in fakes.files().items() if name != "llmgate.yaml"}
    author = Author(tmp_path, base=base)
    with pytest.raises(NotEvaluated):
        author.save(BETTER)


def test_the_budget_holds_over_the_session_until_it_is_granted_anew(tmp_path):
    author = Author(tmp_path, worse("better"), base=fakes.files(policy="  budget: {calls: 7}\n"))
    assert author.save(BETTER).exhausted is None
    part = author.save(BEST)
    assert ("7 calls" in part.exhausted or "1 calls" in part.exhausted, len(author.client.asked)) == (True, 7)
    none = author.save(BEST)
    assert (none.exhausted, len(author.client.asked)) == ("the budget of this session is used up", 7)
    author.session.grant()
    assert author.save(BEST).exhausted is None
    assert len(author.client.asked) == 9


def test_what_a_session_spends_is_added_up(author):
    author.save(BETTER)
    author.save(BEST)
    assert (author.session.spent.calls, round(author.session.spent.usd, 2)) == (9, 0.09)


def test_nothing_of_a_session_becomes_a_baseline_or_a_ledger(author):
    author.save(BETTER)
    with sqlite3.connect(author.store) as store:
        tables = [name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = {name: store.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}
        experiments = {name for (name,) in store.execute("SELECT DISTINCT experiment FROM call")}
    assert {name for name, count in rows.items() if count} - {"meta"} == {"call"}
    assert experiments == {"watch:1"}
