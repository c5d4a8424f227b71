"""`llmgate capture` for traces: what is written, what is reported, and what a bad file does."""

import base64
import gzip
import hashlib
import json

import pytest

from llmgate.errors import ConfigurationError, UsageError
from tests import project
from tests.unit.cli import program

RULE = f"You are the support bot of a shop.\n\n{project.GOOD_RULE}\n"
DOCUMENT = "[returns.md#1] Returns are free within 14 days.\n"


def logged(number=1, question="May I return order A-17?", answer="Within 30 days.", **fields):
    sent = {
        "model": "gpt-4.1",
        "seed": 7,
        "messages": [{"role": "user", "content": f"{RULE}{DOCUMENT}\nQuestion: {question}"}],
    }
    said = {
        "id": f"chatcmpl-{number:032x}",
        "object": "chat.completion",
        "created": 1_790_000_000,
        "model": "gpt-4.1-2025-04-14",
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": answer}}],
    }
    return {"request": sent, "response": said, **fields}


@pytest.fixture
def shop(tmp_path):
    return project.Project.create(tmp_path / "repository", project.files("http://127.0.0.1:9", fixtures=1))


@pytest.fixture
def capture(shop, tmp_path):
    def run(*lines, options=(), form="openai", environment=None):
        path = tmp_path / "log.jsonl"
        path.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
        place = ("--repository", shop.origin.path, "--out", folder(shop))
        return program.run("capture", form, path, *place, *options, environment=environment)

    return run


def folder(shop):
    return shop.origin.path / "fixtures" / "captured"


def drafts(shop):
    return sorted(path.name for path in folder(shop).glob("*.yaml"))


def test_a_logged_call_becomes_a_draft_that_check_takes(shop, capture):
    done = capture(logged())

    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "1 draft")
    assert "a replay sends what production sent" in done.output
    checked = program.run("check", "--repository", shop.origin.path)
    assert (checked.exit_code, checked.output) == (0, "2 fixtures, 1 of them a draft, 3 units: no faults\n")


def test_a_conversation_that_is_captured_again_is_reported_and_not_written(shop, capture):
    capture(logged())
    (name,) = drafts(shop)
    before = (folder(shop) / name).read_bytes()

    done = capture(logged())

    assert f"is the fixture {name.removesuffix('.yaml')} in fixtures/captured/{name}" in done.output
    assert done.output.splitlines()[-1] == "0 drafts, 1 already captured"
    assert (drafts(shop), (folder(shop) / name).read_bytes()) == ([name], before)


def test_the_same_input_from_another_trace_is_the_same_fixture(shop, capture):
    done = capture(logged(1), logged(2), logged(3, question="Where is A-18?"))

    assert done.output.splitlines()[-1] == "2 drafts, 1 already captured"
    assert len(drafts(shop)) == 2


def test_drafts_are_found_outside_the_suite_too(shop, tmp_path, capture):
    out = ("--out", tmp_path / "drafts")
    capture(logged(), options=out)

    done = capture(logged(), options=out)

    assert done.output.splitlines()[-1] == "0 drafts, 1 already captured"


def test_only_what_holds_is_taken(shop, capture):
    bad = logged(1, feedback={"name": "thumbs", "score": -1})
    good = logged(2, question="Where is A-18?", feedback={"name": "thumbs", "score": 1})

    capture(bad, good, options=("--where", "feedback=negative", "--where", "model=gpt-4.1"))

    (name,) = drafts(shop)
    assert "May I return order A-17?" in (folder(shop) / name).read_text()


def test_no_more_than_the_limit_is_written(shop, capture):
    capture(*(logged(number, question=f"Where is A-{number}?") for number in range(5)), options=("--limit", "2"))

    assert len(drafts(shop)) == 2


def test_one_trace_is_taken_by_its_id(shop, capture):
    capture(
        logged(1),
        logged(2, question="Where?", trace_id="0af7651916cd43dd8448eb211c80319c"),
        options=("--trace", "0af7651916cd43dd8448eb211c80319c"),
    )

    (name,) = drafts(shop)
    assert "0af7651916cd43dd8448eb211c80319c" in (folder(shop) / name).read_text()


def test_a_trace_that_is_not_there_is_an_error(capture):
    done = capture(logged(), options=("--trace", "deadbeef"))

    assert isinstance(done.exception, UsageError)


def test_what_was_redacted_is_reported_and_nothing_of_it_is_written(shop, capture):
    secret = "Zx9-house-secret-value"
    done = capture(logged(question=f"Mail ada@shop.org or bob@shop.org {secret}"), environment={"HOUSE_KEY": secret})

    assert "redacted: 2 email, 1 secret" in done.output
    text = "".join(path.read_text() for path in folder(shop).rglob("*") if path.is_file())
    assert "shop.org" not in text
    assert secret not in text


def test_an_address_that_the_prompt_itself_names_stays_as_the_replay_sends_it(shop, capture):
    prompt = shop.origin.path / "prompts" / "support.jinja"
    prompt.write_text(prompt.read_text().replace("of a shop.", "of a shop: help@shop.org."))
    call = logged(question="I am ada@shop.org", answer="Write to Help@shop.org.")
    call["request"]["messages"][0]["content"] = call["request"]["messages"][0]["content"].replace(
        "of a shop.", "of a shop: help@shop.org."
    )

    done = capture(call)

    (name,) = drafts(shop)
    text = (folder(shop) / name).read_text()
    assert ("a replay sends what production sent" in done.output, "ada@" in text) == (True, False)
    assert "Write to Help@shop.org." in text


def test_rules_of_the_configuration_are_followed(shop, capture):
    config = shop.origin.path / "llmgate.yaml"
    config.write_text(config.read_text() + "redaction: {rules: [{name: order, pattern: 'A-[0-9]+'}]}\n")

    capture(logged())

    (name,) = drafts(shop)
    assert "May I return order [order-1]?" in (folder(shop) / name).read_text()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"request": {"model": "m"', "log.jsonl:2: not JSON: Expecting"),
        ("[" * 5000 + "]" * 5000, "log.jsonl:2: nested deeper than 100 levels"),
        ('{"resourceSpans": []}', "log.jsonl:2: "),
        ('{"request": ' + '"' + "x" * (33 * 1024 * 1024) + '"}', "log.jsonl:2: a line of 33 MiB"),
    ],
    ids=["truncated", "deep", "dialect", "large"],
)
def test_a_bad_line_is_told_with_its_place_and_the_others_are_written(shop, capture, line, message):
    done = capture(logged(1), line, logged(2, question="Where is A-18?"))

    assert isinstance(done.exception, ConfigurationError)
    assert message in str(done.exception)
    assert len(drafts(shop)) == 2


def test_fixtures_that_are_there_are_kept_whatever_happens(shop, capture):
    capture(logged())
    before = drafts(shop)

    capture("{")

    assert drafts(shop) == before


def test_a_file_of_another_dialect_is_told_with_the_format_that_takes_it(capture):
    done = capture(logged(), form="langfuse")

    assert "it looks like `llmgate capture openai`" in str(done.exception)


def test_a_target_is_found_by_what_its_prompt_makes(shop, capture):
    config = shop.origin.path / "llmgate.yaml"
    text = config.read_text().replace(
        "targets:\n", "targets:\n  another: {kind: prompt, prompt: prompts/another.txt, model: answerer}\n"
    )
    config.write_text(text)
    (shop.origin.path / "prompts" / "another.txt").write_text("Say hello.")

    capture(logged())

    assert drafts(shop)[0].startswith("support-")


def test_a_target_that_cannot_be_found_is_asked_for(shop, capture):
    config = shop.origin.path / "llmgate.yaml"
    text = config.read_text().replace(
        "targets:\n",
        "targets:\n  another: {kind: prompt, prompt: prompts/support.jinja, model: answerer, role: system}\n",
    )
    config.write_text(text)
    call = logged()
    call["request"]["messages"] = [{"role": "user", "content": "Hello?"}]

    done = capture(call)

    assert "name the target with --target" in str(done.exception)
    assert capture(call, options=("--target", "support")).exit_code == 0


def test_where_nothing_is_chosen_the_options_are_named(capture):
    done = capture(logged(), options=("--where", "feedback=negative"))

    assert done.output.splitlines()[0] == (
        "1 trace read, and in none a model call for which every --where, --trace and --span holds"
    )


def test_a_compressed_file_is_told_with_what_unpacks_it(shop, tmp_path):
    path = tmp_path / "log.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(logged()).encode()))

    done = program.run("capture", "openai", path, "--repository", shop.origin.path, "--out", folder(shop))

    assert "log.jsonl.gz:1: compressed with gzip (unpack it with `gunzip`)" in str(done.exception)


@pytest.fixture
def two_targets(shop):
    config = shop.origin.path / "llmgate.yaml"
    entry = "  another: {kind: prompt, prompt: prompts/another.txt, model: answerer}\n"
    config.write_text(config.read_text().replace("targets:\n", f"targets:\n{entry}"))
    (shop.origin.path / "prompts" / "another.txt").write_text("Say hello.")


@pytest.mark.usefixtures("two_targets")
def test_traces_on_one_line_that_have_no_target_are_told_apart(capture):
    calls = [logged(number, question="?") for number in (1, 2)]
    for number, call in enumerate(calls):
        call["request"]["messages"] = [{"role": "user", "content": "Hello?"}]
        call["trace_id"] = f"{number + 10:032x}"

    done = capture(json.dumps(calls))

    assert done.output.splitlines()[-1] == "0 drafts, 2 faults"
    assert f"log.jsonl:1: trace {11:032x}: no target's prompt makes this request" in str(done.exception)
    assert str(done.exception).startswith("2 faults")


@pytest.mark.usefixtures("two_targets")
def test_a_call_whose_messages_nobody_recorded_is_told_as_such(capture):
    span = {
        "traceId": "1" * 32,
        "spanId": "2" * 16,
        "name": "chat",
        "attributes": [
            {"key": "gen_ai.operation.name", "value": {"stringValue": "chat"}},
            {"key": "gen_ai.request.model", "value": {"stringValue": "gpt-4.1"}},
        ],
    }

    done = capture({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}, form="otlp")

    assert "its messages were not recorded (record the content of messages where" in str(done.exception)


def test_a_draft_that_no_suite_could_read_is_not_written(shop, capture):
    done = capture(logged(question="long " * 300_000))

    assert "at most 1048576 are read" in str(done.exception)
    assert drafts(shop) == []


@pytest.mark.parametrize("name", ["none.jsonl", "."])
def test_a_file_that_cannot_be_read_is_an_error(shop, name):
    done = program.run("capture", "openai", name, "--repository", shop.origin.path, "--out", folder(shop))

    assert isinstance(done.exception, UsageError)


def test_traces_whose_ids_are_redacted_alike_are_told_apart(shop, capture):
    calls = [logged(number, question=f"Where is A-{number}?") for number in (1, 2)]
    for name, call in zip(("ada", "bob"), calls, strict=True):
        call["response"]["id"] = f"session-{name}@shop.org"

    capture(*calls)
    done = capture(*calls)

    assert len(drafts(shop)) == 2
    assert done.output.splitlines()[-1] == "0 drafts, 2 already captured"


def test_a_draft_that_became_unreadable_is_a_fault_and_the_others_are_written(shop, capture):
    capture(logged(1))
    (name,) = drafts(shop)
    (folder(shop) / name).write_text("id: [")

    done = capture(logged(1), logged(2, question="Where is A-18?"))

    assert isinstance(done.exception, ConfigurationError)
    assert "cannot be read as a fixture" in str(done.exception)
    assert len(drafts(shop)) == 2
    assert (folder(shop) / name).read_text() == "id: ["


def shown(data):
    content = base64.b64encode(data).decode()
    call = logged()
    asked = call["request"]["messages"][0]
    picture = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{content}"}}
    asked["content"] = [{"type": "text", "text": asked["content"]}, picture]
    return call


def test_no_file_is_written_through_a_link(shop, tmp_path, capture):
    folder(shop).mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (folder(shop) / "blobs").symlink_to(tmp_path / "elsewhere")

    done = capture(shown(b"\x89PNG"))

    assert isinstance(done.exception, UsageError)
    assert "behind a link" in str(done.exception)
    assert (list((tmp_path / "elsewhere").iterdir()), drafts(shop)) == ([], [])


def test_a_file_that_is_not_what_its_name_tells_is_not_referred_to(shop, capture):
    data = b"\x89PNG"
    (folder(shop) / "blobs").mkdir(parents=True)
    (folder(shop) / "blobs" / f"{hashlib.sha256(data).hexdigest()}.png").write_bytes(b"cut of")

    done = capture(shown(data))

    assert "has not the content that its name tells" in str(done.exception)
    assert drafts(shop) == []
