"""The prompts of the second set of faults, in several formats and shapes, as they are on base and on head."""

from __future__ import annotations

SHOWING_THE_FIRST = ("desk-top",)
BRIEF, BRIEF_TOKENS = "brief", 90
_BRIEF_TARGETS = ("extract", "terse")

_DESK = """---
name: desk
---
system:
You are {{ persona }}. Be friendly and exact. Rely on the material between the tags, and on nothing else.
If it does not hold the answer, say so in one sentence.

<material>
{% for document in documents %}
<page name="{{ document.id }}">
{{ document.text }}
</page>
{% endfor %}
</material>

user:
{{ question }}
"""
_XML = """<role>{{ persona }}</role>
<documents>
{% for document in documents %}
<document index="{{ loop.index }}"><source>{{ document.id }}</source>
<document_content>{{ document.text }}</document_content></document>
{% endfor %}
</documents>
<instructions>
Read the documents, then answer the question. Put the source of each statement behind it in square brackets.
</instructions>
<question>{{ question }}</question>
"""
_FEW_SHOT = """I want you to act as {{ persona }}. Two examples of the tone that we like:

Q: May I bring a friend to the open day?
A: Of course you may, just tell us how many chairs to put out.

Q: Who waters the plants in the hall?
A: The porter does. Thank you for asking!

Now what is known, best match first:
{% for document in documents %}
### {{ document.id }}
{{ document.text }}
{% endfor %}

Q: {{ question }}
A:"""
_HANDLE = """---
config:
  temperature: 0.4
---
{{role "system"}}
As {{persona}} you help whoever writes in, in the language of the question.
{{#each documents}}
({{id}}) {{text}}
{{/each}}
{{role "user"}}
{{question}}
"""
_TERSE = """{{ persona }}: answer in one or two sentences.

Facts:
{% for document in documents %}* {{ document.text }}
{% endfor %}
{{ question }}
"""
_EXTRACT = """---
name: extract
---
system:
You turn pages into data for {{ persona }}. Your answer is read by a program.

user:
{% for document in documents %}{{ document.text }}
{% endfor %}
----
{{ question }}
"""
_PLAINLY = """You speak for {{ persona }} in a chat that shows text as it is.
{% for document in documents %}
{{ document.text }}
{% endfor %}
{{ question }}
"""
_AGENT = """---
name: agent
---
system:
You are {{ persona }}. Call the functions that a request takes, no others, and report what they returned.
Today is Monday, 23 November 2026.
{% for document in documents %}
Known: {{ document.text }}
{% endfor %}

user:
{{ question }}
"""
_LOOP = "{% for document in documents %}"
_SAME = {
    "desk": ("prompty", _DESK),
    "xml": ("jinja", _XML),
    "fewshot": ("jinja", _FEW_SHOT),
    "handle": ("prompt", _HANDLE),
    "terse": ("jinja", _TERSE),
    "extract": ("prompty", _EXTRACT),
    "plainly": ("jinja", _PLAINLY),
    "agent": ("prompty", _AGENT),
}
_DROPPING = {
    "desk-top": ("prompty", _DESK, (_LOOP, "{% for document in documents[:3] %}")),
    "xml-cut": ("jinja", _XML, ("{{ document.text }}", "{{ document.text[:100] }}")),
    "fewshot-score": ("jinja", _FEW_SHOT, (_LOOP, "{% for document in documents if document.score > 0.6 %}")),
}


def prompts(*, head: bool) -> dict[str, str]:
    """List the files by their paths."""
    same = {f"prompts/{name}.{ending}": text for name, (ending, text) in _SAME.items()}
    dropping = {
        f"prompts/{name}.{ending}": text.replace(*drop) if head else text
        for name, (ending, text, drop) in _DROPPING.items()
    }
    return same | dropping


def targets() -> dict[str, tuple[str, str]]:
    """List the path of each target's prompt, and the name of its model."""
    endings = {name: ending for name, (ending, *_) in (_SAME | _DROPPING).items()}
    return {
        name: (f"prompts/{name}.{ending}", BRIEF if name in _BRIEF_TARGETS else "answerer")
        for name, ending in endings.items()
    }
