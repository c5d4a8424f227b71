"""Targets that are applications: what changes them, what runs, and what is told to be covered."""

import pytest

from llmgate.changes import Kind
from llmgate.errors import ConfigurationError, NotEvaluated
from llmgate.trial import Arm
from tests.unit.sampling import fakes

TARGET = (
    "  app: {kind: command, run: [python, app/main.py], files: ['app/**'], models: [answerer], env: {MODE: plain}%s}\n"
)
CODE = "import json, sys\nprint(json.dumps({'output': 'yes'}))\n"


def files(more="", **changed):
    base = fakes.files() | {"app/main.py": CODE, "README.md": "Read me.\n"}
    base["llmgate.yaml"] = fakes.config(extra=TARGET % more)
    base["fixtures/d.yaml"] = fakes.case("d", target="app")
    return base | changed


def made(head, base=None, **asked):
    return fakes.inspected(base or files(), head, **asked)


def ids(planned):
    return [item.id for item in planned]


def told(material):
    return {
        (change.kind, change.unit): names
        for change, names in zip(material.changes, material.plan.exercised, strict=True)
    }


def test_an_edit_of_its_code_runs_the_fixtures_of_an_application_alone():
    material = made({"app/main.py": CODE + "# more\n"})
    assert (ids(material.plan.compared), material.plan.identical) == (["d"], ("a", "b", "c"))
    assert told(material) == {(Kind.APPLICATION, "application:app"): ("d",)}
    assert not material.findings


def test_an_edit_of_other_files_is_none_of_the_application():
    material = made({"README.md": "Read this.\n"})
    assert (material.changes, material.plan.runs) == ((), ())


def test_a_prompt_in_its_files_belongs_to_the_application():
    base = files(**{"app/answer.prompt.md": "Answer: {{ question }}\n"})
    base["llmgate.yaml"] = base["llmgate.yaml"].replace('"prompts/**"', '"prompts/**", "app/*.md"')
    material = made({"app/answer.prompt.md": "Answer politely: {{ question }}\n"}, base)
    assert ids(material.plan.compared) == ["d"]
    assert told(material) == {(Kind.PROMPT, "prompt:app/answer.prompt.md"): ("d",)}


def test_another_model_among_those_it_may_ask_runs_it():
    head = files()["llmgate.yaml"].replace("model: m-2026-01-15", "model: m-2026-02-02")
    assert ids(made({"llmgate.yaml": head}).plan.compared) == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("edit", "kind"), [(("MODE: plain", "MODE: other"), Kind.PROMPT), (("main.py]", "main.py, -v]"), Kind.PROMPT)]
)
def test_another_way_of_running_it_is_a_change(edit, kind):
    material = made({"llmgate.yaml": files()["llmgate.yaml"].replace(*edit)})
    assert ids(material.plan.compared) == ["d"]
    assert {change.kind for change in material.changes} == {kind}


@pytest.mark.parametrize("bound", ["timeout_s: 5", "max_calls: 1"])
def test_another_bound_of_its_trials_is_a_change(bound):
    material = made({"llmgate.yaml": files()["llmgate.yaml"].replace("env:", f"{bound}, env:")})
    assert ids(material.plan.compared) == ["d"]


def test_other_patterns_for_the_same_files_are_no_change():
    material = made({"llmgate.yaml": files()["llmgate.yaml"].replace("'app/**'", "'app/*'")})
    assert material.plan.identical == ("a", "b", "c", "d")


def test_an_edit_of_what_its_setup_is_made_from_is_a_change():
    setup = ", setup: {run: [make, deps], inputs: [lock.txt], output: deps}"
    material = made({"lock.txt": "two\n"}, files(setup, **{"lock.txt": "one\n"}))
    assert ids(material.plan.compared) == ["d"]
    assert told(material) == {(Kind.APPLICATION, "application:app"): ("d",)}


def test_the_question_does_not_tell_the_arm_and_its_digest_tells_the_revision():
    planned = made({"app/main.py": CODE + "# more\n"}).plan.compared[0]
    base, head = planned.on(Arm.BASE), planned.on(Arm.HEAD)
    assert base.request == head.request
    assert base.digest != head.digest


def test_all_providers_of_its_models_are_asked():
    extra = "models:\n  second: {provider: other, model: n-2026-01-01}\n"
    config = files()["llmgate.yaml"].replace("models: [answerer]", "models: [answerer, second]")
    config = config.replace("models:\n", extra, 1)
    base = files(
        **{"llmgate.yaml": config.replace("providers: {", "providers: {other: {host: 'http://127.0.0.1:2'}, ")}
    )
    plan = made({"app/main.py": CODE + "# more\n"}, base).plan
    assert plan.providers == {"house", "other"}


def test_a_model_that_is_not_there_is_told_with_its_place():
    config = files()["llmgate.yaml"].replace("models: [answerer]", "models: [answered]")
    with pytest.raises(ConfigurationError, match="there is no model 'answered'") as raised:
        made({"llmgate.yaml": config})
    assert raised.value.faults[0].file == "llmgate.yaml"


@pytest.mark.trust("fork-code")
def test_code_of_a_fork_runs_only_where_the_base_says_so():
    change = {"app/main.py": CODE + "# more\n"}
    with pytest.raises(NotEvaluated, match="comes from a fork") as raised:
        made(change, stranger=True)
    assert "policy.applications.forks: run" in raised.value.remedy
    allowed = files()
    allowed["llmgate.yaml"] = allowed["llmgate.yaml"].replace("policy:\n", "policy:\n  applications: {forks: run}\n")
    assert ids(made(change, allowed, stranger=True).plan.compared) == ["d"]
    prompts = {"prompts/p.md": "Answer better: {{ question }}\n"}
    assert ids(made(prompts, stranger=True).plan.compared) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("edit", "place"),
    [
        (("'app/**'", "'apps/**'"), "targets.app.files"),
        (("env:", "setup: {run: [make], inputs: [Makefile], output: out}, env:"), "targets.app.setup.inputs"),
    ],
)
def test_a_pattern_that_matches_nothing_is_a_fault(edit, place):
    with pytest.raises(ConfigurationError, match=f"{place} has .* which matches no file of the commit") as raised:
        made({"llmgate.yaml": files()["llmgate.yaml"].replace(*edit)})
    (fault,) = raised.value.faults
    assert fault.file == "llmgate.yaml"


def test_what_changed_in_the_code_is_told_by_the_names_of_files():
    (change,) = made({"app/main.py": CODE + "# more\n", "app/new.py": ""}).changes
    assert change.details == ("app/main.py changed", "app/new.py added")
