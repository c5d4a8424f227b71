"""The systems under test, and how a prompt of theirs becomes text."""
