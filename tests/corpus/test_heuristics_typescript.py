"""How many of the prompts in TypeScript that nothing declares are found, and how much else is taken for one."""

from dataclasses import dataclass, field

from ruamel.yaml import YAML

from tests.corpus import commits

MIN_PRECISION, MIN_RECALL = 0.95, 0.90


@dataclass
class Score:
    """Units that change, by commit: found rightly, found wrongly, and overlooked."""

    right: int = 0
    wrong: list = field(default_factory=list)
    missed: list = field(default_factory=list)

    def add(self, case):
        observed, expected = set(commits.observed(case)), set(case.kinds)
        self.right += len(observed & expected)
        self.wrong += sorted(observed - expected)
        self.missed += sorted(expected - observed)

    @property
    def precision(self):
        return self.right / (self.right + len(self.wrong))

    @property
    def recall(self):
        return self.right / (self.right + len(self.missed))


def cases():
    path = commits.FOLDER / "heuristics" / "typescript.yaml"
    items = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    return [commits.Case(format="heuristics", **item) for item in items]


def test_prompts_in_typescript_are_found_and_little_else_is_taken_for_one():
    score = Score()
    for case in cases():
        score.add(case)
    told = f"precision {score.precision:.3f}, recall {score.recall:.3f}, wrong {score.wrong}, missed {score.missed}"
    print(f"\ntypescript, {len(cases())} commits: {told}")  # noqa: T201 - what a person who runs it wants to know
    assert score.precision >= MIN_PRECISION, score.wrong
    assert score.recall >= MIN_RECALL, score.missed
