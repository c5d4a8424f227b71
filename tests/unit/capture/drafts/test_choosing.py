"""Choosing is tried on a repository with a bot and an agent, whose prompts have words of their own."""

import pytest

from llmgate.capture.drafts import choosing
from llmgate.capture.drafts.attachments import Attachments
from llmgate.capture.drafts.choosing import Bench, Elsewhere, Unchosen
from llmgate.capture.drafts.placement import Sent
from llmgate.capture.redacting import Redacting
from llmgate.redaction import Redactor
from tests import exports
from tests.unit.capture.simple import said, seen

CONFIG = """version: 1
models: {m: {provider: house, model: house-1}}
targets:
  bot: {kind: prompt, prompt: prompts/bot.jinja, model: m}
  agent: {kind: prompt, prompt: prompts/agent.jinja, model: m, role: system}
policy: {providers: {house: {host: "http://127.0.0.1:9"}}}
"""
BOT = "You answer customers of the lamp shop from the handbook.\nQuestion: {{ question }}"
AGENT = "Plan refunds step by step and call the tools that are needed."


@pytest.fixture(scope="module")
def side(tmp_path_factory):
    files = {"llmgate.yaml": CONFIG, "prompts/bot.jinja": BOT, "prompts/agent.jinja": AGENT}
    with exports.side(tmp_path_factory.mktemp("choosing"), files) as found:
        yield found


def bench(*messages, **fields) -> Bench:
    (found,) = seen({"trace": "a", "id": "1", "messages": list(messages), **fields})
    known = Redactor()
    files = Attachments(folder=None, known=known, redacts=Redacting(known=known))
    return Bench(seen=found, sent=Sent(messages=found.messages), files=files)


ASKED = bench(said("user", BOT.replace("{{ question }}", "Why?")))
PLANNED = bench(said("system", AGENT), said("user", "Refund A1."))
OLD_ASKED = bench(said("user", "You answer customers of the lamp shop from the old handbook.\nQuestion: Why?"))
OTHER = bench(said("user", "Translate: hello"))


def chosen(side, *benches, named=None) -> str:
    return choosing.choose(benches, side, named)[1].target


def test_the_target_is_the_one_whose_replay_is_exact(side):
    assert (chosen(side, ASKED), chosen(side, PLANNED)) == ("bot", "agent")


def test_of_several_conversations_the_last_that_is_exact_is_taken(side):
    taken, _ = choosing.choose((OTHER, PLANNED, ASKED), side, None)

    assert taken is PLANNED


def test_a_prompt_that_has_changed_since_is_known_by_its_words(side):
    assert chosen(side, OLD_ASKED) == "bot"


def test_a_prompt_is_known_by_the_name_that_production_gave_it(side):
    assert chosen(side, bench(said("user", "Hi"), prompt={"name": "agent"})) == "agent"


def test_what_is_like_no_prompt_is_not_guessed(side):
    with pytest.raises(Unchosen):
        chosen(side, OTHER)


def test_a_named_target_is_taken_where_no_other_is_exact(side):
    assert chosen(side, OTHER, named="agent") == "agent"


def test_what_another_target_makes_exactly_is_not_the_named_ones(side):
    with pytest.raises(Elsewhere):
        chosen(side, PLANNED, named="bot")
