// The same bot for node: one question on standard input, or one a line.
const fs = require("node:fs");
const path = require("node:path");
const readline = require("node:readline");
const { OpenAI } = require("openai");

async function answer(question) {
  const documents = question.documents.map((each) => `[${each.id}] ${each.text}`).join("\n");
  const client = new OpenAI({ apiKey: question.token, maxRetries: 0 });
  const said = await client.chat.completions.create(
    {
      model: "house-model-2026-01-15",
      messages: [
        { role: "system", content: fs.readFileSync(path.join(__dirname, "rule.txt"), "utf8") },
        { role: "user", content: `${documents}\nQuestion: ${question.variables.question}` },
      ],
      max_tokens: 100,
      ...(question.seed === null ? {} : { seed: question.seed }),
    },
    { headers: { traceparent: question.traceparent } },
  );
  return { output: said.choices[0].message.content };
}

async function main() {
  if (process.argv.includes("--worker")) {
    for await (const line of readline.createInterface({ input: process.stdin })) {
      process.stdout.write(JSON.stringify(await answer(JSON.parse(line))) + "\n");
    }
    return;
  }
  process.stdout.write(JSON.stringify(await answer(JSON.parse(fs.readFileSync(0, "utf8")))));
}

main();
