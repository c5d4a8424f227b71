"""The kinds of assertion by their ids; adding one is adding a file and a row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pydantic import BaseModel

from llmgate.assertions.assert_set import AssertSet
from llmgate.assertions.bleu import Bleu
from llmgate.assertions.contains import Contains
from llmgate.assertions.contains_all import ContainsAll
from llmgate.assertions.contains_any import ContainsAny
from llmgate.assertions.contains_html import ContainsHtml
from llmgate.assertions.contains_json import ContainsJson
from llmgate.assertions.contains_sql import ContainsSql
from llmgate.assertions.contains_xml import ContainsXml
from llmgate.assertions.cost import Cost
from llmgate.assertions.equals import Equals
from llmgate.assertions.factuality import Factuality
from llmgate.assertions.finish_reason import FinishReasonIs
from llmgate.assertions.format_json_schema import FormatJsonSchema
from llmgate.assertions.gleu import Gleu
from llmgate.assertions.grounding_citations_exist import GroundingCitationsExist
from llmgate.assertions.grounding_no_unsupported_numbers import GroundingNoUnsupportedNumbers
from llmgate.assertions.grounding_supported_ratio import GroundingSupportedRatio
from llmgate.assertions.guardrails import Guardrails
from llmgate.assertions.icontains import IContains
from llmgate.assertions.icontains_all import IContainsAll
from llmgate.assertions.icontains_any import IContainsAny
from llmgate.assertions.is_html import IsHtml
from llmgate.assertions.is_json import IsJson
from llmgate.assertions.is_refusal import IsRefusal
from llmgate.assertions.is_sql import IsSql
from llmgate.assertions.is_valid_function_call import IsValidFunctionCall
from llmgate.assertions.is_valid_openai_function_call import IsValidOpenaiFunctionCall
from llmgate.assertions.is_valid_openai_tools_call import IsValidOpenaiToolsCall
from llmgate.assertions.is_xml import IsXml
from llmgate.assertions.latency import Latency
from llmgate.assertions.levenshtein import Levenshtein
from llmgate.assertions.llm_rubric import LlmRubric
from llmgate.assertions.meteor import Meteor
from llmgate.assertions.perplexity import Perplexity
from llmgate.assertions.perplexity_score import PerplexityScore
from llmgate.assertions.python import Python
from llmgate.assertions.regex import Regex
from llmgate.assertions.retrieval_contains_ids import RetrievalContainsIds
from llmgate.assertions.retrieval_not_dropped import RetrievalNotDropped
from llmgate.assertions.retrieval_recall_k import RetrievalRecallAtK
from llmgate.assertions.rouge_n import RougeN
from llmgate.assertions.similar import Similar
from llmgate.assertions.similar_cosine import SimilarCosine
from llmgate.assertions.similar_dot import SimilarDot
from llmgate.assertions.similar_euclidean import SimilarEuclidean
from llmgate.assertions.stable import Stable
from llmgate.assertions.starts_with import StartsWith
from llmgate.assertions.tool_call_f1 import ToolCallF1
from llmgate.assertions.tool_no_unknown import ToolNoUnknown
from llmgate.assertions.trajectory_step_count import TrajectoryStepCount
from llmgate.assertions.trajectory_tool_args_match import TrajectoryToolArgsMatch
from llmgate.assertions.trajectory_tool_sequence import TrajectoryToolSequence
from llmgate.assertions.trajectory_tool_used import TrajectoryToolUsed
from llmgate.assertions.word_count import WordCount

KINDS: Final[Mapping[str, type[BaseModel]]] = {
    "equals": Equals,
    "contains": Contains,
    "icontains": IContains,
    "contains-any": ContainsAny,
    "contains-all": ContainsAll,
    "icontains-any": IContainsAny,
    "icontains-all": IContainsAll,
    "starts-with": StartsWith,
    "regex": Regex,
    "word-count": WordCount,
    "levenshtein": Levenshtein,
    "is-refusal": IsRefusal,
    "is-json": IsJson,
    "contains-json": ContainsJson,
    "is-valid-openai-tools-call": IsValidOpenaiToolsCall,
    "tool-call-f1": ToolCallF1,
    "trajectory:tool-used": TrajectoryToolUsed,
    "trajectory:tool-args-match": TrajectoryToolArgsMatch,
    "trajectory:tool-sequence": TrajectoryToolSequence,
    "retrieval:contains-ids": RetrievalContainsIds,
    "grounding:citations-exist": GroundingCitationsExist,
    "trajectory:step-count": TrajectoryStepCount,
    "tool:no-unknown": ToolNoUnknown,
    "format:json-schema": FormatJsonSchema,
    "retrieval:recall@k": RetrievalRecallAtK,
    "retrieval:not-dropped": RetrievalNotDropped,
    "grounding:no-unsupported-numbers": GroundingNoUnsupportedNumbers,
    "grounding:supported-ratio": GroundingSupportedRatio,
    "latency": Latency,
    "cost": Cost,
    "finish-reason": FinishReasonIs,
    "llm-rubric": LlmRubric,
    "factuality": Factuality,
    "is-xml": IsXml,
    "contains-xml": ContainsXml,
    "is-html": IsHtml,
    "contains-html": ContainsHtml,
    "is-sql": IsSql,
    "contains-sql": ContainsSql,
    "rouge-n": RougeN,
    "bleu": Bleu,
    "gleu": Gleu,
    "meteor": Meteor,
    "is-valid-function-call": IsValidFunctionCall,
    "is-valid-openai-function-call": IsValidOpenaiFunctionCall,
    "perplexity": Perplexity,
    "perplexity-score": PerplexityScore,
    "guardrails": Guardrails,
    "stable": Stable,
    "similar": Similar,
    "similar:cosine": SimilarCosine,
    "similar:dot": SimilarDot,
    "similar:euclidean": SimilarEuclidean,
    "python": Python,
    "assert-set": AssertSet,
}
