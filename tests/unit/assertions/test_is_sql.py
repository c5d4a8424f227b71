import pytest

from llmgate.assertions import sql_text
from llmgate.assertions.sql_text import Database
from tests.unit.assertions.traces import errors, grade, passes


def of(output, **value):
    return passes({"type": "is-sql", "value": value}, output)


@pytest.mark.parametrize(
    "output",
    [
        "SELECT id, name FROM users",
        "SELECT DISTINCT name FROM users",
        "SELECT SQL_NO_CACHE name FROM users",
        "SELECT * FROM `employees` WHERE `id` = 1",
        "SELECT 'select distinct first_name last_name from employees' AS sample",
        "SELECT 1 /* select distinct first_name last_name from employees */",
        "SELECT 1 -- select distinct first_name last_name from employees\n",
        "SELECT name AS n FROM users",
        "SELECT 'Größe 東京' FROM t;",
        "INSERT INTO t (a) VALUES (1)",
        "UPDATE t SET a = 1",
        "DELETE FROM t WHERE a = 1",
        "CREATE TABLE t (a INT)",
        "WITH c AS (SELECT 1) SELECT * FROM c",
        "SELECT 1; SELECT 2",
    ],
)
def test_sql_passes(output):
    """promptfoo, test/assertions/sql.test.ts."""
    assert passes({"type": "is-sql"}, output)


@pytest.mark.parametrize(
    "output",
    [
        "",
        "   ",
        ";",
        "-- nothing",
        "SELECT * FROM orders ORDERY BY order_date",
        "SELECT * FROM select WHERE id = 1",
        "DELETE employees WHERE id = 1",
        "SELECT first_name last_name FROM employees",
        "SELECT DISTINCT first_name last_name FROM employees",
        "SELECT SQL_NO_CACHE first_name last_name FROM employees",
        "SELECT DISTINCTIVE name FROM users",
        "SELECT * FROM `employees",
        "SELECT `id, `name FROM `users",
        "SELECT col1 col2 col3 FROM table1",
        "SELECT generate_series(1, 10);",
        "SELECT * FROM table_name WHERE id IN (SELECT generate_series(1, 5));",
        "SELECT",
        "UPDATE t SET",
        "hello world",
        "I refuse",
        "Call me tomorrow",
        "Create something",
        "1",
        "Here is your query: SELECT 1",
        "```sql\nSELECT 1\n```",
        "SELECT 1; hello",
    ],
)
def test_what_is_not_sql_fails(output):
    """promptfoo, test/assertions/sql.test.ts; what node-sql-parser 5.4.0 refuses; prose that looks like a command."""
    assert not passes({"type": "is-sql"}, output)


@pytest.mark.parametrize(
    ("database", "output", "expected"),
    [
        ("PostgreSQL", "SELECT * FROM employees WHERE id = 1 LOCK IN SHARE MODE", False),
        ("MySQL", "SELECT * FROM employees WHERE id = 1 LOCK IN SHARE MODE", True),
        ("MySQL", "SELECT first_name FROM employees WHERE first_name ILIKE 'john%'", False),
        ("PostgreSQL", "SELECT first_name FROM employees WHERE first_name ILIKE 'john%'", True),
        ("PostgresQL", 'SELECT DISTINCT "display name" FROM users', True),
        ("PostgreSQL", 'SELECT "select distinct first_name last_name from employees" AS sample', True),
        ("PostgreSQL", "SELECT $$select distinct first_name last_name from employees$$ AS sample", True),
        ("TransactSQL", "SELECT TOP 3 [a b] FROM [dbo].[t]", True),
        ("BigQuery", "SELECT * EXCEPT (a) FROM `p.d.t`", True),
        ("Snowflake(alpha)", "SELECT a FROM t QUALIFY ROW_NUMBER() OVER (ORDER BY a) = 1", True),
        ("Sqlite", "SELECT a FROM t WHERE a GLOB 'x*'", True),
        ("DB2", "SELECT a FROM t FETCH FIRST 3 ROWS ONLY", True),
    ],
)
def test_the_dialect_decides(database, output, expected):
    """promptfoo, test/assertions/sql.test.ts, 'Database Specific Syntax Tests', and its list of databases."""
    assert of(output, databaseType=database) is expected


DEPARTMENTS = ["(select|update|insert|delete)::null::departments"]


@pytest.mark.parametrize(
    ("database", "allowed", "output", "expected"),
    [
        ("MySQL", DEPARTMENTS, "SELECT * FROM employees", False),
        ("MySQL", DEPARTMENTS, "SELECT * FROM departments", True),
        ("MySQL", DEPARTMENTS, "DROP TABLE departments", False),
        ("MySQL", DEPARTMENTS, "SELECT * FROM hr.departments", False),
        ("MySQL", DEPARTMENTS, "SELECT * FROM departments; SELECT * FROM employees", False),
        ("MySQL", DEPARTMENTS, "SELECT * FROM departments WHERE id IN (SELECT id FROM employees)", False),
        ("MySQL", DEPARTMENTS, "SELECT * FROM departments UNION SELECT * FROM employees", False),
        ("MySQL", DEPARTMENTS, "INSERT INTO departments SELECT * FROM employees", False),
        ("MySQL", DEPARTMENTS, "WITH c AS (SELECT * FROM departments) SELECT * FROM c", False),
        ("MySQL", DEPARTMENTS, "WITH departments AS (SELECT * FROM employees) SELECT * FROM departments", False),
        ("MySQL", ["select::null::data_table"], "SELECT * FROM data WHERE id = 1", False),
        ("MySQL", ["select::null::data"], "SELECT * FROM data_table WHERE id = 1", False),
        ("PostgreSQL", ["select::null::data_table"], 'SELECT * FROM "data_table" WHERE id = 1', True),
        ("MySQL", ["select::null::users"], "SELECT u.name FROM users u, posts p WHERE u.id = p.user_id", False),
        ("MySQL", ["SELECT::NULL::Users"], "SELECT 1 FROM users", True),
        ("MySQL", ["select::null::users"], "SELECT 1", True),
        ("MySQL", ["select::null::users"], "hello", False),
    ],
)
def test_tables_are_held_against_the_list(database, allowed, output, expected):
    """promptfoo, test/assertions/sql.test.ts, 'White Table/Column List Tests'."""
    assert of(output, databaseType=database, allowedTables=allowed) is expected


@pytest.mark.parametrize(
    ("allowed", "output", "expected"),
    [
        (["select::null::name", "update::null::id"], "SELECT id FROM t", False),
        (["select::null::name", "update::null::id"], "SELECT name FROM t", True),
        (
            ["insert::department::dept_name", "insert::department::location"],
            "INSERT INTO department (dept_name, location) VALUES ('Sales', 'New York')",
            True,
        ),
        (["update::a::id"], "UPDATE a SET id = 1", True),
        (
            ["update::employee::salary", "select::employee::id"],
            "UPDATE employee SET salary = 50000 WHERE id = 1",
            True,
        ),
        (["select::employees::name"], "SELECT name FROM employees", True),
        (["select::null::name"], "SELECT * FROM t", False),
        (["select::null::.*"], "SELECT * FROM t", True),
        (["select::users::name"], "SELECT u.secret FROM users u", False),
        (["select::b::.*"], "SELECT x.c FROM a x WHERE c IN (SELECT x.c FROM b x)", False),
    ],
)
def test_columns_are_held_against_the_list(allowed, output, expected):
    """promptfoo, test/assertions/sql.test.ts, 'White Table/Column List Tests'."""
    assert of(output, databaseType="MySQL", allowedColumns=allowed) is expected


@pytest.mark.parametrize(
    ("sql", "tables", "columns"),
    [
        (
            "SELECT u.name, p.title FROM users u, posts p WHERE u.id = p.user_id",
            ["select::null::posts", "select::null::users"],
            ["select::posts::title", "select::posts::user_id", "select::users::id", "select::users::name"],
        ),
        ("SELECT * FROM a.t", ["select::a::t"], ["select::null::(.*)"]),
        ("SELECT count(*) FROM t", ["select::null::t"], []),
        ("SELECT t.* FROM t", ["select::null::t"], ["select::t::(.*)"]),
        (
            "UPDATE employee SET salary = 5 WHERE id = 1",
            ["update::null::employee"],
            ["select::null::id", "update::null::salary"],
        ),
        ("DELETE FROM t WHERE a=1", ["delete::null::t"], ["delete::t::(.*)", "select::null::a"]),
        ("INSERT INTO t VALUES (1)", ["insert::null::t"], ["insert::t::(.*)"]),
        ("INSERT INTO t (a,b) VALUES (1,2)", ["insert::null::t"], ["insert::t::a", "insert::t::b"]),
        (
            "INSERT INTO a (x) SELECT y FROM b",
            ["insert::null::a", "select::null::b"],
            ["insert::a::x", "select::null::y"],
        ),
        (
            "SELECT x FROM (SELECT y AS x FROM z) q",
            ["select::null::z"],
            ["select::null::x", "select::null::y"],
        ),
        (
            "WITH c AS (SELECT x FROM d) SELECT * FROM c",
            ["select::null::c", "select::null::d"],
            ["select::null::(.*)", "select::null::x"],
        ),
        ("TRUNCATE TABLE t", ["truncate::null::t"], []),
        ("DROP TABLE x", ["drop::null::x"], []),
    ],
)
def test_what_sql_uses_is_what_node_sql_parser_prints(sql, tables, columns):
    """node-sql-parser 5.4.0, `parser.parse(sql, {database: 'MySQL'})`: tableList, columnList (DROP is in capitals)."""
    reading = sql_text.read(sql, Database.MYSQL)
    assert (reading.tables, reading.columns) == (tables, columns)


def test_the_reason_names_what_is_not_allowed():
    judged = grade({"type": "is-sql", "value": {"allowedTables": DEPARTMENTS}}, "SELECT a FROM employees")
    assert judged.reason == 'not among allowedTables: "select::null::employees"'


@pytest.mark.parametrize(
    "value",
    ["MySQL", {"databaseType": "Oracle8"}, {"allowedTables": ["(?<=x)a"]}, {"allowedTables": []}, {"tables": ["a"]}],
)
def test_unknown_databases_and_patterns_that_re2_lacks_are_faults(value):
    assert errors({"type": "is-sql", "value": value})


@pytest.mark.parametrize("output", ["SELECT " + "(" * 500 + "1" + ")" * 500, "SELECT 'x" + "x" * 20_000 + "'"])
def test_sql_that_is_too_deep_or_too_long_cannot_be_judged(output):
    assert "the SQL" in grade({"type": "is-sql"}, output).error


def test_warnings_that_quote_the_output_are_not_printed(capfd):
    grade({"type": "is-sql"}, "CALL secret_word(1)")
    assert capfd.readouterr() == ("", "")
