"""A suite and its stored outcomes → what its gate would see: the real decision, on suites whose truth is drawn."""
