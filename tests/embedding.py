"""A team's repository whose fixtures compare embeddings; the model server gives the vectors, too."""

from tests import project

EMBEDDER = {"provider": "house", "model": "embed-2026-01-15"}
POLICY = "  embedder: {provider: house, model: embed-2026-01-15, params: {dimensions: 128}}\n"
GOOD = "Within 14 days [returns.md#1]."  # what the bot says that does as the prompt says


def case(number, *, value=GOOD, kind="similar", also=""):
    """A fixture that an answer like `value` passes; `also` is one more assertion."""
    plain = project.case(number)
    return plain[: plain.index("assert:")] + f'assert:\n  - {{type: "{kind}", value: "{value}"}}\n{also}'


def files(origin, *, fixtures=12, policy=POLICY, **written):
    plain = project.files(origin, fixtures=0, policy=policy)
    return {**plain, **{f"fixtures/case-{number:03d}.yaml": case(number, **written) for number in range(fixtures)}}
