"""Turn counts into evidence, bounds and sample sizes: one file per procedure, pure functions over numpy and scipy.

What `llmgate.compare` decides with: fisher, suite_shift, projection, fixture_evidence, suite_evidence, mixture,
gate_evidence, closed_mean, e_bh, bonett_price, detectable.
What `llmgate.proving` decides with: separation, over fisher and sample_size.
What is displayed, or kept as a published yardstick that the tests hold the deciding ones against: mcnemar, wilson,
newcombe, tango, stratified, discrete_minp.

Everywhere: `drop` = base minus head (positive is worse), `difference` = head minus base (negative is worse).
"""
