"""What cannot work ends with exit 2 and a clear word, before anything is called."""

from tests import project

ORIGIN = "http://127.0.0.1:9"


def test_check_and_gate_agree_on_a_provider_that_is_not_declared(tmp_path):
    config = project.config(ORIGIN).replace("provider: house", "provider: hous")
    shop = project.Project.create(tmp_path / "repository", {**project.files(ORIGIN), "llmgate.yaml": config})
    shop.pull({"prompts/support.jinja": project.prompt("Be brief.")})
    checked = project.command("check", cwd=shop.origin.path)
    assert (checked.code, project.gate(shop, tmp_path).code) == (2, 2)
    assert checked.stderr.startswith("llmgate: 1 fault in the configuration\nllmgate.yaml:5: model 'answerer' names")


def test_check_ends_with_the_code_of_what_it_found(tmp_path):
    shop = project.Project.create(tmp_path / "repository", project.files(ORIGIN, fixtures=0))
    done = project.command("check", cwd=shop.origin.path)
    assert (done.code, done.stdout.splitlines()[-1]) == (1, "0 fixtures, 3 units: 1 blocking finding")


def test_the_demo_refuses_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    done = project.command("demo", "--keep", "file/folder", cwd=tmp_path)
    assert (done.code, done.stdout) == (2, "")
    assert (
        done.stderr
        == "llmgate: file/folder cannot be written in: Not a directory [not-writable]\n  name another folder\n"
    )
