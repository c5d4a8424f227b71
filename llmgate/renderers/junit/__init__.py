"""A Report → JUnit XML, as the test views of CI services read it.

It is valid by both schemas in use, that of Ant's task and that of Jenkins' xUnit plugin:
https://github.com/windyroad/JUnit-Schema
https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from llmgate.renderers.junit import policy, tested
from llmgate.renderers.junit.document import written
from llmgate.report import FindingEntry, Report


def render(report: Report, at: dt.datetime) -> str:
    """Write the verdict, the fixtures of each target and the findings that block; `at` is all suites' time."""
    return written((tested.verdict(report), *tested.targets(report), policy.suite(report.findings)), at)


def findings(found: Iterable[FindingEntry], at: dt.datetime) -> str:
    """Write the findings alone, as `llmgate check` has them."""
    return written((policy.suite(found),), at)
