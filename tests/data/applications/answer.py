"""A support bot that reads its rule from a file, searches nothing by itself, and asks a model through OpenAI's SDK."""

import json
import sys
from pathlib import Path

from openai import OpenAI

HERE = Path(__file__).parent
CLIENTS = {}


def answer(question, *, base_url=None):
    """Answer one question; the token of the trial is the key."""
    documents = "\n".join(f"[{each['id']}] {each['text']}" for each in question["documents"])
    client = OpenAI(api_key=question["token"], base_url=base_url, max_retries=0)
    said = client.chat.completions.create(
        model="house-model-2026-01-15",
        messages=[
            {"role": "system", "content": (HERE / "rule.txt").read_text()},
            {"role": "user", "content": f"{documents}\nQuestion: {question['variables']['question']}"},
        ],
        max_tokens=100,
        **({} if question["seed"] is None else {"seed": question["seed"]}),
        extra_headers={"traceparent": question["traceparent"]},
    )
    return {"output": said.choices[0].message.content}


if __name__ == "__main__":
    if "--worker" in sys.argv:
        for line in sys.stdin:
            print(json.dumps(answer(json.loads(line))), flush=True)
    else:
        print(json.dumps(answer(json.load(sys.stdin))))
