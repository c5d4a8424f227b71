"""People's labels and a judge's stored verdicts on them → whether this judge may decide. Nobody is asked here.

The labels are a file that people write, the verdicts one beside it that `llmgate calibrate-judge` writes. A verdict is
kept under the digest of what was sent for it, so that none outlives its judge, its parameters, the instructions, or the
example as it was.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, model_validator

from llmgate import documents, judge
from llmgate.assertions.asking import Inquiry
from llmgate.assertions.factuality import CRITERION
from llmgate.config import ModelEntry
from llmgate.errors import ConfigurationError, Fault
from llmgate.stats.kappa import Agreement

MIN_LABELS = 50
MIN_OF_EACH = 5
MIN_KAPPA = 0.6
MAX_LABELS = 5_000
SUFFIX = ".verdicts.json"

Said = Literal["pass", "fail"]
Stored = Literal["pass", "fail", "error"]


class _Noun(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Document(_Noun):
    id: str
    text: str


class Label(_Noun):
    """One example with a person's word on it. Without `rubric` it is one of `factuality`, which needs `reference`."""

    output: str
    label: Said
    rubric: Annotated[str, Field(min_length=1)] | None = None
    reference: str | None = None
    input: JsonValue = None
    documents: tuple[Document, ...] = ()

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if self.rubric is None and self.reference is None:
            raise ValueError("an example has a `rubric`, or for factuality a `reference`")
        return self

    @property
    def inquiry(self) -> Inquiry:
        return Inquiry(
            criterion=self.rubric or CRITERION,
            output=self.output,
            reference=self.reference,
            input=self.input,
            documents=tuple((document.id, document.text) for document in self.documents),
        )


class Verdicts(_Noun):
    """What a judge said, by the digest of what it was sent; `error` where its answer could not be taken."""

    judge: ModelEntry
    verdicts: dict[str, Stored]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How well a judge agrees with people. `refusal` says why it may not decide, with `remedy`; None where it may."""

    agreement: Agreement
    refusal: str | None = None
    remedy: str = ""


def labels(document: documents.Document) -> tuple[Label, ...]:
    """Read the file of labels: a list of examples.

    Raises:
        ConfigurationError: with every fault, an example that is there twice among them.
    """
    if not isinstance(document.value, list) or len(document.value) > MAX_LABELS:
        message = f"expected a list of at most {MAX_LABELS} examples"
        raise ConfigurationError([document.fault((), message, "write one mapping for each", id="wrong-labels")])
    found: list[Label] = []
    faults: list[Fault] = []
    for place, written in enumerate(document.value):
        try:
            found.append(Label.model_validate(written))
        except ValidationError as error:
            faults.extend(documents.faults(document, error, prefix=(place,)))
    if faults := faults or list(_repeated(found, document)):
        raise ConfigurationError(documents.bounded(document, faults))
    return tuple(found)


def _repeated(found: list[Label], document: documents.Document) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for place, label in enumerate(found):
        if (earlier := first.setdefault(label.inquiry.digest, place)) != place:
            message = f"the same example stands in line {document.line((earlier,))} already"
            yield document.fault((place,), message, "remove one of them: an example counts once", id="wrong-labels")


def verdicts(path: str, data: bytes) -> Verdicts:
    """Read the stored verdicts.

    Raises:
        ConfigurationError: where the file is not one that `llmgate calibrate-judge` wrote.
    """
    document = documents.read(path, data)
    try:
        return Verdicts.model_validate(document.value)
    except ValidationError as error:
        raise ConfigurationError(documents.faults(document, error)) from error


def written(given: Verdicts) -> str:
    """Write the verdicts: the same verdicts, the same bytes."""
    return json.dumps(given.model_dump(mode="json"), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def standing(examples: tuple[Label, ...], stored: Mapping[str, Stored], entry: ModelEntry) -> Standing:
    """Hold the stored verdicts against the labels. An answer that could not be taken counts as the wrong one."""
    said = [stored.get(judge.asked(label.inquiry, entry)) for label in examples]
    pairs = Counter((label.label, word == label.label) for label, word in zip(examples, said, strict=True))
    agreement = Agreement(
        pass_agreed=pairs["pass", True],
        pass_denied=pairs["pass", False],
        fail_agreed=pairs["fail", True],
        fail_denied=pairs["fail", False],
    )
    refusal, remedy = _refusal(agreement, said.count(None))
    return Standing(agreement=agreement, refusal=refusal, remedy=remedy)


def _refusal(agreement: Agreement, missing: int) -> tuple[str | None, str]:
    passes = agreement.pass_agreed + agreement.pass_denied
    fewest = min(passes, agreement.total - passes)
    if agreement.total < MIN_LABELS:
        return f"{agreement.total} examples are labelled, and it takes {MIN_LABELS}", "label more outputs"
    if fewest < MIN_OF_EACH:
        return f"one of the labels is there {fewest} times, and it takes {MIN_OF_EACH}", "label more such outputs"
    if missing:
        message = f"{missing} of {agreement.total} examples have no verdict of this judge in this form"
        return message, "run `llmgate calibrate-judge` and commit what it writes"
    if (kappa := agreement.kappa) is None or round(kappa, 9) < MIN_KAPPA:
        message = f"its kappa with the labels is {kappa or 0.0:.2f}, and it takes {MIN_KAPPA}"
        return message, "name a better judge, or see whether the rubrics say what the labels mean"
    return None, ""
