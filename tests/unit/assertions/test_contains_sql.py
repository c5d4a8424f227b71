import pytest

from tests.unit.assertions.traces import grade, passes


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("SELECT 1", True),
        ("Result:\n```sql\nSELECT DISTINCT name FROM users\n```", True),
        ("```\nSELECT `id` FROM `users`;\n```", True),
        ("~~~SQL\nSELECT 1\n~~~", True),
        ("````sql\nSELECT '```'\n````", True),
        ("```sql\nhello there\n```\nor\n```sql\nSELECT 1\n```", True),
        ("```python\nprint(1)\n```\n```sql\nSELECT 1\n```", True),
        ("", False),
        ("Here is: SELECT 1", False),
        ("```sql\nSELECT a b FROM t\n```", False),
        ("```python\nSELECT 1\n```", False),
        ("```sql\n\n```", False),
        ("```sql\nSELECT 1", False),
    ],
)
def test_a_fence_or_else_the_whole_is_sql(output, expected):
    """promptfoo, deterministic#contains-sql and src/assertions/sql.ts, extractSqlCodeBlocks."""
    assert passes({"type": "contains-sql"}, output) is expected


def test_the_fence_is_held_against_the_lists():
    kind = {"type": "contains-sql", "value": {"allowedTables": ["select::null::a"]}}
    assert passes(kind, "```sql\nSELECT x FROM a\n```")
    assert not passes(kind, "```sql\nSELECT x FROM b\n```")


def test_fences_that_are_too_long_together_cannot_be_judged():
    fence = "```sql\nSELECT '" + "x" * 10_000 + "' FROM\n```\n"
    assert "20000 are read" in grade({"type": "contains-sql"}, fence * 3).error
