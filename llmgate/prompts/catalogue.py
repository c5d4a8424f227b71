"""The catalogue of prompt formats: a file's name and content → its format, and its bytes → the prompts in it.

| format            | recognised by                                          | prompts in it   | placeholders         |
|-------------------|--------------------------------------------------------|-----------------|----------------------|
| `prompt_yml`      | `*.prompt.yml`, `*.prompt.yaml`; YAML with `messages:` | one, with roles | `{{ name }}`         |
| `prompty`         | `*.prompty`                                            | one, with roles | Jinja, Mustache      |
| `dotprompt`       | `*.prompt`                                             | one, with roles | Handlebars           |
| `semantic_kernel` | `skprompt.txt`, `config.json`; YAML with `template:`   | one, with roles | its own, and others  |
| `mustache`        | `*.mustache`, `*.hbs`, `*.handlebars`                  | one text        | Mustache, Handlebars |
| `jinja`           | `*.j2`, `*.jinja`, `*.jinja2`; text with `{% … %}`     | one text        | Jinja, sandboxed     |
| `markdown`        | `*.md`, `*.markdown`, `*.mdx`                          | one text        | `{{ name }}`         |
| `text`            | anything else                                          | one text        | `{{ name }}`         |

Every format is a module with `recognise(path, head)`, which says by which rule it takes a file, and `read(file, rule)`;
the first that recognises a file takes it. What is no file of its format becomes a `Prompt` with a fault, which differs
when its bytes differ.
"""

from __future__ import annotations

from typing import Protocol

from llmgate.errors import Fault
from llmgate.prompts import dotprompt, jinja, markdown, mustache, prompt_yml, prompty, semantic_kernel, text
from llmgate.prompts.prompt import DECLARED, MAX_BYTES, File, Format, Load, Prompt, Rule, broken, decode

HEAD_CHARS = 64 * 1024


class Module(Protocol):
    FORMAT: Format

    def recognise(self, path: str, head: str) -> Rule | None: ...

    def read(self, file: File, rule: Rule) -> tuple[Prompt, ...]: ...


CATALOGUE: tuple[Module, ...] = (prompt_yml, prompty, dotprompt, semantic_kernel, mustache, jinja, markdown, text)
_OF: dict[Format, Module] = {module.FORMAT: module for module in CATALOGUE}


def recognise(path: str, head: str) -> tuple[Format, Rule]:
    """Return the format of a file that is known to hold prompts, from its path and the beginning of its text."""
    found = ((module.FORMAT, module.recognise(path, head)) for module in CATALOGUE)
    return next((form, rule) for form, rule in found if rule)


def read(
    path: str, data: bytes, load: Load, *, form: Format | None = None, root: str | None = None
) -> tuple[Prompt, ...]:
    """Read the prompts of a file that is known to hold some; `form` is given where another file tells what it is.

    `root` is the folder that the names of included templates start from, where the configuration tells it. A file in
    which its format finds nothing is read as text: what is declared is never passed over.
    """
    source = decoded(path, data, form)
    if isinstance(source, Prompt):
        return (source,)
    chosen, rule = (form, DECLARED) if form else recognise(path, source[:HEAD_CHARS])
    file = File(path=path, source=source, load=load, root=root)
    return _OF[chosen].read(file, rule) or text.read(file, DECLARED)


def of(form: Format) -> Module:
    """Return the module of a format."""
    return _OF[form]


def decoded(path: str, data: bytes, form: Format | None) -> str | Prompt:
    """Return the text of a file, or the prompt that stands for one that is none."""
    if len(data) > MAX_BYTES:
        message = f"the prompt has {len(data):,} bytes; at most {MAX_BYTES:,} are read"
        fault = Fault(file=path, line=1, message=message, remedy="split it")
        return broken(path, form or Format.TEXT, data, fault)
    try:
        return decode(data)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        fault = Fault(file=path, line=line, message="the prompt is not UTF-8", remedy="save it as UTF-8")
        return broken(path, form or Format.TEXT, data, fault)
