from __future__ import annotations

import dataclasses
import zlib

import numpy as np

from tb_deadrelu_plugin import metadata
from tb_deadrelu_plugin.run_overview import overview
from tb_deadrelu_plugin.run_overview.overview import Overview
from tb_deadrelu_plugin.run_overview.overview_series import OverviewSeries
from tb_deadrelu_plugin.run_overview.training_numbers import Training
from tb_deadrelu_plugin.serving import routes
from tb_deadrelu_plugin.timeline import Stored
from tb_deadrelu_plugin.verdict import UnitState
from tb_deadrelu_plugin.wire import codes, compression
from tests.event_writing import make_overviews, make_records
from tests.test_overview import make_layer


def stored(*overviews: Overview) -> list[Stored]:
    return [Stored(one.step, 1000.0 + one.step, overview.encode(one)) for one in overviews]


def test_arrays_are_those_of_the_overviews():
    overviews = make_overviews({"b": make_records(5, 12), "a": make_records(5, 30, seed=1)})
    series = OverviewSeries("run", stored(*overviews))
    assert list(series.layers) == ["a", "b"]  # by name, for both say that they are the first layer
    assert series.steps.tolist() == [10, 20, 30, 40, 50] and series.window_start_steps.tolist() == [0, 10, 20, 30, 40]
    assert series.ordinals.tolist() == [0, 1, 2, 3, 4] and series.written == 5
    assert series.wall_times.tolist() == [1010.0, 1020.0, 1030.0, 1040.0, 1050.0]
    for r, one in enumerate(overviews):
        for layer in one.layers:
            column = list(series.layers).index(layer.name)
            assert series.counts[r, column].tolist() == layer.counts.tolist()
            assert series.units[r, column] == layer.units
            assert series.samples[r, column] == series.screened_samples[r, column] == 1437
            for name in ("fraction", "gradient_norm", "mean_activation"):
                assert series.quantiles[name][r, column].tolist() == getattr(layer, f"{name}_codes").tolist()


def test_a_resumed_run_does_not_know_since_when_units_are_dead():
    ones = [
        Overview(10 * (r + 1), 10 * r, ordinal, (make_layer(dead_since=5, born_dead=1),))
        for r, ordinal in enumerate((0, 1, 0, 1, 2))
    ]
    series = OverviewSeries("run", stored(*ones))
    assert series.dead_since[:, 0].tolist() == [5, 5, -1, -1, -1]
    assert series.born_dead[:, 0].tolist() == [1, 1, -1, -1, -1]


def test_order_of_the_network():
    layers = [make_layer(n, layer_index=i) for n, i in (("z", 1), ("conv_10", 10), ("b", None), ("a", None), ("c", 2))]
    assert list(OverviewSeries("run", stored(Overview(1, 0, 0, tuple(layers)))).layers) == [
        "z",
        "c",
        "conv_10",
        "a",
        "b",
    ]


def test_last_written_of_a_step_counts_and_steps_are_sorted():
    ones = [Overview(step, step - 1, -1, (make_layer(dead=dead),)) for step, dead in ((2, 1), (1, 2), (2, 3))]
    series = OverviewSeries("run", stored(*ones))
    assert series.steps.tolist() == [1, 2] and series.written is None
    assert series.counts[:, 0, UnitState.DEAD].tolist() == [2, 3]


def test_layers_that_come_and_go():
    late = make_layer("late", layer_index=None, can_die=False)
    first = Overview(1, 0, 0, (make_layer("a", dead=1), make_layer("b", dead=2, mean_activation_codes=np.ones(7, int))))
    second = Overview(2, 1, 1, (make_layer("b", dead=4, layer_type="Conv2D"), late))
    series = OverviewSeries("run", stored(first, second))
    assert list(series.layers) == ["a", "b", "late"]
    assert series.layers["a"].newest == 0 and series.layers["b"].newest == 1
    assert series.layers["b"].layer_type == "Conv2D" and not series.layers["late"].can_die
    assert series.counts[:, :, UnitState.DEAD].tolist() == [[1, 2, 0], [0, 4, 3]]
    assert series.units.tolist() == [[8, 9, 0], [0, 11, 10]]
    assert (series.quantiles["fraction"][1, 0] == codes.NAN_CODE).all()
    assert (series.quantiles["mean_activation"] == codes.NAN_CODE).all(axis=2).tolist() == [
        [True, False, True],
        [True] * 3,
    ]
    answer = routes.overview_json(series)
    assert answer["dead"] == [3, 4] and answer["units"] == [17, 11]
    assert answer["layers"]["a"]["states"]["dead"] == [1, 0]
    assert answer["layers"]["a"]["newest"]["fraction"] == codes.decode_fraction16(np.arange(7)).tolist()
    assert answer["layers"]["late"]["newest"]["gradient_norm"] == [None] * 7


def test_damaged_ones_are_left_out():
    whole = Overview(1, 0, 0, (make_layer(),))
    (item,) = stored(whole)
    not_text = dataclasses.replace(
        item, step=3, data=b"\x01\x00" + overview_body("é").replace("é".encode(), b"\xff\xff")
    )
    series = OverviewSeries("run", [item, Stored(2, 0.0, b"garbage"), Stored(4, 0.0, b""), not_text])
    assert series.unreadable == 3 and series.steps.tolist() == [1]


def overview_body(name: str) -> bytes:
    data = overview.encode(Overview(1, 0, 0, (make_layer(name),)))
    return zlib.decompress(data[2:]) if data[1] == compression.ZLIB else data[2:]


def test_numbers_of_the_training():
    trainings = [None, Training(learning_rate=0.5, loss=2.0), Training(input_max=255.0, learning_rate=0.25), Training()]
    ones = [Overview(step, max(0, step - 1), step, (make_layer(),), one) for step, one in enumerate(trainings)]
    series = OverviewSeries("run", stored(*ones))
    assert list(series.training) == [field.name for field in dataclasses.fields(Training)]
    nan = np.nan
    expected = {"learning_rate": [nan, 0.5, 0.25, nan], "loss": [nan, 2, nan, nan], "input_max": [nan, nan, 255, nan]}
    for name, values in series.training.items():
        assert values.dtype == np.float64
        np.testing.assert_array_equal(values, expected.get(name, [nan] * 4), name)


def test_nothing():
    series = OverviewSeries("run", ())
    assert series.training["loss"].shape == (0,)
    assert series.written is None and series.layers == {}
    answer = routes.overview_json(series)
    assert answer["steps"] == answer["dead"] == answer["units"] == [] and answer["layers"] == {}
    assert answer["verdict"] is None


def test_layers_that_can_not_die_are_not_in_the_sums():
    leaky = metadata.LayerInfo(fraction=metadata.NEGATIVE_FRACTION)
    series = OverviewSeries("run", stored(*make_overviews({"l": make_records(2, 4)}, leaky)))
    answer = routes.overview_json(series)
    assert answer["dead"] == answer["units"] == [0, 0] and not answer["layers"]["l"]["can_die"]
