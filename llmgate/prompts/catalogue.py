"""The catalogue of prompt formats: a file's name and content → its format, and its bytes → the prompts in it.

| format            | recognised by                                             | prompts in a file    | placeholders  |
|-------------------|-----------------------------------------------------------|----------------------|---------------|
| `promptfoo`       | `promptfooconfig*`; YAML with `prompts` and `providers`   | each, and models     | Nunjucks      |
| `langchain`       | `_type: prompt`, `few_shot`, `chat`; `lc: 1` and a prompt | one, model beside    | its own       |
| `haystack`        | YAML with `components` that ask a model                   | each, and models     | Jinja         |
| `rasa`            | `pipeline`, `model_groups`, `rephrase_prompt`             | each, and models     | Jinja         |
| `crewai`          | `agents.yaml`, `tasks.yaml` by their keys                 | each                 | `{name}`      |
| `llamaindex`      | `template_vars`, `text_qa_template`                       | each                 | `{name}`      |
| `prompt_yml`      | `*.prompt.yml`, `*.prompt.yaml`; YAML with `messages:`    | one, with roles      | `{{ name }}`  |
| `prompty`         | `*.prompty`                                               | one, with roles      | its own       |
| `dotprompt`       | `*.prompt`                                                | one, with roles      | Handlebars    |
| `semantic_kernel` | `skprompt.txt`, `config.json`; YAML with `template:`      | one, with roles      | its own       |
| `baml`            | `*.baml`                                                  | one for each block   | Jinja         |
| `python`          | `*.py` that imports a library for models or names prompts | by call and constant | `{name}`      |
| `typescript`      | `*.ts`, `*.js`, …: calls that send prompts, named texts   | one for each         | `${name}`     |
| `settings`        | YAML, JSON, TOML: keys such as `system_prompt`, messages  | one for each         | by their look |
| `remote`          | settings with `prompts:/name@alias` or `pmpt_…`           | one by reference     | none          |
| `instructions`    | `AGENTS.md`, `SKILL.md` …, never where they are declared  | one text             | none          |
| `mustache`        | `*.mustache`, `*.hbs`, `*.handlebars`                     | one text             | its own       |
| `jinja`           | `*.j2`, `*.jinja`, `*.jinja2`; text with `{% … %}`        | one text             | Jinja         |
| `markdown`        | `*.md`, `*.markdown`, `*.mdx`                             | one text             | `{{ name }}`  |
| `text`            | anything else                                             | one text             | `{{ name }}`  |

Every format is a module with `recognise(path, head)`, which says by which rule it takes a file, and `read(file, rule)`;
the first that recognises a file takes it. What is no file of its format becomes a `Prompt` with a fault, which differs
when its bytes differ.
"""

from __future__ import annotations

from typing import Protocol

from llmgate import documents
from llmgate.prompts import (
    baml,
    crewai,
    dotprompt,
    haystack,
    instructions,
    jinja,
    langchain,
    llamaindex,
    markdown,
    mustache,
    prompt_yml,
    promptfoo,
    prompty,
    python,
    rasa,
    remote,
    semantic_kernel,
    settings,
    text,
    typescript,
)
from llmgate.prompts.prompt import DECLARED, MAX_BYTES, OTHER_REVISION, File, Format, Load, Prompt, Rule, broken, decode

HEAD_CHARS = 64 * 1024
WHOLE = (".py", ".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts")


class Module(Protocol):
    FORMAT: Format

    def recognise(self, path: str, head: str) -> Rule | None: ...

    def read(self, file: File, rule: Rule) -> tuple[Prompt, ...]: ...


CATALOGUE: tuple[Module, ...] = (
    promptfoo,
    langchain,
    haystack,
    rasa,
    crewai,
    llamaindex,
    prompt_yml,
    prompty,
    dotprompt,
    semantic_kernel,
    baml,
    python,
    typescript,
    settings,
    remote,
    instructions,
    mustache,
    jinja,
    markdown,
    text,
)
# A declared file is read as a whole: not for the references in it alone, nor as what is only reported.
_SEARCHED_ONLY: tuple[Module, ...] = (remote, instructions)
_OF: dict[Format, Module] = {module.FORMAT: module for module in CATALOGUE}


def recognise(path: str, head: str) -> tuple[Format, Rule]:
    """Return the format of a file that is known to hold prompts, from its path and the beginning of its text."""
    modules = (module for module in CATALOGUE if module not in _SEARCHED_ONLY)
    found = ((module.FORMAT, module.recognise(path, head)) for module in modules)
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
    chosen, rule = (form, DECLARED) if form else recognise(path, source[: head_size(path)])
    file = File(path=path, source=source, load=load, root=root)
    # In settings that are declared more is taken than what only keys tell.
    rule = DECLARED if chosen is Format.SETTINGS else rule
    return _OF[chosen].read(file, rule) or text.read(file, DECLARED)


def read_again(path: str, data: bytes, load: Load, form: Format, *, root: str | None = None) -> tuple[Prompt, ...]:
    """Read a file as the format that it has on the other revision; what is a whole text there is one here too."""
    source = decoded(path, data, form)
    if isinstance(source, Prompt):
        return (source,)
    return _OF[form].read(File(path=path, source=source, load=load, root=root), OTHER_REVISION)


def head_size(path: str) -> int:
    """Return how much of a file tells what it is: of code all that is read, as a prompt may stand at its end."""
    return MAX_BYTES if path.endswith(WHOLE) else HEAD_CHARS


def of(form: Format) -> Module:
    """Return the module of a format."""
    return _OF[form]


def decoded(path: str, data: bytes, form: Format | None) -> str | Prompt:
    """Return the text of a file, or the prompt that stands for one that is none."""
    if len(data) > MAX_BYTES:
        message = f"the prompt has {len(data):,} bytes; at most {MAX_BYTES:,} are read"
        fault = documents.fault(path=path, line=1, message=message, id="too-large", remedy="split it")
        return broken(path, form or Format.TEXT, data, fault)
    try:
        return decode(data)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        fault = documents.fault(
            path=path, line=line, message="the prompt is not UTF-8", id="not-utf8", remedy="save it as UTF-8"
        )
        return broken(path, form or Format.TEXT, data, fault)
