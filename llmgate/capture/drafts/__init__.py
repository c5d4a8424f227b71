"""A conversation and the repository → a draft: placed with a target's prompt, redacted, and written as YAML."""
