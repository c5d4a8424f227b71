"""Python code → the prompts in it: what calls send to a model, and constants that are prompts by their names.

| rule               | what is taken                                                                    | certain |
|--------------------|-----------------------------------------------------------------------------------|---------|
| `python.sink`      | a call of a library for models (`sinks`): messages, model, parameters, tools, format| yes     |
| `python.used`      | a constant whose text such a call sends                                          | yes     |
| `python.signature` | a DSPy signature: docstring and fields                                           | yes     |
| `python.decorated` | what a function returns under `@agent.system_prompt` and the like                | yes     |
| `python.tool`      | a function under `@tool` and the like: name, arguments, docstring                | yes     |
| `python.model`     | a constant, default or argument that names a model                               | yes     |
| `python.name`      | a constant, key, attribute or variable with the name and the look of a prompt    | no      |
| `python.function`  | what a function with such a name returns                                         | no      |
| `python.default`   | the default of an argument with such a name                                      | no      |
| `python.argument`  | an argument with such a name, of a call of anything                              | no      |
| `python.messages`  | a list of messages with roles that no known call sends                           | no      |

Followed are branches, lookups in constants of the module, fields of instances, and functions that return prose.
The tree alone is read: nothing is executed, and no other module is opened, so an imported name is a placeholder.
"""

from __future__ import annotations

from llmgate.documents import fault as fault_of
from llmgate.prompts.prompt import OTHER_REVISION, File, Format, Prompt, Rule, broken
from llmgate.prompts.python import extraction, folding, hints, parsing

FORMAT = Format.PYTHON


_HINT = Rule("python.hint", "the code imports a library for models, or names prompts", certain=False)


def recognise(path: str, head: str) -> Rule | None:
    return _HINT if path.endswith(".py") and hints.has_any(head) else None


def read(file: File, rule: Rule) -> tuple[Prompt, ...]:
    sure = rule is OTHER_REVISION or hints.are_sure(file.source)
    try:
        return extraction.prompts(file, parsing.parse(file.source))
    except parsing.Unparsed as error:
        return _unread(file, error.line, error.message, error.remedy) if sure else ()
    except RecursionError:
        return _unread(file, 1, "it is nested too deeply to be read", "split the file, or exclude it") if sure else ()
    except folding.TooLong:
        return _unread(file, 1, "its texts are put together to more than is read", "split the file, or exclude it")


def _unread(file: File, line: int, message: str, remedy: str) -> tuple[Prompt, ...]:
    """A file that cannot be read counts as changed; one without prompts, most likely, is passed over instead."""
    fault = fault_of(file.path, line, message, remedy, id="prompt-malformed")
    return (broken(file.path, FORMAT, file.source.encode(), fault),)
