"""A surface → what Atheris found on it, whose coverage of llmgate guides the choices of Hypothesis's strategies.

Atheris never returns, so that each surface has a process of its own: `python -m tests.fuzz.guiding NAME FOLDER …`.
"""

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.fuzz.trying import Tried

MAX_INPUT_BYTES = 16_384
MAX_CASE_S = 30
_RUNS = re.compile(r"stat::number_of_executed_units:\s*(\d+)")
_COVERED = re.compile(r"cov: (\d+) ft: (\d+)")


def by_atheris(name: str, *, seconds: float, first_seed: int, folder: Path) -> Tried:
    """Fuzz for some seconds; the first case that fails ends it."""
    start, before = time.monotonic(), {*folder.glob(f"{name}-*.py")}
    with tempfile.TemporaryDirectory(prefix="llmgate-fuzz-") as corpus:
        options = [f"-max_total_time={max(1, round(seconds))}", f"-seed={first_seed}", f"-max_len={MAX_INPUT_BYTES}"]
        options += [
            "-print_final_stats=1",
            f"-timeout={MAX_CASE_S}",
            "-rss_limit_mb=4096",
            f"-artifact_prefix={corpus}/",
        ]
        words = [sys.executable, "-m", "tests.fuzz.guiding", name, str(folder), *options, corpus]
        done = subprocess.run(words, stderr=subprocess.PIPE, text=True, errors="replace", check=False)
    found = next(iter({*folder.glob(f"{name}-*.py")} - before), None)
    runs, covered = _RUNS.search(done.stderr), _COVERED.findall(done.stderr)
    if found is None and (done.returncode or not runs):
        raise RuntimeError(f"atheris ended with {done.returncode}: {done.stderr[-2_000:]}")
    edges, features = covered[-1] if covered else ("0", "0")
    return Tried(
        surface=name,
        examples=int(runs.group(1)) if runs else 0,
        seconds=time.monotonic() - start,
        found=found,
        notes=f"{edges} edges, {features} features",
    )


def main(name: str, folder: Path, options: list[str]) -> None:
    """Watch the branches of llmgate as it is imported, and fuzz until libFuzzer ends the process."""
    import atheris  # noqa: PLC0415 - an extra that the tests do without

    with atheris.instrument_imports(include=["llmgate"]):
        from tests.fuzz import trying  # noqa: PLC0415 - after the instruments
        from tests.fuzz.surfaces import SURFACES  # noqa: PLC0415 - as above

    fuzzed = trying.fuzzed(SURFACES[name], folder)
    atheris.Setup([sys.argv[0], *options], fuzzed)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
