"""Many records at once: taken apart, and their fields stacked into arrays."""

from __future__ import annotations

import concurrent.futures
import itertools
import os
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin.wire import codes, record_parts
from tb_deadrelu_plugin.wire.record_parts import HEADER, HEADER_LENGTH, UNKNOWN, Parts

CACHED_ENTRIES = 1 << 16
"""Large matrices are worked on in parts of so many entries, which stay in the processor's cache."""

_UNPACKED_AT_ONCE = 64
_LARGE = 1 << 14
_STEP = HEADER.index("step")


def unpack_all(encoded: list[bytes]) -> Iterable[Parts | None]:
    """Takes records apart, in order; None where one is damaged."""
    # zlib lets other threads run, and it takes nearly all of the time; but of small records less than threads that
    # wait for one another.
    if sum(map(len, encoded)) < _LARGE * max(len(encoded), _UNPACKED_AT_ONCE):
        return _unpack_some(encoded)
    some = [encoded[start : start + _UNPACKED_AT_ONCE] for start in range(0, len(encoded), _UNPACKED_AT_ONCE)]
    with concurrent.futures.ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        return itertools.chain.from_iterable(pool.map(_unpack_some, some))


def _unpack_some(encoded: list[bytes]) -> list[Parts | None]:
    unpacked: list[Parts | None] = []
    for data in encoded:
        try:
            unpacked.append(record_parts.unpack(data))
        except record_parts.DamagedRecordError:
            unpacked.append(None)
    return unpacked


def headers(rows: list[Parts]) -> dict[str, npt.NDArray[np.int64]]:
    """{name: int64 [records]}: the fields of the headers."""
    table = np.array([row.header for row in rows], np.int64).reshape(len(rows), HEADER_LENGTH)
    fields = {name: table[:, place] for place, name in enumerate(HEADER)}
    # Never below what is counted; writers of before do not say.
    return {**fields, "screened_samples": np.maximum(table[:, HEADER_LENGTH - 1], fields["samples"])}


def written(ordinals: npt.NDArray[np.int64]) -> int | None:
    """Records written up to the newest one, from the numbers of those that are there; None if they have none."""
    if len(ordinals) == 0 or ordinals.min() < 0:
        return None
    # A writer that goes on with an earlier run's directory counts from 0 anew.
    ends = np.append(ordinals[1:] <= ordinals[:-1], True)
    return int((ordinals[ends] + 1).sum())


def window_start_steps(recorded: npt.NDArray[np.int64], steps: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """int64 [records]: the recorded steps; where a writer keeps none, the step of the record before."""
    before = np.concatenate([steps[:1] - 1, steps[:-1]])
    return np.where(recorded == UNKNOWN, before, recorded)


def has(rows: list[Parts], name: str) -> npt.NDArray[np.bool_]:
    """bool [records]: whether a record has the column `name`."""
    return np.array([name in row.places for row in rows], bool)


def narrow_counts(rows: list[Parts], name: str, units: int) -> npt.NDArray[np.integer]:
    """[records, units] of the smallest dtype that `record_parts.join` has for it: the column `name`."""
    width = max((row.places[name].width for row in rows if name in row.places), default=0)
    return _counts(rows, name, units, record_parts.dtype_of(width))


def counts(rows: list[Parts], name: str, units: int) -> npt.NDArray[np.int64]:
    """int64 [records, units]: the column `name`, read-only where all are zero; 0 where a record has none."""
    return _counts(rows, name, units, np.int64)


def _counts(rows: list[Parts], name: str, units: int, dtype: type) -> npt.NDArray[Any]:
    if any(name in row.places and row.places[name].width for row in rows):
        matrix: npt.NDArray[Any] = np.empty((len(rows), units), dtype)
        _fill(matrix, rows, name, 0)
        if matrix.any():
            return matrix
    # Non-finite entries are rare, and zeros of this size are not free.
    return np.broadcast_to(dtype(0), (len(rows), units))


def last_active_steps(
    rows: list[Parts], units: int, steps: npt.NDArray[np.int64], active: npt.NDArray[np.integer]
) -> npt.NDArray[np.integer]:
    """int32 where they fit or int64, [records, units], -1 for never: what each record says by itself.

    Where a writer keeps no memory, it is the step of the record if there was activity.

    Args:
      rows: The records.
      units: Number of units.
      steps: int64 [records].
      active: Integers [records, units], counts of active samples.
    """
    own = [row.header[_STEP] for row in rows]
    width = max((row.places["last_active_step"].width for row in rows if "last_active_step" in row.places), default=0)
    small = width <= 3 and all(abs(step) < 2**30 for step in (*own, *steps.tolist()))
    matrix = np.empty((len(rows), units), np.int32 if small else np.int64)
    _fill(matrix, rows, "last_active_step", 0)
    for r, row in enumerate(rows):
        if "last_active_step" in row.places:
            # Counted back from the record's own step, which need not be the event's.
            np.subtract(own[r], matrix[r, : row.units], out=matrix[r, : row.units])
            matrix[r, row.units :] = -1
        else:
            matrix[r] = np.where(active[r] > 0, steps[r], -1)
    return matrix


def seen_active(
    rows: list[Parts],
    fields: dict[str, npt.NDArray[np.int64]],
    active: npt.NDArray[np.integer],
    last_active: npt.NDArray[np.integer],
) -> npt.NDArray[np.bool_]:
    """bool [records, units]: whether any screened sample was active; see `record.Record.seen_active`.

    Args:
      rows: The records.
      fields: What `headers` gave.
      active: Integers [records, units], counts of active samples.
      last_active: What `last_active_steps` gave.
    """
    seen = active > 0
    starts = fields["window_start_step"]
    in_part = (fields["screened_samples"] > fields["samples"]) & (starts != UNKNOWN) & has(rows, "last_active_step")
    for r in np.flatnonzero(in_part):
        units = rows[r].units
        seen[r, :units] |= last_active[r, :units] > starts[r]
    return seen


def accumulate(matrix: npt.NDArray[np.integer]) -> None:
    """Makes the rows of a matrix never decrease, in place: what was seen before still holds.

    A resumed run starts its memory anew.
    """
    for r in range(1, len(matrix)):  # np.maximum.accumulate is ten times slower along this axis
        np.maximum(matrix[r], matrix[r - 1], out=matrix[r])


def remembered(rows: list[Parts], name: str, units: int, none: int) -> npt.NDArray[np.int64] | None:
    """int64 [records, units]: the column `name`, which never decreases; None where no record has it.

    Args:
      rows: The records.
      name: Name of the column.
      units: Number of units.
      none: What a column of zeros stands for, and what is true of a record that has none.
    """
    if not has(rows, name).any():
        return None
    matrix = np.empty((len(rows), units), np.int64)
    _fill(matrix, rows, name, 0)
    matrix += none
    accumulate(matrix)
    return matrix


def stored_codes(rows: list[Parts], name: str, units: int) -> npt.NDArray[np.uint16] | None:
    """uint16 [records, units]: the codes of the column `name`, NaN's where there is no such unit; None as above."""
    if not has(rows, name).any():
        return None
    matrix = np.empty((len(rows), units), np.uint16)
    _fill(matrix, rows, name, codes.NAN_CODE)
    return matrix


def _fill(matrix: npt.NDArray[np.integer], rows: list[Parts], name: str, missing: int) -> None:
    """Fills [records, units] with the column `name`, and with `missing` where there is none."""
    for part, some in _alike(rows):
        place, units = some[0].places.get(name), some[0].units
        if place is None:
            matrix[part] = missing
            continue
        planes = b"".join([row.planes(name) for row in some])
        matrix[part, :units] = record_parts.join(planes, len(some), place.width, units)
        matrix[part, units:] = missing


def _alike(rows: list[Parts]) -> Iterator[tuple[slice, list[Parts]]]:
    """Yields neighbours of one layout, as many as stay in the processor's cache."""
    # Neighbours mostly have the same columns, and calls of NumPy cost as much as what they do to one record.
    start = 0
    for _, group in itertools.groupby(rows, lambda row: id(row.places)):
        alike = list(group)
        most = max(1, CACHED_ENTRIES // alike[0].units)
        for first in range(0, len(alike), most):
            some = alike[first : first + most]
            yield slice(start, start + len(some)), some
            start += len(some)
