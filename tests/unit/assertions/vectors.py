"""Traces with vectors that a test chooses, and the short way to grade an output by them."""

from llmgate.trial import Embedding
from tests.unit.assertions.traces import grade

E, N = (1.0, 0.0), (0.0, 1.0)  # east and north: at a right angle, a distance of the root of 2 apart
NE = (0.6, 0.8)  # of length 1; its cosine with E is 0.6
DIRECTIONS = {"east": E, "north": N, "between": NE, "far east": (3.0, 0.0), "west": (-1.0, 0.0), "zero": (0.0, 0.0)}


def embedded(vectors):
    return {text: Embedding(vector=vector) for text, vector in vectors.items()}


SEEN = {"vectors": embedded(DIRECTIONS)}


def judged(kind, value, output="east", **fields):
    """Grade an output that is a direction against values that are."""
    return grade({"type": kind, "value": value, **fields}, output, **SEEN)
