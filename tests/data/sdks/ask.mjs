// Asks each API through the official libraries, which know nothing but their environment; prints what each got.
import Anthropic from "@anthropic-ai/sdk";
import { GoogleGenAI } from "@google/genai";
import OpenAI from "openai";

const { gpt, claude, gemini, embedder } = JSON.parse(process.argv[2]);
const hello = [{ role: "user", content: "hello" }];
const weather = [{ role: "user", content: "What is the weather in Ulm?" }];
const schema = { type: "object", properties: { city: { type: "string" } } };
const openai = new OpenAI();
const anthropic = new Anthropic();
const google = new GoogleGenAI({});

async function pieces(stream, read) {
  const found = [];
  for await (const event of stream) found.push(read(event) ?? "");
  return found.join("");
}

const chat = { model: gpt, messages: hello };
const tool = { type: "function", function: { name: "get_weather", parameters: schema } };
const messages = { model: claude, max_tokens: 100, messages: hello };
const declared = { functionDeclarations: [{ name: "get_weather", parametersJsonSchema: schema }] };

const asked = {
  "chat says": async () => (await openai.chat.completions.create(chat)).choices[0].message.content,
  "chat streams": async () =>
    pieces(await openai.chat.completions.create({ ...chat, stream: true }), (event) => event.choices[0]?.delta.content),
  "chat calls": async () => {
    const answer = await openai.chat.completions.create({ model: gpt, messages: weather, tools: [tool] });
    const { name, arguments: given } = answer.choices[0].message.tool_calls[0].function;
    return [name, JSON.parse(given)];
  },
  "chat fails": async () => {
    try {
      return await openai.chat.completions.create({ ...chat, model: "gpt-9" });
    } catch (error) {
      return [error.status, error.message];
    }
  },
  "responses says": async () => (await openai.responses.create({ model: gpt, input: hello })).output_text,
  "responses streams": async () =>
    pieces(await openai.responses.create({ model: gpt, input: hello, stream: true }), (event) =>
      event.type === "response.output_text.delta" ? event.delta : "",
    ),
  "responses calls": async () => {
    const tools = [{ type: "function", name: "get_weather", parameters: schema, strict: false }];
    const answer = await openai.responses.create({ model: gpt, input: weather, tools });
    const call = answer.output.find((item) => item.type === "function_call");
    return [call.name, JSON.parse(call.arguments)];
  },
  "messages says": async () => (await anthropic.messages.create(messages)).content[0].text,
  "messages streams": async () => anthropic.messages.stream(messages).finalText(),
  "messages calls": async () => {
    const tools = [{ name: "get_weather", input_schema: schema }];
    const stream = anthropic.messages.stream({ ...messages, messages: weather, tools });
    const call = (await stream.finalMessage()).content.find((block) => block.type === "tool_use");
    return [call.name, call.input];
  },
  "messages fails": async () => {
    try {
      return await anthropic.messages.create({ ...messages, model: "claude-9" });
    } catch (error) {
      return [error.status, error.message];
    }
  },
  "gemini says": async () => (await google.models.generateContent({ model: gemini, contents: "hello" })).text,
  "gemini streams": async () =>
    pieces(await google.models.generateContentStream({ model: gemini, contents: "hello" }), (event) => event.text),
  "gemini calls": async () => {
    const contents = "What is the weather in Ulm?";
    const answer = await google.models.generateContent({ model: gemini, contents, config: { tools: [declared] } });
    return [answer.functionCalls[0].name, answer.functionCalls[0].args];
  },
  "gemini fails": async () => {
    try {
      return await google.models.generateContent({ model: "gemini-9", contents: "hello" });
    } catch (error) {
      return [error.status, error.message];
    }
  },
  "chat embeds": async () => {
    const made = await openai.embeddings.create({ model: embedder, input: "a passage", encoding_format: "float" });
    return made.data[0].embedding;
  },
};

const told = {};
for (const [name, ask] of Object.entries(asked)) {
  try {
    told[name] = await ask();
  } catch (error) {
    told[name] = String(error.stack);
  }
}
console.log(JSON.stringify(told));
