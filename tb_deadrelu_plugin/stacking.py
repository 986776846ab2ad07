"""Many records at once: decoded, and their fields stacked into arrays."""

from __future__ import annotations

import concurrent.futures
import itertools
import os
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin import record

_DECODED_AT_ONCE = 64


def decode_all(encoded: list[bytes]) -> Iterable[record.Record | None]:
    """Decodes records in order; None where one is damaged."""
    if len(encoded) <= _DECODED_AT_ONCE:
        return record.decode_all(encoded)
    # zlib and NumPy let other threads run, and they take nearly all of the time.
    parts = [encoded[start : start + _DECODED_AT_ONCE] for start in range(0, len(encoded), _DECODED_AT_ONCE)]
    with concurrent.futures.ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        return itertools.chain.from_iterable(pool.map(record.decode_all, parts))


def scalars(rows: list[record.Record], name: str) -> npt.NDArray[np.int64]:
    """int64 [records]: the attribute `name` of each record."""
    return np.array([getattr(row, name) for row in rows], np.int64)


def written(ordinals: npt.NDArray[np.int64]) -> int | None:
    """Records written up to the newest one, from the numbers of those that are there; None if they have none."""
    if len(ordinals) == 0 or ordinals.min() < 0:
        return None
    # A writer that goes on with an earlier run's directory counts from 0 anew.
    ends = np.append(ordinals[1:] <= ordinals[:-1], True)
    return int((ordinals[ends] + 1).sum())


def window_start_steps(rows: list[record.Record], steps: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """int64 [records]: the recorded steps; where a writer keeps none, the step of the record before."""
    before = np.concatenate([steps[:1] - 1, steps[:-1]])
    recorded = scalars(rows, "window_start_step")
    return np.where(recorded == record.UNKNOWN, before, recorded)


def counts(rows: list[record.Record], name: str, units: int) -> npt.NDArray[np.int64]:
    """int64 [records, units]: the vectors `name`, read-only where all are zero; 0 where a record has none."""
    columns = [getattr(row, name) for row in rows]
    if not any(column is not None and column.any() for column in columns):
        # Non-finite entries are rare, and zeros of this size are not free.
        return np.broadcast_to(np.int64(0), (len(rows), units))
    matrix = np.zeros((len(rows), units), np.int64)
    for r, column in enumerate(columns):
        if column is not None:
            matrix[r, : len(column)] = column
    return matrix


def seen_active(rows: list[record.Record], active: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """bool [records, units]: whether there was activity, given the counts of it; see `Record.seen_active`."""
    matrix = active > 0
    for r, row in enumerate(rows):
        if row.screened_samples > row.samples:
            matrix[r, : row.units] = row.seen_active
    return matrix


def remembered(rows: list[record.Record], name: str, units: int, none: int) -> npt.NDArray[np.int64] | None:
    """int64 [records, units]: the vectors `name`, which never decrease; None where no record has any.

    A resumed run starts its memory anew; what was seen before still holds.

    Args:
      rows: The records.
      name: Name of the vectors.
      units: Number of units.
      none: Least value, for what a record lacks.
    """
    if all(getattr(row, name) is None for row in rows):
        return None
    matrix = np.full((len(rows), units), none, np.int64)
    for r, row in enumerate(rows):
        values = getattr(row, name)
        if values is not None:
            matrix[r, : row.units] = values
        if r:  # np.maximum.accumulate is ten times slower along this axis
            np.maximum(matrix[r], matrix[r - 1], out=matrix[r])
    return matrix


def floats(rows: list[record.Record], name: str, units: int) -> npt.NDArray[np.float32] | None:
    """float32 [records, units]: the vectors `name`, NaN where a record has none; None where no record has any."""
    if all(getattr(row, name) is None for row in rows):
        return None
    matrix = np.empty((len(rows), units), np.float32)
    for r, row in enumerate(rows):
        values = getattr(row, name)
        if values is None:
            matrix[r] = np.nan
        else:
            matrix[r, : row.units] = values
            matrix[r, row.units :] = np.nan
    return matrix
