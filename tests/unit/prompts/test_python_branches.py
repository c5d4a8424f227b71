"""Texts that Python sends on one branch of several: behind `or`, in a mapping, a field or a function of the module."""

import textwrap
import time

import pytest

from llmgate.errors import RenderError
from llmgate.prompts import Facet, discovery, templates

OPENAI = "from openai import OpenAI\n"
MAX_S = 30  # each takes up to 6 s on two busy cores; what is quadratic takes minutes


def found(source):
    data = (OPENAI + textwrap.dedent(source)).encode()
    return {each.name: each for each in discovery.read("app/bot.py", data, lambda _: None)}


def sent(argument, before=""):
    """What is sent as instructions: text, with its conditions."""
    source = f"{textwrap.dedent(before)}\ndef ask(self, a, b, k):\n"
    return found(f"{source}    return OpenAI().responses.create(instructions={argument}, input='Hi')\n")


def text(argument, before=""):
    return sent(argument, before)["ask:responses.create"].turns[0].text


TONES = "TONES = {'calm': 'Speak slowly.', 'brisk': 'Speak in short sentences.'}\n"


@pytest.mark.parametrize(
    ("argument", "before", "told"),
    [
        ("a or 'Be kind.'", "", "{:first that is there}{a}{:or}Be kind.{:end}"),
        ("(a or 'Be kind.') + ' Be brief.'", "", "{:first that is there}{a}{:or}Be kind.{:end} Be brief."),
        ("a and 'Be kind.'", "", "{:if a}Be kind.{:end}"),
        ("'Be kind.' if a else 'Be brief.'", "", "{:if a}Be kind.{:else}Be brief.{:end}"),
        ("TONES['calm']", TONES, "Speak slowly."),
        ("TONES[k] + ' Now.'", TONES, "{:one of TONES[k]}Speak slowly.{:or}Speak in short sentences.{:end} Now."),
        ("TONES.get('calm', '')", TONES, "Speak slowly."),
        ("ALL[0]", "ALL = ['Be kind.', 'Be brief.']\n", "Be kind."),
        ("ALL['de']['calm']", "ALL = {'de': {'calm': 'Sprich langsam.'}}\n", "Sprich langsam."),
        ("ROLE.briefing", "class Role:\n    briefing: str\nROLE = Role(briefing='Be kind.')\n", "Be kind."),
        ("ROLE.briefing", "class Role:\n    briefing: str\nROLE = Role('Be kind.')\n", "Be kind."),
        ("ROLE.briefing", "class Role:\n    briefing: str = 'Be kind.'\nROLE = Role()\n", "Be kind."),
        ("Role(briefing='Be kind.').briefing", "class Role:\n    briefing: str\n", "Be kind."),
        ("tone(a)", "def tone(x):\n    return f'Be kind to the guest {x}.'\n", "Be kind to the guest {x}."),
    ],
)
def test_a_text_on_any_branch_of_an_argument_is_sent(argument, before, told):
    assert text(argument, before) == told


@pytest.mark.parametrize(
    ("argument", "before"),
    [
        ("a or b", ""),
        ("TONES[k]", "TONES = load()\n"),
        ("TONES['loud']", TONES),
        ("TONES[1:]", "TONES = ['Be kind.', 'Be brief.']\n"),
        ("ROLE.colour", "class Role:\n    briefing: str\nROLE = Role(briefing='Be kind.')\n"),
        ("tone(a)", "def tone(x):\n    return x.strip()\n"),
        ("tone(a)", "def tone(x):\n    return tone(x)\n"),
        ("f\"{a or 'nobody'}\"", ""),
        ("a(b)", "def a(x):\n    return 'Be kind to the guest.'\n"),
    ],
)
def test_what_gives_no_text_of_this_module_stays_a_placeholder(argument, before):
    told = text(argument, before)
    assert told.startswith("{" + argument[:1].replace("f", "a"))
    assert "{:" not in told


def test_an_edit_of_one_branch_is_an_edit_of_the_text_alone():
    before, after = (sent(f"a or '{words}'")["ask:responses.create"].digests for words in ("Be kind.", "Be brief."))
    assert {facet for facet in Facet if before.get(facet) != after.get(facet)} == {Facet.TEXT}


def test_an_edit_of_a_condition_is_an_edit_of_the_structure_alone():
    before, after = (
        sent(f"'Be kind.' if {test} else 'Be brief.'")["ask:responses.create"].digests for test in ("a", "a > 1")
    )
    assert {facet for facet in Facet if before.get(facet) != after.get(facet)} == {Facet.STRUCTURE}


def test_a_text_that_depends_on_a_condition_is_not_rendered():
    with pytest.raises(RenderError):
        templates.fill(sent("a or 'Be kind.'")["ask:responses.create"], {"a": "Hi"})


def test_each_return_of_a_function_is_a_branch():
    before = """\
    def tone(level):
        if level > 3:
            return "Speak as to a colleague."
        return "Speak as to a child of eight."
    """
    told = "{:if level > 3}Speak as to a colleague.{:end}{:else}Speak as to a child of eight.{:end}"
    assert text("tone(a)", before) == told


def test_an_argument_that_is_an_instance_sends_the_field_of_any_instance_of_the_module():
    prompts = found("""\
    class Role:
        name: str
        briefing: str
    ROLES = [Role("analyst", "State three facts."), Role("editor", "Keep every number.")]
    def speak(role: Role):
        return OpenAI().responses.create(instructions=role.briefing, input="Hi")
    """)
    told = "{:one of role.briefing}State three facts.{:or}Keep every number.{:end}"
    assert prompts["speak:responses.create"].turns[0].text == told


def test_a_function_that_is_a_prompt_by_its_name_is_not_repeated_by_the_call_that_calls_it():
    prompts = found("""\
    def build_prompt(name):
        return f"You are the helper of {name}."
    def ask(q):
        return OpenAI().responses.create(instructions=build_prompt(q), input="Answer in one sentence.")
    """)
    assert sorted(prompts) == ["ask:responses.create", "build_prompt"]
    assert prompts["ask:responses.create"].dependencies == ("app/bot.py#build_prompt",)


def test_a_list_of_messages_that_a_function_returns_is_a_prompt():
    prompts = found("""\
    def messages_for(q):
        return [{"role": "system", "content": "Answer in one sentence."}, {"role": "user", "content": q}]
    """)
    assert [turn.text for turn in prompts["messages_for:messages"].turns] == ["Answer in one sentence.", "{q}"]


def test_the_body_of_a_request_may_be_a_prompt_beside_its_model():
    body = '{"model": "mistral", "prompt": f"{q} Answer in one sentence, please."}'
    prompts = found(f"def ask(q):\n    return post({body})\n")
    assert prompts["ask:messages"].turns[0].text == "{q} Answer in one sentence, please."


def lookups(last):
    tables = [f"A{n} = {{" + ", ".join(f"'{i}': A{n + 1}[k]" for i in range(64)) + "}" for n in range(12)]
    return "\n".join([*tables, f"A12 = {last}", "OpenAI().responses.create(instructions=A0[k], input=q)", ""])


@pytest.mark.parametrize(
    "source",
    [
        lookups("{}"),
        lookups("{'a': 'You are a kind helper of the user.'}"),
        "".join(f"def f{n}(x):\n    return f{n + 1}(x) or f{n + 1}(x)\n" for n in range(50)) + "f0(1)\n",
        "def f(x):\n    return 'You are a kind helper' + f(x)\nA = {'a': A['a']}\nB = [B[0], B[k]]\n"
        + "".join(f"OpenAI().responses.create(instructions={each}, input=q)\n" for each in ("f(1)", "A['a']", "B[k]")),
        "A = {" + ", ".join(f"'k{i}': 'Text of the number {i}'" for i in range(5_000)) + "}\n"
        + "".join(f"OpenAI().responses.create(instructions=A['k{i}'], input=q)\n" for i in range(4_000)),
        "def f():\n    s = 'a'\n    if " + " and ".join(["x"] * 50_000) + ":\n" + "        s += 'Be kind'\n" * 5_000
        + "    OpenAI().responses.create(instructions=s, input=q)\n",
    ],
    ids=["lookups without a text", "lookups of a text", "functions", "of themselves", "many keys", "a long condition"],
)  # fmt: skip
def test_lookups_and_functions_of_each_other_are_read_or_refused_in_time(source):
    start = time.perf_counter()
    faults = [prompt.fault.message for prompt in found(source).values() if prompt.fault]
    assert time.perf_counter() - start < MAX_S
    assert all("text" in message for message in faults)
