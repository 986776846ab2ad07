"""`Monitor` in a custom training loop: windows, steps, tensors of one's own, and counts of any size."""

from __future__ import annotations

import math
import pathlib
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import keras
import tensorflow as tf

from tb_deadrelu_plugin import UnitState, metadata, read, record, statistics
from tb_deadrelu_plugin.instrument import counting, sums
from tb_deadrelu_plugin.instrument.accumulator import Accumulator
from tb_deadrelu_plugin.instrument.activations import Activation
from tb_deadrelu_plugin.instrument.clock import Clock
from tb_deadrelu_plugin.instrument.probes import Probe
from tb_deadrelu_plugin.instrument.watched import WatchedLayer, Window
from tb_deadrelu_plugin.tensorflow import Monitor
from tb_deadrelu_plugin.timeline import Stored, Timeline
from tb_deadrelu_plugin.verdict import Thresholds
from tests import training

pytestmark = pytest.mark.tensorflow

X, Y = training.data((6,), rows=48)


def make_step(monitor: Monitor, model: keras.Model, **options: Any) -> Callable[[Any, Any], None]:
    """A training step as one writes it by hand."""

    def step(x: Any, y: Any) -> None:
        with monitor.observing(), tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(y - model(x, training=True)))
        gradients = tape.gradient(loss, model.trainable_weights)
        for variable, gradient in zip(model.trainable_weights, gradients):
            variable.assign_sub(0.05 * gradient)

    return tf.function(step, **options) if options else step


@pytest.mark.parametrize("options", [{}, {"autograph": False}, {"jit_compile": True}], ids=str)
def test_custom_loop(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, options: dict) -> None:
    kept = training.KeptRecords(monkeypatch)
    model = training.small()
    monitor = Monitor(model)
    step = make_step(monitor, model, **options)
    weights, truths = [], []
    with tf.summary.create_file_writer(str(tmp_path)).as_default():
        for number in range(6):
            x, y = (part[16 * (number % 3) :][:16] for part in (X, Y))
            weights.append(model.get_weights())
            truths.append(training.truth(model, weights[-1], x, y))
            step(x, y)
            model(x, training=True)
            if number % 2:
                assert monitor.write()
    weights.append(model.get_weights())
    training.assert_windows(kept.windows, truths, weights, model)
    training.assert_read(read(tmp_path)["."]["hidden"], kept.windows)
    assert list(monitor.layers) == ["hidden"] and monitor.step == 6


def test_nothing_to_write(tmp_path: pathlib.Path) -> None:
    model = training.small()
    monitor = Monitor(model)
    step = make_step(monitor, model)
    assert monitor.dead_units()["hidden"].tolist() == []
    with tf.summary.create_file_writer(str(tmp_path)).as_default():
        assert not monitor.write()
        step(X, Y)
        with pytest.raises(ValueError, match=re.escape("step must be at least 0, got -1.")):
            monitor.write(-1)
        # The window is still there after the error.
        assert monitor.write()
        assert not monitor.write()
    step(X, Y)
    assert not monitor.write()
    assert read(tmp_path)["."]["hidden"].samples.tolist() == [48]


@pytest.mark.parametrize("steps", [[1, 2, 3], [1000, 2000, 3000]], ids=["epochs", "beyond"])
def test_steps_of_the_callers_own(tmp_path: pathlib.Path, steps: list[int]) -> None:
    model = training.small()
    monitor = Monitor(model)
    train = make_step(monitor, model, autograph=False)
    with tf.summary.create_file_writer(str(tmp_path)).as_default():
        for number, step in enumerate(steps):
            for batch in range(25):
                if (number, batch) == (1, 10):
                    kernel, bias, *rest = model.get_weights()
                    model.set_weights([kernel, bias - 1000 * (np.arange(5) == 2), *rest])
                train(X, Y)
            assert monitor.write(step)
    timeline = read(tmp_path)["."]["hidden"]
    assert timeline.steps.tolist() == steps
    first, second, third = steps
    # Ten batches of the second record's 25: the steps are spread evenly over the batches.
    death = first + math.ceil((second - first) * 10 / 25)
    expected = [[first] * 5, [second, second, death, second, second], [third, third, death, third, third]]
    assert timeline.last_active_step.tolist() == expected
    assert timeline.dead_units().tolist() == [2] == monitor.dead_units()["hidden"].tolist()
    assert timeline.history(2).died_at == (death,)


def test_an_epoch_of_few_samples_is_evidence_enough() -> None:
    model = training.small()
    kernel, bias, *rest = model.get_weights()
    model.set_weights([kernel, bias - 1000 * (np.arange(5) == 3), *rest])
    monitor = Monitor(model)
    train = make_step(monitor, model)
    train(X, Y)
    monitor.collect()
    assert monitor.dead_units()["hidden"].tolist() == []
    train(X, Y)
    monitor.end_epoch()
    monitor.collect()
    # Its 96 samples were seen in two windows.
    assert monitor.dead_units()["hidden"].tolist() == [3]


def test_watching_a_tensor(tmp_path: pathlib.Path) -> None:
    rng = np.random.default_rng(0)
    kernel = tf.Variable(rng.normal(size=(6, 4)).astype(np.float32))
    monitor = Monitor()

    @tf.function(autograph=False)
    def gradients(x: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            h = monitor.watch(tf.nn.relu(tf.matmul(x, kernel)), "block1/relu")
            loss = tf.reduce_mean(h**3)
        return h, tape.gradient(loss, kernel)

    @tf.function(autograph=False)
    def observed(x: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        with monitor.observing():
            return gradients.python_function(x)

    watched = observed(X)
    # Outside of `observing` it gives back what it got.
    a, gradient = gradients(X)
    assert np.array_equal(watched[0], a) and np.array_equal(watched[1], gradient)
    with tf.summary.create_file_writer(str(tmp_path)).as_default():
        assert monitor.write(1)
    timeline = read(tmp_path)["."]["block1/relu"]
    assert timeline.samples.tolist() == [48]
    assert timeline.active[0].tolist() == np.count_nonzero(a, axis=0).tolist()
    norms = np.linalg.norm(3 * a.numpy() ** 2 / a.numpy().size, axis=0)
    np.testing.assert_allclose(timeline.gradient_norm[0], norms, rtol=1.5e-3)
    assert timeline.info.gradient_at == metadata.GATED_ACTIVATION


def test_bad_tensors() -> None:
    monitor = Monitor(training.small())
    with monitor.observing():
        with pytest.raises(ValueError, match=re.escape("name must not be that of a watched layer, got 'hidden'.")):
            monitor.watch(tf.ones([3, 4]), "hidden")
        expected = "activations must have at least 2 dimensions [batch, ..., units], got shape (3,)."
        with pytest.raises(ValueError, match=re.escape(expected)):
            monitor.watch(tf.ones([3]), "vector")
        monitor.watch(tf.ones([3, 4]), "mine")
        with pytest.raises(ValueError, match=re.escape("expected 4 units as before, got shape (3, 5).")):
            monitor.watch(tf.ones([3, 5]), "mine")


def test_watching_twice_at_once() -> None:
    monitor = Monitor(training.small())
    expected = "observing() is already active in this monitor; enter it once per training step."
    with monitor.observing(), pytest.raises(RuntimeError, match=re.escape(expected)), monitor.observing():
        pass
    with monitor.observing():
        pass


@pytest.mark.parametrize("threshold", [-1.0, float("nan"), float("inf")])
def test_threshold(threshold: float) -> None:
    with pytest.raises(ValueError, match=re.escape(f"threshold must be finite and at least 0, got {threshold}.")):
        Monitor(training.small(), threshold=threshold)


def test_layers_are_as_before_when_the_step_raises() -> None:
    model = training.small()
    before = {layer.name: vars(layer).copy() for layer in model.layers}
    with pytest.raises(ZeroDivisionError), Monitor(model).observing():
        assert vars(model.get_layer("hidden")) != before["hidden"]
        raise ZeroDivisionError
    assert {layer.name: vars(layer) for layer in model.layers} == before


@pytest.mark.parametrize("go_backwards", [False, True])
def test_masked_time_steps_are_no_samples(go_backwards: bool) -> None:
    layers = keras.layers
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            layers.Input([5, 3]),
            layers.Masking(),
            layers.GRU(4, "relu", return_sequences=True, go_backwards=go_backwards, name="gru"),
        ]
    )
    x, _ = training.data((5, 3), rows=12)
    x[:4, 3:] = 0
    x[4, 1:] = 0
    monitor = Monitor(model)
    with monitor.observing(), tf.GradientTape() as tape:
        h = model(x, training=True)
        # The layer repeats the last state at masked steps; they are none of its samples.
        mask = np.any(x != 0, axis=-1)
        mask = mask[:, ::-1] if go_backwards else mask
        loss = tf.reduce_sum(tf.boolean_mask(h, mask) ** 2)
    tape.gradient(loss, model.trainable_weights)
    got = monitor.collect()["gru"]
    assert got.samples == mask.sum() == 12 * 5 - 4 * 2 - 4
    assert got.active.tolist() == np.count_nonzero(h.numpy()[mask], axis=0).tolist()
    # Without the masked steps, row by row, it is a layer like any other.
    layer, square_sum = model.get_layer("gru"), np.zeros(4)
    weights = [tf.constant(weight.numpy(), tf.float64) for weight in layer.weights]
    for row in x:
        kept: dict[str, Any] = {}
        with tf.GradientTape() as tape:
            seen = tf.constant(row[None, np.any(row != 0, axis=-1)], tf.float64)
            loss = tf.reduce_sum(training.unrolled(layer, weights, seen, tape, kept) ** 2)
        states = kept["gru"][0]
        gradients = np.concatenate(tape.gradient(loss, states))
        square_sum += np.square(gradients * (np.concatenate(states) > 0)).sum(0)
    np.testing.assert_allclose(got.gradient_norm, np.sqrt(square_sum), rtol=1e-5)


@pytest.mark.parametrize("total", [2**31 + 7, 2**53 + 1, 2**60 + 3])
def test_counts_beyond_what_floats_and_int32_hold(total: int) -> None:
    accumulator = Accumulator(4)
    # No sample, one, all but one, all: in three additions, as of three batches.
    active = np.array([0, 1, total - 1, total])
    add = tf.function(accumulator.add, jit_compile=True)
    for part in (np.array([0, 0, total // 2, total // 2]), np.array([0, 1, 0, 0])):
        add({"samples": tf.constant(0, tf.int64), "active": tf.constant(part)})
        active = active - part
    add(
        {name: tf.constant(total, tf.int64) for name in ("samples", "screened_samples")}
        | {"active": tf.constant(active)}
    )
    add({"absolute_sum": tf.constant([0.0, 1.0, 2.0**70, 2.0**70], tf.float64)})
    accumulator.mark_active(tf.constant([False, True, True, True]), tf.constant(9, tf.int64))
    sums = accumulator.sums([one.variable.numpy() for one in accumulator.variables.values()])

    layer = WatchedLayer(metadata.LayerInfo(), Probe("conv", Activation("relu"), 0.0, -1, Clock(True), lambda: None))
    one = layer.record(sums, Window(0, 10, 0, 10, 10, 0), False)
    timeline = Timeline("run", "conv", layer.info, [Stored(10, 0.0, record.encode(one))])
    assert timeline.samples.tolist() == [total]
    assert timeline.active.tolist() == [[0, 1, total - 1, total]]
    assert (timeline.zero_fraction[0] == 1).tolist() == [True, False, False, False]
    assert (timeline.zero_fraction[0] == 0).tolist() == [False, False, False, True]
    assert timeline.dead_units().tolist() == [0]
    assert timeline.states()[0].tolist()[1:] == [UnitState.RARE, UnitState.HEALTHY, UnitState.ALWAYS_ON]
    assert layer.states(Thresholds()).tolist() == timeline.states()[0].tolist()


def test_more_samples_than_float32_counts() -> None:
    a = np.ones([64, 600, 500, 1], np.int8)
    # What is left is odd: not a float32.
    a[-1, -1, -1, 0] = 0
    counts = counting.count_activations(tf.constant(a, tf.float16), unit_axis=3)
    assert counts["samples"] == a.size == 19_200_000 > 2**24
    assert counts["active"].numpy().tolist() == [a.size - 1]
    assert counts["non_finite_activations"].numpy().tolist() == [0]
    assert counts["absolute_sum"].numpy().tolist() == [a.size - 1]


@pytest.mark.parametrize("static", [True, False])
@pytest.mark.parametrize("shape", [[2**24 + 3, 1], [1, 2**24 + 3, 1]], ids=["rows", "positions"])
def test_counts_are_exact_where_partial_sums_would_not_be(shape: list[int], static: bool) -> None:
    a = tf.ones(shape, tf.float16)
    spec = tf.TensorSpec(shape if static else [None] * (len(shape) - 1) + [1], tf.float16)
    count = tf.function(
        lambda a: counting.count_activations(a, unit_axis=len(shape) - 1), input_signature=[spec], autograph=False
    )
    assert count(a)["active"].numpy().tolist() == [2**24 + 3]


@pytest.mark.parametrize("how", ["products", "reductions", "compiled"])
@pytest.mark.parametrize("unit_axis", [0, 1, -1])
@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_units_on_any_axis_and_of_any_type(
    monkeypatch: pytest.MonkeyPatch, dtype: str, unit_axis: int, how: str
) -> None:
    monkeypatch.setattr(sums, "_fast_products", lambda: how == "products")

    @tf.function(jit_compile=how == "compiled")
    def count(a: tf.Tensor, g: tf.Tensor, axis: int) -> tuple[dict[str, tf.Tensor], tf.Tensor]:
        assert sums.is_compiled() == (how == "compiled")
        counts = counting.count_activations(a, unit_axis=axis) | counting.count_gradients(g, unit_axis=axis)
        return counts, counting.seen_active(a, unit_axis=axis, non_negative=True)

    rng = np.random.default_rng(0)
    for rank in (2, 3, 5):
        a = np.maximum(rng.integers(-8, 9, size=(3, 4, 5, 2, 6)[-rank:]), 0) / 4
        g = rng.integers(-8, 9, size=a.shape) / 4
        for spoilt in (False, True):
            if spoilt:
                a.flat[5], g.flat[7] = np.nan, np.inf
            axis = unit_axis % rank
            expected = statistics.count_units(a, g, unit_axis=axis)
            got, seen = count(tf.constant(a, dtype), tf.constant(g, dtype), axis)
            assert int(got.pop("samples")) == expected.samples
            for name, value in got.items():
                np.testing.assert_allclose(value, getattr(expected, name), rtol=1e-6, err_msg=name)
            assert (seen.numpy() >= (expected.active > 0)).all() and (
                spoilt or (seen.numpy() == (expected.active > 0)).all()
            )
