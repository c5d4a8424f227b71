"""Findings → a SARIF 2.1.0 log, as code scanning reads it: one result for each, at its file and line.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from llmgate.config import PATH
from llmgate.renderers import inert
from llmgate.report import FindingEntry
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
    "incomplete": "a fixture that does not run, as its answer hangs on state outside it",
    "exceptions": "an entry of the file of exceptions that counts for nothing",
    "index": "a retrieval index that is not the one that is locked",
    "judge": "model-graded assertions whose judge is missing or not calibrated",
    "applications": "an application ran with less than full containment",
    "pins": "a model id, deployment, tool or remote prompt that can change under the same name, or that has ended",
    "policy": "an edit of what decides on changes, which holds from the next one on",
    "stale-doc": "a document of a fixture that the index no longer has",
    "store": "a store that was damaged, and what was drawn anew for it",
    "suite_changes": "a fixture that asks less than on the base",
    "taxonomy": "a label of a fixture or an assertion that the taxonomy does not have",
    "unproven": "a captured fixture of which nothing shows that it fails on its failure and passes on the fix",
    "workflow": "an edit of a workflow or of the owners of files, which stand before the gate",
}


def render(found: Iterable[FindingEntry], version: str) -> str:
    """Write the log; the same findings give the same bytes."""
    listed = sorted(found, key=_order)[:MAX_RESULTS]
    driver = {
        "name": "llmgate",
        "semanticVersion": version,
        "informationUri": INFORMATION,
        "rules": [_rule(name) for name in sorted({item.rule for item in listed})],
    }
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": [_result(item) for item in listed]}
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, sort_keys=True) + "\n"


def _order(item: FindingEntry) -> tuple[str, int, str, str, str, str]:
    return (item.file or "", item.line or 0, item.rule, item.severity.value, item.message, item.remedy)


def _rule(name: str) -> dict[str, Any]:
    return {
        "id": name,
        "shortDescription": {"text": RULES.get(name, name)},
        "helpUri": f"{INFORMATION}#{name}",
        "defaultConfiguration": {"level": "error"},
    }


def _result(item: FindingEntry) -> dict[str, Any]:
    path = item.file or PATH
    text = inert.line(f"{item.message}. {item.remedy}" if item.remedy else item.message, MAX_TEXT_CHARS)
    place = {
        "artifactLocation": {"uri": quote(path, errors="surrogateescape")},
        "region": {"startLine": item.line or 1},
    }
    return {
        "ruleId": item.rule,
        "level": "error" if item.severity is Severity.BLOCK else "warning",
        "message": {"text": text},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"llmgate/v1": _fingerprint(item)},
    }


def _fingerprint(item: FindingEntry) -> str:
    """Name a finding wherever it stands in its file, so that one that moves is not told as a new one."""
    text = json.dumps([item.rule, item.file, item.message])
    return hashlib.sha256(text.encode()).hexdigest()[:32]
