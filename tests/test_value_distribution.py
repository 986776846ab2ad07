"""How many units have which value, against loops over units."""

from __future__ import annotations

import json
import pathlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tb_deadrelu_plugin import layer_statistics, record
from tb_deadrelu_plugin.layer_statistics import StatisticError
from tb_deadrelu_plugin.serving import value_distribution
from tb_deadrelu_plugin.serving.shrinking import RangeError
from tb_deadrelu_plugin.timeline import Stored, Timeline
from tests.event_writing import RELU, make_records
from tests.golden import make
from tests.timelines import simple, timeline_of, timelines

GOLDEN = pathlib.Path(make.__file__).parent


def bin_of(timeline: Timeline, statistic: str, edges: list[float], r: int, unit: int) -> int | None:
    """By the words of http_api.md."""
    bins = len(edges) - 1
    first, last = 0, bins - 1
    if statistic == timeline.info.fraction:
        finite, active = int(timeline.finite[r, unit]), int(timeline.active[r, unit])
        if finite == 0:
            return None
        if active == finite:
            return 0
        if not timeline.seen_active[r, unit]:
            return last
        value, first, last = (finite - active) / finite, 1, bins - 2
    else:
        value = float(getattr(timeline, statistic)[r, unit])
        if not np.isfinite(value):
            return None
        if statistic != "bias":
            if value == 0:
                return 0
            first = 1
    return max(b for b in range(first, last + 1) if b == first or edges[b] <= value)


@given(timeline=timelines(), data=st.data())
def test_counts_are_those_of_a_loop(timeline: Timeline, data: st.DataObject) -> None:
    bins = data.draw(st.integers(4, 9) | st.just(512))
    first = data.draw(st.integers(0, len(timeline.steps) - 1))
    records = first, data.draw(st.integers(first + 1, len(timeline.steps) + 2))
    most = data.draw(st.integers(1, 7))
    for statistic in layer_statistics.statistics_of(timeline):
        body = value_distribution.encode(timeline, statistic, bins=bins, max_columns=most, records=records)
        header, sections = make.parse_body(body)
        edges, starts = sections["edges"].tolist(), sections["column_starts"].tolist()
        assert len(edges) == bins + 1 and edges == sorted(edges)
        assert header["columns"] == len(starts) - 1 == min(most, min(records[1], len(timeline.steps)) - first)
        assert (starts[0], starts[-1]) == (first, min(records[1], len(timeline.steps)))
        for c in range(header["columns"]):
            expected = np.zeros(bins, int)
            for r in range(starts[c], starts[c + 1]):
                places = [bin_of(timeline, statistic, edges, r, unit) for unit in range(timeline.units)]
                here = [place for place in places if place is not None]
                expected = np.maximum(expected, np.bincount(here, minlength=bins))
            assert sections["counts"][:, c].tolist() == expected.tolist(), statistic


@given(timeline=timelines(), bins=st.integers(4, 20))
def test_every_value_is_between_the_edges_of_its_bin(timeline: Timeline, bins: int) -> None:
    for statistic in layer_statistics.statistics_of(timeline):
        edges = value_distribution.bin_edges(timeline, statistic, bins)
        for r in range(len(timeline.steps)):
            counts = value_distribution.count(timeline, statistic, edges, (r, r + 1))[0]
            values = getattr(timeline, statistic)[r]
            values = np.sort(values[np.isfinite(values)].astype(np.float64))
            assert counts.sum() == len(values)
            places = np.repeat(np.arange(bins), counts)
            # A share next to 1 is the largest float32 below it.
            assert (edges[places] <= values + 1e-7).all() and (values <= edges[places + 1] + 1e-7).all()


def test_edges_of_fractions() -> None:
    edges = value_distribution.bin_edges(simple([[1]]), "zero_fraction", 6)
    assert edges.tolist() == [0, 0, 0.25, 0.5, 0.75, 1, 1]


def test_edges_of_norms_and_biases_are_those_of_the_whole_layer() -> None:
    norms, bias = np.array([0.0, 1e-4, np.nan, np.inf]), np.array([-1.0, np.inf, np.nan, 0.5])
    low = record.Record(1, 0, 10, 1, np.full(4, 5), norms, bias=bias)
    high = record.Record(2, 1, 10, 1, np.full(4, 5), norms * 1e4, bias=bias * 2)
    timeline = timeline_of([low, high])
    edges = value_distribution.bin_edges(timeline, "gradient_norm", 5)
    np.testing.assert_allclose(edges, [0, 1e-4, 1e-3, 1e-2, 1e-1, 1], rtol=2e-3)
    np.testing.assert_allclose(value_distribution.bin_edges(timeline, "bias", 6), np.linspace(-2, 1, 7), atol=4e-3)
    _, part = make.parse_body(value_distribution.encode(timeline, "gradient_norm", bins=5, records=(0, 1)))
    assert part["edges"].tolist() == edges.tolist()
    assert part["counts"].tolist() == [[1], [1], [0], [0], [0]]


def test_edges_where_there_is_one_value_or_none() -> None:
    def edges(norm: float, bias: float) -> tuple[list[float], list[float]]:
        one = record.Record(1, 0, 10, 1, np.array([5]), np.array([norm]), bias=np.array([bias]))
        timeline = timeline_of([one])
        norms, biases = (value_distribution.bin_edges(timeline, name, 4).tolist() for name in ("gradient_norm", "bias"))
        return norms, biases

    value = 2.0**-3
    np.testing.assert_allclose(
        edges(value, -2.0)[0], [0, 0.0625, 0.0625 * 4 ** (1 / 3), 0.0625 * 4 ** (2 / 3), 0.25], rtol=2e-3
    )
    np.testing.assert_allclose(edges(value, -2.0)[1], [-3, -2.5, -2, -1.5, -1], rtol=4e-3)
    for nothing in (edges(0.0, 0.0), edges(np.nan, np.nan)):
        assert (nothing[0][:2], nothing[0][-1]) == ([0, 0.5], 2)
        assert nothing[1] == [-0.5, -0.25, 0, 0.25, 0.5]


def test_a_share_next_to_one_is_not_one() -> None:
    #                    dead  1 in 10^18  all       half
    timeline = simple([[0, 1, 10**18, 5 * 10**17]], samples=10**18)
    _, sections = make.parse_body(value_distribution.encode(timeline, "zero_fraction", bins=6))
    assert sections["counts"][:, 0].tolist() == [1, 0, 0, 1, 1, 1]
    seen = record.Record(10, 0, 10, 1, np.array([0, 0]), last_active_step=np.array([5, -1]), screened_samples=90)
    _, sections = make.parse_body(value_distribution.encode(timeline_of([seen]), "zero_fraction", bins=4))
    assert sections["counts"][:, 0].tolist() == [0, 0, 1, 1]


def test_counts_over_many_records_and_units() -> None:
    timeline = timeline_of(make_records(40, 3000))
    fraction = timeline.zero_fraction
    assert fraction is not None
    header, sections = make.parse_body(value_distribution.encode(timeline, "zero_fraction", bins=12))
    assert (header["units"], header["records"], header["columns"]) == (3000, 40, 40)
    assert sections["counts"].sum(axis=0).tolist() == [3000] * 40
    assert sections["counts"][-1].tolist() == (fraction == 1).sum(axis=1).tolist()
    for r in (0, 17, 39):
        inner = np.histogram(fraction[r][(fraction[r] > 0) & (fraction[r] < 1)], np.linspace(0, 1, 11))[0]
        assert sections["counts"][1:-1, r].tolist() == inner.tolist()


def test_layer_without_readable_records() -> None:
    timeline = Timeline("run", "dense_1", RELU, [Stored(1, 0.0, b"garbage")])
    header, sections = make.parse_body(value_distribution.encode(timeline, "zero_fraction"))
    assert (header["units"], header["records"], header["columns"]) == (0, 0, 0)
    assert sections["counts"].shape == (64, 0) and sections["column_starts"].tolist() == [0]


def test_what_can_not_be_answered() -> None:
    timeline = simple([[1, 2]])
    with pytest.raises(StatisticError, match=r"statistic must be one of 'zero_fraction' for layer .*, got 'bias'"):
        value_distribution.encode(timeline, "bias")
    with pytest.raises(RangeError, match="bins must be an integer from 4 to 512, got 513"):
        value_distribution.encode(timeline, "zero_fraction", bins=513)
    with pytest.raises(RangeError, match="max_columns must be an integer from 1 to 16384, got 0"):
        value_distribution.encode(timeline, "zero_fraction", max_columns=0)
    with pytest.raises(RangeError, match="records must begin below the number of records, 1, got '1-2'"):
        value_distribution.encode(timeline, "zero_fraction", records=(1, 2))


def test_golden_body_is_what_the_code_gives() -> None:
    body = make.distribution_sample()
    assert body == (GOLDEN / "distribution.bin").read_bytes()
    expected = json.loads((GOLDEN / "distribution.json").read_text())
    assert make.distribution_expectation(body) == expected
    counts = np.array(expected["counts"])
    assert counts[0].any() and counts[-1].any() and counts[1:-1].any() and counts.sum() < counts.size * 10
