"""TypeScript that is broken, or made to take long."""

import time

import pytest

from llmgate.prompts import discovery
from llmgate.prompts.typescript import fallback

MAX_S = 30  # each takes up to 5 s on two busy cores; what is quadratic takes minutes
START = "import { generateText } from 'ai';\n"


def read(source, path="src/a.ts"):
    data = source if isinstance(source, bytes) else source.encode()
    return discovery.read(path, data, lambda _: None)


def test_an_error_in_a_call_is_a_fault_with_its_line():
    (prompt,) = read(START + "\nawait generateText({ model, system: 'Be kind.', prompt: `Hi ${` });\nconst a = 1;\n")
    assert prompt.fault is not None
    assert prompt.fault.line in (3, 4)
    assert prompt.rule.id == "typescript.hint"


def test_a_file_that_sends_prompts_and_is_all_wrong_differs_by_its_bytes():
    (before,), (after,) = read(START + "((((("), read(START + "(((((((")
    assert before.fault is not None
    assert before.digest != after.digest


def test_an_error_far_from_every_prompt_is_none():
    source = START + "await generateText({ model, prompt: 'Hi.' });\n\n\n\nconst a = = 1;\n"
    (prompt,) = read(source)
    assert prompt.fault is None


def test_wrong_code_without_a_word_of_prompts_is_passed_over():
    assert read("const prompt = = 1; ((((\n") == ()


def test_a_file_that_is_no_text_has_a_fault():
    (prompt,) = read(START.encode() + b"generateText({ prompt: '\xff' })")
    assert "UTF-8" in prompt.fault.message


def test_code_that_is_nested_too_deep_has_a_fault():
    (prompt,) = read(START + "const a = " + "[" * 2_000 + "]" * 2_000 + ";\n")
    assert "nested too deep" in prompt.fault.message


def test_constants_that_are_made_of_each_other_end():
    source = "const a = `${b}`;\nconst b = `${a}`;\n"
    assert (
        read(source + "await generateText({ model: 'openai/gpt-4o', system: a, prompt: 'Hi.' });\n")[0].turns[-1].text
        == "Hi."
    )


def test_constants_that_double_each_other_stay_small():
    lines = ["const a0 = 'You are a kind assistant.';"]
    lines += [f"const a{n + 1} = `${{a{n}}}${{a{n}}}`;" for n in range(50)]
    (prompt,) = read(
        "\n".join([*lines, "await generateText({ model: 'openai/gpt-4o', system: a50, prompt: 'Hi.' });\n"])
    )
    assert sum(len(turn.text) for turn in prompt.turns) < 2_000_000


def test_a_minified_bundle_is_passed_over_at_once():
    bundle = "!function(){var systemPrompt='You are a kind assistant.';generateText({prompt:systemPrompt})}();" * 11_000
    assert len(bundle) > 1_000_000
    start = time.perf_counter()
    assert read(bundle, "src/bundle.js") == ()
    assert time.perf_counter() - start < 0.1


@pytest.mark.parametrize(
    "body",
    [
        "`" * 400_000,
        "${`" * 130_000,
        "{" * 400_000,
        "'" * 400_000,
        "\\'" * 200_000,
        "const prompt = '" * 25_000,
        "PROMPT = `" * 40_000,
        "generateText({model:'a',prompt:'b'});\n" * 12_000,
        "generateText({model:" * 20_000,
        "const p = " + "'You are a kind assistant.' + " * 15_000 + "'';",
        "const prompt = 'You are a " + "kind " * 90_000 + "assistant.';",
        "x.invoke([" * 40_000,
        "a.b()" + ".c()" * 90_000,
        "<a>" * 130_000,
        "prompt" * 80_000,
        "const prompt = `" + "${a}" * 100_000 + "You are a kind assistant.`;",
        "\n".join(f"const prompt{n} = 'You are a kind assistant of {n}.';" for n in range(7_000)),
    ],
)
def test_half_a_megabyte_of_anything_is_read_in_time(body):
    source = START + body
    source = (
        "\n".join(source[place : place + 900] for place in range(0, len(source), 900)) if "\n" not in body else source
    )
    start = time.perf_counter()
    read(source)
    list(fallback.units_of(source))
    assert time.perf_counter() - start < MAX_S
