"""How great a quantity may be."""

FARTHEST = 1e100
"""Analyses square, divide and sum: a quantity whose greatest size is above this, or below 1/this, would leave the range
of numbers of 8 bytes on the way, and every result would be 0, infinite or nothing."""
