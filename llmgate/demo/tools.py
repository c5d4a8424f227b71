"""The tools offered in a request → the call that a question needs, and the sentence that a result is worth."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from llmgate.demo.reading import Done

LOOK_UP, CANCEL, CHECK_STOCK = "lookup_order", "cancel_order", "check_stock"
_OVER = ("shipped", "delivered", "cancelled")
_NUMBER = re.compile(r"\b[A-Z]{1,2}-?\d{2,6}\b|\b[A-Z]\d\b")


def order_number(texts: Sequence[str]) -> str | None:
    """Return the order number that was named last."""
    return next((match.group() for text in reversed(texts) if (match := _NUMBER.search(text))), None)


def stock_arguments(question: str, tool: Mapping[str, Any]) -> dict[str, str] | None:
    """Fill in product and size, where the question names both; the tool's schema says which products there are."""
    products = tool["parameters"].get("properties", {}).get("product", {}).get("enum", [])
    words = set(re.findall(r"[a-z0-9]+", question.lower()))
    product = next((name for name in products if set(name.split("-")) <= words), None)
    size = re.search(r"\bsize (\w+)", question)
    return {"product": product, "size": size[1]} if product and size else None


def report(done: Done) -> str:
    """Say what a tool answered."""
    if not isinstance(done.result, dict):
        return f"The answer is: {done.result}."
    match done.name:
        case "lookup_order":
            return _order(done)
        case "cancel_order":
            refund = done.result.get("refund", "the money")
            return f"I have cancelled your order {done.arguments['id']}; {refund} will be back within 5 working days."
        case "check_stock":
            return _stock(done)
        case _:
            return "; ".join(f"{key}: {value}" for key, value in sorted(done.result.items())) + "."


def is_open(done: Done) -> bool:
    return isinstance(done.result, dict) and done.result.get("status") not in _OVER


def _order(done: Done) -> str:
    status, arrives = done.result.get("status", "on its way"), done.result.get("arrives")
    verb = "was" if status in _OVER else "is"
    carrier = f" with {done.result['carrier']}" if "carrier" in done.result else ""
    end = f" and arrives on {arrives}." if arrives else "."
    return f"Your order {done.arguments['id']} {verb} {status}{carrier}{end}"


def _stock(done: Done) -> str:
    size = done.arguments["size"]
    if not done.result.get("available"):
        return f"Size {size} is sold out at the moment."
    return f"Size {size} is available: we have {done.result.get('left', 'some')} left."
