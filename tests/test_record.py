from __future__ import annotations

import dataclasses
import re
import struct
import zlib
from unittest import mock

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tb_deadrelu_plugin import record
from tb_deadrelu_plugin.wire import codes, compression, record_parts

COUNT_FIELDS = (
    "active", "last_active_step", "non_finite_activations", "non_finite_gradients", "saturated", "revivals",
    "last_revival_step",
    "silent_samples",
)  # fmt: skip
FLOAT_FIELDS = ("gradient_norm", "mean_activation", "bias")


def make_record(units: int = 3, **changes) -> record.Record:
    fields = {
        "step": 100,
        "window_start_step": 90,
        "samples": 640,
        "batches": 10,
        "active": np.arange(units),
        "ordinal": 4,
        "total_samples": 6400,
        "epoch_samples": 1437,
    }
    return record.Record(**{**fields, **changes})


def body_of(data: bytes) -> bytes:
    """What follows the two first bytes, inflated."""
    return zlib.decompress(data[2:]) if data[1] == compression.ZLIB else data[2:]


def uncompressed(body: bytes) -> bytes:
    return bytes([record.VERSION, compression.UNCOMPRESSED]) + body


def encode_raw(header: list[int], descriptors: list[int], columns: bytes = b"") -> bytes:
    return uncompressed(struct.pack(f"<{len(header) + len(descriptors)}q", *header, *descriptors) + columns)


def assert_same(decoded: record.Record, expected: record.Record) -> None:
    """Counts are the same; floats are those of their code."""
    for name in (*record.HEADER[1:], "screened_samples"):
        assert getattr(decoded, name) == getattr(expected, name), name
    for name in COUNT_FIELDS:
        values = getattr(decoded, name)
        if getattr(expected, name) is None:
            assert values is None, name
        else:
            assert values.dtype == np.int64, name
            np.testing.assert_array_equal(values, getattr(expected, name), name)
    for name in FLOAT_FIELDS:
        values, exact = getattr(decoded, name), getattr(expected, name)
        if exact is None:
            assert values is None, name
            continue
        assert values.dtype == np.float32, name
        exact = np.asarray(exact, np.float64)
        finite = np.isfinite(exact)
        np.testing.assert_array_equal(values[~finite], exact[~finite], name)
        np.testing.assert_array_equal(values == 0, exact == 0, name)
        np.testing.assert_array_less(
            np.abs(values[finite] - exact[finite]), 0.0053 * np.abs(exact[finite]) + 1e-99, name
        )


@st.composite
def records(draw) -> record.Record:
    units = draw(st.integers(1, 40))
    step = draw(st.integers(0, 2**62))
    header = {
        name: draw(st.integers(-1, 2**62))
        for name in ("window_start_step", "samples", "batches", "ordinal", "total_samples", "epoch_samples")
    }

    def vector(dtype, elements):
        return hnp.arrays(dtype, units, elements=elements)

    largest = draw(st.sampled_from([0, 1, 255, 256, 92_000, 2**32 + 1, 2**53 + 1, 2**63 - 1]))
    counts = vector(np.int64, st.integers(0, largest))
    magnitude = vector(np.float32, st.floats(0, width=32))
    active = draw(counts)
    return record.Record(
        step=step,
        **header,
        active=active,
        gradient_norm=draw(st.none() | magnitude),
        mean_activation=draw(st.none() | magnitude),
        last_active_step=draw(st.none() | vector(np.int64, st.integers(-1, step) | st.just(-1))),
        bias=draw(st.none() | vector(np.float32, st.floats(width=32))),
        non_finite_activations=draw(st.none() | counts),
        non_finite_gradients=draw(st.none() | counts),
        saturated=draw(st.none() | counts.map(lambda some: np.minimum(some, active))),
        screened_samples=draw(st.integers(0, 2**62)),
        revivals=draw(st.none() | counts),
        last_revival_step=draw(st.none() | vector(np.int64, st.integers(-1, step) | st.just(-1))),
        silent_samples=draw(st.none() | vector(np.int64, st.integers(0, 2**62))),
    )


@given(records(), st.booleans())
def test_round_trip(original, compress):
    assert_same(record.decode(record.encode(original, compress)), original)


@pytest.mark.parametrize("count", [0, 1, 255, 256, 2**24 + 1, 2**31, 2**32 + 1, 2**53 + 1, 2**62, 2**63 - 1])
def test_counts_are_exact(count):
    original = make_record(active=np.array([0, count, count // 3]), samples=count, total_samples=count)
    decoded = record.decode(record.encode(original))
    assert decoded.active.tolist() == [0, count, count // 3]
    assert decoded.samples == decoded.total_samples == count


def test_never_active_is_kept():
    original = make_record(last_active_step=np.array([-1, 100, 0]))
    assert record.decode(record.encode(original)).last_active_step.tolist() == [-1, 100, 0]


def test_float_ends_are_exact():
    ends = np.array([0, np.nan, np.inf, np.finfo(np.float32).max, np.finfo(np.float32).smallest_subnormal], np.float32)
    original = make_record(5, gradient_norm=ends, mean_activation=ends, bias=-ends)
    decoded = record.decode(record.encode(original))
    np.testing.assert_array_equal(decoded.gradient_norm, ends)
    np.testing.assert_array_equal(decoded.mean_activation, ends)
    np.testing.assert_array_equal(decoded.bias, -ends)


def test_floats_are_their_codes():
    rng = np.random.default_rng(0)
    norms, bias = rng.lognormal(-6, 3, 1000), rng.normal(0, 1, 1000)
    decoded = record.decode(record.encode(make_record(1000, gradient_norm=norms, bias=bias)))
    np.testing.assert_array_equal(decoded.gradient_norm, codes.decode_log16(codes.encode_log16(norms)))
    np.testing.assert_array_equal(decoded.bias, codes.decode_signed_log16(codes.encode_signed_log16(bias)))


def test_decoded_vectors_are_the_readers_own():
    """They can be changed, and do not keep the encoded bytes alive."""
    decoded = record.decode(record.encode(make_record(gradient_norm=np.ones(3), last_active_step=np.zeros(3, int))))
    for name in ("active", "gradient_norm", "last_active_step"):
        assert getattr(decoded, name).flags.writeable, name


@pytest.mark.parametrize("container", [bytes, bytearray, memoryview])
def test_any_bytes_like_data_is_decoded(container):
    original = make_record()
    assert_same(record.decode(container(record.encode(original))), original)


def test_compression_is_used_only_where_it_saves_bytes():
    assert record.encode(make_record(1000, active=np.zeros(1000, int)))[1] == compression.ZLIB
    assert record.encode(make_record(1000), compress=False)[1] == compression.UNCOMPRESSED
    noise = np.random.default_rng(0).integers(0, 2**56, 1000)
    assert record.encode(make_record(1000, active=noise))[1] == compression.UNCOMPRESSED


def test_planes_are_compressed_apart():
    """Any zlib stream of the body is read; noise beside what is nearly constant takes less space and is as it was."""
    rng = np.random.default_rng(0)
    one = make_record(4096, gradient_norm=rng.lognormal(-6, 1, 4096), bias=rng.normal(0, 0.1, 4096))
    one = record.decode(record.encode(one))
    data, body = record.encode(one), record.encode(one, compress=False)[2:]
    in_one_block = bytes([record.VERSION, compression.ZLIB]) + zlib.compress(body, 1)
    assert len(data) < 0.95 * len(in_one_block)
    assert_same(record.decode(data), one)
    assert_same(record.decode(in_one_block), one)


@pytest.mark.parametrize("dead", [0.0, 0.1, 0.5])
@pytest.mark.parametrize("units", [1024, 64])
def test_size_of_a_realistic_record(units, dead):
    rng = np.random.default_rng(units)
    samples, step = 92_000, 14_380
    is_dead = rng.random(units) < dead
    realistic = record.Record(
        step=step,
        window_start_step=step - 1438,
        samples=samples,
        batches=1438,
        active=np.where(is_dead, 0, rng.binomial(samples, rng.beta(0.8, 1.5, units))),
        gradient_norm=np.where(is_dead, 0, rng.lognormal(-7, 2, units)),
        mean_activation=np.where(is_dead, 0, rng.lognormal(-1, 1, units)),
        last_active_step=np.where(is_dead, rng.integers(-1, step, units), step - (rng.random(units) < 0.02)),
        ordinal=9,
        total_samples=920_000,
        epoch_samples=92_000,
    )
    # The header is 136 bytes, small beside a layer of ordinary width.
    allowance = 0 if units >= 1024 else 90
    assert len(record.encode(realistic)) <= 8 * units + allowance


def test_newer_version_is_refused():
    data = record.encode(make_record())
    with pytest.raises(
        record.DamagedRecordError, match=re.escape("a record must begin with its format version 1, got 2.")
    ):
        record.decode(bytes([2]) + data[1:])


@pytest.mark.parametrize(("data", "got"), [(b"", "none"), (b"\x01", "1"), (b"\x00\x00", "0")])
def test_too_short_data_is_refused(data, got):
    with pytest.raises(record.DamagedRecordError, match=f"format version 1, got {got}\\."):
        record.decode(data)


def full_record() -> record.Record:
    rng = np.random.default_rng(1)
    return make_record(
        20,
        gradient_norm=rng.lognormal(size=20),
        last_active_step=rng.integers(-1, 100, 20),
        bias=rng.normal(size=20),
        non_finite_activations=np.zeros(20, int),
    )


@pytest.mark.parametrize("compress", [False, True])
def test_every_truncation_is_refused(compress):
    data = record.encode(full_record(), compress)
    assert (data[1] == compression.ZLIB) == compress
    for length in range(len(data)):
        with pytest.raises(record.DamagedRecordError):
            record.decode(data[:length])


@pytest.mark.parametrize("compress", [False, True])
def test_surplus_bytes_are_refused(compress):
    with pytest.raises(record.DamagedRecordError):
        record.decode(record.encode(full_record(), compress) + b"\x00")


def test_every_changed_byte_of_a_compressed_record_is_refused():
    data = record.encode(full_record())
    for position in range(2, len(data)):
        with pytest.raises(record.DamagedRecordError):
            record.decode(data[:position] + bytes([data[position] ^ 0x41]) + data[position + 1 :])


def decode_or_refuse(data: bytes) -> None:
    """Nothing but a record or `DamagedRecordError` may come out."""
    try:
        decoded = record.decode(data)
    except record.DamagedRecordError:
        return
    for name in COUNT_FIELDS + FLOAT_FIELDS:
        values = getattr(decoded, name)
        assert values is None or values.shape == (decoded.units,), name


@given(st.binary(max_size=400))
@example(b"\x01\x00" + bytes(80))
def test_any_bytes(data):
    decode_or_refuse(data)


@given(st.binary(max_size=300), st.sampled_from([0, 1, 2, 255]), st.booleans())
def test_any_body(body, compression, deflate):
    decode_or_refuse(bytes([record.VERSION, compression]) + (zlib.compress(body) if deflate else body))


any_int64 = st.integers(-(2**63), 2**63 - 1) | st.integers(-2, 300)
any_descriptor = st.builds(
    lambda column, kind, width, rest: column | kind << 8 | width << 16 | rest << 24,
    st.integers(0, 11),
    st.integers(0, 4),
    st.integers(0, 10),
    st.sampled_from([0, 0, 1]),
)


@given(
    st.integers(1, 9) | any_int64,
    st.lists(any_int64, min_size=7, max_size=7),
    st.none() | any_int64,
    st.lists(any_descriptor, max_size=4),
    st.none() | st.binary(max_size=200),
    st.booleans(),
)
def test_any_header_and_columns(units, header, column_count, descriptors, columns, deflate):
    if columns is None and 1 <= units <= 300:
        columns = bytes(units * sum(d >> 16 & 0xFF for d in descriptors))
    count = len(descriptors) if column_count is None else column_count
    data = encode_raw([units, *header, count, 0], descriptors, columns or b"")
    decode_or_refuse(bytes([record.VERSION, compression.ZLIB]) + zlib.compress(data[2:]) if deflate else data)


@given(st.data())
def test_any_changed_bytes(data):
    encoded = bytearray(record.encode(full_record(), compress=False))
    for _ in range(data.draw(st.integers(1, 4))):
        encoded[data.draw(st.integers(0, len(encoded) - 1))] = data.draw(st.integers(0, 255))
    decode_or_refuse(bytes(encoded))


def test_claimed_units_take_no_memory():
    """Columns of zeros are 0 bytes wide, so that any number of units would fit the bytes."""
    active_of_zeros = 1 | record.UINT << 8
    for units in (2**22 + 1, 2**40, 2**62):
        with pytest.raises(record.DamagedRecordError, match=f"1 to 4194304 units and .*, got {units} units"):
            record.decode(encode_raw([units, 0, 0, 1, 1, 0, 0, 0, 1, 0], [active_of_zeros]))


def test_compressed_zeros_are_not_inflated_beyond_the_header():
    """A few kilobytes that inflate to megabytes stop at the size that the header claims."""
    header = body_of(record.encode(make_record(), compress=False))
    bomb = zlib.compressobj(9)
    data = bomb.compress(header) + b"".join(bomb.compress(bytes(2**20)) for _ in range(32)) + bomb.flush()
    with pytest.raises(record.DamagedRecordError, match=f"a record of 3 units must have {len(header)} bytes, got more"):
        record.decode(bytes([record.VERSION, compression.ZLIB]) + data)


@pytest.mark.parametrize(
    ("descriptor", "width", "message"),
    [
        (1 | record.LOG16 << 8, 2, "the column active must be of its kind, got kind 1, 2 bytes wide."),
        (1 | record.UINT << 8, 9, "the column active must be of its kind, got kind 0, 9 bytes wide."),
        (2 | record.LOG16 << 8, 3, "the column gradient_norm must be of its kind, got kind 1, 3 bytes wide."),
        (5 | record.SIGNED_LOG16 << 8, 4, "the column bias must be of its kind, got kind 2, 4 bytes wide."),
        (99 | record.UINT << 8, 1, "a record must have the column of active samples, got none."),
    ],
)
def test_wrong_columns_are_refused(descriptor, width, message):
    data = encode_raw([2, 0, 0, 1, 1, 0, 0, 0, 1, 0], [descriptor | width << 16], bytes(2 * width))
    with pytest.raises(record.DamagedRecordError, match=re.escape(message)):
        record.decode(data)


def test_unknown_compression_is_refused():
    with pytest.raises(record.DamagedRecordError, match=re.escape("a record's compression must be 0 or 1, got 7.")):
        record.decode(b"\x01\x07" + bytes(100))


def test_unknown_columns_are_passed_over():
    """A later writer may add columns without a new version."""
    body = body_of(record.encode(make_record(active=np.array([1, 2, 3])), compress=False))
    header = list(struct.unpack_from("<10q", body))
    descriptors = list(struct.unpack_from(f"<{header[8]}q", body, 80))
    columns = body[80 + 8 * len(descriptors) :]
    header[8] += 1
    data = encode_raw(header, [200 | 9 << 8 | 5 << 16, *descriptors], bytes(15) + columns)
    assert_same(record.decode(data), make_record(active=np.array([1, 2, 3])))


@given(records())
def test_readers_of_before_pass_over_repairs(original):
    """They read all else as if the columns were not there."""
    older = {number: name for number, name in record_parts._NAMES.items() if number < 9}
    forgetful = record_parts._places.__wrapped__  # What it has found for these columns before is not asked for.
    with mock.patch.multiple(record_parts, _NAMES=older, _places=forgetful):
        decoded = record.decode(record.encode(original))
    assert_same(decoded, dataclasses.replace(original, revivals=None, last_revival_step=None, silent_samples=None))


def test_repairs_take_no_bytes_where_there_are_none():
    without = record.encode(make_record(), compress=False)
    never = make_record(revivals=np.zeros(3, int), last_revival_step=np.full(3, -1))
    assert len(record.encode(never, compress=False)) == len(without) + 2 * 8
    decoded = record.decode(record.encode(make_record()))
    assert decoded.revivals is None and decoded.last_revival_step is None


def test_steps_of_repairs_are_exact():
    original = make_record(revivals=np.array([0, 2, 1]), last_revival_step=np.array([-1, 100, 0]))
    decoded = record.decode(record.encode(original))
    assert decoded.last_revival_step.tolist() == [-1, 100, 0] and decoded.revivals.tolist() == [0, 2, 1]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"gradient_norm": np.ones(4)}, "gradient_norm must have 3 units as active has, got 4."),
        ({"active": np.array([0, -1, 2])}, "counts must be at least 0, got -1."),
        (
            {"last_active_step": np.array([0, 101, 2])},
            "last_active_step must be at most the record's step, 100, got 101.",
        ),
        ({"active": np.zeros(0, int)}, "a record must have 1 to 4194304 units, got 0."),
        (
            {"mean_activation": np.array([1.0, -1.0, 0.0])},
            "log16 codes nonnegative values only, got -1.0; use signed_log16.",
        ),
    ],
)
def test_encoding_refuses(changes, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        record.encode(make_record(**changes))


def test_column_ids_are_fixed():
    """Bytes that are on somebody's disk must keep their meaning."""
    assert {name: column[0] for name, column in record.COLUMNS.items()} == {
        "active": 1,
        "gradient_norm": 2,
        "mean_activation": 3,
        "last_active_step": 4,
        "bias": 5,
        "non_finite_activations": 6,
        "non_finite_gradients": 7,
        "saturated": 8,
        "revivals": 9,
        "last_revival_step": 10,
        "silent_samples": 11,
    }
    names = {field.name for field in dataclasses.fields(record.Record)}
    assert names == {*record.COLUMNS, *record.HEADER[1:], "screened_samples"}


def test_bytes_of_version_1_are_read():
    """Written once by version 1; it must stay readable, whatever else changes."""
    data = bytes.fromhex(
        "0100"  # version, no compression
        "0200000000000000" "0a00000000000000" "0500000000000000" "2c01000000000000" "0500000000000000"
        "0100000000000000" "5802000000000000" "ffffffffffffffff" "0300000000000000" "0000000000000000"
        "0100020000000000" "0201020000000000" "0400010000000000"
        "0001" "0001"  # active 0, 257
        "00ff" "00ff"  # gradient norm 0, NaN
        "0b00"  # last active 11 steps back: never; now
    )  # fmt: skip
    decoded = record.decode(data)
    assert (decoded.step, decoded.window_start_step, decoded.samples, decoded.batches) == (10, 5, 300, 5)
    assert (decoded.ordinal, decoded.total_samples, decoded.epoch_samples) == (1, 600, record.UNKNOWN)
    assert decoded.active.tolist() == [0, 257]
    np.testing.assert_array_equal(decoded.gradient_norm, [0, np.nan])
    assert decoded.last_active_step.tolist() == [-1, 10]
    assert decoded.mean_activation is decoded.bias is decoded.non_finite_activations is None


def test_screened_samples_are_at_least_the_counted_ones():
    assert make_record(samples=640).screened_samples == 640
    assert make_record(samples=640, screened_samples=100).screened_samples == 640
    assert record.decode(record.encode(make_record(samples=640, screened_samples=6400))).screened_samples == 6400


@pytest.mark.parametrize("written", [0, 639, -1, -(2**63)])
def test_records_that_do_not_say_how_many_were_screened(written):
    """Summary ops of other writers may leave it 0: then every sample counts."""
    body = bytearray(body_of(record.encode(make_record(samples=640))))
    struct.pack_into("<q", body, 8 * (record.HEADER_LENGTH - 1), written)
    assert record.decode(uncompressed(bytes(body))).screened_samples == 640


def test_activity_outside_the_counted_samples():
    def seen(**changes) -> list[bool]:
        return make_record(active=np.array([5, 0, 0, 0]), **changes).seen_active.tolist()

    last = np.array([95, 95, 90, -1])  # the window is 91 to 100
    assert seen(last_active_step=last, screened_samples=6400) == [True, True, False, False]
    assert seen(last_active_step=last) == [True, False, False, False]  # every sample was counted
    assert seen(screened_samples=6400) == [True, False, False, False]
    unknown = {"window_start_step": record.UNKNOWN, "last_active_step": last, "screened_samples": 6400}
    assert seen(**unknown) == [True, False, False, False]


def test_more_saturated_than_active_samples_are_refused():
    message = "saturated samples are active ones, so there must be no more of them; unit 1 has 2 saturated of 1 active."
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        record.encode(make_record(saturated=np.array([0, 2, 2])))
    with pytest.raises(ValueError, match="counts must be at least 0, got -1"):
        record.encode(make_record(saturated=np.array([0, -1, 2])))
