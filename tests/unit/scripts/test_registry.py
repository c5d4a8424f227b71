"""The registry is built out of packages' files: the same wheels, overlay and date, the same bytes."""

import datetime as dt
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from llmgate import pins
from llmgate.pins import registry as shipped
from scripts import registry

ROOT = Path(__file__).parents[3]
CHECKED = "2026-11-26"

OPENAI = {
    "openai/types/shared/chat_model.py": 'ChatModel = Literal["gpt-4o", "gpt-4o-2024-08-06", "gpt-6-luna"]\n',
    "openai/types/embedding_model.py": 'EmbeddingModel: TypeAlias = Literal["text-embedding-3-small"]\n',
}
ANTHROPIC = {
    "anthropic/types/model_param.py": 'ModelParam = Union[Literal["claude-sonnet-5", "claude-haiku-4-5"], str]\n'
}
GENAI = {
    "genai_prices/data.py": """providers = [
    Provider(id='openai', models=[
        ModelInfo(id='a label', match=ClauseOr(or_=[
            ClauseEquals(equals='gpt-4o-2024-05-13'), ClauseEquals(equals='gpt-4-o'), ClauseContains(contains='gpt-4'),
        ])),
    ]),
    Provider(id='elsewhere', models=[ModelInfo(id='x', match=ClauseEquals(equals='gpt-9-2026-01-01'))]),
]
"""
}


def price(provider, mode="chat", ends=None):
    return {"litellm_provider": provider, "mode": mode, **({"deprecation_date": ends} if ends else {})}


LITELLM = {
    "sample_spec": {"litellm_provider": "one of", "deprecation_date": "date in the format YYYY-MM-DD"},
    "gpt-4o-2024-08-06": price("openai", ends="2027-01-14"),
    "gpt-image-1": price("openai"),
    "dall-e-3": price("openai", "image_generation"),
    "ft:gpt-4o-2024-08-06": price("openai"),
    "gpt-latest": {"alias_of": "gpt-6-luna"},
    "azure/eu/gpt-4o-2024-08-06": price("azure", ends="2027-02-01"),
    "azure/us/gpt-4o-2024-08-06": price("azure", ends="2027-03-01"),
    "azure/container": price("azure"),
    "us.anthropic.claude-sonnet-4-20250514-v1:0": price("bedrock_converse", ends="2026-10-14"),
    "bedrock/us-east-1/meta.llama3-8b-instruct-v1:0": price("bedrock"),
    "bedrock/us-east-1/1-month-commitment/anthropic.claude-v2:1": price("bedrock"),
    "vertex_ai/claude-opus-4-6@default": price("vertex_ai-anthropic_models"),
    "gemini-2.0-flash-001": price("vertex_ai-language-models", ends="not a date"),
    "gemini/gemini-2.5-flash": price("gemini"),
    "groq/openai/gpt-oss-120b": price("groq"),
    "together_ai/zai-org/GLM-4.6": price("together_ai"),
    "xai/grok-4-0709": price("xai"),
    "xai/GROK": price("xai"),
    "novita/qwen": price("novita"),
}

PACKAGES = {
    "openai-3.57.0-py3-none-any.whl": OPENAI,
    "anthropic-2.14.0-py3-none-any.whl": ANTHROPIC,
    "genai_prices-0.2.3-py3-none-any.whl": GENAI,
    "litellm-1.110.2-cp310-abi3-manylinux_2_28_x86_64.whl": {registry.LITELLM: json.dumps(LITELLM)},
}
CURATED = [
    {"id": "gpt-4o", "provider": "openai", "retires": "2027-06-01", "source": "https://page", "checked": "2026-11-01"},
    {
        "id": "claude-2.1",
        "provider": "anthropic",
        "retires": "2025-07-21",
        "source": "https://p",
        "checked": "2026-11-01",
    },
]


@pytest.fixture
def wheels(tmp_path):
    folder = tmp_path / "wheels"
    folder.mkdir()
    for name, files in PACKAGES.items():
        with zipfile.ZipFile(folder / name, "w") as wheel:
            for path, text in files.items():
                wheel.writestr(path, text)
    return folder


@pytest.fixture
def curated(tmp_path):
    path = tmp_path / "curated.json"
    path.write_text(json.dumps({"models": CURATED}))
    return path


@pytest.fixture
def rows(wheels, curated):
    built = json.loads(registry.build(wheels, CHECKED, curated))["models"]
    return {(row["provider"], row["id"]): row for row in built}


def test_the_models_of_the_catalogues_providers_are_kept_under_their_own_ids(rows):
    assert sorted(rows) == [
        ("anthropic", "claude-2.1"),
        ("anthropic", "claude-haiku-4-5"),
        ("anthropic", "claude-sonnet-5"),
        ("azure", "gpt-4o-2024-08-06"),
        ("bedrock", "anthropic.claude-sonnet-4-20250514-v1:0"),
        ("bedrock", "meta.llama3-8b-instruct-v1:0"),
        ("gemini", "gemini-2.5-flash"),
        ("groq", "openai/gpt-oss-120b"),
        ("openai", "gpt-4o"),
        ("openai", "gpt-4o-2024-05-13"),
        ("openai", "gpt-4o-2024-08-06"),
        ("openai", "gpt-6-luna"),
        ("openai", "text-embedding-3-small"),
        ("together", "zai-org/GLM-4.6"),
        ("vertex", "claude-opus-4-6"),
        ("vertex", "gemini-2.0-flash-001"),
        ("xai", "grok-4-0709"),
    ]


@pytest.mark.parametrize(
    ("key", "facts"),
    [
        (("openai", "gpt-4o"), {"retires": "2027-06-01", "source": "https://page", "checked": "2026-11-01"}),
        (("openai", "gpt-6-luna"), {"source": "openai 3.57.0", "checked": CHECKED}),
        (("openai", "gpt-4o-2024-08-06"), {"retires": "2027-01-14", "source": "litellm 1.110.2", "checked": CHECKED}),
        (("openai", "gpt-4o-2024-05-13"), {"source": "genai-prices 0.2.3", "checked": CHECKED}),
        (("anthropic", "claude-sonnet-5"), {"source": "anthropic 2.14.0", "checked": CHECKED}),
        (("azure", "gpt-4o-2024-08-06"), {"retires": "2027-03-01", "source": "litellm 1.110.2", "checked": CHECKED}),
        (("vertex", "gemini-2.0-flash-001"), {"source": "litellm 1.110.2", "checked": CHECKED}),
    ],
)
def test_facts_win_over_bare_existence_and_the_last_region_ends_a_model(rows, key, facts):
    assert rows[key] == {"id": key[1], "provider": key[0], **facts}


def test_the_same_wheels_and_day_give_the_same_bytes(wheels, curated, tmp_path):
    command = [sys.executable, ROOT / "scripts/registry.py", "--checked", CHECKED, "--wheels", wheels]
    for name in ("a.json", "b.json"):
        subprocess.run([*command, "--out", tmp_path / name], check=True)
    first = (tmp_path / "a.json").read_bytes()
    assert first == (tmp_path / "b.json").read_bytes()
    assert json.loads(first)["schema"] == "llmgate.registry/1"


def test_what_is_built_is_what_the_package_reads(wheels, curated):
    known = shipped.read(json.loads(registry.build(wheels, CHECKED, curated)))
    pin = pins.state("openai", "gpt-4o", today=dt.date(2026, 11, 26), registry=known)
    assert (pin.state, str(pin.lifecycle)) == (pins.State.FLOATING, "retiring on 2027-06-01")


def test_a_package_that_is_missing_is_named(wheels, curated):
    next(wheels.glob("litellm*")).unlink()
    with pytest.raises(SystemExit, match="no wheel of litellm"):
        registry.build(wheels, CHECKED, curated)


def test_the_curated_rows_are_sourced_dated_and_in_the_shipped_registry():
    curated = json.loads(registry.CURATED.read_text())["models"]
    records = shipped.shipped().records
    assert all(row["source"].startswith("https://") and dt.date.fromisoformat(row["checked"]) for row in curated)
    assert {(row["provider"], row["id"]) for row in curated} <= records.keys()
