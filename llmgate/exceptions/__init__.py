"""`llmgate.exceptions.yaml` → fixtures that run and do not count for a while: quarantined, or accepted."""
