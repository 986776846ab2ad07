"""16-bit codes for statistics: small on disk and on the wire, exact where it matters.

Three codes, all little-endian uint16 once serialized. Each keeps zero, the
other end of its range, NaN and order exactly, and every other value to a
stated relative error:

`log16`
    Values >= 0 over the whole float32 range, subnormals included. 0 is 0 and
    nothing else is; relative error at most 0.15 %, and 0.28 % below 2**-135.
`signed_log16`
    The same with a sign bit; relative error at most 0.30 %, and 0.53 % below
    2**-135.
`fraction16`
    A share in [0, 1] given as two counts. 0 and 1 are exact: a share that is
    merely close to an end never gets the end's code. Relative error at most
    0.07 % of the share and of its complement alike, so that "active in 1 of
    10^9 samples" survives. The complement of code c is code 65534 - c; a
    share next to 1 decoded to float32 has lost part of it.

Below 2**-135 it is the step from one float32 subnormal to the next that
costs; the codes' formulas in float64 keep 0.15 % and 0.30 % there too.
`serving/http_api.md` states the same formulas for readers in other languages.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.uint16]
Floats = npt.NDArray[np.float32]

NAN_CODE = 65535

LOG16_INF = 65534
LOG16_LARGEST = 65533
MIN_EXPONENT = -149.0  # log2 of the smallest float32 subnormal
_OCTAVES = 277.0  # from 2**-149 up to 2**128
LOG16_PER_OCTAVE = (LOG16_LARGEST - 1) / _OCTAVES

_SIGN_BIT = 0x8000
_SIGNED_INF = 0x7FFE
_SIGNED_LARGEST = 0x7FFD
_SIGNED_NAN = 0x7FFF
_SIGNED_PER_OCTAVE = (_SIGNED_LARGEST - 1) / _OCTAVES

FRACTION16_ONE = 65534
_FRACTION_HALF = 32767
_FRACTION_OCTAVES = 63.0  # down to 2**-64, below any ratio of int64 counts
_FRACTION_PER_OCTAVE = (_FRACTION_HALF - 1) / _FRACTION_OCTAVES

_LOOKED_UP_AT_ONCE = 1 << 14

_FLOAT32_MAX = float(np.finfo(np.float32).max)


@dataclasses.dataclass(frozen=True)
class Coded:
    """Values that are decoded where they are looked at, so that never all of them need be in memory.

    Attributes:
      codes: uint16 of any shape.
      decode: One of the functions below.
    """

    codes: Codes
    decode: Callable[[npt.ArrayLike], Floats]

    def __getitem__(self, chosen: Any) -> Floats:
        """The values at an index of NumPy's."""
        return self.decode(self.codes[chosen])


def encode_log16(values: npt.ArrayLike) -> Codes:
    """Encodes nonnegative numbers.

    Args:
      values: Numbers >= 0 of any shape; NaN and +Inf are allowed. Finite
        values outside the float32 range get the nearest code that is neither
        zero nor infinity.

    Returns:
      uint16 codes of the same shape, in the order of the values; NaN is last.

    Raises:
      ValueError: A value is negative.
    """
    x = np.asarray(values, np.float64)
    if np.any(x < 0):
        raise ValueError(f"log16 codes nonnegative values only, got {np.nanmin(x)}; use signed_log16.")
    return _magnitude_codes(x, LOG16_PER_OCTAVE, LOG16_LARGEST, LOG16_INF, NAN_CODE)


def decode_log16(codes: npt.ArrayLike) -> Floats:
    """Decodes `encode_log16`: uint16 of any shape to float32 of the same shape."""
    return _look_up(_LOG16_TABLE, codes)


def encode_signed_log16(values: npt.ArrayLike) -> Codes:
    """Encodes numbers of either sign, of any shape; see `encode_log16`."""
    x = np.asarray(values, np.float64)
    codes = _magnitude_codes(np.abs(x), _SIGNED_PER_OCTAVE, _SIGNED_LARGEST, _SIGNED_INF, _SIGNED_NAN)
    return np.where(x < 0, codes | _SIGN_BIT, codes).astype(np.uint16)


def decode_signed_log16(codes: npt.ArrayLike) -> Floats:
    """Decodes `encode_signed_log16`: uint16 to float32 of the same shape."""
    return _look_up(_SIGNED_TABLE, codes)


def encode_fraction16(part: npt.ArrayLike, whole: npt.ArrayLike) -> Codes:
    """Encodes the share `part / whole` of integer counts.

    Args:
      part: int64 counts, 0 <= part <= whole.
      whole: int64 counts, broadcast against `part`. Where it is 0 there is no
        share, and the code is NaN's.

    Returns:
      uint16 codes of the broadcast shape, in the order of the shares.
    """
    part, whole = np.broadcast_arrays(np.asarray(part, np.int64), np.asarray(whole, np.int64))
    rest = whole - part
    with np.errstate(divide="ignore", invalid="ignore"):
        smaller = np.minimum(part, rest) / whole
    low = _codes_from_1(smaller, -_FRACTION_OCTAVES - 1, _FRACTION_PER_OCTAVE, _FRACTION_HALF)
    codes = np.where(part <= rest, low, np.uint16(FRACTION16_ONE) - low)
    np.copyto(codes, np.uint16(FRACTION16_ONE), where=rest == 0)
    np.copyto(codes, np.uint16(0), where=part == 0)
    np.copyto(codes, np.uint16(NAN_CODE), where=whole == 0)
    return codes


def decode_fraction16(codes: npt.ArrayLike) -> Floats:
    """Decodes `encode_fraction16` to float32 shares; only code 65534 gives 1.0."""
    return _look_up(_FRACTION_TABLE, codes)


def _look_up(table: Floats, codes: npt.ArrayLike) -> Floats:
    places = np.asarray(codes, np.uint16)
    values = np.empty(places.shape, np.float32)
    flat, flat_values = places.reshape(-1), values.reshape(-1)
    # NumPy makes int64 of them all: in parts, these stay in the processor's cache.
    for start in range(0, flat.size, _LOOKED_UP_AT_ONCE):
        part = slice(start, start + _LOOKED_UP_AT_ONCE)
        # No uint16 is outside a table of 65536; "wrap" spares the check that costs as much as the look-up.
        table.take(flat[part], out=flat_values[part], mode="wrap")
    return values


def _magnitude_codes(x: npt.NDArray[np.float64], per_octave: float, largest: int, inf: int, nan: int) -> Codes:
    codes = _codes_from_1(x, MIN_EXPONENT, per_octave, largest)
    np.copyto(codes, np.uint16(0), where=x == 0)
    np.copyto(codes, np.uint16(inf), where=np.isinf(x))
    np.copyto(codes, np.uint16(nan), where=np.isnan(x))
    return codes


def _codes_from_1(x: npt.NDArray[np.float64], exponent: float, per_octave: float, largest: int) -> Codes:
    """Codes from 1, for 2**`exponent`, to `largest`; zero and NaN get code 1, for the caller to overwrite."""
    offset = np.empty(np.shape(x))
    with np.errstate(divide="ignore", invalid="ignore"):
        np.log2(x, out=offset)
    offset -= exponent
    offset *= per_octave
    np.rint(offset, out=offset)
    # fmax and fmin take the number where the other one is NaN.
    np.fmax(offset, 0, out=offset)
    np.fmin(offset, largest - 1, out=offset)
    return np.asarray(offset.astype(np.uint16) + np.uint16(1))


def _magnitude_table(size: int, per_octave: float, largest: int, inf: int, nan: int) -> Floats:
    table = np.exp2((np.arange(size) - 1) / per_octave + MIN_EXPONENT)
    table = np.minimum(table, _FLOAT32_MAX)
    table[0] = 0
    table[largest + 1 :] = np.nan
    table[inf] = np.inf
    table[nan] = np.nan
    return table.astype(np.float32)


def _fraction_table() -> Floats:
    table = np.empty(NAN_CODE + 1)
    low = np.arange(1, _FRACTION_HALF + 1)
    share = np.exp2((low - 1) / _FRACTION_PER_OCTAVE - _FRACTION_OCTAVES - 1)
    table[low] = share
    table[FRACTION16_ONE - low] = 1 - share
    table[0] = 0
    table[NAN_CODE] = np.nan
    shares = table.astype(np.float32)
    below_one = np.nextafter(np.float32(1), np.float32(0))
    shares[:FRACTION16_ONE] = np.minimum(shares[:FRACTION16_ONE], below_one)
    shares[FRACTION16_ONE] = 1
    return shares


_LOG16_TABLE = _magnitude_table(65536, LOG16_PER_OCTAVE, LOG16_LARGEST, LOG16_INF, NAN_CODE)
_SIGNED_HALF = _magnitude_table(_SIGN_BIT, _SIGNED_PER_OCTAVE, _SIGNED_LARGEST, _SIGNED_INF, _SIGNED_NAN)
_SIGNED_TABLE = np.concatenate([_SIGNED_HALF, -_SIGNED_HALF])
_FRACTION_TABLE = _fraction_table()
