"""What two arms found for the same question → how alike it is: Jaccard@k, recall of the gold documents, rank shift."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """How retrieval differs between the arms; None is a number that is not defined, never a zero."""

    jaccard: float | None = None
    base_recall: float | None = None
    head_recall: float | None = None
    rank_shift: float | None = None


def between(base: Sequence[str], head: Sequence[str], gold: Iterable[str]) -> Delta:
    """Compare two rankings of ids, each with at most k of them; an id that comes twice counts where it comes first."""
    first, second, wanted = (list(dict.fromkeys(ids)) for ids in (base, head, gold))
    return Delta(
        jaccard=jaccard(first, second),
        base_recall=recall(first, wanted),
        head_recall=recall(second, wanted),
        rank_shift=rank_shift(first, second),
    )


def jaccard(base: Iterable[str], head: Iterable[str]) -> float:
    """Jaccard@k: the ids that both arms found, as a share of those that either found; 1 where neither found any."""
    first, second = set(base), set(head)
    return len(first & second) / len(first | second) if first | second else 1.0


def recall(found: Iterable[str], gold: Iterable[str]) -> float | None:
    """Gold recall@k: |F ∩ G| / |G|. Without gold ids it is not defined: None."""
    wanted = set(gold)
    return len(wanted & set(found)) / len(wanted) if wanted else None


def rank_shift(base: Sequence[str], head: Sequence[str]) -> float | None:
    """Mean of |rank on head − rank on base| over the ids that both found, as Spearman's footrule takes it.

    What only one arm found is Jaccard's, not this number's. Without a shared id it is not defined: None.
    """
    places = {name: rank for rank, name in enumerate(base)}
    shifts = [abs(rank - places[name]) for rank, name in enumerate(head) if name in places]
    return fmean(shifts) if shifts else None


def mean(deltas: Iterable[Delta]) -> Delta:
    """Average each number over the deltas that have it; every fixture weighs the same."""
    known = list(deltas)
    return Delta(
        jaccard=_mean(delta.jaccard for delta in known),
        base_recall=_mean(delta.base_recall for delta in known),
        head_recall=_mean(delta.head_recall for delta in known),
        rank_shift=_mean(delta.rank_shift for delta in known),
    )


def _mean(values: Iterable[float | None]) -> float | None:
    given = [value for value in values if value is not None]
    return fmean(given) if given else None
