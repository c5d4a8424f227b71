"""Named texts in TypeScript and JavaScript, and how their text is put together."""

import subprocess
import sys

import pytest

from llmgate.prompts import Turn, discovery, templates
from llmgate.prompts.typescript import fallback, hints, prose
from llmgate.prompts.typescript.prose import Strength

KIND = "You are a kind assistant."


def found(source, path="src/a.ts"):
    return {prompt.name: prompt for prompt in discovery.read(path, source.encode(), lambda _: None)}


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (f"'{KIND}'", KIND),
        (f"`{KIND}`", KIND),
        ("'You are ' + \"a kind \" + `assistant.`", KIND),
        (f"('{KIND}') as const", KIND),
        (f"'{KIND}' satisfies string", KIND),
        (f"`\n  {KIND}\n`.trim()", KIND),
        ("['You are a kind', 'assistant.'].join(' ')", KIND),
        ("['You are a kind', /* why */ 'assistant.',].join(SPACE)", KIND),
        (f"dedent`\n    {KIND}\n      Indented.\n  `", f"{KIND}\n  Indented."),
        (f"stripIndent`\n    {KIND}\n      Indented.\n  `", f"{KIND}\n  Indented."),
        (f"stripIndents`\n    {KIND}\n      Indented.\n  `", f"{KIND}\nIndented."),
        (f"oneLine`\n    {KIND}\n\n      Indented.\n  `", f"{KIND} Indented."),
        (f"String.raw`{KIND} \\d`", f"{KIND} \\d"),
        (f"'{KIND} \\u00e9\\x41\\u{{1F600}}\\n\\'\\\n!'", f"{KIND} éA😀\n'!"),
        (f"'{KIND} \\ud83d\\ude00'", f"{KIND} 😀"),
        (f"`{KIND} ${{SPACE}}!`", f"{KIND}  !"),
    ],
)
def test_a_text_that_is_put_together_is_one_text(expression, text):
    prompt = found(f"const SPACE = ' ';\nexport const PROMPT = {expression};\n")["PROMPT"]
    assert prompt.fault is None
    assert templates.fill(prompt, {}) == (Turn(None, text),)


@pytest.mark.parametrize(
    "expression", ["gql`You are a kind assistant.`", "t('You are a kind assistant.')", "load('p.txt')"]
)
def test_what_another_function_makes_is_no_text(expression):
    assert found(f"export const PROMPT = {expression};\n") == {}


def test_slots_keep_their_place_when_a_text_is_dedented():
    prompt = found("const PROMPT = dedent`\n    You are the agent ${name}.\n      Be ${a.b}.\n`;\n")["PROMPT"]
    assert prompt.turns == (Turn(None, "You are the agent {name}.\n  Be {a.b}."),)


def test_names_are_those_of_what_holds_the_text():
    source = (
        f"export const PROMPTS = {{ kind: '{KIND}', 'curt-one': 'You are a curt assistant.' }};\n"
        f"class Bot {{ prompt = '{KIND}'; ask() {{ const prompt = `{KIND} ${{q}}`; return prompt; }} }}\n"
        f"export function systemPrompt() {{ return '{KIND}'; }}\n"
        f"export const userPrompt = () => '{KIND}';\n"
        f"module.exports.otherPrompt = '{KIND}';\n"
    )
    assert list(found(source)) == [
        "PROMPTS.kind",
        "PROMPTS.curt-one",
        "Bot.prompt",
        "Bot.ask.prompt",
        "systemPrompt",
        "userPrompt",
        "module.exports.otherPrompt",
    ]


def test_the_rule_says_what_told():
    by_name = found(f"export const PROMPT = '{KIND}';\n")["PROMPT"].rule
    by_file = found(f"export const greeting = '{KIND}';\n", "src/prompts/greeting.ts")["greeting"].rule
    assert (by_name.id, by_name.certain) == ("typescript.name", False)
    assert (by_file.id, by_file.certain) == ("typescript.file", False)
    assert found(f"export const greeting = '{KIND}'; // prompt\n") == {}


def test_the_line_is_that_of_the_text():
    assert found(f"\n\nconst PROMPT =\n  '{KIND}';\n")["PROMPT"].line == 4


@pytest.mark.parametrize(
    "source",
    [
        "const PROMPT = 'mydb> ';",
        "const confirmPrompt = 'Are you sure that you want to delete this answer?';",
        "const PROMPT_URL = 'https://example.com/you/are/a/kind/assistant';",
        "const promptQuery = `SELECT answer FROM prompts WHERE user = 1 AND only = 2`;",
        "const PROMPT = gql`query Ask { prompt { answer } }`;",
        "const promptHtml = '<div>You are a kind assistant.</div>';",
        "const emailTemplate = 'Dear Ann, you are a member now.';",
        "const promptStyle = 'color: red; padding: 4px; margin: 0 auto; display: none; ';",
        "const systemMessage = 'Server started on port 80.';",
        "const instructions = 'Click the button, then wait.';",
        "type P = { systemPrompt: 'You are a kind assistant.' };",
        "/* const PROMPT = 'You are a kind assistant.'; */ export {};",
    ],
)
def test_a_text_that_looks_like_it_is_none(source):
    assert found(source + "\n") == {}


@pytest.mark.parametrize(
    "path",
    [
        "src/a.test.ts",
        "src/__tests__/a.ts",
        "types/a.d.ts",
        "src/A.stories.tsx",
        "node_modules/x/a.js",
        "dist/a.js",
        "src/i18n/en.ts",
        "src/a.min.js",
        "src/__generated__/a.ts",
        "a.json",
        "a.vue",
    ],
)
def test_a_file_of_another_kind_is_passed_over(path):
    assert found(f"export const SYSTEM_PROMPT = '{KIND}';\n", path) == {}


def test_a_models_id_in_a_constant_is_a_model():
    source = "export const CHAT_MODEL = 'gpt-4o';\nexport const fast = openai('gpt-4o-mini');\nconst carModel = 'T';\n"
    assert {name: prompt.model for name, prompt in found(source).items()} == {
        "CHAT_MODEL": "gpt-4o",
        "fast": "openai/gpt-4o-mini",
    }


@pytest.mark.parametrize(
    ("name", "strength"),
    [
        ("SYSTEM_PROMPT", Strength.SURE),
        ("agentSystemPrompt", Strength.SURE),
        ("SUMMARY_PROMPT_V2", Strength.STRONG),
        ("buildAnswerPromptFor", Strength.FAINT),
        ("buildPromptForUser", Strength.STRONG),
        ("prompts.title", Strength.STRONG),
        ("agentInstructions", Strength.WEAK),
        ("replyTemplate", Strength.FAINT),
        ("emailTemplate", Strength.NONE),
        ("installPrompt.text", Strength.NONE),
        ("greeting", Strength.NONE),
        ("x" * 500_000 + "Prompt", Strength.STRONG),
    ],
)
def test_a_name_says_so_much(name, strength):
    assert prose.strength(name) is strength


def test_minified_code_is_passed_over_and_a_long_line_in_other_code_is_not():
    long = "const SYSTEM_PROMPT = '" + "You are kind. " * 300 + "';\n"
    assert hints.is_minified("a=1;" * 5_000)
    assert not hints.is_minified(long + "const a = 1;\n" * 10)


WITHOUT = """
import sys
sys.modules["tree_sitter"] = None
from llmgate.prompts import discovery
for prompt in discovery.read("src/a.ts", sys.stdin.buffer.read(), lambda _: None):
    print(prompt.rule.id, prompt.rule.certain, prompt.name, prompt.line, prompt.turns[0].text)
"""


def test_without_tree_sitter_named_texts_are_found_and_said_to_be_uncertain():
    source = "import { generateText } from 'ai';\nexport const SYSTEM_PROMPT = `You are ${name}, a kind\nassistant.`;\n"
    run = [sys.executable, "-c", WITHOUT]
    made = subprocess.run(run, input=source, capture_output=True, text=True, check=True)
    assert made.stdout == "typescript.regex False SYSTEM_PROMPT 2 You are {name}, a kind\nassistant.\n"


def test_the_regular_expression_reads_keys_quotes_and_nested_braces():
    source = (
        "const x = { systemPrompt: 'You are \\'kind\\' to all.',\n"
        ' userPrompt: "Answer the question with one word only." };\n'
        "const reviewPrompt: string = `You are a reviewer of ${files.map((f) => ({ f })).join()} only.`;\n"
        "const label = 'You are a kind assistant.';\n"
    )
    units = list(fallback.units_of(source))
    assert [(unit.name, unit.line) for unit in units] == [("systemPrompt", 1), ("userPrompt", 2), ("reviewPrompt", 3)]
    assert units[0].said[0].text[0].text == "You are 'kind' to all."
    assert units[2].said[0].text[1].expression == "files.map((f) => ({ f })).join()"


@pytest.mark.parametrize(
    "expression", [f"vip ? '{KIND}' : 'You are a curt assistant.'", f"(vip ? (\n  '{KIND}'\n) : curt) as string"]
)
def test_each_branch_of_a_named_condition_is_a_text(expression):
    prompts = found(f"export const systemPrompt = {expression};\n")
    assert prompts["systemPrompt"].turns == (Turn(None, KIND),)
    assert ("systemPrompt~2" in prompts) == ("curt assistant" in expression)


@pytest.mark.parametrize("operator", ["??", "||"])
def test_the_default_of_a_named_text_is_a_text(operator):
    (prompt,) = found(f"const settings = {{ systemPrompt: space?.prompt {operator} '{KIND}' }};\n").values()
    assert (prompt.name, prompt.turns) == ("settings.systemPrompt", (Turn(None, KIND),))


def test_the_default_of_a_model_that_a_call_names_is_no_unit_of_its_own():
    source = (
        "import { generateText } from 'ai';\n"
        "const model = process.env.MODEL ?? 'gpt-4o';\n"
        f"export const ask = (q) => generateText({{ model, system: '{KIND}', prompt: q }});\n"
    )
    assert list(found(source)) == ["ask:generateText"]
