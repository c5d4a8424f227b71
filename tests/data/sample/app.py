"""A support bot: a question of a customer → the answer of a model."""

import sys
from pathlib import Path

import openai
import yaml
from jinja2 import Template


def answer(question: str) -> str:
    settings = yaml.safe_load(Path("config/models.yaml").read_text())["answerer"]
    prompt = Template(Path("prompts/support.jinja").read_text()).render(question=question)
    messages = [{"role": "user", "content": prompt}]
    made = openai.OpenAI().chat.completions.create(model=settings["model"], messages=messages, **settings["params"])
    return made.choices[0].message.content


if __name__ == "__main__":
    print(answer(sys.argv[1]))
