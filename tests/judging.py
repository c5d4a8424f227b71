"""A team's repository whose fixtures ask a judge, and a server that plays both the support bot and the judge."""

import json

from llmgate import calibration, judge
from llmgate.config import ModelEntry
from tests import modelserver, project

JUDGE = {"provider": "house", "model": "judge-model-2026-01-15"}
POLICY = "  judge: {model: {provider: house, model: judge-model-2026-01-15}, calibration: judge/labels.json}\n"
CRITERION = "Says that returns are free within 14 days."
LABELS = "judge/labels.json"


def examples(passes=30, fails=30):
    return [
        {"rubric": CRITERION, "output": f"Answer {number}: {days} days.", "label": label}
        for label, count, days in (("pass", passes, 14), ("fail", fails, 30))
        for number in range(count)
    ]


def calibrated(written=None, *, wrong=0, model=None):
    """The labels and the verdicts on them, of which the first few are wrong."""
    written = examples() if written is None else written
    entry = ModelEntry(**(model or JUDGE))
    other = {"pass": "fail", "fail": "pass"}
    verdicts = {
        judge.asked(calibration.Label.model_validate(item).inquiry, entry): (
            other[item["label"]] if place < wrong else item["label"]
        )
        for place, item in enumerate(written)
    }
    stored = calibration.written(calibration.Verdicts(judge=entry, verdicts=verdicts))
    return {LABELS: json.dumps(written, indent=1), LABELS + calibration.SUFFIX: stored}


def case(number, *, also=""):
    """A fixture of which a judge decides; `also` is one more assertion."""
    plain = project.case(number)
    return plain[: plain.index("assert:")] + f'assert:\n  - {{type: llm-rubric, value: "{CRITERION}"}}\n{also}'


def files(origin, *, fixtures=12, also="", policy=POLICY, judged=None):
    plain = project.files(origin, fixtures=0, policy=policy)
    cases = {f"fixtures/case-{number:03d}.yaml": case(number, also=also) for number in range(fixtures)}
    return {**plain, **cases, **(calibrated() if judged is None else judged)}


def shown(asked):
    """What the judge was shown."""
    return json.loads(asked.prompt)


def is_judge(asked):
    return asked.model == JUDGE["model"]


def verdict(asked, **changes):
    """A judge that reads: it passes what names 14 days, and quotes the output's first words."""
    seen = shown(asked)
    output = seen["output"]
    whole = {
        "id": seen["id"],
        "quote": output[:20],
        "reason": "As the criterion says.",
        "verdict": "pass" if "14 days" in output else "fail",
    }
    return json.dumps({**whole, **changes})


def both(bot=project.obedient, judging=verdict):
    """Answer as the bot or as the judge, by the model that is asked."""

    def answer(asked: modelserver.Asked):
        return judging(asked) if is_judge(asked) else bot(asked)

    return answer
