"""Which of the changes broke a fixture, and where in a prompt."""
