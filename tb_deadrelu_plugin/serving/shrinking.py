"""Blocks of neighbouring units and records, shrunk to what a picture can show."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

LARGEST_SIDE = 16384

_ROOM = 64

Part = tuple[int, int]
"""First and last, the latter excluded."""


class RangeError(ValueError):
    """A part was asked for that does not exist, or more than can be answered."""


def part_of(name: str, size: int, of: str, asked: Part | None) -> Part:
    """Returns the part asked for as far as there is one.

    Args:
      name: What the part is called, for errors.
      size: How many there are.
      of: What there are so many of, for errors.
      asked: The part; all if None. What is beyond `size` is cut off: while a
        run goes on, who asks can't know how many there are.

    Raises:
      RangeError: It is empty, or begins at `size` or after it.
    """
    if asked is None:
        return 0, size
    first, end = asked
    if not 0 <= first < end:
        raise RangeError(f"{name} must be A-B with 0 <= A < B (B is excluded), got '{first}-{end}'.")
    if first >= size:
        raise RangeError(f"{name} must begin below the number of {of}, {size}, got '{first}-{end}'.")
    return first, min(end, size)


def check_side(name: str, most: int) -> None:
    """Checks the largest number of rows or columns.

    Raises:
      RangeError: It is not from 1 to `LARGEST_SIDE`.
    """
    if not 1 <= most <= LARGEST_SIDE:
        raise RangeError(f"{name} must be an integer from 1 to {LARGEST_SIDE}, got {most}.")


def block_starts(count: int, most: int) -> npt.NDArray[np.uint32]:
    """Splits `count` neighbours evenly into at most `most` blocks.

    Returns:
      uint32 [blocks + 1]; block b covers `starts[b]` to `starts[b + 1]`, the
      latter excluded. No block is empty.
    """
    blocks = min(count, most)
    return (np.arange(blocks + 1, dtype=np.int64) * count // max(blocks, 1)).astype(np.uint32)


def shrink(
    values: npt.NDArray,
    order: npt.NDArray[np.uint32],
    row_starts: npt.NDArray[np.uint32],
    column_starts: npt.NDArray[np.uint32],
    reductions: Sequence[np.ufunc],
) -> list[npt.NDArray]:
    """Shrinks blocks of units and records.

    Args:
      values: [records, units].
      order: uint32 [positions], the unit at each position.
      row_starts: From `block_starts` over positions.
      column_starts: From `block_starts` over records.
      reductions: `np.maximum`, `np.minimum`, or for values that may be NaN
        `np.fmax`, `np.fmin`, which give NaN only for a block without values.

    Returns:
      For each reduction a row-major array [rows, columns] of the dtype of
      `values`.
    """
    # Read down the columns, rows whose length is a power of two would all be kept in the same few lines of the
    # processor's cache: with room behind each, turning them takes a fifth of the time.
    ordered = np.empty((len(values), len(order) + _ROOM), values.dtype)[:, : len(order)]
    places = order.astype(np.intp)
    for unordered, row in zip(values, ordered):
        # No unit is outside; "clip" spares a copy of the row.
        unordered.take(places, out=row, mode="clip")
    results = []
    for reduction in reductions:
        result = ordered
        if len(row_starts) <= ordered.shape[1]:
            result = reduction.reduceat(result, row_starts[:-1].astype(np.intp), axis=1)
        if len(column_starts) <= len(ordered):
            result = reduction.reduceat(result, column_starts[:-1].astype(np.intp), axis=0)
        results.append(np.ascontiguousarray(result.T))
    return results
