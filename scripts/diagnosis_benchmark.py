"""Measure the diagnosis on the seeded faults and pull requests, and write docs/diagnosis-benchmark.md.

$ python -m scripts.diagnosis_benchmark
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from llmgate.targets.rendering import Renderer
from tests import modelserver
from tests.benchmarks.diagnosis import faults, harness, hunks, kinds, pulls, test_causes
from tests.benchmarks.diagnosis.experiment import Asking, laboratory
from tests.benchmarks.diagnosis.replays import Ward
from tests.benchmarks.diagnosis.seeds import Collection


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for collection in Collection:
            place = Path(folder) / collection.name
            place.mkdir()
            _kinds(place, collection)
        _causes(Path(folder))


def _kinds(folder: Path, collection: Collection) -> None:
    seeds, prefix = faults.seeds(collection), "" if collection is Collection.FIRST else f"{collection}: "
    with laboratory(folder, collection) as lab:
        answered = lab.ask(Asking(seed=seed) for seed in seeds)
        by_signs = harness.labelled(answered, kinds.by_signs)
        by_cure = kinds.by_cure(lab, answered)
    calls = f"{by_cure.calls / by_cure.treated:.0f} calls per failing fixture on average."
    harness.write(f"{prefix}faults", harness.contents(seeds))
    harness.write(f"{prefix}deterministic", harness.table(harness.matrix(by_signs)))
    harness.write(f"{prefix}counterfactual", f"{harness.table(harness.matrix(by_cure.labelled))} {calls}")


def _causes(folder: Path) -> None:
    edits = hunks.prompt_edits()
    application = pulls.application((*pulls.pulls(), *(edit.pull for edit in edits)))
    with modelserver.serve(application.answer) as server, Renderer() as renderer:
        ward = Ward(origin=server.url, folder=folder, render=renderer.render)
        named = [test_causes.attributed(each) for each in ward.explained(pulls.pulls())]
        searched = test_causes.resolved(ward)
    harness.write("attribution", harness.attributions(named))
    harness.write("hunks", harness.hunk_searches(searched))


if __name__ == "__main__":
    main()
