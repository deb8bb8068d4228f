"""Thresholds in people: 80 % of 3 people is 3 people."""

import math


def needed(share: float, of: int) -> int:
    """Give the fewest people out of `of` who make up a share (a fraction)."""
    # 0.07 * 100 is 7.000000000000001, and a rounding error is nobody.
    return math.ceil(round(share * of, 9))


def at_least(value: float, bar: float) -> bool:
    """Tell whether a value reaches a bar, a rounding error apart."""
    return value >= bar - 1e-9
