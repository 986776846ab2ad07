"""A record's bytes taken apart: its header, and its columns as planes of bytes.

Layout, all little-endian:

    byte 0      format version (1)
    byte 1      compression of the rest: 0 none, 1 zlib
    rest        header: int64 x 10: units, step, window_start_step, samples,
                  batches, ordinal, total_samples, epoch_samples, number of
                  columns, screened_samples (0: as many as samples)
                columns' descriptors: int64 each,
                  column id | kind << 8 | width in bytes << 16
                columns, one after the other, each as `width` planes of
                  [units] bytes, the least significant byte first

Counts are exact integers of as many bytes as the largest needs (none when all
are zero); statistics are the 16-bit codes of `codes.py`. `last_active_step` is
counted back from `step`, `last_revival_step` is one more than the step, so
that 0 is never. A record stands alone: it needs no other record to be
understood.
"""

from __future__ import annotations

import dataclasses
import functools
import struct
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin.wire import compression
from tb_deadrelu_plugin.wire.compression import DamagedRecordError

VERSION = 1

UNKNOWN = -1
"""In any header field but `samples` and `batches`: the writer does not know."""

UINT, LOG16, SIGNED_LOG16 = 0, 1, 2

# Name of the field -> (column id, kind). Ids are never used again for another
# meaning; a reader passes over ids it does not know.
COLUMNS = {
    "active": (1, UINT),
    "gradient_norm": (2, LOG16),
    "mean_activation": (3, LOG16),
    "last_active_step": (4, UINT),
    "bias": (5, SIGNED_LOG16),
    "non_finite_activations": (6, UINT),
    "non_finite_gradients": (7, UINT),
    "saturated": (8, UINT),
    "revivals": (9, UINT),
    "last_revival_step": (10, UINT),
    "silent_samples": (11, UINT),
}
HEADER = (
    "units",
    "step",
    "window_start_step",
    "samples",
    "batches",
    "ordinal",
    "total_samples",
    "epoch_samples",
)
HEADER_LENGTH = 10

MAX_UNITS = 2**22
"""More units than any layer has: columns of zeros take no bytes, so that bytes
alone do not bound what a damaged header claims."""

MAX_COLUMNS = 64

_NAMES = {column_id: name for name, (column_id, _) in COLUMNS.items()}


@dataclasses.dataclass(frozen=True)
class Place:
    """Where a column is: `width` planes of [units] bytes from `start` on."""

    start: int
    width: int


@dataclasses.dataclass(frozen=True)
class Parts:
    """A record's bytes, inflated and taken apart; columns are joined by `join` where they are wanted.

    Attributes:
      units: Number of units.
      header: The int64 of the header, in the order of the layout.
      places: {name: Place}; the same object for all records of one layout.
      columns: The bytes of all columns.
    """

    units: int
    header: tuple[int, ...]
    places: dict[str, Place]
    columns: memoryview

    @property
    def window_start_step(self) -> int:
        """The header's field, or `UNKNOWN`."""
        return self.header[HEADER.index("window_start_step")]

    def planes(self, name: str) -> memoryview:
        """The bytes of the column `name`, which must be there."""
        place = self.places[name]
        return self.columns[place.start : place.start + place.width * self.units]


def unpack(data: bytes) -> Parts:
    """Takes a record apart; never inflates more than the header says there is.

    Raises:
      DamagedRecordError: It is not a whole record of a version known here.
    """
    compression.check_version(VERSION, data)
    try:
        body = compression.inflate(memoryview(data)[1:], (HEADER_LENGTH + MAX_COLUMNS) * 8, _size)
    except (zlib.error, struct.error) as error:
        raise DamagedRecordError(f"a record must be whole, got {len(data)} bytes: {error}.") from error
    header, descriptors, start = _head(body)
    units, size = header[0], _size(body)
    if len(body) != size:
        got = len(body) if len(body) < size else "more"
        raise DamagedRecordError(f"a record of {units} units must have {size} bytes, got {got}.")
    return Parts(units, header, _places(units, descriptors), memoryview(body)[start:])


def join(planes: bytes | memoryview, records: int, width: int, units: int) -> npt.NDArray[np.integer]:
    """Joins the planes of bytes of one column of so many records.

    Returns:
      [records, units] of `dtype_of(width)`.
    """
    dtype = dtype_of(width)
    if width == 0:
        return np.zeros((records, units), dtype)
    by_place = np.frombuffer(planes, np.uint8).reshape(records, width, units)
    values: npt.NDArray[Any] = by_place[:, -1].astype(dtype)
    for place in range(width - 2, -1, -1):
        values <<= 8
        values |= by_place[:, place]
    return values


def dtype_of(width: int) -> type[np.integer]:
    """The smallest of uint16, uint32 and int64 that holds so many bytes."""
    return np.uint16 if width <= 2 else np.uint32 if width <= 4 else np.int64


def _head(body: bytes | memoryview) -> tuple[tuple[int, ...], tuple[int, ...], int]:
    """Returns the header, the descriptors, and where the columns begin."""
    header = struct.unpack_from(f"<{HEADER_LENGTH}q", body)
    units, column_count = header[0], header[8]
    if not 1 <= units <= MAX_UNITS or not 0 <= column_count <= MAX_COLUMNS:
        raise DamagedRecordError(
            f"a record must have 1 to {MAX_UNITS} units and at most {MAX_COLUMNS} columns, "
            f"got {units} units and {column_count} columns."
        )
    descriptors = struct.unpack_from(f"<{column_count}q", body, HEADER_LENGTH * 8)
    return header, descriptors, (HEADER_LENGTH + column_count) * 8


def _size(body: bytes | memoryview) -> int:
    """How many bytes a body must have, from the first of them."""
    header, descriptors, start = _head(body)
    return start + header[0] * sum(descriptor >> 16 & 0xFF for descriptor in descriptors)


@functools.lru_cache(maxsize=256)
def _places(units: int, descriptors: Sequence[int]) -> dict[str, Place]:
    """Returns where the known columns are.

    Raises:
      DamagedRecordError: A column is not of its kind, or there are no active samples.
    """
    places, start = {}, 0
    for descriptor in descriptors:
        kind, width = descriptor >> 8 & 0xFF, descriptor >> 16 & 0xFF
        name = _NAMES.get(descriptor & 0xFF)
        if name is not None:
            if kind != COLUMNS[name][1] or (width > 8 if kind == UINT else width != 2):
                raise DamagedRecordError(f"the column {name} must be of its kind, got kind {kind}, {width} bytes wide.")
            places[name] = Place(start, width)
        start += units * width
    if "active" not in places:
        raise DamagedRecordError("a record must have the column of active samples, got none.")
    return places
