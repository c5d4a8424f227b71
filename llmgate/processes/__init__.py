"""Applications under test → their answers: a tree for each arm, setups, and processes that nothing outlives."""
