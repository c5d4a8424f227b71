"""How to meet the errors of the catalogue: what to write, what to call, and the place that the error must name."""

import datetime as dt
from dataclasses import dataclass, field

from tests import modelserver, project

ORIGIN = "http://127.0.0.1:9"
SOON = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=30)
CONFIG = project.config(ORIGIN)
CASE = project.case(1)
BOMB = "a: &a [x, x]\nb: *a\n"


@dataclass(frozen=True, kw_only=True)
class Provoked:
    """A command in a repository with a support bot, in which some files are others; None takes one away."""

    place: str
    command: str = "check"
    files: dict[str, str | bytes | None] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    outside: bool = False


EDITED = {"prompts/support.jinja": project.prompt("Be brief.")}


def configured(text: str, place: str) -> Provoked:
    return Provoked(files={"llmgate.yaml": text}, place=f"llmgate.yaml:{place}")


def policy(line: str, place: str) -> Provoked:
    return configured(f"version: 1\npolicy:\n  {line}\n", place)


def fixture(text: str, place: str, **more: str | bytes) -> Provoked:
    return Provoked(files={"fixtures/case-001.yaml": text, **more}, place=f"fixtures/case-001.yaml:{place}")


BY_COMMAND = {
    "malformed-file": configured("version: 1\nmodels: [\n", "3"),
    "unsupported-syntax": configured(BOMB, "1"),
    "not-utf8": Provoked(files={"fixtures/case-001.yaml": b"id: \xff\n"}, place="fixtures/case-001.yaml:1"),
    "too-large": configured("a: " + "[" * 5_000, "1"),
    "unknown-key": policy("alhpa: 0.05", "3"),
    "missing-key": fixture("id: case-001\n", "1"),
    "wrong-type": policy("alpha: [1]", "3"),
    "out-of-range": policy("alpha: 7", "3"),
    "unknown-value": policy("on_inconclusive: maybe", "3"),
    "wrong-value": fixture(CASE.replace("contains, value", "regex, value").replace("14 days", "("), "9"),
    "used-twice": fixture(CASE.replace("case-001", "case-000"), "1"),
    "more-faults": configured("version: 1\n" + "".join(f"key{number}: 1\n" for number in range(150)), "102"),
    "missing-file": configured(CONFIG.replace("support.jinja", "gone.jinja"), "7"),
    "not-a-regular-file": Provoked(links={"fixtures/link.yaml": "case-000.yaml"}, place="fixtures/link.yaml:1"),
    "unknown-name": fixture(CASE.replace("target: support", "target: supprot"), "1"),
    "unknown-provider": configured(CONFIG.replace("provider: house", "provider: hous"), "5"),
    "wrong-assertion": fixture(CASE.replace("value:", "weight: 0, value:"), "8"),
    "captured-incomplete": fixture(CASE.replace("title:", "origin: {kind: production}\ntitle:"), "1"),
    "no-value": Provoked(files={"prompts/support.jinja": "{{ question }} {{ nobody }}\n"}, place="support.jinja:1"),
    "judge-missing": fixture(CASE.replace("contains", "llm-rubric"), "1"),
    "embedder-missing": fixture(CASE.replace("contains", "similar"), "1"),
    "check-broken": Provoked(
        files={
            "llmgate.yaml": f"{CONFIG}assertions:\n  polite: {{file: checks.py, class: Polite}}\n",
            "checks.py": "import nothing_of_this_name\n",
        },
        place="checks.py:1",
    ),
    "prompt-malformed": Provoked(
        files={
            "llmgate.yaml": CONFIG.replace("support.jinja", "a.prompt.yml"),
            "prompts/a.prompt.yml": "messages: 7\n",
        },
        place="prompts/a.prompt.yml:1",
    ),
    "wrong-option": Provoked(command="gate --bse main", place="--bse"),
    "no-such-revision": Provoked(command="gate --base nowhere", place="'nowhere'"),
    "no-repository": Provoked(outside=True, place="is not inside a git repository"),
    "no-configuration": Provoked(files={"llmgate.yaml": None}, place="llmgate.yaml"),
    "no-such-fixture": Provoked(command="gate --base HEAD --fixture nobody", place="nobody"),
    "no-such-prompt": Provoked(command="capture prompt nowhere.md --out drafts", place="nowhere.md"),
    "no-such-file": Provoked(command="capture otlp gone.jsonl --out drafts", place="gone.jsonl"),
    "no-such-index": Provoked(command="index lock", place="llmgate.yaml"),
    "no-such-trace": Provoked(
        command="capture otlp a.jsonl --out drafts", files={"a.jsonl": '{"resourceSpans": []}\n'}, place="in the files"
    ),
    "unreadable-trace": Provoked(
        command="capture otlp a.jsonl --out drafts", files={"a.jsonl": "{]\n"}, place="a.jsonl:1"
    ),
    "wrong-condition": Provoked(
        command="capture otlp a.jsonl --out drafts --where nothing", files={"a.jsonl": "{}\n"}, place="--where"
    ),
    "no-such-target": Provoked(
        command="capture otlp a.jsonl --out drafts --target nobody", files={"a.jsonl": "{}\n"}, place="'nobody'"
    ),
    "cannot-except": Provoked(
        command=f"quarantine case-000 --owner ana --reason flaky --expires {SOON}",
        files={"fixtures/case-000.yaml": project.case(0, extra="critical: true\n")},
        place="'case-000'",
    ),
    "nothing-to-prove": Provoked(
        command="prove case-000 --fails-at HEAD --passes-at HEAD --repeats 2", place="2 repeats"
    ),
    "not-writable": Provoked(command="demo --keep README.md/folder", place="README.md/folder"),
    "token-missing": Provoked(command="doctor --github acme/shop", place="GITHUB_TOKEN"),
    "store-unusable": Provoked(
        command="gate --base HEAD --store a.sqlite", files={"a.sqlite": "no database" * 500, **EDITED}, place="a.sqlite"
    ),
    "store-key": Provoked(
        command="gate --base HEAD --store b.sqlite",
        files=EDITED,
        environment={"LLMGATE_STORE_KEY": "short"},
        place="store key",
    ),
}

BY_REPORT = {
    "no-policy": Provoked(command="gate --base bare", place="llmgate.yaml on the base"),
    "key-missing": Provoked(command="gate --base keyed", files=EDITED, place="HOUSE_KEY"),
}

SHORT_OF_BALANCE = '{"error": {"message": "You exceeded your current quota", "code": "insufficient_quota"}}'

BY_ANSWER = {
    "key-refused": modelserver.status(401),
    "model-not-found": modelserver.status(404),
    "rate-limited": modelserver.status(429, body=SHORT_OF_BALANCE),
    "request-refused": modelserver.status(400),
    "redirected": modelserver.redirect("http://127.0.0.1:9/"),
    "provider-error": modelserver.status(503),
    "provider-unreachable": modelserver.reset(),
    "answer-unreadable": modelserver.garbage(),
}

BY_TRACE = {
    "nothing-to-judge-by": ({"type": "finish-reason", "value": "stop"}, "x"),
    "too-much-to-judge": ({"type": "is-json"}, "x" * 3_000_000),
    "judge-missing": ({"type": "llm-rubric", "value": "polite"}, "x"),
    "embedder-missing": ({"type": "similar", "value": "polite"}, "x"),
    "check-missing": ({"type": "custom:polite"}, "x"),
}
