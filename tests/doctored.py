"""A repository with the README's workflow, owners for its gate, and settings that require it: all is well."""

import re
import textwrap
from pathlib import Path

from llmgate import doctor
from llmgate.doctor import revision
from tests.fakehub.settings import ACTIONS_APP
from tests.unit.sampling.fakes import FakeHistory

README = Path(__file__).parents[1] / "README.md"
FILE = ".github/workflows/llmgate.yml"
OWNERS = ".github/CODEOWNERS"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
DIGEST = "sha256:" + "ab" * 32
CONFIG = "version: 1\n"
FIXTURE = "id: one\ntarget: support\ninput: {variables: {}}\nassert: [{type: contains, value: a}]\n"
OWNED = "/.github/ @acme/gate\n/llmgate.* @acme/gate\n/fixtures/ @acme/gate\n/checks/ @acme/gate\n"


def workflow(*edits):
    """Give the README's workflow, pinned, with each `(old, new)` put in."""
    (block,) = re.findall(r"^ *```yaml\n(.*?)^ *```", README.read_text(), re.MULTILINE | re.DOTALL)
    text = textwrap.dedent(block).replace("COMMIT_SHA", COMMIT)
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    return text


def files(*edits, **named):
    content = {
        FILE: workflow(*edits),
        OWNERS: OWNED,
        "llmgate.yaml": CONFIG,
        "llmgate.lock": '{"version": 1, "indexes": {}}\n',
        "fixtures/one.yaml": FIXTURE,
    }
    content |= {name.replace("__", "/").replace("_dot_", "."): text for name, text in named.items()}
    return {name: text for name, text in content.items() if text is not None}


def examined(content, settings=None, *, branch="main"):
    """Examine a revision that has these files."""
    history = FakeHistory({"HEAD": content})
    return doctor.examined(revision.read(history, "HEAD"), settings, branch_name=branch)


CHECKS = {
    "required_status_checks": [{"context": "llmgate", "integration_id": ACTIONS_APP}],
    "strict_required_status_checks_policy": True,
}
REVIEW = {
    "dismiss_stale_reviews_on_push": True,
    "require_code_owner_review": True,
    "require_last_push_approval": False,
    "required_approving_review_count": 1,
    "required_review_thread_resolution": False,
}
QUEUE = {
    "check_response_timeout_minutes": 60,
    "grouping_strategy": "ALLGREEN",
    "max_entries_to_build": 5,
    "max_entries_to_merge": 5,
    "merge_method": "MERGE",
    "min_entries_to_merge": 1,
    "min_entries_to_merge_wait_minutes": 5,
}


def require(hub, *, checks=CHECKS, review=REVIEW):
    """Require the gate as docs/doctor.md says."""
    if checks is not None:
        hub.settings.require("required_status_checks", checks)
    if review is not None:
        hub.settings.require("pull_request", review)
