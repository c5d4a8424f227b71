"""The workflow that is written is the README's, with the keys and the commit that were chosen."""

import re
from pathlib import Path

from llmgate.init import workflow

README = (Path(__file__).parents[3] / "README.md").read_text()


def test_the_workflow_is_the_one_of_the_readme():
    block = re.findall(r"^ *```yaml\n(.*?)^ *```", README, re.MULTILINE | re.DOTALL)[0]
    assert workflow.text(["OPENAI_API_KEY"]) == block


def test_each_key_is_a_secret_of_its_own():
    text = workflow.text(["B_KEY", "A_KEY", "A_KEY"])
    given = [line.strip() for line in text.splitlines() if "_KEY: " in line]
    assert given == [
        "A_KEY: ${{ secrets.A_KEY }}",
        "B_KEY: ${{ secrets.B_KEY }}",
        "LLMGATE_STORE_KEY: ${{ secrets.LLMGATE_STORE_KEY }}",
    ]


def test_the_commit_of_the_action_takes_its_place():
    assert f"llmgate/llmgate@{'a' * 40} " in workflow.text([], "a" * 40)
