"""Numbers in sentences."""

from __future__ import annotations


def number(value: float) -> str:
    """A number in three digits."""
    return "0" if value == 0 else f"{value:,.0f}" if 1000 <= abs(value) < 1e7 else f"{value:.3g}"
