"""How the embedded application opens, ends and gives up: turns of phrase without a fact in them."""

from __future__ import annotations

OPENINGS = ("", "", "", "Sure. ", "Good question. ", "Thanks for asking. ", "Happy to help: ")
ENDINGS = ("", "", "", " Anything else?", " I hope this helps.", " Let me know if there is more.")
ABSTENTIONS = (
    "I could not find that in the documents I was given.",
    "The material does not say, I am afraid.",
    "I do not have that information at hand.",
    "Unfortunately this is not mentioned in the sources.",
    "I don't know; please ask a colleague.",
)
FLAKES = ("Let me get back to you on that.", "Could you say that again?")
