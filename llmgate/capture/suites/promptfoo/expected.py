"""A check in one text, as a CSV cell holds it → the same as a mapping; `contains-any(0.5): a, b` names a kind first.

https://www.promptfoo.dev/docs/configuration/expected-outputs/#load-assertions-from-csv
"""

from __future__ import annotations

import re
from typing import Any

from llmgate.capture.suites import folder

_KIND_WORDS = """
    answer-relevance bleu classifier contains contains-all contains-any contains-html contains-json contains-sql
    contains-xml context-faithfulness context-recall context-relevance conversation-relevance cost equals factuality
    finish-reason g-eval gleu guardrails icontains icontains-all icontains-any is-html is-json is-refusal is-sql
    is-valid-function-call is-valid-openai-function-call is-valid-openai-tools-call is-xml javascript latency
    levenshtein llm-rubric meteor model-graded-closedqa model-graded-factuality moderation perplexity perplexity-score
    pi python regex rouge-n ruby search-rubric similar skill-used starts-with tool-call-f1 trace-error-spans
    trace-span-count trace-span-duration trajectory:goal-success trajectory:step-count trajectory:tool-args-match
    trajectory:tool-sequence trajectory:tool-used webhook word-count
"""
_PROGRAMS = {"javascript:": "javascript", "fn:": "javascript", "eval:": "javascript", "python:": "python"}
_DEFAULTS = {"similar": 0.8}
_THRESHOLD_WORDS = """
    answer-relevance classifier context-faithfulness context-recall context-relevance cost latency levenshtein
    perplexity perplexity-score rouge-n similar
"""
_KINDS = "|".join(map(re.escape, sorted(_KIND_WORDS.split(), key=len, reverse=True)))
_CHECK = re.compile(
    rf"(?P<not>not-)?(?P<kind>{_KINDS})(?:\((?P<threshold>\d{{1,9}}(?:\.\d{{1,9}})?)\))?(?::(?P<value>.*))?", re.DOTALL
)
_WITH_THRESHOLD = frozenset(_THRESHOLD_WORDS.split())
_OTHER_DEFAULT = 0.75


def check(text: str) -> dict[str, Any]:
    """Return the check that a cell means; what names no kind is the expected output itself."""
    for prefix, kind in _PROGRAMS.items():
        if text.startswith(prefix):
            return {"type": kind, "value": text.removeprefix(prefix).strip()}
    if text.startswith("grade:"):
        return {"type": "llm-rubric", "value": text.removeprefix("grade:").strip()}
    if text.startswith("file://") and folder.is_code(text):
        return {"type": "python" if ".py" in text else "javascript", "value": text}
    match = _CHECK.fullmatch(text)
    if match is None:
        return {"type": "equals", "value": text}
    kind = match["kind"]
    made: dict[str, Any] = {"type": (match["not"] or "") + kind}
    if match["value"] is not None and match["value"].strip():
        made["value"] = match["value"].strip()
    if kind in ("cost", "latency"):
        made.pop("value", None)
    if kind in _WITH_THRESHOLD:
        made["threshold"] = float(match["threshold"] or 0) or _DEFAULTS.get(kind, _OTHER_DEFAULT)
    return made
