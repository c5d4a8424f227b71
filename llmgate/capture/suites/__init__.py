"""Another tool's suite → cases with checks of ours, one module per tool; what is not imported is listed by line."""
