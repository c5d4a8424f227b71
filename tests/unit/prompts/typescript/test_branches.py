"""Texts that TypeScript sends on one branch of several: by default, in constants, grown, or out of functions."""

import time

import pytest

from llmgate.errors import RenderError
from llmgate.prompts import Facet, discovery, templates
from llmgate.prompts.typescript import prose
from llmgate.prompts.typescript.prose import Strength

MAX_S = 30  # each takes up to 12 s on two busy cores; what is quadratic takes minutes
TONES = "const TONES = { calm: 'Speak slowly.', brisk: 'Speak in short sentences.' };\n"


def found(source, path="src/a.ts"):
    return {prompt.name: prompt for prompt in discovery.read(path, source.encode(), lambda _: None)}


def called(option, before="", inside=""):
    call = f"generateText({{ model, system: {option}, prompt: 'Hi.' }})"
    return found(f"{before}export function ask(a, b, k) {{\n{inside}  return {call};\n}}\n")["ask:generateText"]


@pytest.mark.parametrize(
    ("option", "before", "told"),
    [
        ("a ?? 'Be kind.'", "", "{:either}{a}{:or}Be kind.{:end}"),
        ("a.b || 'Be kind.'", "", "{:either}{a.b}{:or}Be kind.{:end}"),
        ("a && 'Be kind.'", "", "{:if a}Be kind.{:end}"),
        ("a ? 'Be kind.' : `Be ${b}.`", "", "{:if a}Be kind.{:or}Be {b}.{:end}"),
        ("a ? 'Be kind.' : k ? 'Be brief.' : b", "", "{:if a}Be kind.{:or}{:if k}Be brief.{:or}{b}{:end}{:end}"),
        ("TONES.calm", TONES, "Speak slowly."),
        ("TONES['calm']", TONES, "Speak slowly."),
        ("TONES[k]", TONES, "{:one of TONES(k)}Speak slowly.{:or}Speak in short sentences.{:end}"),
        ("ALL[k].text", "const ALL = { a: { text: 'Be kind.' } };\n", "Be kind."),
        ("ALL.de.calm", "const ALL = { de: { calm: 'Sprich langsam.' } };\n", "Sprich langsam."),
        ("ALL[1]", "const ALL = ['Be kind.', 'Be brief.'];\n", "Be brief."),
        ("tone(a)", "const tone = (x) => `Be kind to the guest ${x}.`;\n", "Be kind to the guest {x}."),
    ],
)
def test_a_text_on_any_branch_of_an_option_is_sent(option, before, told):
    assert called(option, before).turns[0].text == told.replace("(k)", "[k]")


@pytest.mark.parametrize(
    ("option", "before"),
    [
        ("a ?? b", ""),
        ("TONES[k]", "const TONES = load();\n"),
        ("TONES.loud", TONES),
        ("tone(a)", "const tone = (x) => x.trim();\n"),
        ("tone(a)", "const tone = (x) => tone(x);\n"),
    ],
)
def test_what_gives_no_text_of_this_file_stays_a_placeholder(option, before):
    (system, _) = called(option, before).turns
    assert system.text.startswith("{" + option[:4])


def test_a_text_grows_by_what_is_added_to_it():
    inside = "  let s = 'Be kind.';\n  if (a) {\n    s += ' Be brief.';\n  } else s += b;\n  s += ' Now.';\n"
    told = "Be kind.{:if a} Be brief.{:end}{:else of a}{b}{:end} Now."
    assert called("s", inside=inside).turns[0].text == told


def test_what_is_added_to_something_unknown_comes_after_a_placeholder():
    inside = "  let s = load(a);\n  s += ' Be brief.';\n"
    assert called("s", inside=inside).turns[0].text == "{load(a)} Be brief."


def test_a_method_that_two_classes_have_is_not_followed():
    two = "".join(f"class {name} {{ tone() {{ return 'Be kind to the guest of {name}.'; }} }}\n" for name in "AB")
    assert called("this.tone()", two).turns[0].text.startswith("{this.tone()")


def test_a_text_that_is_assigned_anew_is_not_known():
    assert called("s", inside="  let s = 'Be kind.';\n  s += ' Be brief.';\n  s = b;\n").turns[0].text == "{s}"


@pytest.mark.parametrize("parameter", ["tone = 'Be kind.'", "{ tone = 'Be kind.' }", "{ a: tone = 'Be kind.' }"])
def test_the_default_of_a_parameter_is_a_branch(parameter):
    prompts = found(f"function ask({parameter}) {{ return generateText({{ model, system: tone, prompt: 'Hi.' }}); }}\n")
    assert prompts["ask:generateText"].turns[0].text == "{:either}{tone}{:or}Be kind.{:end}"


@pytest.mark.parametrize(("option", "facet"), [("b ? 'Be kind.' : a", Facet.STRUCTURE), ("a ? 'Hi.' : b", Facet.TEXT)])
def test_conditions_are_structure_and_literals_are_text(option, facet):
    before, after = called("a ? 'Be kind.' : b").digests, called(option).digests
    changed = {each for each in Facet if before.get(each) != after.get(each)}
    assert facet in changed
    assert (Facet.TEXT in changed) == (facet is Facet.TEXT)


def test_a_text_that_depends_on_a_condition_is_not_rendered():
    with pytest.raises(RenderError):
        templates.fill(called("a ?? 'Be kind.'"), {"a": "Hi."})


def test_prompts_by_their_names_stay_prompts_of_their_own_behind_a_key():
    source = "const PROMPTS = { a: 'Answer the question in one line.', b: 'Answer the question in two lines.' };\n"
    prompts = found(
        f"{source}export const ask = (k) => generateText({{ model, system: PROMPTS[k], prompt: 'Hi.' }});\n"
    )
    assert sorted(prompts) == ["PROMPTS.a", "PROMPTS.b", "ask:generateText"]


def test_spread_lists_are_messages_and_their_condition_is_structure():
    source = "const shots = [{ role: 'user', content: 'two eggs' }, { role: 'assistant', content: '2 eggs' }];\n"
    call = "generateText({ model, messages: [...(few ? shots : []), ...shots, ...rest] })"
    source += f"export const ask = (few, rest) => {call};\n"
    before, after = (found(text)["ask:generateText"] for text in (source, source.replace("(few ?", "(!few ?")))
    assert [turn.text for turn in before.turns] == ["two eggs", "2 eggs"] * 2
    assert {facet for facet in Facet if before.digests.get(facet) != after.digests.get(facet)} == {Facet.STRUCTURE}


@pytest.mark.parametrize("module", ["ai", "@openai/agents", "@langchain/core/tools"])
def test_a_tool_is_told_by_its_description_and_the_schema_of_its_input(module):
    source = f"import {{ tool }} from '{module}';\n"
    source += (
        "export const steps = tool({ description: 'Read the steps.', parameters: z.object({ day }), execute: run });\n"
    )
    before, after = (found(text)["steps"] for text in (source, source.replace("the steps", "all steps")))
    assert before.rule.id == "typescript.tool"
    assert {facet for facet in Facet if before.digests.get(facet) != after.digests.get(facet)} == {Facet.TOOLS}


def test_a_tool_that_a_call_of_the_file_offers_is_a_part_of_that_call():
    source = "import { generateText, tool } from 'ai';\n"
    source += "const steps = tool({ description: 'Read the steps.', inputSchema: z.object({ day }), execute: run });\n"
    source += "export const ask = (q) => generateText({ model, system: 'Be kind.', prompt: q, tools: { steps } });\n"
    assert sorted(found(source)) == ["ask:generateText"]


def test_the_instructions_of_a_realtime_session_are_a_prompt():
    event = "{ type: 'session.update', session: { voice: 'marin', instructions: 'Take orders.' } }"
    prompt = found(f"function start(s) {{ s.send(JSON.stringify({event})); }}\n")["start:session.update"]
    assert prompt.turns[0].text == "Take orders."


def test_a_users_message_is_a_prompt_where_its_wording_says_so():
    source = "// prompt\nexport const judge = (t) => {}([{{ role: 'user', content: `{}: ${{t}}` }}]);\n"
    assert sorted(found(source.format("ask", "Rate the answer from one to five"))) == ["judge:ask"]
    assert found(source.format("ask", "There are two kinds of it here")) == {}
    assert found(source.format("setMessages", "Rate the answer from one to five")) == {}


@pytest.mark.parametrize(
    "name",
    [
        "INSTALL_PROMPT_TEXT",
        "INSTALL_PROMPT_TEXT.body",
        "CONFIRM_PROMPT",
        "promptLabel",
        "promptMessage",
        "INFO_PROMPT_TEXT",
    ],
)
def test_names_of_texts_on_a_screen_need_words_that_speak_to_a_model(name):
    strength = prose.strength(name)
    assert strength <= Strength.FAINT
    assert not prose.is_prompt("You can then use it without a network. Only use the newest version.", strength)


def test_a_name_of_a_system_prompt_needs_no_more_words_for_its_ending():
    assert prose.strength("SYSTEM_PROMPT_TEXT") is Strength.SURE


def tables(last):
    rows = [f"const A{n} = {{" + ", ".join(f"a{i}: A{n + 1}[k]" for i in range(64)) + "};" for n in range(12)]
    return "\n".join([*rows, f"const A12 = {last};", "generateText({ model, system: A0[k], prompt: q });", ""])


@pytest.mark.parametrize(
    "source",
    [
        tables("{}"),
        tables("{ a: 'You are kind to the user.' }"),
        "".join(f"function f{n}(x) {{ return x ? f{n + 1}(x) : f{n + 1}(x); }}\n" for n in range(60))
        + "function f60() { return 'Be kind to the user'; }\ngenerateText({ model, system: f0(1), prompt: q });\n",
        "let s = 'a';\n" + "if (x) {" * 100 + "\n" + "s += 'Be kind';\n" * 2_000 + "}" * 100
        + "\ngenerateText({ model, system: s, prompt: q });\n",
        "".join(f"const a{n} = [...a{n + 1}, ...a{n + 1}];\n" for n in range(60))
        + "const a60 = [{ role: 'user', content: 'x' }];\ngenerateText({ model, messages: a0 });\n",
        "const a = [...a, ...a, { role: 'user', content: a }];\ngenerateText({ model, messages: a });\n",
        "const A = {" + ", ".join(f"k{i}: 'Text of the number {i}'" for i in range(5_000)) + "};\n"
        + "".join(f"generateText({{ model, system: A.k{i}, prompt: q }});\n" for i in range(4_000)),
    ],
    ids=["no text", "a text", "functions", "grown", "spread", "of itself", "many keys"],
)  # fmt: skip
def test_what_is_made_of_each_other_is_read_in_time(source):
    start = time.perf_counter()
    found("import { generateText } from 'ai';\n" + source)
    assert time.perf_counter() - start < MAX_S
