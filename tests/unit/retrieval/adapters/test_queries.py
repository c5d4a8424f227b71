from llmgate.retrieval.adapters import queries


def test_a_column_is_quoted_and_a_dotted_name_reaches_into_its_json():
    assert queries.value("text").as_string() == '"text"::text'
    assert queries.value("meta.a.b").as_string() == "(\"meta\"::jsonb #>> '{a,b}'::text[])"


def test_wanted_values_are_quoted_literals_joined_by_and():
    wanted = {"b": "it's; --", "a": True, "n": 7}
    assert queries.where(wanted).as_string() == (
        """ WHERE "a"::text = 'true' AND "b"::text = 'it''s; --' AND "n"::text = '7'"""
    )


def test_nothing_wanted_is_no_condition():
    assert queries.where({}).as_string() == ""


def test_a_value_is_cut_one_character_beyond_its_limit():
    assert queries.cut("text", 10).as_string() == 'left("text"::text, 11)'
