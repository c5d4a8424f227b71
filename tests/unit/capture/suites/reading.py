"""Suites from texts, as the repository would give them."""

from __future__ import annotations

from llmgate.capture import catalogue
from llmgate.capture.suites import folder
from llmgate.capture.suites.case import Suite


def opened(path: str, content: dict[str, str]) -> folder.Folder:
    return folder.opened(path, content, lambda name: content[name].encode())


def suite(form: str, path: str, text: str, others: dict[str, str] | None = None) -> Suite:
    return catalogue.suite(form).read(path, opened(path, {path: text, **(others or {})}))


def promptfoo(tests: str, others: dict[str, str] | None = None) -> Suite:
    """Read a configuration with one prompt and these tests or other keys."""
    head = "prompts: ['{{ question }}']\nproviders: [openai:gpt-4o-2024-08-06]\n"
    return suite("promptfoo", "evals/promptfooconfig.yaml", head + tests, others)


def told(found: Suite) -> list[str]:
    every = [*found.lost, *(lost for sender in found.senders for lost in sender.lost)]
    every += [lost for case in found.cases for lost in case.lost]
    return [f"{lost.file}:{lost.line}: {lost.what}" for lost in dict.fromkeys(every)]
