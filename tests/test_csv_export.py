"""CSV, read back by the csv module."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tb_deadrelu_plugin import csv_export, layer_statistics, metadata, record
from tb_deadrelu_plugin.timeline import Stored, Timeline
from tb_deadrelu_plugin.verdict import UnitState
from tests.event_writing import RELU, make_records
from tests.timelines import simple, timeline_of, timelines


def parse(timeline: Timeline, unit: int | None = None) -> list[dict[str, str]]:
    text = "".join(csv_export.lines(timeline, unit))
    assert text.endswith("\r\n")
    rows = list(csv.reader(text.splitlines(keepends=True), strict=True))
    assert rows[0] == csv_export.columns(timeline) and {len(row) for row in rows} == {len(rows[0])}
    return [dict(zip(rows[0], row)) for row in rows[1:]]


def same(text: str, value: np.generic) -> bool:
    """Whether the text is read back as this very value."""
    read: Any = type(value)(text)
    return bool(read == value) or bool(np.isnan(read) and np.isnan(value))


@given(timeline=timelines(), data=st.data())
def test_every_number_is_read_back_as_it_was(timeline: Timeline, data: st.DataObject) -> None:
    unit = data.draw(st.none() | st.integers(0, timeline.units - 1))
    rows = iter(parse(timeline, unit))
    for r in range(len(timeline.steps)):
        for u in range(timeline.widths[r]):
            if unit not in (None, u):
                continue
            row = next(rows)
            assert (row["run"], row["layer"], int(row["unit"])) == ("run", "dense_1", u)
            assert row["state"] == UnitState(timeline.states()[r, u]).name.lower()
            for name, column in (
                ("step", "steps"),
                ("window_start_step", "window_start_steps"),
                ("wall_time", "wall_times"),
                ("samples", "samples"),
                ("screened_samples", "screened_samples"),
            ):
                assert same(row[name], getattr(timeline, column)[r]), name
            for name in (
                "active",
                "last_active_step",
                "samples_since_active",
                "non_finite_activations",
                "non_finite_gradients",
                *layer_statistics.statistics_of(timeline),
            ):
                assert same(row[name], getattr(timeline, name)[r, u]), name
            for name in set(layer_statistics.OPTIONAL) - set(layer_statistics.statistics_of(timeline)):
                assert row[name] == ""
    assert next(rows, None) is None


def test_columns_are_in_the_documented_order() -> None:
    leaky = timeline_of([record.Record(1, 0, 5, 1, np.array([2]))], metadata.LayerInfo(fraction="negative_fraction"))
    assert ",".join(csv_export.columns(leaky)) == (
        "run,layer,step,window_start_step,wall_time,unit,state,samples,screened_samples,active,negative_fraction,"
        "gradient_norm,mean_activation,bias,last_active_step,samples_since_active,non_finite_activations,"
        "non_finite_gradients"
    )
    assert "".join(csv_export.lines(leaky)).splitlines()[1] == ("run,dense_1,1,0,1001.0,0,healthy,5,5,2,0.6,,,,1,0,0,0")


names = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


@given(run=names, layer=names)
def test_names_are_quoted_where_they_must_be(run: str, layer: str) -> None:
    timeline = timeline_of([record.Record(1, 0, 5, 1, np.array([2, 3]))], run=run, layer=layer)
    text = io.StringIO("".join(csv_export.lines(timeline)), newline="")
    assert [(row["run"], row["layer"]) for row in csv.DictReader(text)] == [(run, layer)] * 2


def test_no_records_is_the_names_alone() -> None:
    timeline = Timeline("run", "dense_1", RELU, [Stored(1, 0.0, b"garbage")])
    assert parse(timeline) == []


def test_it_comes_in_pieces() -> None:
    timeline = timeline_of(make_records(40, 100))
    pieces = list(csv_export.lines(timeline))
    assert len(pieces) == 41 and max(map(len, pieces)) < sum(map(len, pieces)) / 20


def test_many_different_numbers_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_export, "_MOST_TEXTS", 10)
    timeline = timeline_of(make_records(3, 50))
    assert [float(row["bias"]) for row in parse(timeline)[:50]] == [float(str(b)) for b in timeline.bias[0]]


@given(run=st.text(), layer=st.text(), unit=st.none() | st.integers(0, 10**6))
def test_file_names_are_safe(run: str, layer: str, unit: int | None) -> None:
    name = csv_export.file_name(run, layer, unit)
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*\.csv", name) and len(name) < 200


def test_file_names_say_what_is_in_them() -> None:
    assert csv_export.file_name("lr=0.1/run 2", "block1/relu") == "lr_0.1_run_2-block1_relu.csv"
    assert csv_export.file_name(".", "dense_1", 37) == "dense_1-unit-37.csv"
    assert csv_export.file_name("../..", "\n") == "layer.csv"


def test_one_unit() -> None:
    rows = parse(simple([[5, 0], [5, 7]]), 1)
    assert [(row["step"], row["unit"], row["active"]) for row in rows] == [("10", "1", "0"), ("20", "1", "7")]
