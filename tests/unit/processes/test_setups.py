import asyncio
import json
import os
import textwrap

import pytest

from llmgate.errors import NotEvaluated
from llmgate.processes import shelf as shelves
from llmgate.processes.shelf import Shelf
from llmgate.trial import Arm
from tests.applications import PYTHON, applications, asked, command, scratch

APP = "import json; print(json.dumps({'output': open('made/what').read()}))"
MAKE = "import os; os.makedirs('made'); open('made/what', 'w').write(open('lock').read() + ' by ' + open('who').read())"
FILES = {"app.py": APP, "make.py": MAKE, "lock": "1", "who": "base"}
IS_ROOT = os.geteuid() == 0


@pytest.fixture
def shelf():
    with scratch() as folder:
        yield folder / "setups"


def entry(program="make.py", *, output="made", inputs=("lock",), timeout_s=60, **fields):
    setup = {"run": [PYTHON, program], "inputs": inputs, "output": output, "timeout_s": timeout_s}
    return command(PYTHON, "app.py", setup=setup, **fields)


def prepared(base, head=None, *, made=None, arms=tuple(Arm), shelf=None):
    """Set arms up, the base first, and ask each; `base` and `head` are their files."""

    async def all_():
        async with applications(base, head, shelf=shelf) as running:
            for arm in arms:
                await running.prepare(arm, "app", made or entry())
            return [(await asked(running, made or entry(), arm=arm)) for arm in arms]

    return [reply.output or reply.fault for reply in asyncio.run(all_())]


def refused(files, made=None):
    with pytest.raises(NotEvaluated) as caught:
        prepared(files, made=made, arms=[Arm.HEAD])
    return str(caught.value)


def program(text):
    return {**FILES, "make.py": textwrap.dedent(text)}


def test_equal_inputs_are_set_up_once_and_in_the_base():
    assert prepared(FILES, {**FILES, "who": "head"}) == ["1 by base", "1 by base"]


def test_other_inputs_are_set_up_in_the_head():
    assert prepared(FILES, {**FILES, "who": "head", "lock": "2"}) == ["1 by base", "2 by head"]


def test_another_environment_is_another_setup():
    async def both():
        async with applications(FILES, {**FILES, "who": "head"}) as running:
            await running.prepare(Arm.BASE, "app", entry())
            await running.prepare(Arm.HEAD, "app", entry(env={"MODE": "x"}))
            return (await asked(running, entry(), arm=Arm.HEAD)).output

    assert asyncio.run(both()) == "1 by head"


def test_what_a_base_made_is_kept_for_later_runs(shelf):
    prepared(FILES, arms=[Arm.BASE], shelf=shelf)
    later = {**FILES, "who": "later"}
    assert prepared(later, later, shelf=shelf) == ["1 by base", "1 by base"]


def test_what_a_head_made_is_kept_for_nobody(shelf):
    prepared(FILES, {**FILES, "lock": "2", "who": "head"}, shelf=shelf)
    later = {**FILES, "lock": "2", "who": "later"}
    assert prepared(later, arms=[Arm.BASE], shelf=shelf) == ["2 by later"]


def test_what_a_head_made_first_is_not_what_the_base_uses():
    assert prepared(FILES, {**FILES, "who": "head"}, arms=(Arm.HEAD, Arm.BASE)) == ["1 by head", "1 by base"]


def test_a_failed_setup_is_told_with_the_end_of_what_it_printed(shelf):
    told = refused(program("import sys; print('\\x1b[1mno index'); sys.exit('cannot install')"))
    assert told.startswith("the setup of targets.app ended with the code 1: cannot install")
    assert "\\x1b[1mno index" in told
    assert f"run '{PYTHON} make.py' in a fresh copy" in told


def test_a_setup_that_does_not_end_is_stopped():
    assert "was stopped after 0.3 s" in refused(program("import time; time.sleep(60)"), entry(timeout_s=0.3))


def test_nothing_of_a_failed_setup_is_kept(shelf):
    failing = program("import os; os.mkdir('made'); open('made/what', 'w').write('half'); os._exit(1)")
    with pytest.raises(NotEvaluated):
        prepared(failing, shelf=shelf)
    assert not shelf.exists()
    assert prepared(FILES, shelf=shelf) == ["1 by base", "1 by base"]


def test_a_setup_changes_its_own_copy_alone():
    text = """
    import os
    open('who', 'w').write('spoilt')
    os.unlink('app.py')
    os.mkdir('made')
    open('made/what', 'w').write('x')
    """
    app = "import json; print(json.dumps({'output': open('who').read()}))"
    assert prepared({**program(text), "app.py": app}, arms=[Arm.HEAD]) == ["base"]


@pytest.mark.parametrize(
    ("text", "made", "reason"),
    [
        ("", entry(), "has left no folder at made"),
        ("import os; os.symlink('/etc', 'made')", entry(), "has left no folder at made"),
        ("import os; os.symlink('/', 'up')", entry(output="up/etc"), "has left no folder at up/etc"),
        ("open('made', 'w')", entry(), "has left no folder at made"),
        ("import os\nfor _ in range(200): os.mkdir('made'); os.chdir('made')", entry(), "deeper than 100"),
        ("", entry(inputs=["gone"]), "inputs match none"),
        ("", entry(output="who"), "has left no folder at who"),
    ],
)
def test_an_output_that_is_no_folder_of_files_is_refused(text, made, reason):
    assert reason in refused(program(text), made)


def test_an_output_does_not_replace_what_the_repository_has():
    files = {**program("import os; open('made/what', 'w').write('other')"), "made/what": "own"}
    assert "is a file or folder of the repository" in refused(files)


def test_two_targets_have_each_their_own_output_at_the_same_place():
    async def both():
        async with applications(FILES, {**FILES, "who": "head", "lock": "2"}, names=("one", "two")) as running:
            await running.prepare(Arm.HEAD, "one", entry())
            return [(await asked(running, entry(), name=name)) for name in ("one", "two")]

    one, two = asyncio.run(both())
    assert one.output == "2 by head"
    assert "it ended with the code 1" in two.fault


def test_a_script_that_a_setup_runs_is_an_input_of_it():
    worse = {**FILES, "who": "head", "make.py": FILES["make.py"] + "# worse"}
    assert prepared(FILES, worse) == ["1 by base", "1 by head"]


def test_what_is_no_file_is_left_out_and_rights_are_taken_away():
    text = """
    import os
    os.makedirs('made/deep')
    os.mkfifo('made/pipe')
    open('made/what', 'w').write('x')
    open('made/deep/tool', 'w')
    os.chmod('made/deep/tool', 0o6777)
    os.chmod('made/deep', 0o300)
    """
    app = """
    import json, os
    modes = {name: oct(os.stat('made/' + name).st_mode) for name in ('what', 'deep', 'deep/tool')}
    print(json.dumps({'output': [sorted(os.listdir('made')), modes, os.stat('made/what').st_uid == os.getuid()]}))
    """
    (said,) = prepared({**program(text), "app.py": textwrap.dedent(app)}, arms=[Arm.HEAD])
    names, modes, own = json.loads(said)
    assert names == ["deep", "what"]
    assert modes == {"what": "0o100444", "deep": "0o40555", "deep/tool": "0o100555"}
    assert own is not IS_ROOT


def test_files_that_name_the_place_they_were_made_in_name_the_tree_they_are_placed_in():
    text = """
    import os
    os.mkdir('made')
    open('made/tool', 'w').write(f'#!{os.getcwd()}/made/python')
    open('made/data', 'wb').write(os.getcwd().encode() + bytes(1))
    os.symlink(os.getcwd() + '/lock', 'made/link')
    """
    app = """
    import json, os
    here = os.getcwd()
    print(json.dumps({'output': [
        open('made/tool').read() == f'#!{here}/made/python', here.encode() in open('made/data', 'rb').read(),
        os.readlink('made/link') == here + '/lock', open('made/link').read(),
    ]}))
    """
    files = {**program(text), "app.py": textwrap.dedent(app)}
    assert prepared(files, files) == ['[true,false,true,"1"]'] * 2


def test_a_virtual_environment_works_in_both_trees(shelf):
    files = {"app.py": "import json, sys; print(json.dumps({'output': sys.prefix}))", "lock": ""}
    setup = {"run": [PYTHON, "-m", "venv", "--without-pip", ".venv"], "inputs": ["lock"], "output": ".venv"}
    made = command(".venv/bin/python", "app.py", setup=setup)

    async def both():
        async with applications(files, shelf=shelf) as running:
            for arm in Arm:
                await running.prepare(arm, "app", made)
            return [
                (await asked(running, made, arm=arm)).output == f"{running._trees[arm, 'app'].folder}/.venv"
                for arm in Arm
            ]

    assert asyncio.run(both()) == [True, True]


def test_the_shelf_keeps_the_last_few_and_no_halves(shelf):
    for lock in range(shelves.KEPT + 2):
        prepared({**FILES, "lock": str(lock)}, arms=[Arm.BASE], shelf=shelf)
    names = [each.name for each in shelf.iterdir()]
    assert len(names) == shelves.KEPT
    assert not [name for name in names if name.startswith(shelves.PARTIAL)]
    assert all(Shelf(shelf).find(name) for name in names)
