"""The surfaces are tried for some minutes; a line for each tells what came of it.

$ python -m tests.fuzz --minutes 10
$ python -m tests.fuzz --minutes 2 --only templates --engine atheris
$ python -m tests.fuzz --only documents --again fuzz-found/documents-0123456789ab.py
"""

import argparse
import random
import sys
from pathlib import Path

from tests.fuzz import guiding, trying
from tests.fuzz.surfaces import SURFACES
from tests.fuzz.trying import Tried

FOUND = Path("fuzz-found")


def main(words: list[str]) -> int:
    """Divide the time among the surfaces; 1 where a case failed."""
    told = _parser().parse_args(words)
    names = told.only or [*SURFACES]
    if told.again:
        trying.again(SURFACES[names[0]], told.again)
        return 0
    first_seed = random.randrange(2**31) if told.seed is None else told.seed
    _say(f"seed {first_seed}, {told.engine}, {told.minutes:g} minutes")
    failed = False
    for name in names:
        tried = _tried(told.engine, name, told.minutes * 60 / len(names), first_seed, told.found)
        _say(_line(tried))
        failed = failed or tried.found is not None
    return 1 if failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=10.0, help="for all surfaces together")
    parser.add_argument("--only", action="append", choices=[*SURFACES], help="this surface; may be given again")
    parser.add_argument("--seed", type=int, help="the first seed; without it, any")
    parser.add_argument("--engine", choices=["hypothesis", "atheris"], default="hypothesis")
    parser.add_argument("--found", type=Path, default=FOUND, help="the folder for cases that fail")
    parser.add_argument("--again", type=Path, help="a case that was kept, to be checked again")
    return parser


def _tried(engine: str, name: str, seconds: float, first_seed: int, folder: Path) -> Tried:
    if engine == "atheris":
        return guiding.by_atheris(name, seconds=seconds, first_seed=first_seed, folder=folder)
    return trying.by_hypothesis(SURFACES[name], seconds=seconds, first_seed=first_seed, folder=folder)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _line(tried: Tried) -> str:
    pace = tried.examples / max(tried.seconds, 0.001)
    end = f"FAILED, see {tried.found}" if tried.found else "nothing failed"
    notes = f", {tried.notes}" if tried.notes else ""
    return f"{tried.surface:10} {tried.examples:9,} examples {pace:7,.0f}/s{notes}: {end}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
