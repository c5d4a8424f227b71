"""Trials of one revision on both arms → how often the gate is wrong about this suite, and what to do about it."""
