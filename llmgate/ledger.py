"""A plan and the rules → the name of the way of deciding, under which what was decided is kept."""

from __future__ import annotations

import hashlib

from llmgate.plan import Plan
from llmgate.targets import prompt


def named(identity: str, planned: Plan, rules: object) -> str:
    """Name the way of deciding: the experiment, the rules, and every request with what is asked of its answer."""
    rows = [
        [
            *(item.id, one.digest, one.critical, one.weight, item.base and item.base.digest, item.head.digest),
            *filter(None, (item.case.judge, item.case.checkers, item.case.embedder)),
            *(["excepted"] if item.excepted else []),
        ]
        for item in planned.runs
        for one in [item.case.fixture]
    ]
    text = prompt.canonical([identity, repr(rules), str(planned.screen), rows])
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
