"""Matrices: values, blocks, parts, bytes."""

from __future__ import annotations

import json
import pathlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tb_deadrelu_plugin import layer_statistics, record
from tb_deadrelu_plugin.layer_statistics import StatisticError
from tb_deadrelu_plugin.serving import difference, matrix, ordering
from tb_deadrelu_plugin.serving.shrinking import RangeError
from tb_deadrelu_plugin.timeline import Stored, Timeline
from tb_deadrelu_plugin.verdict import UnitState
from tb_deadrelu_plugin.wire import codes
from tests.event_writing import RELU, make_records
from tests.golden import make
from tests.timelines import simple, timeline_of, timelines

GOLDEN = pathlib.Path(make.__file__).parent


@settings(deadline=None)
@given(data=st.data())
def test_no_unit_vanishes_dead_or_alive(data: st.DataObject) -> None:
    records, units = data.draw(st.integers(1, 9)), data.draw(st.integers(1, 40))
    active = data.draw(hnp.arrays(np.int64, (records, units), elements=st.sampled_from([0, 1, 700, 1999, 2000])))
    timeline = simple(active.tolist())
    rows, columns = data.draw(st.integers(1, 41)), data.draw(st.integers(1, 10))
    order = data.draw(st.sampled_from(["index", "death", "fraction"]))
    body = matrix.encode(timeline, "zero_fraction", order=order, max_rows=rows, max_columns=columns)
    _, sections = make.parse_body(body)
    smallest = sections.get("minimum", sections["maximum"])
    heights, widths = np.diff(sections["row_starts"]), np.diff(sections["column_starts"])
    row_of = np.empty(units, int)
    row_of[sections["unit_order"]] = np.repeat(np.arange(len(heights)), heights)
    column_of = np.repeat(np.arange(len(widths)), widths)
    states = timeline.states()
    dead_blocks = set()
    for r in range(records):
        for u in range(units):
            block = row_of[u], column_of[r]
            assert (sections["maximum"][block] == 65534) >= (active[r, u] == 0)
            assert (smallest[block] < 65534) >= (active[r, u] > 0)
            assert (smallest[block] == 0) >= (active[r, u] == 2000)
            assert sections["states"][block] >= states[r, u]
            if states[r, u] == UnitState.DEAD:
                dead_blocks.add(block)
    # And none appears that is not there.
    assert {tuple(block) for block in np.argwhere(sections["states"] == UnitState.DEAD)} == dead_blocks


def test_unshrunk_values_are_those_recorded() -> None:
    timeline = timeline_of(make_records(7, 11))
    for name, decode, limit in (
        ("zero_fraction", codes.decode_fraction16, 1e-3),
        ("gradient_norm", codes.decode_log16, 2e-3),
        ("mean_activation", codes.decode_log16, 2e-3),
        ("bias", codes.decode_signed_log16, 4e-3),
    ):
        header, sections = make.parse_body(matrix.encode(timeline, name))
        assert "minimum" not in sections
        assert (header["rows"], header["columns"], header["units"], header["records"]) == (11, 7, 11, 7)
        np.testing.assert_allclose(decode(sections["maximum"]).T, getattr(timeline, name), rtol=limit, err_msg=name)
        assert np.array_equal(sections["states"].T, timeline.states())
        assert np.array_equal(sections["steps"], timeline.steps)
        assert np.array_equal(sections["window_start_steps"], timeline.window_start_steps)


def test_bias_shrinks_by_value_not_by_code() -> None:
    bias = np.array([-3.0, -0.5, 0.25, 2.0], np.float32)
    timeline = timeline_of([record.Record(1, 0, 10, 1, np.ones(4, int), bias=bias)])
    _, sections = make.parse_body(matrix.encode(timeline, "bias", max_rows=2))
    np.testing.assert_allclose(codes.decode_signed_log16(sections["maximum"])[:, 0], [-0.5, 2.0], rtol=4e-3)
    np.testing.assert_allclose(codes.decode_signed_log16(sections["minimum"])[:, 0], [-3.0, 0.25], rtol=4e-3)


def test_one_active_sample_of_a_billion_is_not_dead() -> None:
    timeline = simple([[1, 0]], samples=10**9)
    _, sections = make.parse_body(matrix.encode(timeline, "zero_fraction"))
    assert sections["maximum"][:, 0].tolist() == [codes.encode_fraction16(10**9 - 1, 10**9), 65534]
    assert sections["maximum"][0, 0] < 65534
    assert sections["states"][:, 0].tolist() == [UnitState.RARE, UnitState.DEAD]


def test_nan_hides_no_value_and_blocks_without_values_are_nan() -> None:
    bad = np.array([0, 100, 0, 100])
    active = np.array([30, 0, 100, 0])
    timeline = timeline_of([record.Record(1, 0, 100, 1, active, non_finite_activations=bad)])
    _, sections = make.parse_body(matrix.encode(timeline, "zero_fraction", max_rows=2))
    np.testing.assert_allclose(codes.decode_fraction16(sections["maximum"])[:, 0], [0.7, 0.0], rtol=1e-3)
    np.testing.assert_allclose(codes.decode_fraction16(sections["minimum"])[:, 0], [0.7, 0.0], rtol=1e-3)
    assert sections["states"][:, 0].tolist() == [UnitState.NON_FINITE] * 2
    _, sections = make.parse_body(matrix.encode(timeline, "zero_fraction"))
    assert (sections["maximum"][:, 0] == 65535).tolist() == [False, True, False, True]


def test_nan_hides_no_norm() -> None:
    timeline = simple([[1, 1, 1, 1]], gradient=[[np.nan, 2.0, np.nan, np.nan]])
    _, sections = make.parse_body(matrix.encode(timeline, "gradient_norm", max_rows=2))
    for name in ("maximum", "minimum"):
        np.testing.assert_allclose(codes.decode_log16(sections[name])[:, 0], [2.0, np.nan], rtol=2e-3, err_msg=name)


def test_narrower_records_have_no_such_units() -> None:
    records = make_records(2, 6)
    timeline = timeline_of([records[0], *make_records(2, 4)[1:]])
    _, sections = make.parse_body(matrix.encode(timeline, "gradient_norm"))
    assert sections["states"][4:, 1].tolist() == [UnitState.ABSENT] * 2
    assert (sections["maximum"][4:, 1] == 65535).all() and (sections["maximum"][:, 0] != 65535).all()


def test_units_active_outside_the_counted_samples() -> None:
    """Their fraction is just below 1, and the order by fraction has them after those without any activity."""
    #                    seen  1 in 10^9  never  half
    active = np.array([0, 1, 0, 5 * 10**8])
    last = np.array([3, 9, -1, 9])
    one = record.Record(10, 0, 10**9, 10, active, last_active_step=last, screened_samples=10**10)
    timeline = timeline_of([one])
    assert ordering.unit_order(timeline, "fraction").tolist() == [2, 0, 1, 3]
    _, sections = make.parse_body(matrix.encode(timeline, "zero_fraction", order="fraction"))
    assert sections["maximum"][:2, 0].tolist() == [65534, 65533]
    assert sections["states"][:, 0].tolist() == [UnitState.DEAD, UnitState.RARE, UnitState.RARE, UnitState.HEALTHY]


def test_order_of_another_run_has_units_it_lacks_last() -> None:
    other = simple([[5, 0, 1]])
    assert ordering.unit_order(other, "fraction", 5).tolist() == [1, 2, 0, 3, 4]
    assert ordering.unit_order(other, "fraction", 2).tolist() == [1, 0]
    timeline = simple([[5, 5, 5, 5, 5]])
    header, sections = make.parse_body(matrix.encode(timeline, "zero_fraction", order="fraction", order_by=other))
    assert sections["unit_order"].tolist() == [1, 2, 0, 3, 4]
    assert header["order"] == "fraction" and header["order_run"] == "run"


def test_unknown_order_and_statistic_are_named() -> None:
    timeline = simple([[1, 2]])
    with pytest.raises(ValueError, match="order must be one of 'index', .*, 'difference', got 'x'"):
        ordering.unit_order(timeline, "x")
    with pytest.raises(StatisticError, match="needs gradient norms, which layer 'dense_1' of run"):
        matrix.encode(timeline, "zero_fraction", order="gradient_norm")
    with pytest.raises(StatisticError, match=r"must be one of 'zero_fraction' for layer .*, got 'bias'"):
        matrix.encode(timeline, "bias")
    with pytest.raises(ValueError, match="max_columns must be an integer from 1 to 16384, got 0"):
        matrix.encode(timeline, "zero_fraction", max_columns=0)


def test_layer_without_readable_records_gives_an_empty_matrix() -> None:
    timeline = Timeline("run", "dense_1", RELU, [Stored(1, 0.0, b"garbage")])
    header, sections = make.parse_body(matrix.encode(timeline, "zero_fraction", order="death"))
    assert (header["rows"], header["columns"]) == (0, 0)
    assert sections["maximum"].shape == (0, 0) and sections["row_starts"].tolist() == [0]


def test_sections_are_aligned_and_in_the_stated_dtypes() -> None:
    body = matrix.encode(timeline_of(make_records(7, 11)), "gradient_norm", max_rows=3, max_columns=5)
    header, sections = make.parse_body(body)
    assert (8 + int.from_bytes(body[4:8], "little")) % 8 == 0
    dtypes = {name: section["dtype"] for name, section in header["sections"].items()}
    assert dtypes == {
        "maximum": "uint16",
        "minimum": "uint16",
        "states": "int8",
        "unit_order": "uint32",
        "row_starts": "uint32",
        "column_starts": "uint32",
        "steps": "float64",
        "window_start_steps": "float64",
    }
    ends = 8 + int.from_bytes(body[4:8], "little")
    for name, section in header["sections"].items():
        assert section["offset"] % 8 == 0 and 0 <= section["offset"] - ends < 8
        ends = section["offset"] + sections[name].nbytes
    assert len(body) == -(-ends // 8) * 8


GOLDEN_BODIES = {"matrix": make.matrix_sample, "matrix_part": make.matrix_part_sample}


@pytest.mark.parametrize("name", GOLDEN_BODIES)
def test_golden_body_is_what_the_code_gives(name: str) -> None:
    body = GOLDEN_BODIES[name]()
    assert body == (GOLDEN / f"{name}.bin").read_bytes()
    assert make.matrix_expectation(body) == json.loads((GOLDEN / f"{name}.json").read_text())


def test_golden_part_begins_within_the_whole() -> None:
    expected = json.loads((GOLDEN / "matrix_part.json").read_text())
    header = expected["header"]
    assert expected["row_starts"][0] > 0 and expected["row_starts"][-1] < header["units"]
    assert expected["column_starts"][0] > 0 and expected["column_starts"][-1] < header["records"]
    assert header["minus"] == "other" and header["code"] == "signed_log16"
    values = [value for row in expected["maximum_values"] for value in row]
    assert None in values and any(isinstance(value, float) and value < 0 for value in values)
    assert "-Infinity" in [value for row in expected["minimum_values"] for value in row]


def test_golden_body_has_what_readers_must_cope_with() -> None:
    expected = json.loads((GOLDEN / "matrix.json").read_text())
    states = np.array(expected["states"])
    assert (states == UnitState.DEAD).any() and (states == UnitState.NON_FINITE).any()
    assert any(None in row for row in expected["maximum_values"])
    assert expected["maximum"] != expected["minimum"]
    assert max(np.diff(expected["row_starts"])) > 1 and max(np.diff(expected["column_starts"])) > 1
    assert expected["unit_order"] != sorted(expected["unit_order"])


@given(data=st.data())
def test_fraction_codes_are_those_of_the_counts(data: st.DataObject) -> None:
    units = data.draw(st.integers(1, 6))
    records = []
    for r in range(data.draw(st.integers(1, 8))):
        width = data.draw(st.sampled_from([units, units, 1]))
        samples = data.draw(st.sampled_from([1, 7, 7, 7, 10**12]))
        counts = hnp.arrays(np.int64, width, elements=st.integers(0, samples))
        active = data.draw(counts)
        non_finite = np.minimum(data.draw(counts), samples - active) if data.draw(st.booleans()) else None
        last = data.draw(hnp.arrays(np.int64, width, elements=st.integers(-1, r + 1)))
        screened = samples * data.draw(st.integers(1, 2))
        records.append(
            record.Record(
                r + 1,
                r,
                samples,
                1,
                active,
                last_active_step=last,
                non_finite_activations=non_finite,
                screened_samples=screened,
            )
        )
    timeline = timeline_of(records)
    expected = codes.encode_fraction16(timeline.finite - timeline.active, timeline.finite)
    expected[timeline.seen_active & (expected == codes.FRACTION16_ONE)] = codes.FRACTION16_ONE - 1
    assert np.array_equal(timeline.fraction_codes, expected)


def drawn_part(data: st.DataObject, size: int) -> tuple[int, int]:
    first = data.draw(st.integers(0, size - 1))
    return first, data.draw(st.integers(first + 1, size + 3))


@given(a=timelines(), b=timelines(run="other"), data=st.data())
def test_a_part_is_that_part_of_the_whole(a: Timeline, b: Timeline, data: st.DataObject) -> None:
    statistics = set(layer_statistics.statistics_of(a))
    minus = data.draw(st.sampled_from([None, b]))
    if minus is not None:
        statistics &= set(layer_statistics.statistics_of(b))
    statistic = data.draw(st.sampled_from(sorted(statistics)))
    order = data.draw(st.sampled_from(["index", "death", "fraction", "difference"]))
    asked = {"order": order, "order_minus": b, "minus": minus}
    positions, records = drawn_part(data, a.units), drawn_part(data, len(a.steps))
    header, whole = make.parse_body(matrix.encode(a, statistic, **asked))
    part_header, part = make.parse_body(matrix.encode(a, statistic, positions=positions, records=records, **asked))
    of_part = {"rows": part_header["rows"], "columns": part_header["columns"], "sections": part_header["sections"]}
    assert part_header == {**header, **of_part}
    assert part["row_starts"].tolist() == list(range(positions[0], min(positions[1], a.units) + 1))
    assert part["column_starts"].tolist() == list(range(records[0], min(records[1], len(a.steps)) + 1))
    for name in ("maximum", "states"):
        assert np.array_equal(part[name], whole[name][slice(*positions), slice(*records)]), name
    for name in ("unit_order", "steps", "window_start_steps"):
        assert np.array_equal(part[name], whole[name]), name
    assert "minimum" not in part


@given(a=timelines(max_records=9, max_units=9), data=st.data())
def test_blocks_of_a_part_are_blocks_of_the_whole_at_full_resolution(a: Timeline, data: st.DataObject) -> None:
    positions, records = drawn_part(data, a.units), drawn_part(data, len(a.steps))
    asked = {"max_rows": data.draw(st.integers(1, 5)), "max_columns": data.draw(st.integers(1, 5))}
    _, whole = make.parse_body(matrix.encode(a, a.info.fraction, order="death"))
    body = matrix.encode(a, a.info.fraction, order="death", positions=positions, records=records, **asked)
    header, part = make.parse_body(body)
    size = min(positions[1], a.units) - positions[0], min(records[1], len(a.steps)) - records[0]
    assert header["rows"] == min(size[0], asked["max_rows"]) and header["columns"] == min(size[1], asked["max_columns"])
    assert ("minimum" in part) == ((header["rows"], header["columns"]) != size)
    assert part["row_starts"][0] == positions[0] and part["row_starts"][-1] == positions[0] + size[0]
    assert part["column_starts"][0] == records[0] and part["column_starts"][-1] == records[0] + size[1]
    for r in range(header["rows"]):
        for c in range(header["columns"]):
            block = slice(*part["row_starts"][r : r + 2]), slice(*part["column_starts"][c : c + 2])
            known = whole["maximum"][block][whole["maximum"][block] != codes.NAN_CODE]
            assert part["maximum"][r, c] == (known.max() if known.size else codes.NAN_CODE)
            assert part.get("minimum", part["maximum"])[r, c] == (known.min() if known.size else codes.NAN_CODE)
            assert part["states"][r, c] == whole["states"][block].max()


@given(a=timelines(), b=timelines(run="other"))
def test_differences_are_coded_with_their_sign_and_zero_exactly(a: Timeline, b: Timeline) -> None:
    for statistic in set(layer_statistics.statistics_of(a)) & set(layer_statistics.statistics_of(b)):
        header, sections = make.parse_body(matrix.encode(a, statistic, minus=b))
        assert (header["run"], header["minus"], header["code"]) == ("run", "other", "signed_log16")
        got, expected = (
            codes.decode_signed_log16(sections["maximum"]).T,
            np.stack(list(difference.rows(a, b, statistic))),
        )
        np.testing.assert_allclose(got, expected, rtol=6e-3, err_msg=statistic)
        assert np.array_equal(np.sign(got), np.sign(expected), equal_nan=True)
        assert np.array_equal(sections["states"].T, a.states())


def test_blocks_of_differences_shrink_by_value() -> None:
    a, b = simple([[500, 1000, 1500, 2000]]), simple([[2000, 900, 1500, 1990]])
    _, sections = make.parse_body(matrix.encode(a, "zero_fraction", minus=b, max_rows=2))
    np.testing.assert_allclose(codes.decode_signed_log16(sections["maximum"])[:, 0], [0.75, 0.0], rtol=4e-3)
    np.testing.assert_allclose(codes.decode_signed_log16(sections["minimum"])[:, 0], [-0.05, -0.005], rtol=4e-3)


def test_differences_need_the_statistic_in_both_runs() -> None:
    with_norms = timeline_of(make_records(3, 2))
    with pytest.raises(
        StatisticError, match=r"must be one of 'zero_fraction' for layer 'dense_1' of run 'run', got 'b"
    ):
        matrix.encode(with_norms, "bias", minus=simple([[1, 1]]))


def test_parts_that_are_not_there() -> None:
    timeline = simple([[1, 2]])
    with pytest.raises(RangeError, match="positions must begin below the number of units, 2, got '2-4'"):
        matrix.encode(timeline, "zero_fraction", positions=(2, 4))
    with pytest.raises(RangeError, match="records must begin below the number of records, 1, got '1-2'"):
        matrix.encode(timeline, "zero_fraction", records=(1, 2))
