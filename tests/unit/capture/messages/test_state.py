"""Parts of messages that stand for what only the provider has."""

from llmgate.capture import messages


def test_a_compacted_part_is_state_of_the_provider():
    read = messages.read([{"role": "assistant", "parts": [{"type": "compaction", "id": "cmp_1"}]}])
    assert (read.depends_on, read.missing) == (("a conversation that the provider compacted",), ())
