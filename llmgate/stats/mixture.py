"""Turn the log wealth of several bets into one evidence value."""

import math
from collections.abc import Sequence

EVIDENCE_CAP = 1e300
_LOG_CAP = math.log(EVIDENCE_CAP)


def mixture(shares: Sequence[float], log_wealth: Sequence[float]) -> float:
    """Return sum(share * exp(log wealth)), capped at 1e300.

    A mixture of e-processes with shares fixed in advance (summing to 1) is an e-process.

    Edge cases: a bankrupt bet has log wealth -inf and adds 0; all bankrupt gives 0, never NaN.
    """
    top = max(log_wealth)
    if top == -math.inf:
        return 0.0
    total = math.fsum(share * math.exp(wealth - top) for share, wealth in zip(shares, log_wealth, strict=True))
    return math.exp(min(top + math.log(total), _LOG_CAP))
