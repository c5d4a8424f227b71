"""The categories and codes that everyone starts with, as one table.

Retrieval, grounding and reasoning have the seven failure points of retrieval-augmented generation (Barnett et al. 2024,
arXiv:2401.05856, FP1 to FP7), tool use the codes of the Berkeley Function Calling Leaderboard's checker.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from llmgate.assertions.categories import Category
from llmgate.taxonomy import Code, Kind, Taxonomy


def _codes(**told: tuple[str, str]) -> dict[str, Code]:
    return {code: Code(name=name, says=says) for code, (name, says) in told.items()}


_RETRIEVAL: Final = _codes(
    missing_content=("missing content", "What was needed is not in the index at all (FP1)."),
    missed=("document missed", "What was needed is not among the documents that were found (FP2)."),
    dropped_from_context=("dropped from context", "It was found, and its text did not reach the model (FP3)."),
    stale_doc=("stale document", "The document that was replayed is not what the index has now."),
)
_GROUNDING: Final = _codes(
    context_ignored=("context ignored", "The right text was in front of the model and was not used (FP4)."),
    fabricated_citation=("fabricated citation", "The answer cites a document that was not there."),
    unsupported_claim=("unsupported claim", "The answer states what nothing that it was given says."),
    contradicts_context=("contradicts context", "The answer says otherwise than what it was given."),
    unwarranted_abstention=("unwarranted abstention", "The answer claims not to know what stood in front of it."),
    should_have_abstained=("should have abstained", "There was no support for an answer, and one was given."),
)
_REASONING: Final = _codes(
    wrong_conclusion=("wrong conclusion", "The evidence was there and was used, and the conclusion is wrong."),
    arithmetic=("arithmetic", "The right numbers, computed wrongly."),
    instruction_violation=("instruction violation", "The answer does what it was told not to do, or the other way."),
    incomplete=("incomplete", "Right as far as it goes; a part that was asked for is missing (FP7)."),
    specificity=("wrong specificity", "Too general or too detailed for the question (FP6)."),
)
_BERKELEY: Final = {
    "wrong_count": Code(name="wrong number of calls", says="More or fewer calls than expected."),
    "wrong_func_name": Code(name="wrong tool", says="Another tool than the expected one."),
    "cannot_find_match": Code(name="call not matched", says="No call is the expected one."),
    "missing_required": Code(name="missing argument", says="An argument that must be there is not."),
    "unexpected_param": Code(name="unexpected argument", says="An argument that the tool does not have."),
    "type_error:simple": Code(name="wrong type of argument", says="An argument has another type than it must."),
    "type_error:nested": Code(name="wrong type within an argument", says="The same, within a list or an object."),
    "value_error:string": Code(name="wrong argument", says="A text is not the expected one."),
    "value_error:list/tuple": Code(name="wrong argument: list", says="A list is not the expected one."),
    "value_error:dict_key": Code(name="wrong argument: key", says="An object lacks a key, or has one too many."),
    "value_error:dict_value": Code(name="wrong argument: value", says="A value within an object is not the expected."),
    "value_error:list_dict_count": Code(name="wrong argument: length", says="A list of objects has another length."),
    "value_error:others": Code(name="wrong argument: other", says="A number or a truth value is not the expected one."),
}
_TOOL_USE: Final = {
    **_codes(
        missing_call=("missing call", "A call that was needed was not made."),
        unneeded_call=("unneeded call", "A call that must not be made, or that nothing asked for."),
        hallucinated_tool=("hallucinated tool", "A call of a tool that was not offered."),
        wrong_order=("wrong order", "The expected calls, in another order."),
        ignored_result=("ignored result", "The tool gave the answer, and it was not used."),
        loop=("loop", "The same call again and again, or no end of calls."),
        tool_error=("tool error", "The tool answered with an error, and that was the end of it."),
    ),
    **_BERKELEY,
}
_OUTPUT_FORMAT: Final = _codes(
    unparseable=("unparseable", "What was to be JSON, XML, HTML or SQL is none."),
    schema_violation=("schema violation", "It can be read, and has another form than was asked for."),
    truncated=("truncated", "The answer ends before its end."),
    wrapper_noise=("text around the answer", "The right answer, in a code fence, a sentence or another object."),
    wrong_language=("wrong language", "The answer is in another script than everything around it."),
    empty=("empty", "There is no answer in the answer."),
)
_REFUSAL: Final = _codes(
    refused=("refused", "The model declined what it should have done."),
    content_filter=("content filter", "The provider's filter stopped the answer."),
    should_have_refused=("should have refused", "The model did what it should have declined."),
)
_INFRASTRUCTURE: Final = _codes(
    no_answer=("no answer", "The call brought no answer."),
    timeout=("timeout", "No answer in time."),
    rate_limited=("rate limited", "The provider turned the call away for now."),
    unavailable=("provider unavailable", "The provider failed."),
    rejected=("call rejected", "The provider did not accept the call or its key."),
    application=("application failed", "The application under test failed by itself: it crashed or gave no answer."),
    grader=("no grade", "A judge or a class of the repository gave no usable answer."),
)
_INVALID: Final = _codes(
    outside_state=("hangs on outside state", "The answer hangs on state that is not in the fixture."),
    tool_gone=("tool gone", "The fixture asks for a call of a tool that nobody offers."),
    cannot_judge=("cannot be judged", "An assertion lacks what it would judge by."),
)

KINDS: Final[Mapping[str, Kind]] = {
    Category.RETRIEVAL.value: Kind(name="retrieval", says="What the model needed did not reach it.", codes=_RETRIEVAL),
    Category.GROUNDING.value: Kind(
        name="grounding", says="The model was given what it needed and did not keep to it.", codes=_GROUNDING
    ),
    Category.REASONING.value: Kind(
        name="reasoning", says="The model used what it was given and drew the wrong conclusion.", codes=_REASONING
    ),
    Category.TOOL_USE.value: Kind(
        name="tool use", says="A tool was called wrongly, needlessly, or not at all.", codes=_TOOL_USE
    ),
    Category.OUTPUT_FORMAT.value: Kind(
        name="output format", says="The answer has another form than its reader can take.", codes=_OUTPUT_FORMAT
    ),
    Category.REFUSAL_SAFETY.value: Kind(
        name="refusal", says="The answer was declined, or should have been.", codes=_REFUSAL, bucket=True
    ),
    Category.INFRASTRUCTURE.value: Kind(
        name="infrastructure", says="There is no answer to judge.", codes=_INFRASTRUCTURE, bucket=True
    ),
    Category.FIXTURE_INVALID.value: Kind(
        name="invalid fixture", says="The fixture asks for what cannot be.", codes=_INVALID, bucket=True
    ),
    Category.UNCLASSIFIED.value: Kind(
        name="unclassified", says="Nothing tells which it is; the evidence says what would.", bucket=True
    ),
}
TAXONOMY: Final = Taxonomy(kinds=KINDS)
