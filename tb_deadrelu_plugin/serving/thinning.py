"""Fewer of many records: records stand alone, so any of them may be left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def thin(items: Sequence[T], most: int) -> list[T]:
    """Returns at most `most` of the items in their order, spread evenly, the first and the last among them.

    Raises:
      ValueError: `most` is less than 2.
    """
    if most < 2:
        raise ValueError(f"most must be at least 2, got {most}.")
    if len(items) <= most:
        return list(items)
    last = len(items) - 1
    return [items[round(i * last / (most - 1))] for i in range(most)]
