"""Code that is made to be slow to read, or to hide a prompt behind what is not read: bounded, and a fault."""

import time

import pytest

from llmgate.prompts import catalogue
from llmgate.prompts.prompt import Format

SAID = '"You are a helpful bot. Answer the question of the customer."'
MAX_SECONDS = 3.0
CODE = {
    "constants that double in Python": (
        "src/agent.py",
        f"import openai\nA0 = {SAID}\n"
        + "".join(f"A{n + 1} = A{n} + A{n}\n" for n in range(5_000))
        + "SYSTEM_PROMPT = A5000\n",
    ),
    "constants that grow in Python": (
        "src/agent.py",
        f"import openai\nA0 = {SAID}\n"
        + "".join(f'A{n + 1} = A{n} + "x"\n' for n in range(9_999))
        + "SYSTEM_PROMPT = A9999\n",
    ),
    "constants that double in TypeScript": (
        "src/agent.ts",
        f"const A0 = {SAID};\n"
        + "".join(f"const A{n + 1} = A{n} + A{n};\n" for n in range(5_000))
        + "const SYSTEM_PROMPT = A5000;\n",
    ),
    "constants that grow in TypeScript": (
        "src/agent.ts",
        f"const A0 = {SAID};\n"
        + "".join(f'const A{n + 1} = A{n} + "x";\n' for n in range(9_999))
        + "const SYSTEM_PROMPT = A9999;\n",
    ),
}


@pytest.mark.parametrize("name", CODE)
def test_texts_that_are_put_together_without_end_are_a_fault_in_time(name):
    path, source = CODE[name]
    began = time.process_time()
    (prompt,) = catalogue.read(path, source.encode(), lambda _: None)
    assert time.process_time() - began < MAX_SECONDS
    assert prompt.fault
    assert "more than is read" in prompt.fault.message


NESTED = {
    "Python": ("src/texts.py", Format.PYTHON, "X = " + "(" * 5_000 + ")" * 5_000 + f"\nSYSTEM_PROMPT = {SAID}\n"),
    "TypeScript": ("src/texts.ts", Format.TYPESCRIPT, "x = " + "[" * 5_000 + "]" * 5_000 + f"\nconst P = {SAID};\n"),
}


@pytest.mark.parametrize("name", NESTED)
def test_code_that_the_other_revision_has_prompts_in_is_a_fault_once_it_is_nested_too_deep(name):
    path, form, source = NESTED[name]
    (prompt,) = catalogue.read_again(path, source.encode(), lambda _: None, form)
    assert prompt.fault
