"""One pull request and many moments → what a run that is killed then, and run again, comes to.

A program of its own, since it forks: the parent has imported what the command needs, so that a run takes as long as its
calls. Each run is `llmgate gate` itself, over HTTP, on a store of its own; nothing in it knows that it will be killed.
"""

import importlib
import json
import os
import signal
import sqlite3
import sys
import time
from pathlib import Path

from llmgate import cli

ROWS = "SELECT count(*) FROM call"


def started(repository: str, folder: Path) -> int:
    """Fork a run of the gate; return its process id."""
    if child := os.fork():
        return child
    try:
        os.chdir(repository)
        quiet = os.open(folder / "told", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        files = ["--store", str(folder / "store.sqlite"), "--json", str(folder / "report.json")]
        sys.argv = ["llmgate", "gate", "--base", "main", "--head", "pr-7", "--no-publish", *files]
        cli.main()
    except SystemExit as ended:
        (folder / "modules").write_text("\n".join(sys.modules))
        os._exit(ended.code or 0)
    finally:
        os._exit(70)


def journaled(folder: Path) -> int:
    """Count the calls that are in the journal; 0 where there is no store yet."""
    try:
        connection = sqlite3.connect(f"file:{folder / 'store.sqlite'}?mode=ro", uri=True, timeout=5)
        try:
            return connection.execute(ROWS).fetchone()[0]
        finally:
            connection.close()
    except sqlite3.OperationalError:
        return 0


def killed_at(repository: str, folder: Path, records: int) -> bool:
    """Kill a run as soon as it has journaled that many calls; say whether it died of that."""
    child = started(repository, folder)
    while journaled(folder) < records:
        if os.waitpid(child, os.WNOHANG) != (0, 0):
            return False
        time.sleep(0.0002)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def ended(repository: str, folder: Path) -> dict:
    _, status = os.waitpid(started(repository, folder), 0)
    return {"code": os.waitstatus_to_exitcode(status), "report": json.loads((folder / "report.json").read_text())}


def learn(repository: str, folder: Path) -> None:
    """Import what a run imports, so that those to come need not."""
    folder.mkdir()
    ended(repository, folder)
    for name in (folder / "modules").read_text().splitlines():
        if name.partition(".")[0] not in {"__main__", "__mp_main__"}:
            importlib.import_module(name)


def main(repository: str, scratch: str, moments: list[int]) -> None:
    learn(repository, Path(scratch) / f"first-{os.getpid()}")
    for records in moments:
        folder = Path(scratch) / str(records)
        folder.mkdir()
        killed = killed_at(repository, folder, records) if records else False
        kept = journaled(folder)
        told = {"records": records, "killed": killed, "kept": kept, **ended(repository, folder)}
        told["rows"] = journaled(folder)
        print(json.dumps(told), flush=True)  # noqa: T201 - how the parent learns it


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], json.loads(sys.argv[3]))
