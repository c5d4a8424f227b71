"""The expression that names a model → `provider/model`, as far as the file tells.

`openai("gpt-4o")`, `google.chat("…")`, `"openai/gpt-4o"`, `new ChatAnthropic({model: "…"})`, `env.MODEL ?? "gpt-4o"`.
https://ai-sdk.dev/docs/foundations/providers-and-models
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from llmgate.prompts.typescript import folding, program, tree
from llmgate.prompts.typescript.folding import Folder
from llmgate.prompts.typescript.tree import Place

if TYPE_CHECKING:
    from tree_sitter import Node

PROVIDERS = {
    "anthropic": "anthropic",
    "azure": "azure",
    "bedrock": "bedrock",
    "cerebras": "cerebras",
    "cohere": "cohere",
    "deepseek": "deepseek",
    "fireworks": "fireworks",
    "gemini": "google",
    "google": "google",
    "googleai": "google",
    "groq": "groq",
    "mistral": "mistral",
    "ollama": "ollama",
    "openai": "openai",
    "perplexity": "perplexity",
    "together": "together",
    "togetherai": "together",
    "vertex": "vertex",
    "vertexai": "vertex",
    "xai": "xai",
}
CLASSES = {
    "ChatAnthropic": "anthropic",
    "ChatBedrockConverse": "bedrock",
    "ChatGoogleGenerativeAI": "google",
    "ChatGroq": "groq",
    "ChatMistralAI": "mistral",
    "ChatOllama": "ollama",
    "ChatOpenAI": "openai",
    "ChatVertexAI": "vertex",
}
_ROUTERS = frozenset({"gateway", "openrouter", "initChatModel"})
_KNOWN = re.compile(
    r"(?:[a-z][\w.-]{0,40}[/:])?(?:gpt-[345]|gpt-oss|chatgpt-|o[134](?:-|$)|claude-|gemini-|gemma-?\d|mistral-|mixtral-|"
    r"ministral-|codestral-|command-[ar]|llama-?\d|meta-llama|deepseek-|grok-\d|qwen-?\d|sonar|kimi-)[\w.:@/-]{0,80}"
)
_DEFAULTS = ("??", "||")


def is_known(text: str) -> bool:
    """Tell whether a text is the id of a model of a known family."""
    return bool(_KNOWN.fullmatch(text))


def named(folder: Folder, node: Node, place: Place) -> str | None:
    """Return the model that an expression names, or None where only the running program knows."""
    found = folder.program.resolve(node, place)
    if found.node != node:
        folder.used.add(found.node.id)
    node, place = found.node, found.place
    match node.type:
        case "call_expression":
            return _made_by(folder, node, place)
        case "new_expression":
            return _constructed(folder, node, place)
        case "binary_expression" if tree.text_of(node.child_by_field_name("operator")) in _DEFAULTS:
            right = node.child_by_field_name("right")
            folder.used |= {right.id} if right else set()
            return named(folder, right, place) if right and right.type != "binary_expression" else None
        case _:
            return folding.plain(folder.text(node, place)) or None


def is_provider(folder: Folder, node: Node) -> bool:
    """Tell whether a call makes a model: its root is a provider's function by import or by name."""
    root = _root(node.child_by_field_name("function"))
    return root in _ROUTERS or bool(_provider(folder, root))


def _made_by(folder: Folder, node: Node, place: Place) -> str | None:
    given = node.child_by_field_name("arguments")
    root = _root(node.child_by_field_name("function"))
    if given is None or not given.named_child_count or not is_provider(folder, node):
        return None
    model = folding.plain(folder.text(given.named_children[0], place))
    provider = "" if root in _ROUTERS else _provider(folder, root)
    return _joined(provider, model)


def _constructed(folder: Folder, node: Node, place: Place) -> str | None:
    provider = CLASSES.get(tree.text_of(node.child_by_field_name("constructor")))
    given = node.child_by_field_name("arguments")
    options = given.named_children[0] if given and given.named_child_count else None
    if provider is None or options is None or options.type != "object":
        return None
    values = program.entries(options)
    model = values.get("model") or values.get("modelName")
    return _joined(provider, folding.plain(folder.text(model, place))) if model else None


def _joined(provider: str, model: str | None) -> str | None:
    if not model:
        return None
    return model if not provider or model.startswith(f"{provider}/") else f"{provider}/{model}"


def _provider(folder: Folder, root: str) -> str:
    """Return the provider of a function, by the package that it comes from, else by its name."""
    module = folder.program.imports.get(root, "")
    package = module.removeprefix("@ai-sdk/").split("-")[0] if module.startswith("@ai-sdk/") else ""
    return PROVIDERS.get(package.lower(), package) or PROVIDERS.get(root.lower(), "")


def _root(node: Node | None) -> str:
    while node is not None and node.type in ("member_expression", "call_expression"):
        node = node.child_by_field_name("object") or node.child_by_field_name("function")
    return tree.text_of(node)
