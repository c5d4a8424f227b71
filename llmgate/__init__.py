"""A CI gate for changes to prompts, model pins and retrieval settings."""

__version__ = "0.1.0"
