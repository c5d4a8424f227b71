"""A set of faults → the repository in which the embedded application runs, on each of its two revisions."""

from __future__ import annotations

from collections.abc import Mapping

from tests.benchmarks.diagnosis import heldout_prompts
from tests.benchmarks.diagnosis.application import BASE_MODEL, HEAD_MODEL
from tests.benchmarks.diagnosis.seeds import Collection

_TOKENS = {"answerer": 400, "short": 60, heldout_prompts.BRIEF: heldout_prompts.BRIEF_TOKENS}
_SHOWN = {
    "bracketed": "[{{ document.id }}] {{ document.text }}",
    "tagged": '<document id="{{ document.id }}">{{ document.text }}</document>',
    "numbered": "Source {{ loop.index }} ({{ document.id }}): {{ document.text }}",
    "plain": "- {{ document.text }}",
}
_RULES = {
    "bracketed": "Answer from the documents, and cite the id of each that you use in square brackets.",
    "tagged": "Use only the documents below. Name the id of your source in square brackets.",
    "numbered": "Answer the user's question with the help of these sources, briefly.",
    "plain": "Help the user. What is known stands below; use tools where you have them.",
    "context": "Answer with what the context says. If it says nothing, say so.",
}
_LOOP = "{% for document in documents %}"
_DROPS = {
    "lean": (_LOOP, "{% for document in documents[:2] %}"),
    "fast": (_LOOP, "{% for document in documents if document.score >= 0.5 %}"),
    "slim": ("{{ document.text }}", "{{ document.text[:40] }}"),
}


def _template(style: str) -> str:
    shown = "{{ context }}\n" if style == "context" else f"{_LOOP}{_SHOWN[style]}\n{{% endfor %}}\n"
    return f"You are {{{{ persona }}}}. {_RULES[style]}\n\n{shown}\nQuestion: {{{{ question }}}}\n"


def _dropping(style: str, drop: str) -> str:
    """A template that lets the end of its documents fall; the style `context` lists them for that."""
    listed = _template("numbered" if style == "context" else style)
    return listed.replace(*_DROPS[drop])


def _first() -> dict[str, tuple[str, str]]:
    """Every target with its template on base and on head."""
    found = {style: (_template(style), _template(style)) for style in _RULES}
    found["form"] = found["plain"]
    for style in [style for style in _RULES if style != "plain"]:
        whole = _template("numbered" if style == "context" else style)
        found |= {f"{style}-{drop}": (whole, _dropping(style, drop)) for drop in _DROPS}
    return found


def files(origin: str, *, head: bool, collection: Collection = Collection.FIRST) -> dict[str, str]:
    """The repository on one of its two revisions, without its fixtures."""
    if collection is Collection.HELD_OUT:
        prompts, targets = heldout_prompts.prompts(head=head), heldout_prompts.targets()
    else:
        prompts = {f"prompts/{name}.jinja": sides[head] for name, sides in _first().items()}
        targets = {name: (f"prompts/{name}.jinja", "short" if name == "form" else "answerer") for name in _first()}
    return {"llmgate.yaml": _settings(origin, HEAD_MODEL if head else BASE_MODEL, targets), **prompts}


def _settings(origin: str, model: str, targets: Mapping[str, tuple[str, str]]) -> str:
    models = [
        f"  {name}: {{provider: house, model: {model}, params: {{temperature: 0.4, max_tokens: {tokens}, seed: 11}}}}"
        for name, tokens in _TOKENS.items()
    ]
    entries = [f"  {name}: {{kind: prompt, prompt: {path}, model: {named}}}" for name, (path, named) in targets.items()]
    return f"""version: 1
surface: {{prompts: ["prompts/**"]}}
models:
{chr(10).join(models)}
targets:
{chr(10).join(entries)}
suite: {{fixtures: ["fixtures/**/*.yaml"]}}
policy:
  providers: {{house: {{host: "{origin}"}}}}
"""
