"""`llmgate init` where nobody is asked: what it writes, what it leaves, and how it ends."""

import pytest
from ruamel.yaml import YAML

from llmgate.errors import UsageError
from tests import gitserver
from tests.unit.cli import program
from tests.unit.init.making import MODEL, SHOP, SUPPORT, suite


@pytest.fixture
def shop(tmp_path):
    def make(files):
        repository = gitserver.init(tmp_path / "shop")
        repository.commit(files, "all")
        return repository

    return make


def run(repository, *words):
    return program.run("init", *words, "--repository", repository.path)


def written(repository):
    return set(repository("ls-files", "--others", "--exclude-standard").splitlines())


def worktree(repository):
    """The state of every file but git's own."""
    known = gitserver.fingerprint(repository.path)
    return {path: state for path, state in known.items() if not path.startswith(".git/")}


def test_without_a_terminal_and_without_yes_it_says_how(shop):
    repository = shop(SHOP)
    done = run(repository)
    assert isinstance(done.exception, UsageError)
    assert "--yes" in done.exception.remedy
    assert written(repository) == set()


def test_yes_writes_all_files_and_ends_as_check_does(shop):
    repository = shop(SHOP)
    done = run(repository, "--yes", "--owner", "@acme/ml")
    assert written(repository) == {
        ".github/CODEOWNERS",
        ".github/workflows/llmgate.yml",
        "fixtures/support-jinja.yaml",
        "llmgate.yaml",
    }
    assert "no fixture is active: the gate can judge nothing" in done.output
    assert done.exit_code == 1


def test_so_few_fixtures_that_none_can_pass_are_told_with_how_many_it_takes(shop):
    done = run(shop(SHOP), "--yes")
    assert "one fixture can block an edit, but hardly ever show that nothing got worse" in done.output
    assert "It takes about 7 that send the edited prompt" in done.output


def test_enough_fixtures_are_not_said_to_be_few(shop):
    tests = [f"{{vars: {{name: n{each}}}, assert: [{{type: contains, value: x}}]}}" for each in range(7)]
    config = f"prompts: [hello.txt]\nproviders: ['openai:gpt-4o-2024-08-06']\ntests: [{', '.join(tests)}]\n"
    done = run(shop({"hello.txt": "Hello {{ name }}\n", "promptfooconfig.yaml": config}), "--yes")
    assert "7 cases imported" in done.output
    assert "hardly ever" not in done.output


def test_with_cases_of_a_suite_the_gate_can_judge_at_once(shop):
    done = run(shop(suite("table")), "--yes")
    assert "cases imported from suites" in done.output
    assert "no faults" in done.output
    assert done.exit_code == 0


@pytest.mark.parametrize(
    ("name", "form", "file"),
    [("chat", "promptfoo", "promptfooconfig.yaml"), ("prompt_yml", "prompt-yml", "support.prompt.yml")],
)
def test_what_is_imported_is_what_capture_imports(shop, name, form, file):
    repository = shop(suite(name))
    run(repository, "--yes")
    before = worktree(repository)
    here = repository.path
    words = [form, here / file, "--out", here / "fixtures" / form, "--repository", here]
    assert "already imported" in program.run("capture", *words).output
    assert worktree(repository) == before


def test_a_model_that_no_prompt_needs_is_not_written(shop):
    repository = shop(suite("prompt_yml"))
    done = run(repository, "--yes", "--model", "openai/gpt-4.1-mini")
    assert "note: --model is not used" in done.output
    assert "gpt-4.1-mini" not in (repository.path / "llmgate.yaml").read_text()


def test_what_is_not_imported_is_told_by_line(shop):
    config = """\
prompts: ["file://hello.txt"]
providers: [openai:gpt-4.1-mini-2025-04-14]
tests:
  - vars: {name: Ada}
    assert:
      - {type: contains, value: Ada}
      - {type: javascript, value: "output.length < 9"}
"""
    done = run(shop({"hello.txt": "Hello {{ name }}\n", "promptfooconfig.yaml": config}), "--yes")
    assert "note: promptfooconfig.yaml:7: not imported: assertion javascript: llmgate has no such check" in done.output
    assert "\nWritten. `llmgate check` on them:\n" in done.output


def test_the_next_steps_begin_with_the_default_branch(shop):
    output = run(shop(SHOP), "--yes").output.partition("Next:")[2]
    steps = [line for line in output.splitlines() if line.startswith("  - ")]
    assert [step.split()[1] for step in steps] == ["end", "put", "commit", "then", "add", "on"]
    assert "to the default branch first" in output
    files = ".github/workflows/llmgate.yml fixtures llmgate.yaml"
    assert f"git add {files} && git commit" in output
    assert "with OPENAI_API_KEY set: llmgate gate" in output


def test_the_doctor_finds_nothing_in_what_is_written(shop):
    repository = shop(SHOP)
    run(repository, "--yes", "--owner", "@ada", "--action", "a" * 40)
    done = program.run("doctor", "--repository", repository.path)
    assert "1 job with the gate: nothing wrong" in done.output


def test_a_dry_run_prints_a_diff_and_writes_nothing(shop):
    repository = shop({**SHOP, "CODEOWNERS": "docs/ @eve\n"})
    done = run(repository, "--yes", "--dry-run", "--owner", "@ada")
    assert "+++ b/llmgate.yaml" in done.output
    assert "--- a/CODEOWNERS\n+++ b/CODEOWNERS" in done.output
    assert "+/llmgate.* @ada" in done.output
    assert (done.exit_code, written(repository), repository("status", "--short")) == (0, set(), "")


def test_codeowners_gets_lines_and_loses_none(shop):
    repository = shop({**SHOP, "CODEOWNERS": "docs/ @eve\n"})
    run(repository, "--yes", "--owner", "@ada")
    assert (repository.path / "CODEOWNERS").read_text().startswith("docs/ @eve\n\n# What llmgate's gate hangs on.\n")


def test_a_second_run_writes_nothing(shop):
    repository = shop(SHOP)
    run(repository, "--yes", "--owner", "@ada")
    before = worktree(repository)
    done = run(repository, "--yes", "--owner", "@ada")
    assert worktree(repository) == before
    assert "all of it is there already" in done.output


def test_yes_never_writes_over_a_file_that_git_does_not_see(shop):
    repository = shop({**SHOP, ".gitignore": "llmgate.yaml\n"})
    repository.write({"llmgate.yaml": "mine: 1\n"})
    before = worktree(repository)
    done = run(repository, "--yes")
    assert "is there already" in done.exception.message
    assert worktree(repository) == before


def test_outside_of_a_repository_it_says_so(tmp_path):
    done = program.run("init", "--yes", "--repository", tmp_path)
    assert "is not inside a git repository" in done.exception.message


def test_an_empty_repository_has_nothing_to_gate(shop):
    repository = shop({"README.md": "nothing\n"})
    done = run(repository, "--yes")
    assert "there is no prompt to gate" in done.exception.message
    assert written(repository) == set()


def test_a_repository_without_a_commit_can_be_set_up(tmp_path):
    repository = gitserver.init(tmp_path / "shop")
    repository.write(SHOP)
    assert run(repository, "--yes").exit_code == 1
    assert (repository.path / "llmgate.yaml").is_file()


@pytest.mark.parametrize(
    "words",
    [
        ("--model", "gpt-4o"),
        ("--model", "openai/"),
        ("--owner", "acme"),
        ("--action", "v1"),
        ("--model", "house/m", "--host", "http://example.com", "--key", "HOUSE_KEY"),
        ("--model", "house/m", "--host", "example.com", "--key", "HOUSE"),
    ],
)
def test_an_option_that_is_none_is_told_before_anything_is_written(shop, words):
    repository = shop({"prompts/a.jinja": SUPPORT})
    done = run(repository, "--yes", *words)
    assert isinstance(done.exception, UsageError)
    assert written(repository) == set()


def test_a_provider_whose_host_nobody_knows_is_a_fault_of_check(shop):
    done = run(shop({"prompts/a.jinja": SUPPORT}), "--yes", "--model", "house/m")
    assert "'house', which policy.providers does not have" in done.exception.message


def test_a_file_name_steers_no_terminal(shop):
    repository = shop({**SHOP, "prompts/\x1b[31m::error::x.jinja": SUPPORT, "prompts/::error::y.jinja": SUPPORT})
    done = run(repository, "--yes", "--dry-run")
    assert "\x1b" not in done.output
    assert not any(line.lstrip().startswith("::") for line in done.output.splitlines())


def test_the_key_of_an_index_of_files_is_in_the_lock(shop):
    files = {"prompts/a.jinja": "{{ documents }} {{ question }}", "config/models.yaml": MODEL, "docs/a.md": "Free."}
    repository = shop(files)
    run(repository, "--yes", "--corpus", "docs/**/*.md")
    lock = YAML(typ="safe").load((repository.path / "llmgate.lock").read_text())
    assert list(lock["indexes"]) == ["documents"]
