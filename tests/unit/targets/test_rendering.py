"""Rendering: what comes out, what is refused, and what the rendering process can do."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import time

import pytest

from llmgate.errors import NotEvaluated, RenderError
from llmgate.prompts import Turn, collection
from llmgate.prompts.syntaxes import sandbox
from llmgate.targets.rendering import Renderer
from tests import reading


def collected(files, **settings):
    wanted = collection.Wanted(declared=frozenset(files))
    return collection.collect(wanted, files.get, lambda _: None, **settings)


def parsed(source, path="prompts/a.jinja", **files):
    return reading.one(path, source.encode(), {f"prompts/{name}": text.encode() for name, text in files.items()}.get)


def worker(script):
    return Renderer(command=(sys.executable, "-I", "-c", script))


@pytest.fixture(scope="module")
def shared():
    with Renderer() as renderer:
        yield renderer


def rendered(renderer, source, /, *, files=None, **variables):
    (turn,) = renderer.render(parsed(source, **(files or {})), variables)
    assert turn.role is None
    return turn.text


@pytest.mark.parametrize(
    ("source", "variables", "expected"),
    [
        ("Hello {{ name }}!", {"name": "Ada"}, "Hello Ada!"),
        ("{{ a }} {{ b }} {{ c }}", {"a": 1, "b": None, "c": [1]}, "1 None [1]"),
        (
            "{% for d in docs %}{{ loop.index }}. {{ d.text }}\n{% endfor %}",
            {"docs": [{"text": "x"}, {"text": "y"}]},
            "1. x\n2. y\n",
        ),
        ("{{ '<b>' }}{{ a }}", {"a": "<i>"}, "<b><i>"),
        ("{{ a }}", {"a": "{{ b }}"}, "{{ b }}"),
        ("one\n", {}, "one"),
        ("a {#- note -#} b", {}, "ab"),
        ("{{ x | default('none') }}", {}, "none"),
        ("{{ d | tojson }}", {"d": {"b": 1, "a": "é"}}, '{"a": "\\u00e9", "b": 1}'),
        ("{% macro m(p) %}[{{ p }}]{% endmacro %}{{ m(1) }}{{ m(2) }}", {}, "[1][2]"),
        ("{{ 'caf\\u00e9' }}{{ 1.5 }}", {}, "café1.5"),
        ("é 🎉 {{ a }}", {"a": "ü"}, "é 🎉 ü"),
        ("{{ text | wordwrap(5) }}", {"text": "aaaa bbbb"}, "aaaa\nbbbb"),
        ("{{ 'a,b'.split(',') | join('-') }}", {}, "a-b"),
    ],
)
def test_jinja_renders_as_in_a_plain_environment(shared, source, variables, expected):
    assert rendered(shared, source, **variables) == expected


def test_every_allowed_filter_exists():
    assert set(sandbox.environment({}).filters) == sandbox.FILTERS


def test_includes_come_from_the_closure(shared):
    files = {"tone.j2": "Be {% include 'how.j2' %}.", "how.j2": "kind, {{ name }}"}
    assert rendered(shared, "{% include 'tone.j2' %}", files=files, name="Ada") == "Be kind, Ada."


def test_inheritance_and_imports_come_from_the_closure(shared):
    files = {"base.j2": "<{% block b %}x{% endblock %}>", "m.j2": "{% macro hi(n) %}Hi {{ n }}{% endmacro %}"}
    source = "{% extends 'base.j2' %}{% block b %}{% from 'm.j2' import hi %}{{ hi('Ada') }}{% endblock %}"
    assert rendered(shared, source, files=files) == "<Hi Ada>"


def test_an_include_that_is_not_in_the_closure_is_an_error(shared):
    with pytest.raises(RenderError, match=r"prompts/a\.jinja:1: the template 'llmgate\.yaml' is not found") as caught:
        rendered(shared, "{% include 'llmgate.yaml' %}")
    assert "surface.template_root" in caught.value.remedy


@pytest.mark.parametrize(
    "statement",
    [
        "{% include 'tone.txt' ignore missing %}",
        "{% include ['tone.txt', 'rule.txt'] ignore missing %}",
        "{% include 'snip/' ~ 'tone.txt' ignore missing %}",
        "{% include [name ~ '.txt'] ignore missing %}",
    ],
)
def test_a_template_that_only_production_may_find_is_an_error_even_if_it_may_be_missing(shared, statement):
    """What the program's own loader finds under that name would be sent, and never judged."""
    with pytest.raises(RenderError, match=r"prompts/a\.jinja:1: .*\.txt' is(| not) found") as caught:
        rendered(shared, "Be kind." + statement, name="tone")
    assert "surface.template_root" in caught.value.remedy


def test_the_first_template_of_a_list_that_is_there_is_used(shared):
    assert rendered(shared, "{% include ['override.j2', 'b.j2'] %}", files={"b.j2": "B"}) == "B"


def test_a_computed_name_that_can_be_two_files_is_an_error(shared):
    files = {"p/eu/a.jinja": b"{% include 'b' ~ '.j2' ignore missing %}", "p/eu/b.j2": b"near", "p/b.j2": b"far"}
    prompt = collected(files)["p/eu/a.jinja"]
    with pytest.raises(RenderError, match=r"can be p/eu/b\.j2 or p/b\.j2"):
        shared.render(prompt, {})


@pytest.mark.parametrize("statement", ["{% include 'b.j2' %}", "{% include 'b' ~ '.j2' %}"])
def test_with_a_template_root_a_name_means_one_file_when_read_and_when_rendered(shared, statement):
    files = {"p/eu/a.jinja": statement.encode(), "p/eu/b.j2": b"near", "p/b.j2": b"far"}
    prompt = collected(files, root="p")["p/eu/a.jinja"]
    assert shared.render(prompt, {})[0].text == "far"


def test_a_computed_include_finds_what_the_surface_gives_it(shared):
    files = {"prompts/a.jinja": b"{% include 'parts/' ~ which %}", "prompts/parts/b": b"B"}
    prompt = collected(files)["prompts/a.jinja"]
    assert shared.render(prompt, {"which": "b"})[0].text == "B"


@pytest.mark.parametrize("name", ["range", "dict", "lipsum", "cycler", "joiner", "namespace"])
def test_there_are_no_globals(shared, name):
    with pytest.raises(RenderError, match=f"'{name}' is undefined"):
        rendered(shared, f"{{{{ {name}(2) }}}}")


@pytest.mark.parametrize(
    ("source", "line", "reason"),
    [
        ("one\ntwo {{ name }}", 2, "'name' is undefined"),
        ("{{ a.b }}", 1, "has no attribute 'b'"),
        ("\n\n{{ 1 / 0 }}", 3, "ZeroDivisionError"),
        ("\n{{ a | attr('b') }}", 2, "No filter named 'attr'"),
        ("\n{{ a | random }}", 2, "No filter named 'random'"),
        ("{{ a is nothing }}", 1, "No test named 'nothing'"),
        ("{% if a %}\n{{ a + 1 }}\n{% endif %}", 2, "TypeError"),
        ("{{ a.append(1) }}", 1, "append"),
    ],
)
def test_an_error_has_the_templates_path_and_line(shared, source, line, reason):
    with pytest.raises(RenderError) as caught:
        rendered(shared, source, a="x")
    assert caught.value.message.startswith(f"prompts/a.jinja:{line}: ")
    assert reason in caught.value.message


def test_an_error_in_an_included_file_has_that_files_path_and_line(shared):
    with pytest.raises(RenderError, match=r"^prompts/b\.j2:2: 'name' is undefined"):
        rendered(shared, "{% include 'b.j2' %}", files={"b.j2": "\n{{ name }}"})


def test_the_text_of_an_error_is_short_and_printable(shared):
    with pytest.raises(RenderError) as caught:
        rendered(shared, "{{ a[b] }}", a={}, b="\x1b[2J\u202e::error::" + "x" * 5000)
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 300


def test_text_markdown_and_prompt_files_need_no_process():
    with Renderer() as renderer:
        assert renderer.render(parsed("Hi {{ a }}", "a.md"), {"a": "x"}) == (Turn(None, "Hi x"),)
        yml = parsed("messages:\n- {role: system, content: 'Hi {{a}}'}\n", "a.prompt.yml")
        assert renderer.render(yml, {"a": "x"}) == (Turn("system", "Hi x"),)
        assert renderer._process is None


def test_a_prompt_with_a_fault_is_an_error(shared):
    with pytest.raises(RenderError, match=r"prompts/a\.jinja:2: not a Jinja template"):
        shared.render(parsed("\n{% if %}"), {})


@pytest.mark.parametrize("value", [{1, 2}, float("nan"), object()])
def test_variables_that_are_no_json_are_an_error(shared, value):
    with pytest.raises(RenderError, match="JSON"):
        rendered(shared, "{{ a }}", a=value)
    assert rendered(shared, "still {{ a }}", a="here") == "still here"


def test_a_template_whose_first_variables_are_no_json_renders_with_the_next(shared):
    with pytest.raises(RenderError, match="JSON"):
        rendered(shared, "first {{ a }}", a=float("nan"))
    assert rendered(shared, "first {{ a }}", a="here") == "first here"


@pytest.mark.parametrize("size", [1, 65_536, 1_000_000])
def test_large_texts_come_through_whole(shared, size):
    text = "x" * (size - 1) + "é"
    assert rendered(shared, "{{ a }}", a=text) == text


@pytest.mark.parametrize(
    "source", ["{{ a }}{{ a }}", "{% for x in a %}{{ a }}{% endfor %}", "{% for x in a %}é{% endfor %}"]
)
def test_output_over_the_limit_is_an_error_and_the_process_lives_on(shared, source):
    with pytest.raises(RenderError, match="exceeds"):
        rendered(shared, source, a="x" * 700_000)
    assert rendered(shared, "ok") == "ok"


def test_half_a_character_is_an_error(shared):
    with pytest.raises(RenderError, match="Unicode"):
        rendered(shared, "{{ '\\ud800' }}")


def test_what_one_render_sets_the_next_does_not_see(shared):
    assert rendered(shared, "{% set x = 1 %}{{ x }}") == "1"
    with pytest.raises(RenderError, match="'x' is undefined"):
        rendered(shared, "{{ x }}")


def test_two_templates_of_one_path_are_two_templates(shared):
    assert rendered(shared, "base {{ a }}", a=1) == "base 1"
    assert rendered(shared, "head {{ a }}", a=1) == "head 1"
    assert rendered(shared, "base {{ a }}", a=2) == "base 2"


def test_four_hundred_renders_take_less_than_a_second():
    prompt = parsed("{% for d in docs %}{{ d }}\n{% endfor %}{{ q }}" + " lorem ipsum" * 500)
    started = time.monotonic()
    with Renderer() as renderer:
        texts = [renderer.render(prompt, {"docs": ["a", "b"], "q": f"question {n}"})[0].text for n in range(400)]
    assert time.monotonic() - started < 1.0
    assert all(f"question {n} " in text + " " for n, text in enumerate(texts))


class TestTheProcess:
    def test_it_has_no_environment_a_session_of_its_own_and_a_private_folder(self, monkeypatch):
        monkeypatch.setenv("OPENAI_API_KEY", "canary")
        with Renderer() as renderer:
            rendered(renderer, "ok")
            process = renderer._process._process
            assert pathlib.Path(f"/proc/{process.pid}/environ").read_bytes() == b""
            assert os.getsid(process.pid) == process.pid
            assert pathlib.Path(f"/proc/{process.pid}/cwd").readlink().name.startswith("llmgate-render-")
            limits = pathlib.Path(f"/proc/{process.pid}/limits").read_text()
        lines = {line[:25].strip(): line[25:].split()[:2] for line in limits.splitlines()}
        assert lines["Max open files"] == ["0", "0"]
        assert lines["Max file size"] == ["0", "0"]
        assert lines["Max processes"] == ["0", "0"]
        assert lines["Max address space"] == [str(384 * 1024 * 1024)] * 2

    def test_it_can_open_connect_write_start_and_allocate_nothing(self, tmp_path):
        script = """
import json, os, socket, sys
from llmgate import confinement
confinement.confine()
found = {}
for name, attempt in {
    "read": lambda: open("/etc/passwd"),
    "read in the place of a file that was open": lambda: os.close(2) or open("/etc/passwd"),
    "write": lambda: open("x", "w").write("x"),
    "connect": lambda: socket.socket(),
    "start": lambda: os.fork() or os._exit(0),
    "allocate": lambda: bytearray(500_000_000),
    "regain": lambda: os.setuid(0),
}.items():
    try:
        attempt()
        found[name] = "done"
    except (OSError, MemoryError) as error:
        found[name] = type(error).__name__
print(json.dumps(found))
"""
        command = [sys.executable, "-I", "-c", script]
        done = subprocess.run(command, capture_output=True, check=True, cwd=tmp_path, env={}, timeout=30)
        found = json.loads(done.stdout)
        if os.geteuid() != 0:
            found.pop("regain")
        assert "done" not in found.values(), found
        assert list(tmp_path.iterdir()) == []

    def test_it_is_replaced_after_it_died(self):
        with Renderer() as renderer:
            assert rendered(renderer, "ok") == "ok"
            first = renderer._process._process.pid
            os.kill(first, signal.SIGKILL)
            with pytest.raises(RenderError, match="ended the rendering process"):
                rendered(renderer, "ok")
            assert rendered(renderer, "ok") == "ok"
            assert renderer._process._process.pid != first

    def test_it_is_gone_with_the_renderer(self):
        with Renderer() as renderer:
            rendered(renderer, "ok")
            process = renderer._process._process
            folder = renderer._folder.name
        assert process.returncode == -signal.SIGKILL
        assert not pathlib.Path(folder).exists()

    def test_it_serves_a_bounded_number_of_renders(self):
        with Renderer(renders_per_process=2) as renderer:
            pids = []
            for _ in range(5):
                rendered(renderer, "ok")
                pids.append(renderer._process._process.pid)
        assert [pids.count(pid) for pid in dict.fromkeys(pids)] == [2, 2, 1]

    def test_where_it_does_not_start_nothing_is_evaluated(self):
        with worker("raise SystemExit(1)") as renderer, pytest.raises(NotEvaluated, match="does not start"):
            rendered(renderer, "ok")

    @pytest.mark.parametrize(
        "reply",
        [
            "'nonsense'",
            "'[' * 100000",
            "'{\"id\": 1}'",
            '\'{"id": 2, "text": "forged"}\'',
            '\'{"id": 1, "text": 5}\'',
            "'x' * 10_000_000",
            '\'{"id": 1, "text": "a"}\\n{"id": 1, "text": "b"}\'',
        ],
    )
    def test_a_reply_that_is_not_its_own_is_never_believed(self, reply):
        script = (
            f"import sys; print('{{}}', flush=True); sys.stdin.readline(); print({reply}, flush=True); sys.stdin.read()"
        )
        with worker(script) as renderer, pytest.raises(RenderError, match="rendering process"):
            rendered(renderer, "ok")

    def test_an_error_that_names_a_file_of_ours_is_told_of_the_template(self):
        failure = json.dumps({"id": 1, "failure": ["/etc/passwd", 1, "\x1b[2Jroot", False]})
        script = f"import sys; print('{{}}', flush=True); sys.stdin.readline(); print({failure!r}, flush=True)"
        with worker(script) as renderer, pytest.raises(RenderError) as caught:
            rendered(renderer, "ok")
        assert caught.value.message == "prompts/a.jinja:1: [2Jroot"
