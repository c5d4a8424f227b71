"""What `llmgate gate` asks: never with anybody's approval."""

from llmgate import approval, git
from llmgate.cli import gate
from llmgate.config import Policy
from tests import gitserver


def test_a_local_run_is_approved_by_nobody_also_in_a_job_of_a_labelled_pull_request(tmp_path, monkeypatch):
    work = gitserver.init(tmp_path / "work")
    work.commit({"a": "1"})
    (tmp_path / "event.json").write_text('{"pull_request": {"labels": [{"name": "llmgate: suite approved"}]}}')
    monkeypatch.setenv("GITHUB_EVENT_NAME", "pull_request")
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(tmp_path / "event.json"))
    history = git.Repository.open(work.path, scratch=tmp_path / "scratch")
    asked = gate.asked(history, base="HEAD", head="HEAD")
    assert (asked.approvals, asked.approves(Policy())) == (approval.NONE, False)
