"""Turn a drop that must be seen into the number of questions to ask (display and conformance)."""

from llmgate.stats import distributions


def questions(
    *,
    drop: float,
    between: float,
    within_base: float = 0.0,
    within_head: float = 0.0,
    base_samples: int = 1,
    head_samples: int = 1,
    alpha: float = 0.05,
    power: float = 0.8,
) -> float:
    """Return n = (z_alpha/2 + z_beta)² (ω² + s_A²/K_A + s_B²/K_B) / drop², not rounded.

    ω² (`between`) is the variance of the true per-question difference, s² (`within_…`) that of one sample, K the
    samples per question and arm. Assumes independent questions drawn from a population.
    Source: Miller 2024, Adding Error Bars to Evals (arXiv 2411.00640).
    """
    reach = distributions.normal_upper(alpha / 2) + distributions.normal_upper(1 - power)
    return reach**2 * (between + within_base / base_samples + within_head / head_samples) / drop**2
