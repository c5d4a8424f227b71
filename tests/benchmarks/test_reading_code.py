"""How fast code is passed over, and how fast its prompts are read."""

import time

import pytest

from llmgate.prompts import discovery

ROUTINE = '''

def handler_{n}(request, limit={n}):
    """Return the orders of a customer, newest first."""
    orders = [order for order in request.orders if order.total > limit]
    if not orders:
        logger.info("there are no orders over %s", limit)
        raise NotFound(f"no orders over {{limit}}")
    return Response({{"orders": [serialize(order) for order in orders], "count": len(orders)}})
'''
HEAD = (
    "import logging\nfrom dataclasses import dataclass\n\nfrom shop.web import NotFound, Response\n\nlogger = logging\n"
)
PROMPTS = '''
from openai import OpenAI

SYSTEM_PROMPT = """You are a support agent.
Answer the question of the customer from the handbook."""


def reply_{n}(question, passages):
    context = "\\n".join(passage.text for passage in passages)
    return OpenAI().chat.completions.create(
        model="gpt-4o-2024-08-06",
        messages=[
            {{"role": "system", "content": SYSTEM_PROMPT}},
            {{"role": "user", "content": f"Context: {{context}}\\n\\nQuestion: {{question}}"}},
        ],
    )
'''


def module(number, rest=""):
    return (HEAD + "".join(ROUTINE.format(n=number + n) for n in range(12)) + rest).encode()


def seconds(files):
    """The seconds of CPU, which do not depend on what else the machine does."""
    began = time.process_time()
    found = [len(discovery.read(path, data, lambda _: None)) for path, data in files.items()]
    return time.process_time() - began, found


@pytest.mark.parametrize(("count", "rest", "prompts", "budget_s"), [(2000, "", 0, 0.5), (200, PROMPTS, 2, 1.5)])
def test_code_is_read_within_its_budget(count, rest, prompts, budget_s):
    files = {f"shop/m{n}.py": module(n, rest.format(n=n)) for n in range(count)}
    took, found = min(seconds(files) for _ in range(3))
    kilobytes = sum(map(len, files.values())) // 1000
    print(f"\n{count} files, {kilobytes} kB, {prompts} prompts in each: {took:.2f} s")  # noqa: T201 - a measurement
    assert found == [prompts] * count
    assert took < budget_s
