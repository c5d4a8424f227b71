"""A name that moves is proposed by its date."""

import pytest

from llmgate.config import ModelEntry
from llmgate.init import pinning


@pytest.mark.parametrize(
    ("provider", "model", "pin"),
    [
        ("openai", "gpt-4o", "gpt-4o-2024-11-20"),
        ("openai", "gpt-4o-2024-11-20", None),
        ("house", "own-model", None),
    ],
)
def test_the_newest_date_of_a_name_is_proposed(provider, model, pin):
    assert pinning.proposed(ModelEntry(provider=provider, model=model)) == pin
