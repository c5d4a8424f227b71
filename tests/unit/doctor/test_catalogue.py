"""What is said of each finding, and where it is documented and tested."""

import re
from pathlib import Path

import pytest

from llmgate.doctor import ADVICE, Finding, Id, Unseen
from tests.unit.doctor import test_files, test_settings

DOCS = (Path(__file__).parents[3] / "docs" / "doctor.md").read_text()


def test_every_finding_has_advice_a_section_and_a_case():
    assert set(ADVICE) == set(Id)
    assert sorted(re.findall(r"^### `([a-z-]+)`$", DOCS, re.MULTILINE)) == sorted(Id)
    assert {*test_files.CASES, *test_settings.CASES} == set(Id)


@pytest.mark.parametrize("name", sorted(Id))
def test_advice_is_a_sentence_and_a_remedy(name):
    advice = ADVICE[name]
    assert re.fullmatch(r"[A-Z`].*\.", advice.why)
    assert advice.remedy
    assert not advice.remedy.endswith(".")
    assert f"**{advice.severity.value.capitalize()}.** {advice.why}\nRemedy: {advice.remedy}\n" in DOCS


def test_foreign_text_is_printable_and_bounded():
    finding = Finding(id=Id.BYPASS, what="a\x1b[31m\u202eb\n::error::" + "x" * 1_000, where="w\n" + "y" * 1_000)
    assert finding.what.isprintable()
    assert finding.where.isprintable()
    assert (len(finding.what) < 500, len(finding.where) < 400) == (True, True)
    assert Unseen(what="a\nb", why="\x00", remedy="").what == "a\\nb"
