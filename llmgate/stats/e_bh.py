"""Turn the evidence of several fixtures into a list whose share of false names is bounded."""

from collections.abc import Sequence


def rejected(evidence: Sequence[float], *, rate: float) -> tuple[bool, ...]:
    """Tell for each of K fixtures whether e-BH names it at false discovery rate `rate`.

    The k largest are named, k the largest number with E₍k₎ >= K / (k·rate). Valid under any dependence.
    Source: Wang & Ramdas 2022 (JRSS B 84:822). Edge case: none gives an empty tuple.
    """
    count = len(evidence)
    ranked = sorted(evidence, reverse=True)
    limits = [value for place, value in enumerate(ranked, start=1) if value * place * rate >= count]
    if not limits:
        return (False,) * count
    return tuple(value >= limits[-1] for value in evidence)
