"""The page with every key of llmgate.yaml is what the code says."""

import re

from llmgate import config
from scripts import configuration_reference


def test_the_page_is_the_one_that_the_code_makes():
    assert configuration_reference.PAGE.read_text(encoding="utf-8") == configuration_reference.page()


def test_every_key_has_a_row_that_says_what_it_means():
    page = configuration_reference.page()
    assert re.findall(r"^\| `\w+` \|.*\|  \|$", page, re.MULTILINE) == []
    for name, field in config.Policy.model_fields.items():
        assert f"| `{field.alias or name}` |" in page


def test_every_object_that_a_row_names_has_a_table():
    page = configuration_reference.page()
    headings = {
        configuration_reference.schema_tables.anchor(title) for title in re.findall("^## (.+)$", page, re.MULTILINE)
    }
    assert set(re.findall(r"\(#([^)]+)\)", page)) <= headings
    assert {"policybudget", "targetsname-of-the-type-command", "policyretrieval_hostsname"} <= headings
