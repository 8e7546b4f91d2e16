"""Robustness: how far a rank can be trusted when choices and weights are varied."""
