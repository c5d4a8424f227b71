"""Turn the pass counts of both arms into what to sample next, and in the end into what was shown.

A pure state machine: `screen` fixes suspects, shares and bets; `observe` adds one round of fresh pairs, as asked for by
`Comparison.wanted`; `summary` reads the result at any time. Same input, same output, whatever the order of mappings.
A ledger is the entries of the screen and the rounds observed: replaying them gives the same state.
"""

from llmgate.compare.categories import Categories, Failures
from llmgate.compare.drift import FRESH, Drift, Kept, drift
from llmgate.compare.estimates import Source, SuiteSummary, Whole, fewest_to_pass
from llmgate.compare.missing import lopsided
from llmgate.compare.outcome import FixtureSummary, Summary, Tier, summary
from llmgate.compare.rounds import Comparison, Purpose, Suspect, observe
from llmgate.compare.rules import CRITICAL_SAMPLES, Rules, most_suite_rounds, most_suspects, screen_size
from llmgate.compare.samples import Count, Pair, Screened, Tally
from llmgate.compare.screening import screen
from llmgate.stats.interval import Interval

__all__ = [
    "CRITICAL_SAMPLES",
    "FRESH",
    "Categories",
    "Comparison",
    "Count",
    "Drift",
    "Failures",
    "FixtureSummary",
    "Interval",
    "Kept",
    "Pair",
    "Purpose",
    "Rules",
    "Screened",
    "Source",
    "SuiteSummary",
    "Summary",
    "Suspect",
    "Tally",
    "Tier",
    "Whole",
    "drift",
    "fewest_to_pass",
    "lopsided",
    "most_suite_rounds",
    "most_suspects",
    "observe",
    "screen",
    "screen_size",
    "summary",
]
