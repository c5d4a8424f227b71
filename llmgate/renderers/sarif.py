"""Marks → a SARIF 2.1.0 log, as code scanning reads it: one result for each, at its file and line.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from llmgate.renderers import inert, marks
from llmgate.renderers.marks import Mark
from llmgate.verdict import Severity

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
INFORMATION = "https://github.com/llmgate/llmgate/blob/main/docs/findings.md"
MAX_RESULTS = 5_000  # code scanning shows the first 5,000 results of a run
MAX_TEXT_CHARS = 1_000

RULES = {
    "category": "a kind of failure that became more frequent, which the policy gates",
    "configuration": "a file that llmgate reads has a fault",
    "capabilities": "what requests hold and a provider's API ignores or does not have",
    "custom": "an assertion of the repository's own that the base does not have",
    "coverage": "a change that no fixture sends to a model",
    "embedder": "assertions on embeddings without an embedder",
    "drift": "a provider that answers the base otherwise than it did",
    "headroom": "fixtures that never pass, so that nothing can be seen to break",
    "inconclusive": "no clear answer, where the policy blocks that",
    "incomplete": "a fixture that does not run, as its answer hangs on state outside it",
    "exceptions": "an entry of the file of exceptions that counts for nothing",
    "index": "a retrieval index that is not the one that is locked",
    "judge": "model-graded assertions whose judge is missing or not calibrated",
    "applications": "an application ran with less than full containment",
    "not_evaluated": "nothing could be judged, which is never a pass",
    "pins": "a model id, deployment, tool or remote prompt that can change under the same name, or that has ended",
    "policy": "an edit of what decides on changes, which holds from the next one on",
    "regression": "a fixture that broke, or a suite that got worse as a whole",
    "stale-doc": "a document of a fixture that the index no longer has",
    "store": "a store that was damaged, and what was drawn anew for it",
    "suite_changes": "a fixture that asks less than on the base",
    "taxonomy": "a label of a fixture or an assertion that the taxonomy does not have",
    "unproven": "a captured fixture of which nothing shows that it fails on its failure and passes on the fix",
    "workflow": "an edit of a workflow or of the owners of files, which stand before the gate",
}


def render(found: Iterable[Mark], version: str) -> str:
    """Write the log; the same marks give the same bytes."""
    listed = list(marks.identified(found))[:MAX_RESULTS]
    driver = {
        "name": "llmgate",
        "semanticVersion": version,
        "informationUri": INFORMATION,
        "rules": [_rule(name) for name in sorted({mark.rule for mark, _ in listed})],
    }
    results = [_result(mark, fingerprint) for mark, fingerprint in listed]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, sort_keys=True) + "\n"


def _rule(name: str) -> dict[str, Any]:
    return {
        "id": name,
        "shortDescription": {"text": RULES.get(name, name)},
        "helpUri": f"{INFORMATION}#{name}",
        "defaultConfiguration": {"level": "error"},
    }


def _result(mark: Mark, fingerprint: str) -> dict[str, Any]:
    place = {
        "artifactLocation": {"uri": quote(mark.path, errors="surrogateescape")},
        "region": {"startLine": mark.place.line},
    }
    return {
        "ruleId": mark.rule,
        "level": "error" if mark.severity is Severity.BLOCK else "warning",
        "message": {"text": inert.line(mark.text, MAX_TEXT_CHARS)},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"llmgate/v1": fingerprint},
    }
