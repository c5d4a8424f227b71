"""The action's own words, and what else an action could say."""

import sys

import pytest

from tests.runner import manifest


def action(folder, *, runs="using: docker, image: Dockerfile", entrypoint='ENTRYPOINT ["/usr/bin/tool", "-x"]'):
    (folder / "action.yml").write_text(
        f'inputs: {{max-cost: {{default: "${{{{ github.job }}}}"}}}}\nruns: {{{runs}}}\n'
    )
    (folder / "Dockerfile").write_text(f"FROM scratch\n{entrypoint}\n")
    return folder


def test_the_program_is_the_entry_point_with_the_interpreter_of_the_tests():
    assert manifest.of_action().program == [sys.executable, "-I", "-m", "llmgate.action"]


def test_an_input_that_is_left_out_has_its_default_and_one_that_is_empty_is_empty(tmp_path):
    made = manifest.of_action(action(tmp_path))
    assert made.inputs({}, {"job": "gate"}) == {"max-cost": "gate"}
    assert made.inputs({"max-cost": ""}, {}) == {"max-cost": ""}


def test_an_input_that_is_not_declared_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no input max-costs"):
        manifest.of_action(action(tmp_path)).inputs({"max-costs": "1"}, {})


@pytest.mark.parametrize(
    "settings",
    [{"runs": "using: docker, image: Dockerfile, args: [a]"}, {"entrypoint": "ENTRYPOINT tool"}],
    ids=["words for the entry point", "a shell's entry point"],
)
def test_what_is_not_emulated_is_refused(tmp_path, settings):
    with pytest.raises(ValueError, match=r"emulated|exec form"):
        manifest.of_action(action(tmp_path, **settings))
