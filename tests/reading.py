"""A prompt file for a test → its one prompt."""

from llmgate.prompts import catalogue


def one(path, data, load, **settings):
    (prompt,) = catalogue.read(path, data, load, **settings)
    return prompt
