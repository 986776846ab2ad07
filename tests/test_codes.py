from __future__ import annotations

import importlib.util
import json
import pathlib
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tb_deadrelu_plugin.wire import codes

GOLDEN = pathlib.Path(__file__).parent / "golden"

SMALLEST = float(np.finfo(np.float32).smallest_subnormal)
LARGEST = float(np.finfo(np.float32).max)
COARSE_BELOW = 2.0**-135
"""Below, neighbouring float32 are further apart than the codes' error."""

positive_float32 = st.floats(min_value=SMALLEST, max_value=LARGEST, width=32)


def float32_range() -> np.ndarray:
    """float64 of positive float32: many over the normals, all the small subnormals, every power of two."""
    normal = np.arange(0x00800000, 0x7F800000, 9973, dtype=np.uint32)
    subnormal = np.concatenate([np.arange(1, 1 << 16), np.arange(1 << 16, 1 << 23, 61)]).astype(np.uint32)
    edges = np.array([0x007FFFFF, 0x00800000, 0x3F800000, 0x7F7FFFFF], np.uint32)
    powers = np.exp2(np.arange(-149, 128, dtype=np.float64))
    return np.concatenate([np.concatenate([normal, subnormal, edges]).view(np.float32).astype(np.float64), powers])


def relative_error(decoded: np.ndarray, exact: np.ndarray) -> np.ndarray:
    return np.abs(decoded.astype(np.float64) - exact) / exact


def test_log16_error_over_the_float32_range():
    x = float32_range()
    error = relative_error(codes.decode_log16(codes.encode_log16(x)), x)
    assert error[x >= COARSE_BELOW].max() <= 0.0015
    assert error[x < COARSE_BELOW].max() <= 0.0028


def test_signed_log16_error_over_the_float32_range():
    x = float32_range()
    for sign in (1, -1):
        decoded = codes.decode_signed_log16(codes.encode_signed_log16(sign * x))
        error = relative_error(sign * decoded, x)
        assert error[x >= COARSE_BELOW].max() <= 0.0030
        assert error[x < COARSE_BELOW].max() <= 0.0053


@given(positive_float32)
def test_log16_error_of_any_value(x):
    assert relative_error(codes.decode_log16(codes.encode_log16(x)), np.float64(x)) <= (
        0.0015 if x >= COARSE_BELOW else 0.0028
    )


@given(positive_float32)
def test_signed_log16_is_odd(x):
    plus, minus = codes.decode_signed_log16(codes.encode_signed_log16([x, -x]))
    assert plus == -minus > 0


@pytest.mark.parametrize(
    ("value", "code"), [(0.0, 0), (SMALLEST, 1), (LARGEST, 65533), (np.inf, 65534), (np.nan, 65535)]
)
def test_log16_ends(value, code):
    assert codes.encode_log16(value) == code
    np.testing.assert_equal(codes.decode_log16(code), np.float32(value))


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (0.0, 0),
        (SMALLEST, 1),
        (-SMALLEST, 0x8001),
        (LARGEST, 32765),
        (-LARGEST, 0x8000 | 32765),
        (np.inf, 32766),
        (-np.inf, 0x8000 | 32766),
        (np.nan, 32767),
    ],
)
def test_signed_log16_ends(value, code):
    assert codes.encode_signed_log16(value) == code
    np.testing.assert_equal(codes.decode_signed_log16(code), np.float32(value))


@pytest.mark.parametrize("value", [1e-300, 5e-324, 1e-46])
def test_finite_value_below_float32_is_not_zero(value):
    assert codes.decode_log16(codes.encode_log16(value)) == SMALLEST
    assert codes.decode_signed_log16(codes.encode_signed_log16(-value)) == -SMALLEST


@pytest.mark.parametrize("value", [1e300, 3.5e38])
def test_finite_value_above_float32_is_not_infinite(value):
    assert codes.decode_log16(codes.encode_log16(value)) == LARGEST
    assert codes.decode_signed_log16(codes.encode_signed_log16(-value)) == -LARGEST


def test_negative_zero_is_zero():
    assert codes.encode_log16(-0.0) == codes.encode_signed_log16(-0.0) == 0


def test_log16_refuses_negative_values():
    with pytest.raises(ValueError, match=re.escape("log16 codes nonnegative values only, got -2.0; use signed_log16.")):
        codes.encode_log16([1.0, -2.0, np.nan])


@given(st.lists(st.floats(min_value=0, width=32) | st.just(np.nan), min_size=2))
def test_log16_keeps_order(values):
    ordered = np.sort(np.array(values, np.float64))  # NaN last, as in the codes
    encoded = codes.encode_log16(ordered)
    assert np.all(np.diff(encoded.astype(int)) >= 0)
    np.testing.assert_array_equal(np.sort(codes.decode_log16(encoded)), codes.decode_log16(encoded))


def test_decoded_values_are_in_the_order_of_codes():
    assert np.all(np.diff(codes.decode_log16(np.arange(65535))) >= 0)
    assert np.all(np.diff(codes.decode_signed_log16(np.arange(32767))) >= 0)
    assert np.all(np.diff(codes.decode_signed_log16(0x8000 | np.arange(32767))) <= 0)
    assert np.all(np.diff(codes.decode_fraction16(np.arange(65535))) >= 0)


def test_every_code_survives_a_round_trip():
    """A value that was decoded and is encoded again decodes to the same value."""
    every = np.arange(65536)
    for encode, decode in (
        (codes.encode_log16, codes.decode_log16),
        (codes.encode_signed_log16, codes.decode_signed_log16),
    ):
        values = decode(every)
        np.testing.assert_array_equal(decode(encode(values)), values)


def test_shape_and_dtype_are_kept():
    for encode, decode in (
        (codes.encode_log16, codes.decode_log16),
        (codes.encode_signed_log16, codes.decode_signed_log16),
    ):
        encoded = encode(np.ones((2, 3, 4), np.float16))
        assert encoded.shape == (2, 3, 4) and encoded.dtype == np.uint16
        assert decode(encoded).shape == (2, 3, 4) and decode(encoded).dtype == np.float32
        assert encode(np.zeros((0,))).shape == (0,)
    encoded = codes.encode_fraction16(np.ones((2, 3), np.int64), np.array([[4], [5]]))
    assert encoded.shape == (2, 3) and encoded.dtype == np.uint16


counts = st.integers(min_value=1, max_value=2**62)


@given(counts, st.data())
def test_fraction16_error_of_any_counts(whole, data):
    part = data.draw(st.integers(min_value=0, max_value=whole))
    code = int(codes.encode_fraction16(part, whole))
    share = codes.decode_fraction16(code)
    assert (share == 0) == (part == 0) == (code == 0)
    assert (share == 1) == (part == whole) == (code == 65534)
    # Python's division of integers is correctly rounded.
    if part:
        assert abs(share - part / whole) <= 0.0007 * (part / whole)
    if part < whole:
        complement = codes.decode_fraction16(65534 - code)
        assert abs(complement - (whole - part) / whole) <= 0.0007 * ((whole - part) / whole)


@given(counts, st.data())
def test_fraction16_of_the_rest_is_the_mirrored_code(whole, data):
    part = data.draw(st.integers(min_value=0, max_value=whole))
    code, rest = (int(c) for c in codes.encode_fraction16([part, whole - part], whole))
    assert code + rest == 65534


@pytest.mark.parametrize("whole", [10**9, 2**31 + 1, 2**53 + 1, 2**62])
def test_fraction16_ends_are_exact(whole):
    parts = [0, 1, whole - 1, whole]
    code = codes.encode_fraction16(parts, whole).astype(int)
    share = codes.decode_fraction16(code)
    assert code[0] == 0 and share[0] == 0
    assert 0 < code[1] <= 32767 and share[1] == pytest.approx(1 / whole, rel=0.0007)
    assert 32767 < code[2] < 65534 and share[2] < 1
    assert code[3] == 65534 and share[3] == 1


@given(st.integers(min_value=1, max_value=10**6), st.data())
def test_fraction16_keeps_order(whole, data):
    parts = np.sort(data.draw(st.lists(st.integers(min_value=0, max_value=whole), min_size=2)))
    assert np.all(np.diff(codes.encode_fraction16(parts, whole).astype(int)) >= 0)


def test_fraction16_keeps_order_around_one_half():
    whole = 10**6
    parts = np.arange(whole // 2 - 1000, whole // 2 + 1000)
    assert np.all(np.diff(codes.encode_fraction16(parts, whole).astype(int)) >= 0)


def test_fraction16_of_nothing_is_nan():
    np.testing.assert_array_equal(codes.encode_fraction16([0, 0], [0, 1]), [codes.NAN_CODE, 0])
    assert np.isnan(codes.decode_fraction16(codes.NAN_CODE))


def test_only_the_last_codes_are_nan():
    assert np.flatnonzero(np.isnan(codes.decode_log16(np.arange(65536)))).tolist() == [65535]
    assert np.flatnonzero(np.isnan(codes.decode_fraction16(np.arange(65536)))).tolist() == [65535]
    assert np.flatnonzero(np.isnan(codes.decode_signed_log16(np.arange(65536)))).tolist() == [32767, 65535]


@pytest.mark.parametrize("code", [1, 2, 3, 17, 9999, 32766, 32767, 40000, 65532, 65533])
def test_formulas_of_the_http_api(code):
    assert codes.decode_log16(code) == np.float32(min(2 ** ((code - 1) * 277 / 65532 - 149), LARGEST))
    if code <= 32767:
        share = 2 ** ((code - 1) * 63 / 32766 - 64)
    else:
        share = min(1 - 2 ** ((65533 - code) * 63 / 32766 - 64), float(np.nextafter(np.float32(1), np.float32(0))))
    assert codes.decode_fraction16(code) == np.float32(share)
    if code <= 32765:
        magnitude = np.float32(min(2 ** ((code - 1) * 277 / 32764 - 149), LARGEST))
        assert codes.decode_signed_log16(code) == magnitude
        assert codes.decode_signed_log16(code | 0x8000) == -magnitude


def test_golden_codes_are_what_the_code_gives():
    spec = importlib.util.spec_from_file_location("golden_make", GOLDEN / "make.py")
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    committed = json.loads((GOLDEN / "codes.json").read_text())
    assert committed == json.loads(json.dumps(make.code_samples()))
