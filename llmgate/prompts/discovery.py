"""A file that nothing declares → the prompts in it, where its name, its content or its syntax tells that it has some.

Formats that are recognised by their syntax are taken wherever they stand. Plain text, Markdown and template files look
like any other, so for these a name or an opening must tell (`likely`). Tests, vendored code and the files of a package
manager are passed over.
"""

from __future__ import annotations

import re
from dataclasses import replace

from llmgate.prompts import catalogue, jinja, markdown, mustache, text
from llmgate.prompts.prompt import DECLARED, File, Format, Load, Prompt, Rule

_FOLDER = Rule("name.folder", "a text in a folder for prompts", certain=False)
_NAME = Rule("name.file", "the file's name says that it is a prompt", certain=False)
_OPENING = Rule("text.opening", "the text begins by telling a model who it is", certain=False)

_PASSED = re.compile(
    r"(^|/)(node_modules|vendor|third_party|\.?venv|site-packages|__pycache__|dist|build|target|\.git|"
    r"([\w.-]*\.|(unit|integration|functional|smoke|e2e)[_-])?tests?|__tests__|__mocks__|testdata|spec|e2e|"
    r"\.next|coverage|generated|__generated__|\.[\w-]+-generated)/"
    r"|(^|/)(test_[^/]*|[^/]*_test|[^/]*[.-](test|spec)|conftest)\.[a-z]+$"
    r"|(^|/)(([a-z0-9]+[_-])?README|CHANGELOG|CONTRIBUTING|LICEN[CS]E|SECURITY|CODE_OF_CONDUCT|NOTICE)([.-][^/]*)?$"
    r"|(^|/)(package-lock\.json|pnpm-lock\.yaml|yarn\.lock|poetry\.lock|uv\.lock)$",
    re.IGNORECASE,
)
_TEXTS = re.compile(
    r"\.(txt|text|md|markdown|mdx|j2|jinja|jinja2|mustache|hbs|handlebars|tmpl|tpl|prompt|xml)$|(^|/)[^./]+$",
    re.IGNORECASE,
)
_DOCUMENTATION = re.compile(
    r"(^|/)(docs?|documentation|website|site|blog|wiki|content|posts|tutorials?|guides?|book|pages)/(.*/)?[^/]+"
    r"\.(md|markdown|mdx|rst|txt)$",
    re.IGNORECASE,
)
_IN_FOLDER = re.compile(r"(^|/)([a-z0-9]+[_-])?prompts?([_-](templates?|library|v?[0-9]+))?/", re.IGNORECASE)
_IN_NAME = re.compile(
    r"(^|[/_.-])(system[_.-]?)?(prompts?|system[_-]message|system[_-]instructions?)([_.-][^/]*)?$", re.IGNORECASE
)
_SECOND_PERSON = re.compile(r"\s*(?:#[^\n]{0,200}\n\s*|<[a-z_]{1,40}>\s*)?You(?:'re| are) (?:an?|the|my|our) [\w-]")
_SYNTACTIC = tuple(module for module in catalogue.CATALOGUE if module not in (mustache, jinja, markdown, text))


def passed(path: str) -> bool:
    """Tell whether a file is passed over whatever it holds: a test, vendored code, a notice."""
    return bool(_PASSED.search(path))


def by_name(path: str) -> tuple[Format, Rule] | None:
    """Return what a file is, and by which rule, where its name alone tells."""
    return None if passed(path) else _recognised(path, "")


def recognised(path: str, data: bytes) -> Format | None:
    """Return the format that takes a file, whatever it finds in it."""
    found = _recognised(path, _head(path, data))
    return found[0] if found else None


def read(path: str, data: bytes, load: Load, *, root: str | None = None) -> tuple[Prompt, ...]:
    """Read the prompts of a file; none where it is something else."""
    if passed(path) or (found := _recognised(path, _head(path, data))) is None:
        return ()
    form, rule = found
    source = catalogue.decoded(path, data, form)
    if isinstance(source, Prompt):
        return (found_as(source, form, rule),)
    prompts = catalogue.of(form).read(File(path=path, source=source, load=load, root=root), rule)
    return tuple(found_as(prompt, form, rule) if prompt.rule is DECLARED else prompt for prompt in prompts)


def found_as(prompt: Prompt, form: Format, rule: Rule) -> Prompt:
    """Say by which rule a file was taken that cannot be read: nothing declares it."""
    return replace(prompt, format=form, rule=rule, gated=form is not Format.INSTRUCTIONS)


def _recognised(path: str, head: str) -> tuple[Format, Rule] | None:
    for module in _SYNTACTIC:
        if rule := module.recognise(path, head):
            return module.FORMAT, rule
    if (rule := _likely(path, head)) is None:
        return None
    return catalogue.recognise(path, head)[0], rule


def _likely(path: str, head: str) -> Rule | None:
    """Return the rule by which a file without a syntax of its own is a prompt, if it is one."""
    if not _TEXTS.search(path) or _DOCUMENTATION.search(path):
        return None
    if _IN_FOLDER.search(path):
        return _FOLDER
    if _IN_NAME.search(path):
        return _NAME
    return _OPENING if _SECOND_PERSON.match(head) else None


def _head(path: str, data: bytes) -> str:
    return data[: catalogue.head_size(path)].decode("utf-8-sig", errors="replace")
