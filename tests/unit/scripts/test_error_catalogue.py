"""The page of errors is what the catalogue says."""

from llmgate.catalogue import GROUPS, Entry
from scripts import error_catalogue


def test_the_page_is_what_the_catalogue_says():
    assert error_catalogue.PAGE.read_text(encoding="utf-8") == error_catalogue.page(GROUPS)


def test_every_id_has_a_section_with_what_it_means_and_what_to_do():
    made = error_catalogue.page({"Files": {"not-utf8": Entry(means="No UTF-8.", remedy="Save it.")}})
    assert made.endswith("## Files\n\n### not-utf8\n\nNo UTF-8.\n\nSave it.\n")
