"""`llmgate check` finds what the gate would stumble over, and counts what it looked at."""

import hashlib
import json

import pytest

from llmgate.errors import ConfigurationError
from tests import embedding, gitserver, judging, modelserver, project
from tests.unit.cli import program

ORIGIN = "http://127.0.0.1:9"


@pytest.fixture
def checked(tmp_path):
    def check(changed=None, *, fixtures=3, extra=""):
        repository = gitserver.init(tmp_path / "repository")
        content = {**project.files(ORIGIN, fixtures=fixtures, extra=extra), **(changed or {})}
        repository.commit({name: text for name, text in content.items() if text is not None}, "base")
        return program.run("check", "--repository", repository.path)

    return check


def faults(done):
    assert isinstance(done.exception, ConfigurationError)
    return [str(fault) for fault in done.exception.faults]


def test_what_has_no_fault_is_counted(checked):
    done = checked()
    assert done.exit_code == 0
    assert done.output.splitlines()[-1] == "3 fixtures, 3 units: no faults"


def test_one_fixture_is_one_fixture(checked):
    assert checked(fixtures=1).output.splitlines()[-1] == "1 fixture, 3 units: no faults"


def test_a_provider_that_is_not_declared_is_a_fault_at_its_line(checked):
    config = project.config(ORIGIN).replace("provider: house", "provider: hous")
    (fault,) = faults(checked({"llmgate.yaml": config}))
    line = next(number for number, text in enumerate(config.splitlines(), 1) if "hous," in text)
    assert fault.startswith(f"llmgate.yaml:{line}: model 'answerer' names the provider 'hous'")
    assert "known: anthropic, cohere, gemini, house, mistral, openai" in fault


def test_a_provider_of_a_model_in_another_file_is_looked_up_too(checked):
    config = (
        project.config(ORIGIN)
        .replace("surface:\n", 'surface:\n  models: ["models.yaml"]\n')
        .replace("model: answerer", "model: remote")
    )
    (fault,) = faults(
        checked({"llmgate.yaml": config, "models.yaml": "# models\nremote: {provider: acme, model: x-1-2026-01-15}\n"})
    )
    assert fault.startswith("models.yaml:2: model 'remote' names the provider 'acme'")


def test_the_simulated_provider_is_allowed_with_a_note(checked):
    config = project.config(ORIGIN, model="sim-support-2026-01-15")
    done = checked({"llmgate.yaml": config.replace("provider: house", "provider: simulated")})
    assert done.exit_code == 0
    assert "only `llmgate demo` answers it" in done.output


def test_a_variable_that_several_fixtures_lack_is_one_fault_at_the_template(checked):
    template = project.prompt().replace("{{ question }}", "{{ questoin }}")
    line = next(number for number, text in enumerate(template.splitlines(), 1) if "questoin" in text)
    expected = f"prompts/support.jinja:{line}: 'questoin' is undefined (3 fixtures, first fixtures/case-000.yaml:1)"
    remedy = "Correct the template or the variables."
    assert faults(checked({"prompts/support.jinja": template})) == [f"{expected} ({remedy}) [no-value]"]


def test_a_variable_that_one_fixture_lacks_is_a_fault_of_the_fixture(checked):
    lacking = "# a case\n" + project.case(1).replace("question:", "questoin:")
    (fault,) = faults(checked({"fixtures/case-001.yaml": lacking}))
    assert fault.startswith("fixtures/case-001.yaml:2: fixture 'case-001': prompts/support.jinja:")
    assert "'question' is undefined" in fault


def test_a_conversation_that_leaves_nothing_to_answer_is_a_fault(checked):
    config = project.config(ORIGIN).replace("model: answerer}", "model: answerer, role: system}")
    found = faults(checked({"llmgate.yaml": config}))
    assert len(found) == 3
    assert all("leaves the model nothing to answer" in fault for fault in found)


def test_a_draft_may_lack_what_the_template_needs(checked):
    lacking = project.case(1, extra="draft: true\n").replace("question:", "questoin:")
    assert checked({"fixtures/case-001.yaml": lacking}).exit_code == 0


def test_a_fault_of_the_prompt_itself_is_told_once(checked):
    (fault,) = faults(checked({"prompts/support.jinja": "{% if %}\n"}))
    assert fault.startswith("prompts/support.jinja:1: not a Jinja template")


def test_without_fixtures_the_gate_can_judge_nothing(checked):
    done = checked(fixtures=0)
    assert done.exit_code == 1
    assert "no fixture: the gate can judge nothing" in done.output
    assert done.output.splitlines()[-1] == "0 fixtures, 3 units: 1 blocking finding"


def test_a_model_graded_assertion_without_a_judge_is_a_fault_of_the_fixture(checked):
    (fault,) = faults(checked({"fixtures/case-001.yaml": judging.case(1)}))
    assert fault.startswith("fixtures/case-001.yaml:1: fixture 'case-001' has a model-graded assertion")
    assert "name one; docs/judge.md says how" in fault


def test_a_judge_that_is_not_calibrated_is_a_warning(checked):
    done = checked({"fixtures/case-001.yaml": judging.case(1)}, extra=judging.POLICY)
    assert "there is no judge/labels.json" in done.output
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "3 fixtures, 3 units: no faults, 1 warning")


def test_a_calibrated_judge_is_no_finding_and_its_labels_are_no_surface(checked):
    done = checked({"fixtures/case-001.yaml": judging.case(1), **judging.calibrated()}, extra=judging.POLICY)
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "3 fixtures, 3 units: no faults")


def test_an_assertion_on_embeddings_without_an_embedder_is_a_fault_of_the_fixture(checked):
    (fault,) = faults(checked({"fixtures/case-001.yaml": embedding.case(1)}))
    assert fault.startswith("fixtures/case-001.yaml:1: fixture 'case-001' has an assertion that compares embeddings")
    assert "name one; docs/embedder.md says how" in fault


def test_an_embedder_is_no_finding(checked):
    done = checked({"fixtures/case-001.yaml": embedding.case(1)}, extra=embedding.POLICY)
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "3 fixtures, 3 units: no faults")


def test_an_embedder_that_moves_is_a_finding(checked):
    moving = embedding.POLICY.replace("embed-2026-01-15", "embed-latest")
    done = checked({"fixtures/case-001.yaml": embedding.case(1)}, extra=moving)
    assert "the embedder's model 'embed-latest' is floating" in done.output
    assert done.exit_code == 1


@pytest.mark.parametrize(("numbers", "told"), [((0, 2), "2 of them drafts"), ((0,), "1 of them a draft")])
def test_drafts_are_counted_among_the_fixtures(checked, numbers, told):
    drafts = {f"fixtures/case-{number:03}.yaml": project.case(number, extra="draft: true\n") for number in numbers}
    assert checked(drafts).output.splitlines()[-1] == f"3 fixtures, {told}, 3 units: no faults"


def test_drafts_alone_judge_nothing_either(checked):
    done = checked({"fixtures/case-000.yaml": project.case(0, extra="draft: true\n")}, fixtures=1)
    assert done.exit_code == 1
    assert "no fixture is active: the gate can judge nothing (end a draft, or add fixtures under" in done.output


@pytest.mark.parametrize(
    ("policy", "code", "counted"), [("block", 1, "1 blocking finding"), ("warn", 0, "no faults, 1 warning")]
)
def test_what_the_policy_would_say_is_counted(checked, policy, code, counted):
    config = project.config(ORIGIN, model="gpt-4.1", extra=f"  pins: {policy}\n").replace("house", "openai")
    config = config.replace(f'host: "{ORIGIN}"', "host: api.openai.com")
    done = checked({"llmgate.yaml": config})
    assert (done.exit_code, done.output.splitlines()[-1]) == (code, f"3 fixtures, 3 units: {counted}")


def test_the_surface_is_listed_with_the_rule_by_which_each_unit_was_taken(tmp_path):
    files = {**project.files(ORIGIN, fixtures=1), "AGENTS.md": "Be brief."}
    shop = project.Project.create(tmp_path / "repository", files)
    listed = program.run("check", "--surface", "--repository", shop.origin.path).output
    assert "prompt:prompts/support.jinja at prompts/support.jinja:1 by jinja.ending" in listed
    assert "target:support at llmgate.yaml:7" in listed


def test_findings_and_faults_are_written_as_sarif(tmp_path):
    shop = project.Project.create(tmp_path / "repository", project.files(ORIGIN, fixtures=1))
    shop.pull({"fixtures/case-000.yaml": project.case(0).replace("target: support", "target: none")})
    path = tmp_path / "check.sarif"
    program.run("check", "--revision", "pr-7", "--repository", shop.origin.path, "--sarif", path)
    results = json.loads(path.read_text(encoding="utf-8"))["runs"][0]["results"]
    place = results[0]["locations"][0]["physicalLocation"]
    assert (results[0]["ruleId"], place["artifactLocation"]["uri"]) == ("configuration", "fixtures/case-000.yaml")


def test_faults_are_written_as_junit_and_code_quality_too(tmp_path):
    shop = project.Project.create(tmp_path / "repository", project.files(ORIGIN, fixtures=1))
    shop.pull({"fixtures/case-000.yaml": project.case(0).replace("target: support", "target: none")})
    junit, quality = tmp_path / "out" / "junit.xml", tmp_path / "out" / "quality.json"
    forms = ("--junit", junit, "--codequality", quality)
    program.run("check", "--revision", "pr-7", "--repository", shop.origin.path, *forms)
    assert 'failures="1"' in junit.read_text(encoding="utf-8")
    assert json.loads(quality.read_text(encoding="utf-8"))[0]["location"]["path"] == "fixtures/case-000.yaml"


# Captured fixtures

CAPTURED = "# seen in May\n" + project.case(1, extra="origin: {kind: production}\n")
WHOLE = CAPTURED + "hypothesis: {statement: it guesses}\n"


def test_a_captured_fixture_without_a_hypothesis_is_a_fault_at_its_line(checked):
    (fault,) = faults(checked({"fixtures/case-001.yaml": CAPTURED}))
    assert fault.startswith("fixtures/case-001.yaml:2: fixture 'case-001' was captured in production and has no hypoth")
    assert "add `hypothesis: {statement: …}`" in fault


def test_a_captured_fixture_that_was_never_proven_is_a_warning(checked):
    done = checked({"fixtures/case-001.yaml": WHOLE})
    assert done.exit_code == 0
    assert "warn: fixtures/case-001.yaml:2: captured fixture 'case-001' was never proven" in done.output
    assert done.output.splitlines()[-1] == "3 fixtures, 3 units: no faults, 1 warning"


def test_an_unproven_fixture_is_in_the_sarif_log(tmp_path):
    shop = project.Project.create(tmp_path / "repository", project.files(ORIGIN, fixtures=1))
    shop.pull({"fixtures/case-001.yaml": WHOLE})
    path = tmp_path / "check.sarif"
    program.run("check", "--revision", "pr-7", "--repository", shop.origin.path, "--sarif", path)
    (result,) = json.loads(path.read_text(encoding="utf-8"))["runs"][0]["results"]
    assert (result["ruleId"], result["level"]) == ("unproven", "warning")


# Labels


def test_a_label_that_the_taxonomy_does_not_have_is_a_warning_at_its_line(checked):
    case = "# of May\n" + project.case(1).replace("category: grounding", "category: tone")
    done = checked({"fixtures/case-001.yaml": case})
    assert done.exit_code == 0
    assert "warn: fixtures/case-001.yaml:2: fixture 'case-001': its `category: tone` is not in the" in done.output
    assert "known: retrieval, grounding, " in done.output


def test_a_label_that_llmgate_yaml_adds_is_known(checked):
    case = project.case(1).replace("category: grounding", "category: tone.cold")
    extra = "taxonomy: {categories: {tone: {codes: {cold: {}}}}}\n"
    assert (
        checked({"fixtures/case-001.yaml": case}, extra=extra).output.splitlines()[-1]
        == "3 fixtures, 3 units: no faults"
    )


def test_a_captured_fixture_with_a_label_that_is_not_known_is_a_fault(checked):
    (fault,) = faults(checked({"fixtures/case-001.yaml": WHOLE.replace("category: grounding", "category: tone")}))
    assert fault.startswith(
        "fixtures/case-001.yaml:2: fixture 'case-001' was captured, and its `category: tone` is not"
    )


# The providers' own lists

PINNED = "gpt-4.1-2025-04-14"


@pytest.fixture
def online(tmp_path):
    """Check a branch whose base names `server` as OpenAI's host."""

    def check(server, *, model=PINNED, changed=None, environment=None, extra=""):
        repository = gitserver.init(tmp_path / "repository")
        written = project.config(server.url, key="OPENAI_API_KEY", model=model, extra=extra).replace("house", "openai")
        repository.commit({**project.files(server.url, fixtures=1), "llmgate.yaml": written}, "base")
        repository("checkout", "-q", "-b", "work")
        if changed:
            repository.commit({"llmgate.yaml": changed(written)}, "change")
        given = {"OPENAI_API_KEY": "sk-canary-0123456789"} if environment is None else environment
        return program.run("check", "--online", "--repository", repository.path, environment=given)

    return check


def listing(*items):
    return modelserver.serve(plan=lambda _asked: modelserver.json_body({"data": list(items)}))


def test_a_model_in_its_providers_list_is_judged_by_it(online):
    with listing({"id": PINNED, "shutdown_date": None}) as server:
        done = online(server)
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "1 fixture, 3 units: no faults")
    assert [seen.path for seen in server.seen] == ["/v1/models"]


def test_an_end_that_the_list_announces_is_told_with_its_source(online):
    with listing({"id": PINNED, "shutdown_date": "2020-01-01"}) as server:
        done = online(server)
    assert done.exit_code == 1
    assert "is pinned and retired on 2020-01-01" in done.output
    assert f"(GET {server.url}/v1/models, checked " in done.output


def test_a_model_that_the_list_does_not_have_blocks(online):
    with listing({"id": "gpt-6-luna"}) as server:
        done = online(server)
    assert done.exit_code == 1
    assert "is not in its provider's own list" in done.output


@pytest.mark.parametrize(
    ("environment", "plan", "message"),
    [
        ({"OPENAI_API_KEY": ""}, (), "OPENAI_API_KEY is not set or empty"),
        (None, [modelserver.status(401)], "answered 401"),
        (None, [modelserver.redirect("http://127.0.0.1:9/")], "redirects"),
        (None, [modelserver.json_body({"data": []})], "its list of models is empty"),
    ],
)
def test_a_provider_that_cannot_be_asked_is_a_warning(online, environment, plan, message):
    with modelserver.serve(plan=plan) as server:
        done = online(server, environment=environment)
    assert done.exit_code == 0
    assert "warn: the provider 'openai' was not asked for its models: " in done.output
    assert message in done.output


def test_a_key_goes_to_the_host_that_the_base_names_and_to_no_other(online):
    with modelserver.serve() as elsewhere, listing({"id": PINNED}) as server:
        done = online(server, changed=lambda text: text.replace(server.url, elsewhere.url))
    assert done.exit_code == 0
    assert (len(server.seen), elsewhere.seen) == (1, [])


def test_the_base_can_be_named(tmp_path):
    repository = gitserver.init(tmp_path / "repository")
    with listing({"id": PINNED}) as first, listing({"id": PINNED}) as second:
        for server in (first, second):
            written = project.config(server.url, key="OPENAI_API_KEY", model=PINNED).replace("house", "openai")
            repository.commit({**project.files(server.url, fixtures=1), "llmgate.yaml": written}, "a policy")
        words = ["--online", "--base", "HEAD~1", "--repository", repository.path]
        done = program.run("check", *words, environment={"OPENAI_API_KEY": "sk-canary-0123456789"})
    assert (done.exit_code, len(first.seen), len(second.seen)) == (0, 1, 0)


def test_a_provider_that_only_the_head_names_is_not_asked(online):
    with listing({"id": PINNED}) as server:
        done = online(server, changed=lambda text: text.replace("openai", "mine"))
    assert "the provider 'mine' was not asked for its models: no such provider in policy.providers: mine" in done.output
    assert server.seen == []


def test_where_pins_are_off_nobody_is_asked_and_that_is_said(online):
    with listing({"id": PINNED}) as server:
        done = online(server, extra="  pins: off\n")
    assert "nobody was asked for models: policy.pins is off" in done.output
    assert server.seen == []


def test_without_a_base_nobody_is_asked_and_that_is_said(tmp_path):
    repository = gitserver.init(tmp_path / "repository")
    with modelserver.serve() as server:
        written = project.config(server.url, key="OPENAI_API_KEY", model=PINNED).replace("house", "openai")
        repository.commit({"README.md": "A shop.\n"}, "base")
        repository("checkout", "-q", "-b", "work")
        repository.commit({**project.files(server.url, fixtures=1), "llmgate.yaml": written}, "change")
        done = program.run("check", "--online", "--repository", repository.path)
    assert "the provider 'openai' was not asked for its models: " in done.output
    assert server.seen == []


def test_the_surface_is_listed_without_a_configuration(tmp_path):
    repository = gitserver.init(tmp_path / "repository")
    repository.commit({"prompts/support.md": "You are kind.\n"}, "base")
    done = program.run("check", "--surface", "--repository", repository.path)
    assert done.exit_code == 1
    lines = done.output.splitlines()
    assert lines[0].startswith("prompt:prompts/support.md at prompts/support.md:1 by name.folder")
    assert "note: there is no llmgate.yaml; what is listed was found by name, content and syntax" in lines
    assert lines[-1] == "0 fixtures, 1 unit: 1 blocking finding"


def test_without_a_configuration_there_is_nothing_to_check(tmp_path):
    repository = gitserver.init(tmp_path / "repository")
    repository.commit({"prompts/support.md": "You are kind.\n"}, "base")
    done = program.run("check", "--repository", repository.path)
    assert "`llmgate init`" in done.exception.remedy


def test_a_fixture_that_depends_on_state_outside_it_is_a_warning_with_its_place(checked):
    left = project.case(9, extra="completeness: {depends_on: [the orders database, a clock]}\n")
    done = checked({"fixtures/case-009.yaml": left})
    assert done.exit_code == 0
    assert "warn: fixtures/case-009.yaml:1: fixture 'case-009' does not run" in done.output
    assert "depends on 'the orders database', 'a clock', which it does not hold" in done.output


# Files that fixtures send

IMAGE = b"\x89PNG not really"


def showing(digest, path="shots/a.png"):
    part = f"{{type: blob, modality: image, mime_type: image/png, path: {path}, sha256: {digest}}}"
    return project.case(0).replace("}}\n", f"}}, messages: [{{role: user, parts: [{part}]}}]}}\n")


def test_a_file_of_a_fixture_with_the_recorded_digest_is_no_fault(checked):
    fixture = showing(hashlib.sha256(IMAGE).hexdigest())
    assert checked({"fixtures/case-000.yaml": fixture, "shots/a.png": IMAGE}).exit_code == 0


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({}, "does not exist"),
        ({"shots/a.png": b"other"}, "has another sha256 than the fixture records"),
        ({"shots/a.png": b"\0" * (5 * 1024 * 1024 + 1)}, "has more than 5,242,880 bytes"),
    ],
)
def test_a_file_of_a_fixture_that_is_gone_or_another_is_a_fault_with_its_place(checked, files, why):
    (fault,) = faults(checked({"fixtures/case-000.yaml": showing(hashlib.sha256(IMAGE).hexdigest()), **files}))
    assert fault.startswith("fixtures/case-000.yaml:1: fixture 'case-000': the file 'shots/a.png' of its messages")
    assert why in fault


def test_a_link_is_no_file_of_a_fixture(tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(IMAGE)
    repository = gitserver.init(tmp_path / "repository")
    (repository.path / "shots").mkdir()
    (repository.path / "shots" / "a.png").symlink_to(secret)
    fixture = showing(hashlib.sha256(IMAGE).hexdigest())
    repository.commit({**project.files(ORIGIN, fixtures=0), "fixtures/case-000.yaml": fixture}, "base")
    (fault,) = faults(program.run("check", "--repository", repository.path))
    assert "'shots/a.png' of its messages is a symbolic link, not a regular file" in fault


def test_a_file_that_the_models_api_cannot_carry_is_a_fault(checked):
    text = showing(hashlib.sha256(IMAGE).hexdigest()).replace(
        "modality: image, mime_type: image", "modality: video, mime_type: video"
    )
    (fault,) = faults(checked({"fixtures/case-000.yaml": text, "shots/a.png": IMAGE}))
    assert "fixtures/case-000.yaml:1: fixture 'case-000': Chat Completions takes no file of the kind video" in fault


def test_a_result_that_answers_no_call_is_a_fault(checked):
    turns = (
        "messages: [{role: user, content: go}, {role: tool, parts: [{type: tool_call_response, id: x, response: 1}]}]"
    )
    (fault,) = faults(checked({"fixtures/case-000.yaml": project.case(0).replace("}}\n", f"}}, {turns}}}\n")}))
    assert "a tool's result 'x' answers no open call of the conversation" in fault


OWN = "assertions: {polite: {file: checks/polite.py, class: Polite}}\n"
POLITE = """class Polite:
    def __init__(self, words=()):
        self.words = words

    def grade(self, output, context):
        return any(word in output for word in self.words)
"""
ASKING = project.case(1) + '  - {type: "custom:polite", words: [please]}\n'


def own(checked, source=POLITE, case=ASKING, extra=OWN):
    return checked({"checks/polite.py": source, "fixtures/case-001.yaml": case}, extra=extra)


def test_an_assertion_of_the_repositorys_own_is_loaded_and_made(checked):
    assert own(checked).output.splitlines()[-1].endswith("no faults")


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (None, "llmgate.yaml:12: the assertion 'polite' names"),
        ("\n\nimport os.path, nothing", "checks/polite.py:3: the assertion 'polite' cannot be loaded: ImportError"),
        ("while True: pass", "checks/polite.py:1: the assertion 'polite' cannot be loaded: it was stopped after 5 s"),
        ("class Polite: pass", "there is no class Polite with a method grade(output, context)"),
        (POLITE.replace("words=()", "word=()"), "custom:polite cannot be made with its fields: TypeError"),
    ],
)
def test_an_assertion_of_the_repositorys_own_that_cannot_be_used_is_a_fault_at_its_line(checked, source, told):
    (fault,) = faults(own(checked, source))
    assert told in fault


def test_an_assertion_that_is_declared_nowhere_is_a_fault_with_the_known_names(checked):
    (fault,) = faults(own(checked, case=ASKING.replace("custom:polite", "custom:polit")))
    assert fault.startswith(
        "fixtures/case-001.yaml:1: fixture 'case-001' has the assertion custom:polit, which is not in"
    )
    assert "known: polite" in fault


TONE = "def get_assert(output, context):\n    return len(output) < context['config']['limit']\n"


def scripted(checked, value, source=TONE):
    case = project.case(1) + f"  - {json.dumps({'type': 'python', 'value': value})}\n"
    return checked({"checks/tone.py": source, "fixtures/case-001.yaml": case})


@pytest.mark.parametrize("value", ["file://checks/tone.py", "len(output) < 9", "x = 1\nreturn x / 0\n"])
def test_code_in_python_is_loaded_and_not_called(checked, value):
    assert scripted(checked, value).output.splitlines()[-1].endswith("no faults")


@pytest.mark.parametrize(
    ("value", "source", "told"),
    [
        (
            "file://checks/gone.py",
            TONE,
            "fixtures/case-001.yaml:1: fixture 'case-001' names 'checks/gone.py', which",
        ),
        ("file://checks/tone.py:f", TONE, "names 'checks/tone.py', which has no function f"),
        (
            "file://checks/tone.py",
            "get_assert = None\n",
            "cannot be loaded: LookupError: there is no function",
        ),
        (
            "file://checks/tone.py",
            f"import json\nimport requests\n{TONE}",
            'checks/tone.py:2: the function get_assert in "checks/tone.py" cannot be loaded: ImportError',
        ),
        (
            "len(output) <",
            TONE,
            "fixtures/case-001.yaml:1: fixture 'case-001': the Python code \"len(output) <\" cannot be loaded: line 1:",
        ),
        ("x = 1\nreturn (x", TONE, "cannot be loaded: line 2: SyntaxError"),
    ],
)
def test_code_in_python_that_cannot_be_used_is_a_fault_at_its_line(checked, value, source, told):
    (fault,) = faults(scripted(checked, value, source))
    assert told in fault
