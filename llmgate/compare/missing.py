"""Trials that gave no answer on either arm → whether chance explains that one arm lost more than the other."""

import numpy as np

from llmgate.stats import fisher

SIGNIFICANT = 0.01


def lopsided(base: int, base_trials: int, head: int, head_trials: int) -> bool:
    """Tell whether the shares of missing trials differ between the arms, by Fisher's exact test at 1 %, two-sided.

    Missing trials that depend on the arm can depend on the outcome too, and then what is left is no fair sample.
    """
    kept = np.array([[base_trials - base, base_trials, head_trials - head, head_trials]], dtype=np.int64)
    either = min(float(fisher.worse(kept)[0]), float(fisher.worse(kept[:, [2, 3, 0, 1]])[0]))
    return 2 * either < SIGNIFICANT
