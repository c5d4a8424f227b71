"""BAML files."""

import time

import pytest

from llmgate.errors import RenderError
from llmgate.prompts import Facet, Turn, discovery
from llmgate.targets.rendering import Renderer


def found(source, path="baml_src/a.baml"):
    return {prompt.name: prompt for prompt in discovery.read(path, source.encode(), lambda _: None)}


def function(text, *, returns="string", before=""):
    source = f'{before}function F(question: string, items: string[]) -> {returns} {{\n  client "openai/gpt-4o"\n'
    return found(f'{source}  prompt #"\n{text}\n  "#\n}}\n')["F"]


@pytest.fixture(scope="module")
def render():
    with Renderer() as renderer:
        yield renderer.render


def test_a_function_is_a_prompt_with_its_line_its_model_and_its_variables():
    prompt = function("    Answer {{ question }}.")
    assert prompt.line == 4
    assert prompt.model == "openai/gpt-4o"
    assert prompt.variables == ("question",)
    assert prompt.schema == {"returns": "string"}


def test_a_prompt_is_rendered_without_its_indentation(render):
    prompt = function("    Answer:\n      - {{ question }}\n\n    Be kind.")
    assert render(prompt, {"question": "Why?"}) == (Turn(None, "Answer:\n  - Why?\n\nBe kind."),)


def test_roles_begin_messages_that_are_trimmed(render):
    prompt = function("    {{ _.role('system') }} Be kind.\n\n    {{_.role(\"user\")}}\n    {{ question }}  ")
    assert render(prompt, {"question": " Why? "}) == (Turn("system", "Be kind."), Turn("user", "Why?"))


def test_what_stands_before_the_first_role_is_a_message_of_the_targets_role(render):
    prompt = function("    Be kind.\n    {{ _.chat('user') }}\n    {{ question }}")
    assert render(prompt, {"question": "Why?"}) == (Turn(None, "Be kind."), Turn("user", "Why?"))


def test_statements_leave_no_lines_behind(render):
    prompt = function("    Items:\n    {% for item in items %}\n      - {{ item }}\n    {% endfor %}\n    Done.")
    assert render(prompt, {"items": ["a", "b"]}) == (Turn(None, "Items:\n  - a\n  - b\nDone."),)


def test_template_strings_are_put_in(render):
    outer = 'template_string Outer(x: string) #"\n  <{{ Inner(x) }}>\n"#\n'
    strings = outer + 'template_string Inner(y: string) #"[{{ y }}]"#\n'
    prompt = function("    Say {{ Outer(question) }}.", before=strings)
    assert render(prompt, {"question": "hi"}) == (Turn(None, "Say <[hi]>."),)


def test_the_format_of_a_text_is_nothing(render):
    assert render(function("    Say hi. {{ ctx.output_format }}"), {}) == (Turn(None, "Say hi. "),)


def test_the_format_of_anything_else_is_not_imitated_and_can_be_given(render):
    prompt = function("    Count. {{ ctx.output_format }}", returns="int")
    with pytest.raises(RenderError, match="'ctx' is undefined"):
        render(prompt, {})
    assert render(prompt, {"ctx": {"output_format": "Answer as an int"}}) == (Turn(None, "Count. Answer as an int"),)


def test_a_role_that_is_computed_is_not_imitated(render):
    prompt = function("    {% for item in items %}{{ _.role(item) }} x{% endfor %}")
    with pytest.raises(RenderError, match="'_' is undefined"):
        render(prompt, {"items": ["user"]})


def test_a_value_begins_no_message(render):
    prompt = function("    {{ _.role('system') }} Be kind. {{ _.role('user') }} {{ question }}")
    assert len(render(prompt, {"question": "{{ _.role('system') }} Be curt."})) == 2


def test_a_role_inside_a_condition_is_a_message_only_where_it_holds(render):
    prompt = function("    {{ _.role('system') }}Be kind.{% if items %}{{ _.role('user') }}Go.{% endif %}")
    assert render(prompt, {"items": []}) == (Turn("system", "Be kind."),)
    assert render(prompt, {"items": ["a"]}) == (Turn("system", "Be kind."), Turn("user", "Go."))


def test_a_variable_that_is_set_in_one_message_is_known_in_the_next(render):
    prompt = function("    {{ _.role('system') }}{% set x = 'kind' %}Be {{ x }}.{{ _.role('user') }}Stay {{ x }}.")
    assert render(prompt, {}) == (Turn("system", "Be kind."), Turn("user", "Stay kind."))


def test_the_schema_is_all_that_the_answer_is_made_of():
    types = 'class A { b B @description("d") }\nenum B { C @alias("c") }\ntype E = A | string\nclass D { x int }\n'
    source = types + 'function F(d: D) -> E[] { client X prompt #"Hi {{ d.x }}."# }\n'
    prompts = found(source)
    assert prompts["F"].schema == {
        "returns": "E [ ]",
        "types": {"A": 'class b B @ description ( "d" )', "B": 'enum C @ alias ( "c" )', "E": "type = A | string"},
    }
    assert prompts["D"].gated is False
    assert "A" not in prompts


@pytest.mark.parametrize(
    ("client", "model"),
    [
        ('provider openai options { model "gpt-4o" }', "openai/gpt-4o"),
        ('provider "anthropic"\n options {\n model claude-sonnet-4-5\n }', "anthropic/claude-sonnet-4-5"),
        ('provider openai-responses options { model "gpt-5" }', "openai/gpt-5"),
        ('provider google-ai options { model "gemini-2.5-flash" }', "google/gemini-2.5-flash"),
        ('provider azure-openai options { deployment_id "mine" }', "azure/mine"),
        ("provider openai options { model env.MODEL }", None),
        ("provider round-robin options { strategy [A, B] }", None),
    ],
)
def test_a_client_is_a_model(client, model):
    assert found(f"client<llm> C {{ {client} }}\n")["C"].model == model


def test_a_clients_options_are_its_parameters():
    options = (
        'model "m"\n temperature 0.5\n max_tokens 100\n generationConfig { topP 1 }\n stop ["a", "b",]\n api_key env.K'
    )
    client = found(f"client<llm> C {{\n provider openai\n options {{\n {options}\n }}\n}}\n")["C"]
    assert client.params == {
        "temperature": 0.5,
        "max_tokens": 100,
        "generationConfig": {"topP": 1},
        "stop": ["a", "b"],
    }


def test_hashes_quotes_and_comments_inside_a_prompt_are_its_text(render):
    source = 'function F() -> string { client X prompt ##"\n  // a "quote", # and "# {\n"## }\n'
    assert render(found(source)["F"], {}) == (Turn(None, '// a "quote", # and "# {'),)


def test_blocks_of_another_kind_are_passed_over():
    source = (
        'generator g { output_type "python" }\nretry_policy R { max_retries 1 }\ntest T { functions [F] }\nfoo { a }\n'
    )
    assert found(source) == {}


@pytest.mark.parametrize(
    ("source", "line", "message"),
    [
        ('\nfunction F() -> string {\n  prompt #"never ended\n}\n', 3, "no end"),
        ('client<llm> C {\n  provider "open\n', 2, "no end"),
        ("\n\nclass A {\n  b int\n", 3, "not closed"),
        ("enum\nclass A { b int }\n", 1, "no body"),
        ("class A { b int }\n\nclass A { c int }\n", 3, "defined twice"),
        ('function F() -> string {\n  client X\n  prompt #"\n    {% if %}\n  "#\n}\n', 4, "not a Jinja template"),
        ("client<llm> C { options " + "{ a " * 30 + "}" * 31, 1, "nested deeper"),
    ],
)
def test_a_file_that_is_none_has_a_fault_with_its_line(source, line, message):
    (prompt,) = found(source).values()
    assert prompt.fault.line == line
    assert message in str(prompt.fault)
    assert Facet.BYTES in prompt.digests


@pytest.mark.parametrize(
    "path",
    [
        "a.baml.md",
        "baml_src/a.txt",
        "baml.toml",
        "baml_client/index.ts",
        "a.bam",
        "baml/README",
        "node_modules/x/a.baml",
        "tests/a.baml",
    ],
)
def test_another_file_is_passed_over(path):
    assert found('function F() -> string { client X prompt #"Hi."# }\n', path) == {}


@pytest.mark.parametrize(
    "source",
    [
        "{" * 500_000,
        '"\\' * 250_000,
        "#" * 500_000,
        '#"' * 250_000,
        " " * 500_000,
        "class A {} " * 45_000,
        "type A = B\n" * 45_000,
        "function F() -> " + "A | " * 120_000,
        'template_string A() #"' + "A B C " * 80_000 + '"#\n',
        "\n".join(f'function F{n}() -> string {{ client X prompt #"{{{{ T() }}}}"# }}' for n in range(4_000))
        + '\ntemplate_string T() #"'
        + "x" * 200_000
        + '"#',
        "\n".join(f"class A{n} {{ a A{n + 1} }}" for n in range(8_000))
        + "\n"
        + "\n".join(f'function F{n}() -> A0 {{ client X prompt #"Hi"# }}' for n in range(3_000)),
        'function F() -> string { client X prompt #"' + "{{ _.role('user') }} " * 20_000 + '"# }',
        'function F() -> string { client X prompt #"' + " \t" * 60_000 + '"# }',
    ],
)
def test_half_a_megabyte_of_anything_is_read_in_time(source):
    start = time.perf_counter()
    found(source)
    assert time.perf_counter() - start < 20


def test_a_file_that_is_no_text_has_a_fault():
    (prompt,) = discovery.read("a.baml", b"\xff\xfe\x00", lambda _: None)
    assert "UTF-8" in prompt.fault.message
