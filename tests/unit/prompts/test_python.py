"""Prompts in Python code: what is found, how it is named, what it renders, and what cannot be read."""

import textwrap

import pytest

from llmgate.errors import RenderError
from llmgate.prompts import Facet, Format, Syntax, Turn, catalogue, discovery, templates

OPENAI = "from openai import OpenAI\nclient = OpenAI()\n"


def nothing(path):
    return None


def found(source, path="app/bot.py"):
    return {each.name: each for each in discovery.read(path, textwrap.dedent(source).encode(), nothing)}


def only(source, path="app/bot.py"):
    (prompt,) = found(source, path).values()
    return prompt


def differing(before, after):
    old, new = only(before).digests, only(after).digests
    return {facet for facet in Facet if old.get(facet) != new.get(facet)}


def called(arguments):
    return only(f"{OPENAI}def ask(question, vip, docs):\n    return client.responses.create({arguments})\n")


def test_a_call_renders_the_messages_that_it_sends():
    prompt = called('instructions="Be {kind}.", input=f"Question: {question}"')
    turns = templates.fill(prompt, {"question": "Why?"})
    assert turns == (Turn("system", "Be {kind}."), Turn("user", "Question: Why?"))


def test_a_call_renders_the_text_of_the_constants_that_it_names():
    prompts = found(f"""\
{OPENAI}
SYSTEM_PROMPT = "You are a helper of {{company}}."
def ask(question):
    return client.responses.create(instructions=SYSTEM_PROMPT.format(company="Acme"), input=question)
""")
    turns = templates.fill(prompts["ask:responses.create"], {"question": "Why?"})
    assert turns == (Turn("system", "You are a helper of Acme."), Turn("user", "Why?"))


def test_a_call_depends_on_the_constants_that_it_names_and_does_not_repeat_their_text():
    source = """\
from openai import OpenAI
SYSTEM_PROMPT = "You are a helper of the user."
def ask(question):
    return OpenAI().responses.create(instructions=SYSTEM_PROMPT, input=question)
"""
    before, after = (found(text)["ask:responses.create"] for text in (source, source.replace("helper", "friend")))
    assert before.dependencies == ("app/bot.py#SYSTEM_PROMPT",)
    assert before.digests == after.digests
    assert before.text != after.text


def test_what_a_method_binds_to_self_is_a_constant_of_the_class():
    source = """\
from openai import OpenAI
class Judge:
    def __init__(self, client):
        self.client = client
        self.model = "gpt-4o-2024-08-06"
        self.system_prompt = "You are a judge of answers."
    def ask(self, text):
        return self.client.responses.create(model=self.model, instructions=self.system_prompt, input=text)
"""
    prompts = found(source)
    assert sorted(prompts) == ["Judge.ask:responses.create", "Judge.model", "Judge.system_prompt"]
    call = prompts["Judge.ask:responses.create"]
    assert call.dependencies == ("app/bot.py#Judge.model", "app/bot.py#Judge.system_prompt")
    assert templates.fill(call, {"text": "Hi"})[0] == Turn("system", "You are a judge of answers.")


def test_a_constant_with_two_values_is_two_prompts_and_a_placeholder_where_it_is_named():
    source = """\
from openai import OpenAI
if STRICT:
    SYSTEM_PROMPT = "You are a strict judge."
else:
    SYSTEM_PROMPT = "You are a kind judge."
OpenAI().responses.create(instructions=SYSTEM_PROMPT, input="Answer now.")
"""
    prompts = found(source)
    assert sorted(prompts) == ["SYSTEM_PROMPT", "SYSTEM_PROMPT~2", "responses.create"]
    assert prompts["responses.create"].dependencies == ("app/bot.py#SYSTEM_PROMPT", "app/bot.py#SYSTEM_PROMPT~2")
    assert prompts["responses.create"].variables == ("SYSTEM_PROMPT",)


def test_a_constant_is_filled_like_a_format_string_where_all_of_it_is_one():
    prompt = only('ANSWER_PROMPT = """Answer {question} as JSON: {{"answer": "…"}}"""\n')
    assert templates.fill(prompt, {"question": "Why?"}) == (Turn(None, 'Answer Why? as JSON: {"answer": "…"}'),)


def test_a_constant_with_braces_that_are_no_fields_is_filled_by_name_and_keeps_the_others():
    prompt = only('ANSWER_PROMPT = """Answer {question} as JSON: {"answer": "…"}"""\n')
    assert prompt.syntax is Syntax.SINGLE_BRACES
    assert templates.fill(prompt, {"question": "Why?"}) == (Turn(None, 'Answer Why? as JSON: {"answer": "…"}'),)


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ('"You are " "a judge of answers."', "You are a judge of answers."),
        ('"You are " + "a judge of answers."', "You are a judge of answers."),
        ("f\"You are {'a judge'} of answers.\"", "You are a judge of answers."),
        ('"You are a judge of %s." % "answers"', "You are a judge of answers."),
        ('"You are a {} of {what}.".format("judge", what="answers")', "You are a judge of answers."),
        ('" ".join(["You are", "a judge", "of answers."])', "You are a judge of answers."),
        ('textwrap.dedent("""\\\n    You are a judge\n      of answers.""")', "You are a judge\n  of answers."),
        ('inspect.cleandoc("""You are a judge\n    of answers.""")', "You are a judge\nof answers."),
        ('"  You are a judge of answers. \\n".strip()', "You are a judge of answers."),
        ('"You are a judge of X.".replace("X", "answers")', "You are a judge of answers."),
        ('os.getenv("P", "You are a judge of answers.")', "You are a judge of answers."),
        ('Field(default="You are a judge of answers.")', "You are a judge of answers."),
    ],
)
def test_constants_are_put_together_as_python_would(expression, text):
    prompt = only(f"JUDGE_PROMPT = {expression}\n")
    assert templates.fill(prompt, {}) == (Turn(None, text),)


def test_braces_around_a_placeholder_are_text():
    prompt = called("input=f'Reply with {{\"answer\": 1}} to {question}'")
    assert templates.fill(prompt, {"question": "Why?"}) == (Turn("user", 'Reply with {"answer": 1} to Why?'),)


def test_a_placeholder_is_named_by_its_expression():
    prompt = called("input=f'Answer {question[\"text\"]} from {docs.first( )}.'")
    variables = {"question['text']": "this", "docs.first()": "that"}
    assert templates.fill(prompt, variables) == (Turn("user", "Answer this from that."),)
    assert set(variables) <= set(prompt.variables)


@pytest.mark.parametrize(
    "arguments",
    [
        "input='Be kind.' if vip else 'Be brief.'",
        "input=f'Answer {question!r} now.'",
        "input=[*docs, {'role': 'user', 'content': 'Answer now.'}]",
        "input=[{'role': 'user', 'content': [{'type': 'text', 'text': 'See this.'}, {'type': 'image', 'url': docs}]}]",
    ],
)
def test_what_is_not_imitated_is_an_error_when_it_is_rendered(arguments):
    prompt = called(arguments)
    variables = dict.fromkeys(prompt.variables, "x")
    with pytest.raises(RenderError, match="does not imitate"):
        templates.fill(prompt, variables)


def test_a_text_that_a_condition_adds_to_is_not_rendered_without_it():
    prompt = only(f"""\
{OPENAI}
def ask(question, vip):
    text = "Answer the question."
    if vip:
        text += " Be quick."
    return client.responses.create(input=text)
""")
    assert "Be quick." in prompt.text
    with pytest.raises(RenderError, match="if vip"):
        templates.fill(prompt, {})


def test_a_list_of_lines_that_grows_is_joined():
    prompt = only("""\
def build_prompt(question):
    lines = ["You are a judge.", "Rate the answer."]
    lines.append(f"Question: {question}")
    return "\\n".join(lines)
""")
    rendered = templates.fill(prompt, {"question": "Why?"})
    assert rendered == (Turn(None, "You are a judge.\nRate the answer.\nQuestion: Why?"),)


def test_dspy_writes_the_prompt_itself():
    prompt = only(
        'import dspy\nclass Judge(dspy.Signature):\n    """Rate the answer."""\n    score: int = dspy.OutputField()\n'
    )
    with pytest.raises(RenderError, match="dspy"):
        templates.fill(prompt, {})


def test_langchain_templates_are_filled_by_name():
    prompt = only("""\
from langchain_core.prompts import ChatPromptTemplate
chat = ChatPromptTemplate.from_messages([("system", "Translate to {language}: {{}}"), ("human", "{text}")])
""")
    assert templates.fill(prompt, {"language": "French", "text": "Hi"}) == (
        Turn("system", "Translate to French: {}"),
        Turn("user", "Hi"),
    )


def test_model_parameters_tools_and_format_stand_at_the_call():
    prompt = called(
        'model="gpt-4.1-2025-04-14", temperature=0.2, input="Answer now.", timeout=3, '
        'tools=[{"type": "function", "name": "find"}], text_format=dict(type="json_object")'
    )
    assert prompt.model == "gpt-4.1-2025-04-14"
    assert prompt.params == {"temperature": 0.2}
    assert prompt.tools == [{"type": "function", "name": "find"}]
    assert prompt.schema == {"type": "json_object"}


@pytest.mark.parametrize(
    ("source", "model"),
    [
        (
            'import anthropic\nanthropic.Anthropic().messages.create(model="claude-sonnet-4-6", system="Be kind.")',
            "anthropic/claude-sonnet-4-6",
        ),
        ('from langchain_openai import ChatOpenAI\nllm = ChatOpenAI(model="gpt-4o")', "openai/gpt-4o"),
        ('from pydantic_ai import Agent\nbot = Agent("openai:gpt-4o", instructions="Be kind.")', "openai:gpt-4o"),
        ('import litellm\nlitellm.completion(model="groq/llama-3.3-70b", messages=[])', "groq/llama-3.3-70b"),
        ('import os\nCHAT_MODEL = os.environ.get("CHAT_MODEL", "gpt-4o-mini")', "gpt-4o-mini"),
    ],
)
def test_a_model_is_as_written_with_the_provider_in_front_where_the_callee_tells_it(source, model):
    assert only(source).model == model


def test_the_settings_of_gemini_are_looked_into():
    prompt = only("""\
from google import genai
from google.genai import types
genai.Client().models.generate_content(
    model="gemini-2.5-flash",
    contents="Read the receipt.",
    config=types.GenerateContentConfig(system_instruction="Answer with a number.", temperature=0),
)
""")
    assert prompt.params == {"temperature": 0}
    assert [turn.role for turn in prompt.turns] == ["system", "user"]


def test_a_function_is_a_tool_by_its_name_arguments_and_docstring_and_not_by_its_body():
    source = """\
from agents import Agent
def weather(city: str) -> str:
    "Tell the weather."
    return "sun"
bot = Agent(name="bot", instructions="Be kind to the user.", tools=[weather])
"""
    assert differing(source, source.replace('"sun"', '"rain"')) == set()
    assert differing(source, source.replace("Tell the", "Guess the")) == {Facet.TOOLS}


@pytest.mark.parametrize(
    ("old", "new", "facets"),
    [
        ("Be kind", "Be brief", {Facet.TEXT}),
        ("question}", "query}", {Facet.VARIABLES}),
        ('"system"', '"developer"', {Facet.STRUCTURE}),
        ("gpt-4o", "gpt-5", {Facet.MODEL}),
        ("seed=1", "seed=2", {Facet.PARAMS}),
        ("seed=1", "seed=1, audio_mode='x'", {Facet.STRUCTURE}),
        ("seed=1", "seed=1, timeout=4, user='me'", set()),
        ("def ask(question):", "def ask(question: str) -> str:  # now typed", set()),
        ("client.chat", "self.api.chat", set()),
        ("rest = 1", "rest = [n for n in range(9)]", set()),
    ],
)
def test_each_difference_is_of_its_own_facet(old, new, facets):
    source = """\
from openai import OpenAI
def ask(question):
    rest = 1
    return client.chat.completions.create(model="gpt-4o", seed=1, messages=[
        {"role": "system", "content": "Be kind."}, {"role": "user", "content": f"Q: {question}"}])
"""
    assert old in source
    assert differing(source, source.replace(old, new)) == facets


def test_names_do_not_move_when_code_is_put_before_them():
    source = "from openai import OpenAI\ndef ask(q):\n    return OpenAI().responses.create(model='gpt-4o', input=q)\n"
    before, after = only(source), only("import os\n\n\nLIMIT = 3\n" + source)
    assert (before.name, before.digests) == (after.name, after.digests)
    assert (before.line, after.line) == (3, 7)


def test_the_second_of_a_name_is_numbered_in_the_order_of_the_source():
    call = "    OpenAI().responses.create(model='gpt-4o', input='Answer {}.')\n"
    prompts = found("from openai import OpenAI\ndef ask():\n" + call.format("one") + call.format("two"))
    assert {name: prompt.text for name, prompt in prompts.items()} == {
        "ask:responses.create": "Answer one.",
        "ask:responses.create~2": "Answer two.",
    }


def test_the_line_is_that_of_the_first_text():
    prompt = only('\n\nJUDGE_PROMPT = (\n    # who it is\n    "You are a judge of answers."\n)\n')
    assert prompt.line == 5


def test_every_prompt_of_a_module_is_partial_and_of_this_format():
    prompt = only('JUDGE_PROMPT = "You are a judge of answers."\n')
    assert (prompt.partial, prompt.format, prompt.rule.id, prompt.rule.certain) == (
        True, Format.PYTHON, "python.name", False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("source", "name", "rule"),
    [
        ('class Bot:\n    system_prompt = "You are a judge."\n', "Bot.system_prompt", "python.name"),
        ('def ask(q, system_prompt="You are a judge."):\n    pass\n', "ask.system_prompt", "python.default"),
        ('PROMPTS = {"rate": "Rate the answer from 1 to 5."}\n', "PROMPTS.rate", "python.name"),
        ('def judge_prompt():\n    return "Rate the answer from 1 to 5."\n', "judge_prompt", "python.function"),
        ('def f(x):\n    prompt = "Rate the answer from 1 to 5."\n    run(prompt)\n', "f.prompt", "python.name"),
        ('run(system_prompt="You are a judge.")\n', "run", "python.argument"),
        (
            "from pydantic_ai import Agent\na = Agent()\n@a.system_prompt\ndef s():\n    return 'Talk in a verse.'\n",
            "s",
            "python.decorated",
        ),
        (
            "import ell\n@ell.simple(model='gpt-4o')\ndef hi(x):\n    'You are kind.'\n    return f'Greet {x}'\n",
            "hi:ell.simple",
            "python.decorated",
        ),
        ("import dspy\nq = dspy.Signature('q -> a', 'Answer in one word.')\n", "q:dspy.Signature", "python.sink"),
        (
            "from langchain_core.messages import SystemMessage\ndef f():\n    return [SystemMessage('Be kind.')]\n",
            "f:SystemMessage",
            "python.sink",
        ),
    ],
)
def test_a_prompt_is_named_by_where_it_stands(source, name, rule):
    assert {key: prompt.rule.id for key, prompt in found(source).items()} == {name: rule}


LOOKALIKES = {
    "a click option": 'import click\n@click.option("--n", prompt="Your name, as in your passport")\ndef f(): ...\n',
    "input": 'name_prompt = "Please enter the name of the user: "\ninput(name_prompt)\n',
    "a confirmation": 'CONFIRM_PROMPT = "Do you want to delete all the files of the user?"\n',
    "a shell": 'PROMPT = ">>> "\nCONTINUATION_PROMPT = "... "\n',
    "SQL": 'QUERY_TEMPLATE = "SELECT the_user FROM the_context WHERE the_question = {x} AND answer IS NULL"\n',
    "HTML": 'PAGE_TEMPLATE = "<div>Answer the question of the user in the form below.</div>"\n',
    "a letter": 'MAIL_TEMPLATE = "Dear {name}, thank you for your order. Answer this mail if you have a question."\n',
    "subprocess": 'import subprocess\nsubprocess.run(["cat"], input="Answer the question of the user.", text=True)\n',
    "Django": 'from django.contrib import messages\nmessages.success(request, "The answer of the user was stored.")\n',
    "a path": 'PROMPT_PATH = "prompts/the answer of the assistant.txt"\nPROMPT_FILE = "a b c d.txt"\n',
    "a weight file": 'MODEL_PATH = "models/resnet50.pt"\nMODEL = "resnet50"\n',
    "roles": 'USERS = [{"role": "user", "name": "Ann"}, {"role": "system", "name": "root"}]\n',
    "an agent of a broker": 'class Agent: ...\nbob = Agent(instructions="Ring the bell and wait for the agent.")\n',
    "a log line": 'import logging\nlogging.info("The system prompt of the user is empty, the default is used.")\n',
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(LOOKALIKES))
def test_code_that_only_looks_like_a_prompt_is_not_taken(name):
    assert found(LOOKALIKES[name]) == {}


@pytest.mark.parametrize("path", ["tests/test_bot.py", "app/test_bot.py", "vendor/x/bot.py", "app/conftest.py"])
def test_tests_and_vendored_code_are_passed_over(path):
    assert found('JUDGE_PROMPT = "You are a judge of answers."\n', path) == {}


@pytest.mark.parametrize(
    ("rest", "line"),
    [
        ("print 'Python 2'\n", 2),
        ("x = (\n", 2),
        ("if x:\n\ty = 1\n        z = 2\n", 4),
        ("x = " + "(" * 10_000 + "\n", 2),
        ("x = 1\0\n", 1),
        ("x = 'a'" + " + 'b'" * 50_000 + "\n", 1),
        ("x = f'" + "{a}" * 60_000 + "'\n", 1),
    ],
)
def test_code_that_cannot_be_read_and_has_prompts_is_a_fault(rest, line):
    prompt = only('JUDGE_PROMPT = "You are a judge of answers."\n' + rest)
    assert prompt.fault is not None
    assert (prompt.fault.file, prompt.fault.line) == ("app/bot.py", line)
    assert set(prompt.digests) == {Facet.BYTES}


def test_code_that_cannot_be_read_and_has_no_prompts_is_not_taken():
    assert found("print 'hello'\n") == {}


def test_code_that_is_not_utf8_is_a_fault():
    (prompt,) = discovery.read("a.py", b'JUDGE_PROMPT = "You are a judge of \xe9."\n', nothing)
    assert prompt.fault is not None
    assert prompt.fault.line == 1


@pytest.mark.parametrize(
    "source",
    [
        "A_PROMPT = B_PROMPT + 'You are a judge of answers.'\nB_PROMPT = A_PROMPT + 'You are a helper of users.'\n",
        "A = ''\n" + "".join(f"A{n} = A{n - 1} + A{n - 1}\n" for n in range(1, 60)) + "X_PROMPT = A59 + 'You judge.'\n",
        "A0 = [1]\n" + "".join(f"A{n} = [A{n - 1}, A{n - 1}]\n" for n in range(1, 60))
        + OPENAI + "client.responses.create(input='Answer the question.', tools=A59)\n",
        "PROMPTS = " + "{'a': " * 90 + "'You are a judge of answers.'" + "}" * 90 + "\n",
        "X_PROMPT = '" + "You are a judge of answers. " * 15_000 + "'\n",
        "prompt =" + " " * 400_000 + "1\n",
    ],
)  # fmt: skip
def test_code_that_unfolds_without_end_is_read_in_bounded_time(source):
    assert all(len(prompt.text) < 1_000_000 for prompt in found(source).values())


def test_a_declared_module_without_prompts_is_read_as_a_whole():
    (prompt,) = catalogue.read("src/a.py", b"x = 1\n", nothing)
    assert prompt.format is Format.TEXT


def test_a_prompt_at_the_end_of_a_long_module_is_found():
    padding = "x = 1\n" * 20_000
    assert list(found(padding + 'JUDGE_PROMPT = "You are a judge of answers."\n')) == ["JUDGE_PROMPT"]


APPENDED = """\
def prepare(query, context):
    messages = []
    messages.append({"role": "system", "content": "You answer from the context only."})
    messages.append({"role": "user", "content": f"Answer {query} with this context: {context}"})
    return messages
"""


def test_messages_that_are_appended_are_found_without_a_library():
    prompt = only(APPENDED)
    assert (prompt.name, prompt.rule.id) == ("prepare:messages", "python.messages")
    assert prompt.turns == (
        Turn("system", "You answer from the context only."),
        Turn("user", "Answer {query} with this context: {context}"),
    )


BRANCHES = """\
def ask(vip, question):
    if vip:
        told = "You are kind."
    else:
        told = "You are an expert."
    return client.responses.create(instructions=told, input=question)
"""


def test_a_text_that_branches_set_is_part_of_the_call_and_cannot_be_rendered():
    prompt = only(OPENAI + BRANCHES)
    assert prompt.turns[0] == Turn("system", "{:if vip}You are kind.{:end}{:not (if vip)}You are an expert.{:end}")
    with pytest.raises(RenderError):
        templates.fill(prompt, {"question": "Why?"})


def test_an_edit_of_one_branch_is_a_change_of_text():
    assert differing(OPENAI + BRANCHES, OPENAI + BRANCHES.replace("kind", "curt")) == {Facet.TEXT}


def test_a_text_that_is_set_again_and_again_is_read_in_bounded_time():
    lines = "".join(f"    a = b + c + 'x{n}'\n    b = a + c + 'y{n}'\n    c = a + b + 'z{n}'\n" for n in range(8))
    assert only(f"{OPENAI}def ask():\n{lines}    return client.responses.create(input=a + 'You are kind.')\n")


def test_messages_of_which_no_text_stands_in_the_module_are_not_taken_for_being_appended():
    loop = "    for each in history:\n        found.append({'role': 'user', 'content': each})\n"
    source = f"def mapped(history):\n    found = []\n{loop}"
    assert found(f"import openai\n{source}    return found\n") == {}
