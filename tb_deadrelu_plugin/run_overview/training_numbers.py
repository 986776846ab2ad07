"""What an overview says of the training as a whole: learning rate, loss, range of the model's input.

The bytes are what follows the names in an overview (`overview_rows.py`):
pairs of an int64, which number it is, and a float64, its value, little-endian.
Readers pass over numbers that they do not know, and over less than a pair.
"""

from __future__ import annotations

import dataclasses
import math
import struct
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

_PAIR = np.dtype([("id", "<i8"), ("value", "<f8")])


@dataclasses.dataclass(frozen=True)
class Training:
    """Numbers of the whole run over a record's window; NaN where not known.

    Attributes:
      learning_rate: The optimizer's at the window's end, a schedule evaluated.
      loss: Mean over the window's batches, as the training loop reports it.
      input_min, input_max: Smallest and largest entry of the model's input in
        the window's observed batches.
      input_mean, input_deviation: Mean and standard deviation of all entries.
      input_constant: Share of the input's features that had one value only in
        the window's observed batches.
      input_rows: Rows of data, at least, that these are of: one row has one
        value per feature whatever the data.
      input_constant_most: Of several inputs, the largest `input_constant` of
        any one.
    """

    learning_rate: float = math.nan
    loss: float = math.nan
    input_min: float = math.nan
    input_max: float = math.nan
    input_mean: float = math.nan
    input_deviation: float = math.nan
    input_constant: float = math.nan
    input_rows: float = math.nan
    input_constant_most: float = math.nan


# Ids are never used again for another meaning.
IDS = {
    "learning_rate": 1,
    "loss": 2,
    "input_min": 3,
    "input_max": 4,
    "input_mean": 5,
    "input_deviation": 6,
    "input_constant": 7,
    "input_rows": 8,
    "input_constant_most": 9,
}


def encode(training: Training | None) -> bytes:
    """Encodes numbers; those that are not known take no bytes, so that one that knows nothing is as None."""
    if training is None:
        return b""
    values = {number: float(getattr(training, name)) for name, number in IDS.items()}
    return b"".join(struct.pack("<qd", number, value) for number, value in values.items() if not math.isnan(value))


def decode(data: bytes) -> Training | None:
    """Decodes what `encode` gave; None where nothing is known."""
    known = {name: float(values[0]) for name, values in stack([data]).items() if not np.isnan(values[0])}
    return Training(**known) if known else None


def stack(encoded: Sequence[bytes]) -> dict[str, npt.NDArray[np.float64]]:
    """Decodes the numbers of many records.

    Returns:
      {name: float64 [records]}, by the names of `Training`'s attributes; NaN
      where a record has none.
    """
    whole = [data[: len(data) // _PAIR.itemsize * _PAIR.itemsize] for data in encoded]
    pairs = np.frombuffer(b"".join(whole), _PAIR)
    record = np.repeat(np.arange(len(whole)), [len(data) // _PAIR.itemsize for data in whole])
    stacked = {}
    for name, number in IDS.items():
        stacked[name] = np.full(len(whole), np.nan)
        chosen = pairs["id"] == number
        stacked[name][record[chosen]] = pairs["value"][chosen]
    return stacked
