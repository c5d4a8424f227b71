"""Calls that send a prompt, in TypeScript and JavaScript."""

import pytest

from llmgate.errors import RenderError
from llmgate.prompts import Facet, Format, Syntax, Turn, discovery, templates


def found(source, path="src/a.ts"):
    return {prompt.name: prompt for prompt in discovery.read(path, source.encode(), lambda _: None)}


def one(source, path="src/a.ts"):
    (prompt,) = found(source, path).values()
    return prompt


def test_a_call_of_the_ai_sdk_is_rendered_as_it_is_sent():
    prompt = one(
        "export async function answer(q: string) {\n"
        "  return generateText({ model: openai('gpt-4o'), system: 'Reply in {json}.', prompt: `Q: ${q}` });\n"
        "}\n"
    )
    assert prompt.name == "answer:generateText"
    assert prompt.line == 2
    assert prompt.format is Format.TYPESCRIPT
    assert prompt.syntax is Syntax.FORMAT_STRING
    assert prompt.model == "openai/gpt-4o"
    assert templates.fill(prompt, {"q": "Why?"}) == (Turn("system", "Reply in {json}."), Turn("user", "Q: Why?"))


def test_a_call_without_placeholders_is_sent_as_it_stands():
    prompt = one("await generateText({ model, system: 'Say {x} and {{y}}.', prompt: 'Go.' });\n")
    assert prompt.syntax is Syntax.VERBATIM
    assert templates.fill(prompt, {}) == (Turn("system", "Say {x} and {{y}}."), Turn("user", "Go."))


def test_a_missing_variable_is_named_by_its_expression():
    prompt = one("await generateText({ model, prompt: `Hi ${user.name}` });\n")
    assert prompt.variables == ("user", "user.name")
    with pytest.raises(RenderError, match=r"user\.name"):
        templates.fill(prompt, {})


def test_an_expression_is_filled_by_its_source():
    prompt = one("await generateText({ model, prompt: `List: ${items.map((i) => `- ${i}`).join('\\n')}` });\n")
    (name,) = [name for name in prompt.variables if name != "items"]
    assert templates.fill(prompt, {name: "- a"}) == (Turn("user", "List: - a"),)


def test_two_expressions_that_have_one_name_differ_in_structure():
    before, after = (one(f"await generateText({{ model, prompt: `Hi ${{{each}}}` }});\n") for each in ("a[0]", "a(0)"))
    assert before.digests[Facet.VARIABLES] == after.digests[Facet.VARIABLES]
    assert before.digests[Facet.STRUCTURE] != after.digests[Facet.STRUCTURE]


@pytest.mark.parametrize(
    ("expression", "model"),
    [
        ('openai("gpt-4o")', "openai/gpt-4o"),
        ("openai.chat('gpt-4o')", "openai/gpt-4o"),
        ('anthropic("claude-sonnet-4-6")', "anthropic/claude-sonnet-4-6"),
        ('google("gemini-2.5-flash")', "google/gemini-2.5-flash"),
        ("'openai/gpt-4o'", "openai/gpt-4o"),
        ('gateway("anthropic/claude-sonnet-4-6")', "anthropic/claude-sonnet-4-6"),
        ('createOpenAI({})("gpt-4o")', None),
        ('process.env.MODEL ?? "gpt-4o"', "gpt-4o"),
        ("`${family}-4o`", None),
        ("pick(user)", None),
        ("MODEL", "openai/gpt-4o"),
    ],
)
def test_a_model_is_read_with_its_provider(expression, model):
    call = f"generateText({{ model: {expression}, prompt: 'Hi.' }})"
    source = f"const MODEL = openai('gpt-4o');\nexport const run = () => {call};\n"
    assert found(source)["run:generateText"].model == model


def test_the_package_of_a_provider_wins_over_the_name_of_its_function():
    source = "import { createX as best } from '@ai-sdk/mistral';\n"
    assert one(source + "await generateText({ model: best('large'), prompt: 'a' });\n").model == "mistral/large"


def test_parameters_are_read_as_json_and_the_rest_is_kept():
    prompt = one(
        "await streamText({ model: 'openai/gpt-4o', prompt: 'Hi.', temperature: 0.5, maxOutputTokens: 1_000,\n"
        "  stopSequences: ['END'], topP: options.topP, onFinish: () => save(), own: f(1) });\n"
    )
    assert prompt.params == {"temperature": 0.5, "maxOutputTokens": 1000, "stopSequences": ["END"]}
    other = one(
        "await streamText({ model: 'openai/gpt-4o', prompt: 'Hi.', temperature: 0.5, maxOutputTokens: 1_000,\n"
        "  stopSequences: ['END'], topP: options.topP, onFinish: () => null, own: f(2) });\n"
    )
    assert {each for each in Facet if prompt.digests.get(each) != other.digests.get(each)} == {Facet.STRUCTURE}


def test_tools_that_are_json_are_tools_and_those_that_are_code_are_source():
    source = (
        "await client.chat.completions.create({ model: 'gpt-4o', messages: [{ role: 'user', content: 'a' }],\n"
        "  tools: [{ type: 'function', function: { name: 'f', description: 'd', parameters: {} } }] });\n"
    )
    assert one(source).tools == [{"type": "function", "function": {"name": "f", "description": "d", "parameters": {}}}]
    assert one("await generateText({ model, prompt: 'a', tools: { f: tool( { b: z.x( ) } ) } });\n").tools == (
        "{f: tool({b: z.x()})}"
    )


def test_the_format_of_the_answer_is_read():
    source = (
        "await client.chat.completions.create({ model: 'gpt-4o', messages: [{ role: 'user', content: 'a' }],\n"
        "  response_format: { type: 'json_object' } });\n"
    )
    assert one(source).schema == {"responseFormat": "json_object", "jsonSchema": None}


def test_content_in_parts_is_one_message_and_what_is_no_text_is_kept():
    prompt = one(
        "await anthropic.messages.create({ model: 'claude-sonnet-4-6', max_tokens: 1,\n"
        "  system: [{ type: 'text', text: 'Be kind.', cache_control: { type: 'ephemeral' } }],\n"
        "  messages: [...history,\n"
        "    { role: 'user', content: [{ type: 'text', text: 'See:' }, { type: 'image', source }] }] });\n"
    )
    assert prompt.turns == (Turn("system", "Be kind."), Turn("user", "See:"))


def test_messages_of_gemini_are_read():
    prompt = one(
        "const r = await ai.models.generateContent({ model: 'gemini-2.5-flash', contents: [\n"
        "  { role: 'model', parts: [{ text: 'Hello.' }] }, { role: 'user', parts: [{ text: 'Hi.' }] }],\n"
        "  config: { systemInstruction: 'Be kind.', temperature: 0 } });\n"
    )
    assert prompt.turns == (Turn("system", "Be kind."), Turn("assistant", "Hello."), Turn("user", "Hi."))
    assert prompt.params == {"temperature": 0}


def test_langchains_braces_are_placeholders_and_those_of_its_messages_are_not():
    prompt = one(
        "const p = ChatPromptTemplate.fromMessages([new SystemMessage('Use {json}.'), ['human', 'Q: {q}'],\n"
        "  HumanMessagePromptTemplate.fromTemplate('And {r}?'), new MessagesPlaceholder('history')]);\n"
    )
    assert prompt.name == "p"
    assert templates.fill(prompt, {"q": "a", "r": "b"}) == (
        Turn("system", "Use {json}."),
        Turn("user", "Q: a"),
        Turn("user", "And b?"),
    )


def test_a_single_template_of_langchain_has_no_role():
    prompt = one("const joke = PromptTemplate.fromTemplate('Tell a joke about {topic}.');\n")
    assert templates.fill(prompt, {"topic": "cats"}) == (Turn(None, "Tell a joke about cats."),)


def test_a_template_of_langchain_that_is_none_has_a_fault_with_its_line():
    prompt = one(
        "import { PromptTemplate } from '@langchain/core/prompts';\n\nconst p = PromptTemplate.fromTemplate('{a');\n"
    )
    assert prompt.fault is not None
    assert prompt.fault.line == 3


def test_messages_that_a_model_of_langchain_is_invoked_with_are_read():
    prompt = one("export const run = () => llm.invoke([new SystemMessage('Be kind.'), new HumanMessage(question)]);\n")
    assert prompt.turns == (Turn("system", "Be kind."), Turn("user", "{question}"))


def test_a_prompt_of_genkit_has_the_name_that_it_declares():
    prompt = one("export const x = ai.definePrompt({ name: 'hello', model: 'gemini-x', prompt: 'Hi {{name}}.' });\n")
    assert prompt.name == "hello"
    assert templates.fill(prompt, {"name": "Ann"}) == (Turn("user", "Hi Ann."),)


def test_a_call_with_a_model_and_no_text_is_a_model():
    prompt = one(
        "export const run = (messages) => streamText({ model: openai('gpt-4o'), messages, temperature: 0 });\n"
    )
    assert prompt.turns == ()
    assert prompt.model == "openai/gpt-4o"
    assert prompt.params == {"temperature": 0}


def test_a_call_that_the_file_says_nothing_of_is_no_prompt():
    assert (
        found("export const run = (options) => generateText({ model: options.model, prompt: options.prompt });\n") == {}
    )
    assert found("await generateText(options);\n") == {}


def test_a_constant_that_a_call_is_made_of_is_no_prompt_of_its_own():
    source = (
        "const SYSTEM_PROMPT = 'You are kind.';\nawait generateText({ model, system: SYSTEM_PROMPT, prompt: 'Hi.' });\n"
    )
    assert list(found(source)) == ["generateText"]


def test_a_field_and_a_member_of_a_constant_are_followed():
    source = (
        "const TEXTS = { kind: 'Be kind.', curt: 'Be curt.' } as const;\n"
        "class A {\n  private own = 'Say hi.';\n"
        "  run() { return generateText({ model, system: TEXTS.curt, prompt: this.own }); }\n}\n"
    )
    assert found(source)["A.run:generateText"].turns == (Turn("system", "Be curt."), Turn("user", "Say hi."))


def test_a_variable_that_is_assigned_again_is_not_followed():
    source = (
        "let s = 'Be kind.';\ns = other();\nawait generateText({ model: 'openai/gpt-4o', system: s, prompt: 'Hi.' });\n"
    )
    assert one(source).turns == (Turn("system", "{s}"), Turn("user", "Hi."))


def test_of_two_constants_of_one_name_the_nearest_is_meant():
    source = (
        "const system = 'Be kind.';\n"
        "function a() { const system = 'Be curt.'; return generateText({ model, system, prompt: 'Hi.' }); }\n"
        "function b() { return generateText({ model, system, prompt: 'Hi.' }); }\n"
    )
    assert {name: prompt.turns[0].text for name, prompt in found(source).items()} == {
        "a:generateText": "Be curt.",
        "b:generateText": "Be kind.",
    }


def test_calls_of_one_function_are_told_apart_by_their_order():
    source = "function f() { generateText({ model, prompt: 'a' }); generateText({ model, prompt: 'b' }); }\n"
    assert list(found(source)) == ["f:generateText", "f:generateText~2"]


def test_a_call_inside_a_tool_is_a_prompt_of_its_own():
    source = (
        "export const outer = () => generateText({ model, prompt: 'Outer.', tools: { t: tool({\n"
        "  execute: async () => generateText({ model, prompt: 'Inner.' }) }) } });\n"
    )
    assert [prompt.turns[0].text for prompt in found(source).values()] == ["Outer.", "Inner."]


@pytest.mark.parametrize("path", ["a.ts", "a.tsx", "a.js", "a.jsx", "a.mjs", "a.cjs", "a.mts", "a.cts"])
def test_every_ending_is_read(path):
    assert one("generateText({ model, prompt: 'Hi.' });\n", path).turns == (Turn("user", "Hi."),)


def test_jsx_and_a_type_assertion_are_read_where_they_are_allowed():
    assert one("const a = <p>Hi</p>; generateText({ model, prompt: 'Hi.' });\n", "a.jsx")
    assert one("const a = <any>b; generateText({ model, prompt: 'Hi.' });\n", "a.ts")


def test_a_reference_into_a_registry_cannot_be_rendered():
    prompt = one(
        "import Langfuse from 'langfuse';\n"
        "const p = await langfuse.getPrompt('critic', undefined, { label: 'prod' });\n"
    )
    assert prompt.turns == (Turn(None, "critic label=prod"),)
    with pytest.raises(RenderError, match="langfuse"):
        templates.fill(prompt, {})


def test_a_reference_into_langsmith_is_read_with_its_commit():
    source = "import * as hub from 'langchain/hub';\nconst p = await hub.pull('owner/rag:50442af1');\n"
    assert one(source).turns == (Turn(None, "owner/rag:50442af1"),)


def test_a_reusable_prompt_of_openai_is_a_reference_and_is_named_once():
    call = "client.responses.create({ model: 'gpt-5', prompt: { id: 'pmpt_abc', version: '2' }, input: q });\n"
    prompts = found(f"a = {call}b = {call}")
    assert prompts["openai:pmpt_abc"].turns == (Turn(None, "pmpt_abc version=2"),)
    assert prompts["openai:pmpt_abc"].format is Format.REMOTE
    assert [name for name in prompts if name.startswith("openai:")] == ["openai:pmpt_abc"]


@pytest.mark.parametrize(
    "source",
    [
        "client.messages.create({ to, from, body: 'You are a winner.' });",
        "new Agent({ keepAlive: true });",
        "prisma.messages.create({ data: { role: 'user' } });",
        "chrome.runtime.sendMessage({ prompt: 'x' });",
        "const name = window.prompt('Enter the name of your assistant');",
        "stripe.responses.create({ input: 'x' });",
        "api.completions.create({ model: 'x' });",
        "db.query({ text: 'SELECT prompt FROM prompts' });",
        "langfuse.getPrompt(name);",
        "store.getPrompt('critic', 3);",
        "queue.invoke(['system', job]);",
    ],
)
def test_a_call_that_looks_like_it_is_none(source):
    assert found(f"// prompt\n{source}\n") == {}


@pytest.mark.parametrize(
    "system", ["vip ? 'You are a kind expert.' : 'You are kind.'", "own.system ?? 'You are kind.'"]
)
def test_an_edit_of_a_text_on_a_branch_is_a_change_of_text(system):
    assert edited(system) == {Facet.TEXT}


@pytest.mark.parametrize(
    "system",
    [
        "translated('You are kind.')",
        "'You are kind to {name}.'.replace('{name}', own.name)",
    ],
)
def test_an_edit_of_a_text_that_cannot_be_put_together_is_a_change_of_structure(system):
    assert edited(system) == {Facet.STRUCTURE}


def edited(system):
    """The facets in which a call differs once its system message has another word."""
    source = f"generateText({{ model: openai('gpt-4o'), system: {system}, prompt }});\n"
    (before,), (after,) = (
        discovery.read("src/a.ts", text.encode(), lambda _: None) for text in (source, source.replace("kind", "curt"))
    )
    return {facet for facet in Facet if before.digests.get(facet) != after.digests.get(facet)}
