"""`python -m llmgate.cli`: the same as the `llmgate` command."""

from llmgate.cli import main

main()
