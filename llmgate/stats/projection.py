"""Turn an alternative (base rate, head rate) into the null point that it is fairest to bet against."""

from dataclasses import dataclass

from llmgate.stats.roots import root


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    base: float
    head: float


def onto_null(alternative: Rates, margin: float) -> Rates:
    """Return the point of "head >= base - margin" closest to the alternative in Kullback-Leibler divergence.

    It lies on the boundary (p, p - margin), where (q_B - p) / (p(1-p)) = (p - margin - q_H) / ((p-margin)(1-p+margin)).
    The likelihood ratio against it of one base and one head trial has mean (1 + a u)(1 - a v), with
    u = p_B - p, v = p_H - p + margin and a > 0, hence at most 1 whenever p_H >= p_B - margin: an e-variable.
    Source: reverse information projection, Turner, Ly & Grünwald 2021 (arXiv 2106.02693, 2302.11401).
    Needs 0 < q_H < q_B - margin and q_B < 1 (ValueError otherwise). Without a margin p = (q_B + q_H) / 2.
    """
    if not 0 < alternative.head < alternative.base - margin < 1 - margin:
        raise ValueError(f"the alternative {alternative} is not a drop of more than {margin}")
    if margin == 0:
        middle = (alternative.base + alternative.head) / 2
        return Rates(base=middle, head=middle)

    def slope(base: float) -> float:
        head = base - margin
        return (alternative.base - base) / (base * (1 - base)) - (head - alternative.head) / (head * (1 - head))

    base = root(slope, alternative.head + margin, alternative.base, tolerance=1e-14)
    return Rates(base=base, head=base - margin)
