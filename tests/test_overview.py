from __future__ import annotations

import dataclasses
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tb_deadrelu_plugin import metadata, record
from tb_deadrelu_plugin.run_overview import overview, overview_rows, training_numbers
from tb_deadrelu_plugin.run_overview.overview import LayerOverview, Overview
from tb_deadrelu_plugin.run_overview.training_numbers import Training
from tb_deadrelu_plugin.verdict import UnitState
from tb_deadrelu_plugin.wire import codes, compression

RELU = metadata.LayerInfo(layer_type="Dense", layer_index=2)
LEAKY = metadata.LayerInfo(fraction=metadata.NEGATIVE_FRACTION)
QUANTILES = len(overview_rows.QUANTILES)


def make_layer(name: str = "dense", dead: int = 3, alive: int = 7, **changes) -> LayerOverview:
    counts = np.zeros(overview_rows.STATES, np.int64)
    counts[[UnitState.DEAD, UnitState.HEALTHY]] = dead, alive
    fields = {
        "name": name,
        "layer_type": "Dense",
        "layer_index": 0,
        "units": dead + alive,
        "can_die": True,
        "samples": 640,
        "screened_samples": 6400,
        "counts": counts,
        "fraction_codes": np.arange(QUANTILES, dtype=np.uint16),
    }
    return LayerOverview(**{**fields, **changes})


def assert_same(decoded: Overview, expected: Overview) -> None:
    assert (decoded.step, decoded.window_start_step, decoded.ordinal) == (
        expected.step,
        expected.window_start_step,
        expected.ordinal,
    )
    assert repr(decoded.training) == repr(expected.training)
    assert len(decoded.layers) == len(expected.layers)
    for layer, original in zip(decoded.layers, expected.layers):
        for field in dataclasses.fields(LayerOverview):
            got, want = getattr(layer, field.name), getattr(original, field.name)
            assert type(got) is type(want), field.name
            np.testing.assert_array_equal(got, want, field.name)


texts = st.text(st.characters(codec="utf-8"), max_size=20)
quantiles = hnp.arrays(np.uint16, QUANTILES, elements=st.integers(0, 65535))
whole = st.integers(-1, 2**62)
layers = st.builds(
    LayerOverview,
    name=texts,
    layer_type=texts,
    layer_index=st.none() | st.integers(0, 2**31 - 1),
    units=st.integers(1, record.MAX_UNITS),
    can_die=st.booleans(),
    samples=whole,
    screened_samples=whole,
    counts=hnp.arrays(np.int64, overview_rows.STATES, elements=st.integers(0, 2**32 - 1)),
    fraction_codes=quantiles,
    gradient_norm_codes=st.none() | quantiles,
    mean_activation_codes=st.none() | quantiles,
    dead_since=st.none() | st.integers(0, 2**62),
    born_dead=st.none() | st.integers(0, record.MAX_UNITS),
)
numbers = st.builds(Training, st.floats(allow_nan=False), **dict.fromkeys(list(training_numbers.IDS)[1:], st.floats()))
overviews = st.builds(Overview, whole, whole, whole, st.lists(layers, max_size=6).map(tuple), st.none() | numbers)


@given(overviews)
def test_round_trip(original):
    assert_same(overview.decode(overview.encode(original)), original)


def test_layer_from_its_record():
    states = np.array([UnitState.DEAD] * 2 + [UnitState.RARE] + [UnitState.HEALTHY] * 18, np.int8)
    active = np.array([0, 0, 1, *range(100, 1000, 50)])
    gradient = np.array([0.0, 0.0, *np.geomspace(1e-6, 1.0, 19)])
    one = record.Record(100, 90, 1000, 10, active, gradient_norm=gradient, screened_samples=4000)
    got = overview.layer_overview("conv", RELU, one, states)
    assert (got.name, got.layer_type, got.layer_index, got.units, got.can_die) == ("conv", "Dense", 2, 21, True)
    assert (got.samples, got.screened_samples, got.dead) == (1000, 4000, 2)
    assert got.counts.dtype == np.int64
    assert got.counts.tolist() == [18, 0, 0, 1, 0, 0, 0, 0, 2]
    np.testing.assert_allclose(got.fraction, [0.05, 0.1, 0.3, 0.55, 0.8, 1.0, 1.0], rtol=1e-3)
    assert got.fraction[-1] == 1
    assert got.mean_activation is None
    np.testing.assert_allclose(got.gradient_norm, gradient[[0, 1, 5, 10, 15, 19, 20]], rtol=2e-3)


@given(st.data())
def test_quantiles_are_values_of_units(data):
    """As NumPy's nearest rank gives them, coded; fractions from the counts, so that 0 and 1 are exact."""
    units, samples = data.draw(st.integers(1, 30)), data.draw(st.sampled_from([1, 10, 10**9]))
    active = data.draw(hnp.arrays(np.int64, units, elements=st.integers(0, samples)))
    bad = np.minimum(data.draw(hnp.arrays(np.int64, units, elements=st.integers(0, samples))), samples - active)
    bad = data.draw(st.none() | st.just(bad))
    mean = data.draw(hnp.arrays(np.float32, units, elements=st.floats(0, width=32)))
    last = data.draw(hnp.arrays(np.int64, units, elements=st.integers(-1, 1)))
    screened = samples * data.draw(st.integers(1, 2))
    one = record.Record(
        1, 0, samples, 1, active, None, mean, last, non_finite_activations=bad, screened_samples=screened
    )
    got = overview.layer_overview("l", RELU, one, np.zeros(units, np.int8))
    finite = samples - (np.zeros(units, np.int64) if bad is None else bad)
    known = codes.encode_fraction16(finite - active, finite)
    known[(known == codes.FRACTION16_ONE) & one.seen_active] = codes.FRACTION16_ONE - 1
    assert got.fraction_codes.tolist() == nearest_ranks(known[finite > 0])
    assert got.mean_activation_codes is not None
    assert got.mean_activation_codes.tolist() == nearest_ranks(codes.encode_log16(mean[~np.isnan(mean)]))


def nearest_ranks(values: np.ndarray) -> list[int]:
    if len(values) == 0:
        return [codes.NAN_CODE] * QUANTILES
    return np.sort(values)[np.rint(np.array(overview_rows.QUANTILES) * (len(values) - 1)).astype(int)].tolist()


def test_active_in_screened_samples_alone_is_no_fraction_of_1():
    one = record.Record(100, 90, 10, 1, np.zeros(2, int), last_active_step=np.array([95, 90]), screened_samples=100)
    got = overview.layer_overview("l", RELU, one, np.array([UnitState.RARE, UnitState.SILENT]))
    assert got.fraction[0] < 1 and got.fraction[-1] == 1


def test_layer_without_values():
    one = record.Record(1, 0, 5, 1, np.zeros(2, int), np.full(2, np.nan), non_finite_activations=np.full(2, 5))
    got = overview.layer_overview("l", LEAKY, one, np.full(2, UnitState.NON_FINITE))
    assert not got.can_die and got.layer_index is None
    assert np.isnan(got.fraction).all() and got.gradient_norm is not None and np.isnan(got.gradient_norm).all()
    assert got.counts[UnitState.NON_FINITE] == 2


def test_absent_units_are_in_no_count():
    one = record.Record(1, 0, 5, 1, np.ones(3, int))
    got = overview.layer_overview("l", RELU, one, np.array([UnitState.ABSENT, 0, UnitState.DEAD]))
    assert got.counts.sum() == 2


def test_states_must_be_one_per_unit():
    with pytest.raises(ValueError, match=r"states must be one per unit, \(3,\), got shape \(2,\)\."):
        overview.layer_overview("l", RELU, record.Record(1, 0, 5, 1, np.ones(3, int)), np.zeros(2, int))


def test_run_wide_counts_are_of_units_that_can_die():
    leaky = make_layer("leaky", dead=5, alive=5, can_die=False)
    whole_run = Overview(10, 0, 0, (make_layer(), make_layer("other", dead=0, alive=30), leaky))
    assert (whole_run.dead, whole_run.units, whole_run.dead_share) == (3, 40, 3 / 40)
    assert Overview(10, 0, 0, (leaky,)).dead_share == 0
    assert Overview(10, 0, 0, ()).dead_share == 0


def test_it_is_compact():
    rng = np.random.default_rng(0)
    made = []
    for index in range(100):
        active = rng.binomial(1437, 0.5, 1024)
        one = record.Record(10, 0, 1437, 10, active, rng.lognormal(-5, 1, 1024), rng.lognormal(-1, 1, 1024))
        made.append(overview.layer_overview(f"block{index}/conv", RELU, one, rng.integers(0, 9, 1024)))
    assert len(overview.encode(Overview(10, 0, 0, tuple(made)))) <= 100 * 100


def rows_of(data: bytes) -> tuple[list[int], bytes]:
    """The header and what follows it, inflated."""
    body = zlib.decompress(data[2:]) if data[1] == compression.ZLIB else data[2:]
    size = overview_rows.HEADER_LENGTH * 8
    return list(struct.unpack(f"<{overview_rows.HEADER_LENGTH}q", body[:size])), body[size:]


def raw(header: list[int], rest: bytes) -> bytes:
    return bytes([overview_rows.VERSION, compression.UNCOMPRESSED]) + struct.pack(f"<{len(header)}q", *header) + rest


later_numbers = st.lists(
    st.builds(struct.pack, st.just("<qd"), st.integers(len(training_numbers.IDS) + 1, 2**62), st.floats())
).map(b"".join)


def test_numbers_of_the_training():
    training = Training(learning_rate=0.1, loss=2.5, input_min=0.0, input_max=255.0, input_constant=0.25)
    one = Overview(10, 0, 0, (make_layer(),), training)
    assert overview.decode(overview.encode(one)).training == training
    assert overview.decode(overview.encode(dataclasses.replace(one, training=Training()))).training is None
    assert overview.decode(overview.encode(dataclasses.replace(one, training=None))).training is None


def test_ids_of_the_numbers_are_fixed():
    assert training_numbers.IDS == {
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
    assert list(training_numbers.IDS) == [field.name for field in dataclasses.fields(Training)]


def test_damaged_numbers_of_the_training_leave_the_rest():
    assert training_numbers.decode(struct.pack("<qdq", 1, 0.5, 2)) == Training(learning_rate=0.5)


@given(overviews, st.integers(0, 3), st.integers(0, 9), later_numbers | st.binary(max_size=15))
def test_what_a_later_version_adds_is_passed_over(original, states, bytes_per_layer, tail):
    """States beyond those known, bytes at the end of each layer, and numbers of the training."""
    header, rest = rows_of(overview.encode(original))
    count, width = header[3], header[5]
    more = struct.pack("<I", 7) * states
    counted = width - np.dtype(overview_rows.DEATHS).itemsize
    rows = [rest[i * width : (i + 1) * width] for i in range(count)]
    layers = b"".join(row[:counted] + more + row[counted:] + bytes(bytes_per_layer) for row in rows)
    header[4] += states
    header[5] += len(more) + bytes_per_layer
    header[7] += len(tail)
    assert_same(overview.decode(raw(header, layers + rest[count * width :] + tail)), original)


@given(overviews)
def test_overviews_of_before_do_not_say_since_when_units_are_dead(original):
    header, rest = rows_of(overview.encode(original))
    count, width = header[3], header[5]
    short = width - np.dtype(overview_rows.DEATHS).itemsize
    header[5] = short
    layers = b"".join(rest[i * width : i * width + short] for i in range(count))
    older = [dataclasses.replace(layer, dead_since=None, born_dead=None) for layer in original.layers]
    expected = dataclasses.replace(original, layers=tuple(older))
    assert_same(overview.decode(raw(header, layers + rest[count * width :])), expected)


def test_since_when_units_are_dead():
    states = np.array([UnitState.DEAD, UnitState.HEALTHY, UnitState.DEAD, UnitState.DEAD])
    one = record.Record(100, 90, 1000, 10, np.array([0, 1000, 0, 0]), last_active_step=np.array([70, 40, -1, 60]))
    got = overview.layer_overview("l", RELU, one, states)
    assert (got.dead_since, got.born_dead) == (60, 1)
    got = overview.layer_overview("l", RELU, one, np.zeros(4, int))
    assert (got.dead_since, got.born_dead) == (None, 0)
    got = overview.layer_overview("l", RELU, dataclasses.replace(one, last_active_step=None), states)
    assert (got.dead_since, got.born_dead) == (None, None)


def test_fewer_states_than_known_here():
    header, rest = rows_of(overview.encode(Overview(10, 0, 0, (make_layer(dead=0),))))
    header[4] = 1
    (layer,) = overview.decode(raw(header, rest)).layers
    assert layer.counts.tolist() == [7] + [0] * (overview_rows.STATES - 1)


def test_newer_version_is_refused():
    data = overview.encode(Overview(1, 0, 0, ()))
    with pytest.raises(compression.DamagedRecordError, match=r"must begin with its format version 1, got 2\."):
        overview.decode(bytes([2]) + data[1:])


@pytest.mark.parametrize("place", range(3, overview_rows.HEADER_LENGTH))
@pytest.mark.parametrize("value", [-1, 0, 2**31, 2**40, 2**62, -(2**63)])
def test_impossible_headers(place, value):
    header, rest = rows_of(overview.encode(Overview(1, 0, 0, (make_layer(),))))
    header[place] = value
    if place == 7 and value == 0:
        return
    with pytest.raises(compression.DamagedRecordError):
        overview.decode(raw(header, rest))


def test_compressed_zeros_are_not_inflated_beyond_the_header():
    header, _ = rows_of(overview.encode(Overview(1, 0, 0, ())))
    bomb = zlib.compress(struct.pack(f"<{overview_rows.HEADER_LENGTH}q", *header) + bytes(10**8), 9)
    with pytest.raises(compression.DamagedRecordError, match=r"of 0 layers must have 64 bytes, got more\."):
        overview.decode(bytes([overview_rows.VERSION, compression.ZLIB]) + bomb)


def test_names_that_are_no_text():
    header, rest = rows_of(overview.encode(Overview(1, 0, 0, (make_layer("aé"),))))
    with pytest.raises(compression.DamagedRecordError, match=r"must be UTF-8"):
        overview.decode(raw(header, rest.replace("é".encode(), b"\xff\xff")))


@given(overviews, st.data())
def test_damaged_bytes_are_refused_or_read(original, data):
    """Never another exception."""
    encoded = bytearray(overview.encode(original))
    for _ in range(data.draw(st.integers(0, 3))):
        encoded[data.draw(st.integers(0, len(encoded) - 1))] = data.draw(st.integers(0, 255))
    del encoded[data.draw(st.integers(0, len(encoded))) :]
    try:
        overview.decode(bytes(encoded))
    except compression.DamagedRecordError:
        pass


@given(overviews)
def test_cut_off_bytes_are_refused(original):
    encoded = overview.encode(original)
    for length in {0, 1, 2, len(encoded) // 2, len(encoded) - 1}:
        with pytest.raises(compression.DamagedRecordError):
            overview.decode(encoded[:length])


def test_too_many_layers():
    with pytest.raises(ValueError, match="at most 65536 layers, got 65537"):
        overview.encode(Overview(1, 0, 0, (make_layer(),) * 65537))


def test_metadata_says_what_it_is():
    content = metadata.create_overview_metadata().plugin_data.content
    assert metadata.is_overview(content)
    assert not metadata.is_overview(metadata.create_summary_metadata(RELU).plugin_data.content)
    assert not metadata.is_overview(b"") and not metadata.is_overview(b"\xff")
    assert len(content) <= 8
