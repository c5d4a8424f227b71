"""Turn the p-values of several tests into adjusted ones that stay honest together."""

from __future__ import annotations

from collections.abc import Sequence


def adjusted(p_values: Sequence[float]) -> tuple[float, ...]:
    """Return Holm's step-down adjustment, in the order given: reject where it is at most alpha.

    In ascending order the i-th of m becomes max over j <= i of min(1, (m - j + 1) p_j). That bounds the family-wise
    error by alpha whatever depends on what, and is the closed test whose parts are Bonferroni's (Holm 1979, Scand. J.
    Statist. 6, 65-70; R's p.adjust). Edge case: none in, none out.
    """
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    found = [0.0] * len(p_values)
    highest = 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[place]))
        found[place] = highest
    return tuple(found)
