"""A surface → what trying it found: examples by Hypothesis until the time is over, and the smallest case that fails."""

import hashlib
import signal
import time
import traceback
from ast import literal_eval
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings

from tests.fuzz.surface import Surface

BATCH = 1_000  # examples of one seed
MAX_CASE_S = 10  # of CPU, for one case; the slowest checks take a tenth of a second

SETTINGS = settings(
    deadline=None,
    database=None,
    derandomize=False,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
    verbosity=Verbosity.quiet,
    print_blob=False,
    report_multiple_bugs=False,
)


class TooSlow(Exception):
    """A case that took more than its time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """`found` is where the case that fails is kept, if there is one."""

    surface: str
    examples: int
    seconds: float
    found: Path | None = None
    notes: str = ""


@dataclass(slots=True, kw_only=True)
class Trying:
    """Checks cases, counts them, and remembers the last that failed: Hypothesis ends with the smallest one."""

    surface: Surface
    examples: int = 0
    failed: tuple[object, str] | None = None

    def once(self, case: object) -> None:
        self.examples += 1
        try:
            with limited(MAX_CASE_S):
                self.surface.check(case)
        except Exception:  # whatever a check raises is a failure of its case
            self.failed = case, traceback.format_exc()
            raise


def by_hypothesis(surface: Surface, *, seconds: float, first_seed: int, folder: Path, most: int = BATCH) -> Tried:
    """Try batches of examples, each of a seed of its own, until the time is over or a case fails; at least one."""
    trying, start, number = Trying(surface=surface), time.monotonic(), first_seed
    found = _batch(trying, number, folder, most)
    while found is None and time.monotonic() - start < seconds:
        number += 1
        found = _batch(trying, number, folder, most)
    return Tried(surface=surface.name, examples=trying.examples, seconds=time.monotonic() - start, found=found)


def _batch(trying: Trying, number: int, folder: Path, most: int) -> Path | None:
    try:
        seed(number)(settings(SETTINGS, max_examples=most)(given(trying.surface.cases)(trying.once)))()
    except Exception:  # a case that failed is kept; what Hypothesis itself raises goes on
        if trying.failed is None:
            raise
        return kept(trying.surface, *trying.failed, folder)
    return None


def fuzzed(surface: Surface, folder: Path) -> Callable[[bytes], object]:
    """Make a function of bytes, which are the choices that the strategy makes; a case that fails is kept."""
    trying = Trying(surface=surface)
    one = SETTINGS(given(surface.cases)(trying.once)).hypothesis.fuzz_one_input

    def run(data: bytes) -> None:
        try:
            one(data)
        except Exception:  # as above, and Atheris wants to see it too
            if trying.failed:
                kept(surface, *trying.failed, folder)
            raise

    return run


def kept(surface: Surface, case: object, trace: str, folder: Path) -> Path:
    """Write a case that fails, and how it did."""
    written = repr(case)
    name = hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{surface.name}-{name}.py"
    path.write_text(ascii(case) + "\n")
    path.with_suffix(".txt").write_text(trace, errors="backslashreplace")
    return path


def again(surface: Surface, path: Path) -> None:
    """Check a case that was kept."""
    surface.check(literal_eval(path.read_text()))


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Stop what takes more than its time of CPU."""

    def stop(_signal, _frame) -> None:
        raise TooSlow(f"it took more than {seconds} s")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
