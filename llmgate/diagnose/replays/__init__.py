"""Trials with one thing changed: how they are drawn, and what they show."""
