"""How what both arms retrieve is told, in one line."""

import pytest

from llmgate.renderers import markdown, terminal
from llmgate.report.retrieval import RetrievalDelta, RetrievalSummary, RetrievedEntry
from llmgate.verdict import Verdict
from tests.unit.renderers import samples

DELTA = {"jaccard": 0.8, "base_recall": 0.95, "head_recall": 0.7, "rank_shift": 0.4}
LINE = "2 of 3 live fixtures found other documents, Jaccard 0.80, gold recall 95.0 % → 70.0 %, mean rank shift 0.40."


def told(render, **mean):
    entries = [RetrievedEntry(id=f"f{number}", base_k=4, head_k=4, differs=number > 0) for number in range(3)]
    found = RetrievalSummary(mean=RetrievalDelta(**mean), fixtures=tuple(entries))
    return " ".join(render(samples.report(Verdict.PASSED, 0, "", retrieval=found)).split())


def comment(report):
    return markdown.comment(report, marker="<!-- m -->")


@pytest.mark.parametrize("render", [comment, terminal.render])
def test_the_line_has_what_differs_and_every_number_that_is_defined(render):
    assert LINE in told(render, **DELTA)


@pytest.mark.parametrize("render", [comment, terminal.render])
def test_a_number_that_is_not_defined_is_left_out(render):
    assert "found other documents, Jaccard 0.00." in told(render, jaccard=0.0)


@pytest.mark.parametrize("render", [comment, terminal.render])
def test_without_live_fixtures_nothing_is_said_of_retrieval(render):
    assert "live fixture" not in render(samples.report(Verdict.PASSED, 0, ""))
