"""Published package data and a curated overlay → `llmgate/pins/registry.json`.

    python scripts/registry.py --checked 2026-11-26            # downloads the packages into a temporary folder
    python scripts/registry.py --checked 2026-11-26 --wheels FOLDER

The same wheels, overlay and date give the same bytes. No package is installed or run: their files are read out of the
wheels. What is known from vendors' own pages stands in `scripts/registry_curated.json`, with its source and date.
"""

from __future__ import annotations

import argparse
import ast
import datetime as dt
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llmgate.pins import catalogue, releases
from llmgate.pins.pin import State
from llmgate.pins.registry import Registry

HERE = Path(__file__).parent
CURATED = HERE / "registry_curated.json"
TARGET = HERE.parent / "llmgate" / "pins" / "registry.json"
PACKAGES = ("anthropic", "genai-prices", "litellm", "openai")
MAX_BYTES = 400_000

Row = dict[str, str]
KEYS = ("id", "provider", "alias_of", "stage", "retires", "replacement", "source", "checked")
FACTS = ("alias_of", "retires", "stage")

LITELLM = "litellm/model_prices_and_context_window_backup.json"
MODES = frozenset({"chat", "responses", "completion", "embedding"})
LITELLM_PROVIDERS = {
    "anthropic": "anthropic",
    "azure": "azure",
    "azure_ai": "azure",
    "bedrock": "bedrock",
    "bedrock_converse": "bedrock",
    "cohere": "cohere",
    "cohere_chat": "cohere",
    "deepseek": "deepseek",
    "gemini": "gemini",
    "groq": "groq",
    "mistral": "mistral",
    "openai": "openai",
    "text-completion-openai": "openai",
    "together_ai": "together",
    "xai": "xai",
}
GENAI_PROVIDERS = {
    "anthropic": "anthropic",
    "cohere": "cohere",
    "deepseek": "deepseek",
    "google": "gemini",
    "groq": "groq",
    "mistral": "mistral",
    "openai": "openai",
    "together": "together",
    "x-ai": "xai",
}
# Parts of LiteLLM's keys that are routes of its own, not of the provider's ids.
_ROUTES = re.compile(
    r"(?:azure_ai|azure|bedrock|vertex_ai|gemini|mistral|xai|deepseek|groq|together_ai|cohere|openai|anthropic)/"
    r"|(?:eu|us|global|apac|global-standard|invoke|converse|[a-z]{2}(?:-gov)?-[a-z]+-\d|\*)/"
)
_COMMITMENT = "-month-commitment/"
_FINE_TUNED = "ft:"
# Neither chat nor embedding, whatever their mode is called.
_OTHER = frozenset(
    (
        "audio",
        "completion",
        "image",
        "lyria",
        "ocr",
        "orpheus",
        "realtime",
        "robotics",
        "transcribe",
        "tts",
        "voice",
        "whisper",
    )
)


@dataclass(frozen=True)
class Package:
    """A wheel: what it is called in `source`, and its files."""

    name: str
    version: str
    files: zipfile.ZipFile

    @property
    def source(self) -> str:
        return f"{self.name} {self.version}"

    def text(self, path: str) -> str:
        return self.files.read(path).decode()


def opened(folder: Path) -> dict[str, Package]:
    """Open the newest wheel of each package in a folder."""
    found = {}
    for path in sorted(folder.glob("*.whl")):
        name, version = path.name.split("-")[:2]
        found[name.replace("_", "-")] = Package(name.replace("_", "-"), version, zipfile.ZipFile(path))
    if missing := [name for name in PACKAGES if name not in found]:
        sys.exit(f"no wheel of {', '.join(missing)} in {folder}: run without --wheels to download them")
    return found


def literals(source: str) -> Iterator[str]:
    """Yield the strings of every `Literal[…]` in a module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "Literal":
            yield from (each.value for each in ast.walk(node.slice) if _is_text(each))


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def openai_rows(package: Package) -> Iterator[Row]:
    for path in ("openai/types/shared/chat_model.py", "openai/types/embedding_model.py"):
        yield from ({"id": name, "provider": "openai"} for name in literals(package.text(path)))


def anthropic_rows(package: Package) -> Iterator[Row]:
    yield from (
        {"id": name, "provider": "anthropic"} for name in literals(package.text("anthropic/types/model_param.py"))
    )


def litellm_rows(package: Package) -> Iterator[Row]:
    """Yield the models of the catalogue's providers; entries without a provider are LiteLLM's own aliases."""
    for key, entry in json.loads(package.text(LITELLM)).items():
        named = entry.get("litellm_provider") or ""
        provider = "vertex" if named.startswith("vertex_ai") else LITELLM_PROVIDERS.get(named)
        if provider is None or entry.get("mode") not in MODES or _COMMITMENT in key or key.startswith(_FINE_TUNED):
            continue
        ends = entry.get("deprecation_date")
        yield {"id": _plain(provider, key), "provider": provider, **({"retires": ends} if _is_date(ends) else {})}


def _plain(provider: str, key: str) -> str:
    name = key
    while (route := _ROUTES.match(name)) and not (provider in ("groq", "together") and route[0] == "openai/"):
        name = name[route.end() :]
    return catalogue.CATALOGUE[provider].base_of(name) or name


def _is_date(value: Any) -> bool:
    try:
        dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True


def genai_rows(package: Package) -> Iterator[Row]:
    """Yield the ids that genai-prices matches exactly; its other ids are labels of rules, not names of models."""
    for node in ast.walk(ast.parse(package.text("genai_prices/data.py"))):
        if _calls(node) != "Provider":
            continue
        words = {word.arg: word.value for word in node.keywords}
        provider = GENAI_PROVIDERS.get(getattr(words["id"], "value", ""))
        exact = (inner for inner in ast.walk(words["models"]) if _calls(inner) == "ClauseEquals")
        names = (word.value.value for call in exact for word in call.keywords if _is_text(word.value))
        yield from ({"id": name, "provider": provider} for name in names if provider)


def _calls(node: ast.AST) -> str:
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""


# A price list matches every spelling that some gateway uses; only the dated ones tell of snapshots.
SPELLINGS = "genai-prices"
# In the order in which they are believed.
READERS: tuple[tuple[str, Callable[[Package], Iterator[Row]]], ...] = (
    ("openai", openai_rows),
    ("anthropic", anthropic_rows),
    ("litellm", litellm_rows),
    ("genai-prices", genai_rows),
)


def rows(packages: dict[str, Package], curated: Iterable[Row], checked: str) -> list[Row]:
    """Return one row for each model, sorted. Facts win over bare existence, the curated over packages."""
    candidates: dict[tuple[str, str], list[Row]] = {}
    for row in curated:
        candidates.setdefault((row["provider"], row["id"]), []).append(row)
    for name, read in READERS:
        origin = {"source": packages[name].source, "checked": checked}
        for row in read(packages[name]):
            if _is_a_name(row) and (name != SPELLINGS or _is_dated(row)):
                candidates.setdefault((row["provider"], row["id"]), []).append({**row, **origin})
    return [_ordered(_one(found)) for _, found in sorted(candidates.items())]


def _is_a_name(row: Row) -> bool:
    """Keep the ids of chat and embedding models that the provider's naming rules know.

    Those rules know nothing of what Azure deploys: there, only what has a date or an end says anything.
    """
    if _OTHER & set(re.split("[-_/.]", row["id"].lower())):
        return False
    if row["provider"] == "azure":
        return bool(row.get("retires")) or _is_dated(row)
    module = catalogue.CATALOGUE[row["provider"]]
    return module.identify(row["id"], {}, Registry(records={})).state is not State.UNKNOWN


def _is_dated(row: Row) -> bool:
    return bool(releases.split(row["id"])[1])


def _one(found: list[Row]) -> Row:
    """Choose among what several sources say. Regions of one source can end on different days: the last one counts."""
    telling = [row for row in found if any(row.get(key) for key in FACTS)]
    first = (telling or found)[0]
    same = [row for row in telling if row["source"] == first["source"] and row.get("retires")]
    return max(same, key=lambda row: row["retires"]) if same else first


def _ordered(row: Row) -> Row:
    return {key: row[key] for key in KEYS if row.get(key)}


def written(models: list[Row]) -> str:
    lines = ",\n".join(f"    {json.dumps(row, ensure_ascii=False)}" for row in models)
    return f'{{\n  "schema": "llmgate.registry/1",\n  "models": [\n{lines}\n  ]\n}}\n'


def downloaded(folder: Path) -> Path:
    """Fetch the wheels with pip, as it is configured here; nothing is installed."""
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "-d", str(folder)]
    subprocess.run([*command, *PACKAGES], check=True)  # noqa: S603 - fixed words and a temporary folder
    return folder


def build(folder: Path, checked: str, curated: Path = CURATED) -> str:
    text = written(rows(opened(folder), json.loads(curated.read_text())["models"], checked))
    if len(text.encode()) > MAX_BYTES:
        sys.exit(f"the registry would have {len(text.encode())} bytes, more than {MAX_BYTES}")
    return text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checked", required=True, type=dt.date.fromisoformat, help="the day of the packages' data")
    parser.add_argument("--wheels", type=Path, help="a folder with the wheels (default: download them)")
    parser.add_argument("--out", type=Path, default=TARGET)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.wheels or downloaded(Path(temporary))
        options.out.write_text(build(folder, options.checked.isoformat()))


if __name__ == "__main__":
    main()
