"""The page of trust is what the marks of the tests say, and no row is without a test."""

from scripts import trust_matrix
from tests import trust

SHOWN = trust_matrix.marked(trust_matrix.ROOT / "tests")
MARKED = """import pytest

@pytest.mark.trust("one", "two")
@pytest.mark.parametrize("x", [1])
async def test_it_holds(x): ...
"""


def test_the_page_is_the_one_that_the_marks_make():
    assert trust_matrix.PAGE.read_text(encoding="utf-8") == trust_matrix.page(trust.ROWS, SHOWN)


def test_every_row_has_a_test_or_says_what_it_awaits():
    assert [row.id for row in trust.ROWS if bool(row.awaits) is (row.id in SHOWN)] == []


def test_every_mark_names_a_row():
    assert set(SHOWN) <= {row.id for row in trust.ROWS}


def test_no_two_rows_have_one_name():
    names = [row.id for row in trust.ROWS]
    assert sorted(names) == sorted(set(names))


def test_a_mark_is_found_among_other_marks_for_each_of_its_rows(tmp_path):
    (tmp_path / "unit").mkdir()
    (tmp_path / "unit" / "test_a.py").write_text(MARKED)
    shown = trust_matrix.Shown(file="unit/test_a.py", name="test_it_holds")
    assert trust_matrix.marked(tmp_path) == {"one": [shown], "two": [shown]}


def test_a_row_without_a_test_says_what_it_awaits():
    row = trust.Row("one", "A thing is tried", "It fails", awaits="a test")
    assert trust_matrix.page([row], {}).endswith("| `one` | A thing is tried | It fails | not yet: a test |\n")
