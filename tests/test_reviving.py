"""`ReviveDeadUnits` in `fit`."""

from __future__ import annotations

import json
import os
import pathlib
import re
import socket
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import keras
import tensorflow as tf

from tb_deadrelu_plugin import read
from tb_deadrelu_plugin.instrument import repairs
from tb_deadrelu_plugin.keras import DeadReLU, ReviveDeadUnits
from tb_deadrelu_plugin.tensorflow import watch
from tb_deadrelu_plugin.verdict import Thresholds, UnitState

pytestmark = pytest.mark.tensorflow

layers = keras.layers
ROWS, BATCH = 64, 8
DEAD = {"first": [1, 4], "second": [0, 2]}


class Counted(keras.layers.Layer):
    """Counts how often it is built into a step."""

    def __init__(self) -> None:
        super().__init__()
        self.times = 0

    def call(self, x: Any) -> Any:
        self.times += 1
        return x


def data(rows: int = ROWS) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(rows, 4)).astype(np.float32)
    return x, x[:, :2] * x[:, 2:]


def network(rate: float = 0.05, optimizer: Any = None, **compiled: Any) -> keras.Model:
    """Two hidden layers with units that are dead from the beginning, and would be for good."""
    keras.utils.set_random_seed(0)
    # All other units are active.
    alive, positive = keras.initializers.Constant(1.0), keras.initializers.RandomUniform(0.0, 0.5)
    model = keras.Sequential(
        [
            keras.Input((4,)),
            Counted(),
            layers.Dense(6, activation="relu", bias_initializer=alive, name="first"),
            layers.Dense(5, activation="relu", kernel_initializer=positive, name="second"),
            layers.Dense(2, name="last"),
        ]
    )
    kill(model, DEAD)
    # It is built several times faster without.
    model.compile(optimizer or keras.optimizers.SGD(rate, momentum=0.9), "mse", **{"jit_compile": False} | compiled)
    return model


def kill(model: keras.Model, dead: dict[str, list[int]]) -> None:
    for name, units in dead.items():
        bias = model.get_layer(name).bias
        bias.assign(np.where(np.isin(np.arange(bias.shape[0]), units), -1e3, bias.numpy()))


def fit(
    model: keras.Model, *callbacks: Any, epochs: int = 3, verbose: int = 0, rows: int = ROWS, **options: Any
) -> Any:
    x, y = data(rows)
    return model.fit(x, y, batch_size=BATCH, epochs=epochs, verbose=verbose, callbacks=list(callbacks), **options)


def done(revive: ReviveDeadUnits) -> list[tuple[int, str, tuple[int, ...]]]:
    return [(one.step, one.layer, one.units) for one in revive.rounds]


class Watcher(keras.callbacks.Callback):
    """Keeps weights and predictions around the rounds of repairs; it stands on both sides of `ReviveDeadUnits`."""

    def __init__(self) -> None:
        super().__init__()
        self.pairs: list[tuple[np.ndarray, np.ndarray]] = []
        self.functions: set[int] = set()
        self.after = _After(self)
        self.last: Any = None

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        self.last = self.model(data()[0]).numpy()


class _After(keras.callbacks.Callback):
    def __init__(self, before: Watcher) -> None:
        super().__init__()
        self.before = before

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        self.before.pairs.append((self.before.last, self.model(data()[0]).numpy()))


@pytest.mark.parametrize("jit_compile", [False, True])
def test_dead_units_are_revived_and_stay_alive(tmp_path: pathlib.Path, jit_compile: bool) -> None:
    model = network(jit_compile=jit_compile)
    deadrelu = DeadReLU(tmp_path)
    revive = ReviveDeadUnits(deadrelu, seed=0)
    watcher = Watcher()
    fit(model, watcher, deadrelu, revive, watcher.after, epochs=4)
    assert done(revive)[:2] == [(8, "first", (1, 4)), (8, "second", (0, 2))]
    assert all(one.outgoing_zeroed and one.reason is None for one in revive.rounds)
    assert not revive.refused
    assert [len(units) for units in deadrelu.monitor.dead_units().values()] == [0, 0]
    # Before each batch, the round and nothing else is between the two.
    assert len(watcher.pairs) == 32
    for before, after in watcher.pairs:
        np.testing.assert_allclose(after, before, atol=1e-6)


@pytest.mark.parametrize("padding", ["valid", "same"])
def test_the_output_is_said_to_be_the_same_only_where_it_is(
    tmp_path: pathlib.Path, padding: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Batch normalization makes a constant of dead units, which a bias can't take up where borders are padded."""
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((6, 6, 2)),
            layers.Conv2D(6, 3, activation="relu", name="first"),
            layers.BatchNormalization(beta_initializer="ones"),
            layers.Conv2D(3, 3, padding=padding, name="after"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(1),
        ]
    )
    model.get_layer("first").bias.assign([-50.0, 0, 0, -50.0, 0, 0])
    model.compile(keras.optimizers.SGD(1e-3), "mse", jit_compile=False)
    x = np.random.default_rng(0).normal(size=(64, 6, 6, 2)).astype(np.float32)
    outputs = []

    class Looks(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
            outputs.append(self.model(x).numpy())

    deadrelu = DeadReLU(tmp_path, on_sick=None)
    revive = ReviveDeadUnits(deadrelu, seed=0)
    model.fit(x, x[:, 0, 0, :1], batch_size=32, epochs=2, verbose=0, callbacks=[Looks(), deadrelu, revive, Looks()])
    (one,) = revive.rounds
    moved = max(np.abs(after - before).max() for before, after in zip(outputs[::2], outputs[1::2]))
    assert one.units == (0, 3) and one.outgoing_zeroed == (padding == "valid")
    if padding == "valid":
        assert one.reason is None and moved <= 1e-6
    else:
        assert (
            one.reason.startswith("the network's output is not quite as before: a constant that batch") and moved > 1e-4
        )
    assert "incoming weights only" not in capsys.readouterr().out


def test_repairs_are_on_the_timeline(tmp_path: pathlib.Path) -> None:
    deadrelu = DeadReLU(tmp_path)
    fit(network(), deadrelu, ReviveDeadUnits(deadrelu, seed=0, layers="first"), epochs=4)
    first, second = read(tmp_path)["."]["first"], read(tmp_path)["."]["second"]
    assert first.steps.tolist() == [8, 16, 24, 32]
    assert first.revivals is not None and first.last_revival_step is not None
    marked = np.isin(np.arange(6), [1, 4])
    assert first.revivals.tolist() == [[0] * 6] + 3 * [marked.astype(int).tolist()]
    assert first.last_revival_step[-1].tolist() == np.where(marked, 8, -1).tolist()
    assert first.history(1).repaired_at == (8,)
    assert second.revivals is None
    assert second.states()[-1][[0, 2]].tolist() == [UnitState.DEAD] * 2


class Built(keras.callbacks.Callback):
    """Notes after each batch how often the network was built into a step, and the model's own step."""

    def __init__(self) -> None:
        super().__init__()
        self.times: list[int] = []
        self.functions: list[Any] = []

    def on_train_begin(self, logs: Any = None) -> None:
        self.model.layers[0].times = 0

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.times.append(self.model.layers[0].times)
        self.functions.append(self.model.train_function)


@pytest.mark.parametrize(("jit_compile", "steps"), [(False, 1), (True, 1), (False, 4)])
def test_no_training_step_is_built_anew(tmp_path: pathlib.Path, jit_compile: bool, steps: int) -> None:
    """There is one step, for all batches are watched."""
    built = Built()
    deadrelu = DeadReLU(tmp_path, coverage="all")
    revive = ReviveDeadUnits(deadrelu, seed=0)
    fit(network(jit_compile=jit_compile, steps_per_execution=steps), deadrelu, revive, built, epochs=4)
    assert len(revive.rounds) >= 2
    assert len(set(built.times)) == 1 and built.times[0] > 0
    assert len(set(map(id, built.functions))) == 1


def test_each_kind_of_step_is_built_once(tmp_path: pathlib.Path) -> None:
    """Observed, screened, and the model's own, which runs when the repairs have been made."""
    built = Built()
    deadrelu = DeadReLU(tmp_path)
    revive = ReviveDeadUnits(deadrelu, seed=0)
    fit(network(), deadrelu, revive, built, epochs=5, rows=40 * BATCH)
    assert revive.rounds[0].step == 40
    assert len(set(built.times[:40])) == 2 and len(set(built.times)) == 3
    assert len(set(map(id, built.functions))) == 1


def test_without_dead_units_training_is_the_same_bit_for_bit(tmp_path: pathlib.Path) -> None:
    weights = []
    for with_repairs in (False, True):
        keras.utils.set_random_seed(0)
        model = keras.Sequential(
            [keras.Input((4,)), layers.Dense(6, activation="relu"), layers.Dropout(0.5), layers.Dense(2)]
        )
        model.compile("adam", "mse", jit_compile=False)
        deadrelu = DeadReLU(tmp_path / str(with_repairs))
        fit(model, deadrelu, *[ReviveDeadUnits(deadrelu)] * with_repairs)
        weights.append(model.get_weights())
    for one, other in zip(*weights, strict=True):
        assert one.tobytes() == other.tobytes()


def test_the_seed_repeats_a_run(tmp_path: pathlib.Path) -> None:
    runs = []
    for number, seed in enumerate([1, 1, 2]):
        model = network()
        deadrelu = DeadReLU(tmp_path / str(number))
        fit(model, deadrelu, ReviveDeadUnits(deadrelu, seed=seed))
        runs.append(b"".join(one.tobytes() for one in model.get_weights()))
    assert runs[0] == runs[1] != runs[2]


class KillAgain(keras.callbacks.Callback):
    """Units die again in every epoch."""

    def __init__(self, dead: dict[str, list[int]]) -> None:
        super().__init__()
        self.dead = dead

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        if batch == 0:
            kill(self.model, self.dead)


@pytest.mark.parametrize(
    ("update_freq", "every", "steps"),
    [
        ("epoch", "epoch", [8, 16, 24]),
        ("epoch", 1, [8, 16, 24]),
        ("epoch", 9, [16]),
        (4, "epoch", [8, 16, 24]),
        # At the first record after the end of an epoch, or right at it.
        (3, "epoch", [9, 18, 24]),
        (4, 4, [4, 8, 12, 16, 20, 24, 28]),
        (4, 12, [12, 24]),
    ],
)
def test_when_rounds_are(tmp_path: pathlib.Path, update_freq: Any, every: Any, steps: list[int]) -> None:
    model = network(rate=0.0)
    deadrelu = DeadReLU(tmp_path, update_freq)
    thresholds = Thresholds(min_samples=8)
    revive = ReviveDeadUnits(deadrelu, every, seed=0, thresholds=thresholds, layers="first")
    again = KillAgain({"first": [1, 4]})
    again.on_train_batch_begin = lambda batch, logs=None: kill(model, again.dead)
    fit(model, deadrelu, revive, again, epochs=4)
    assert [one.step for one in revive.rounds] == steps


def test_there_is_no_round_after_the_last_epoch(tmp_path: pathlib.Path) -> None:
    model = network(rate=0.0)
    deadrelu = DeadReLU(tmp_path)
    revive = ReviveDeadUnits(deadrelu)
    weights = model.get_weights()
    fit(model, deadrelu, revive, epochs=1)
    assert revive.rounds == []
    for one, other in zip(model.get_weights(), weights, strict=True):
        assert one.tobytes() == other.tobytes()
    # Nor as the next one begins: its weights may be others.
    fit(model, deadrelu, revive, epochs=1)
    assert revive.rounds == []
    fit(model, deadrelu, revive, epochs=2)
    assert [one.step for one in revive.rounds] == [24, 24]


class DieOneByOne(keras.callbacks.Callback):
    """Units 5, 3 and 1 of the first layer die before step 3, 5 and 7."""

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        dead = {3: [5], 5: [3], 7: [1]}.get(int(self.model.optimizer.iterations.numpy()))
        kill(self.model, {"first": dead or []})


def test_what_has_been_dead_longest_goes_first(tmp_path: pathlib.Path) -> None:
    """Never active before active once; then by layer and index."""
    rounds = []
    for options in ({"max_units": 2}, {"max_share": 0.34}, {"max_units": 3, "max_share": 0.01}):
        model = network(rate=0.0)
        model.get_layer("first").bias.assign([0, -1e3, 0, 0, 0, 0])
        model.get_layer("first").kernel.assign(np.eye(4, 6, dtype=np.float32) + 0.1)
        deadrelu = DeadReLU(tmp_path / str(len(rounds)), update_freq=1, coverage="all")
        revive = ReviveDeadUnits(deadrelu, 8, seed=0, thresholds=Thresholds(min_samples=8), **options)
        fit(model, DieOneByOne(), deadrelu, revive, epochs=2)
        rounds.append([(one.layer, one.units) for one in revive.rounds if one.step == 8])
    assert rounds[0] == [("first", (1,)), ("second", (0,))]
    assert rounds[1] == [("first", (1, 5)), ("second", (0,))]
    assert rounds[2] == [("first", (1,)), ("second", (0,))]


def test_units_that_die_again_are_revived_again(tmp_path: pathlib.Path) -> None:
    model = network(rate=0.0)
    deadrelu = DeadReLU(tmp_path)
    revive = ReviveDeadUnits(deadrelu, seed=0, layers=["fir*"])
    fit(model, deadrelu, revive, KillAgain({"first": [1, 4]}), epochs=4)
    assert done(revive) == [(step, "first", (1, 4)) for step in (8, 16, 24)]
    timeline = read(tmp_path)["."]["first"]
    assert timeline.revivals is not None and timeline.revivals[-1].tolist() == [0, 3, 0, 0, 3, 0]


def residual() -> keras.Model:
    """Units that feed a sum, recurrent ones, frozen ones, and an activation that is watched by hand."""

    class Own(keras.layers.Layer):
        def call(self, x: Any) -> Any:
            return watch(keras.ops.relu(x), "mine")

    x = keras.Input((4,))
    h = layers.Dense(4, activation="relu", name="summed")(x)
    h = layers.Dense(4, activation="relu", name="frozen", trainable=False)(layers.Add(name="sum")([h, x]))
    h = Own()(layers.Dense(4, name="linear")(h))
    h = layers.GRU(3, activation="relu", name="gru")(layers.Reshape((2, 2))(h))
    return keras.Model(x, layers.Dense(2, name="last")(h))


def test_what_cannot_be_repaired_is_named_once(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    keras.utils.set_random_seed(0)
    model = residual()
    kill(model, {"summed": [2], "frozen": [1], "linear": [0]})
    gru = model.get_layer("gru").cell
    gru.kernel.assign(np.zeros(gru.kernel.shape))
    gru.recurrent_kernel.assign(np.zeros(gru.recurrent_kernel.shape))
    model.compile(keras.optimizers.SGD(0.0), "mse", jit_compile=False)
    before = model.get_weights()
    deadrelu = DeadReLU(tmp_path, on_sick=None)
    revive = ReviveDeadUnits(deadrelu, seed=0)
    fit(model, deadrelu, revive, KillAgain({"summed": [2]}), epochs=3)
    reason = "'sum' (Add) merges its units with others"
    assert revive.rounds == [repairs.Repair(step, "summed", (2,), False, reason) for step in (8, 16)]
    assert revive.refused == {
        "frozen": "'frozen' (Dense) is frozen",
        "gru": "recurrent units feed themselves, so that their weights can't be told apart",
        "mine": "it is watched by hand, and no layer of the model's",
    }
    changed = [one.path for one, old in zip(model.weights, before, strict=True) if np.any(one.numpy() != old)]
    # The bias is what the unit was killed by again.
    assert changed == ["summed/kernel"]
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        f"Dead units re-initialised at step 8: 1 in summed (incoming weights only: {reason}).",
        *(f"Dead units of {name} can't be re-initialised: {why}." for name, why in revive.refused.items()),
        f"Dead units re-initialised at step 16: 1 in summed (incoming weights only: {reason}).",
    ]


def test_layers_that_a_step_calls_more_often_than_the_graph(tmp_path: pathlib.Path) -> None:
    class Twice(keras.Sequential):
        def compute_loss(self, *args: Any, **options: Any) -> Any:
            x = args[0] if args else options["x"]
            return super().compute_loss(*args, **options) + keras.ops.mean(self.layers[0](x))

    model = Twice([keras.Input((4,)), layers.Dense(4, activation="relu", name="first"), layers.Dense(2)])
    kill(model, {"first": [3]})
    model.compile("sgd", "mse", jit_compile=False)
    deadrelu = DeadReLU(tmp_path)
    revive = ReviveDeadUnits(deadrelu, seed=0)
    fit(model, deadrelu, revive)
    assert [one.reason for one in revive.rounds] == ["a training step calls it 2 times, the model's graph 1 times"]


def test_two_activations_of_the_same_weights(tmp_path: pathlib.Path) -> None:
    model = keras.Sequential(
        [keras.Input((4,)), layers.Dense(4, name="a"), layers.ReLU(name="b"), layers.Dense(2, name="c")]
    )
    model.layers[0].bias.assign([0, -1e3, 0, 0])
    model.compile("sgd", "mse", jit_compile=False)
    deadrelu = DeadReLU(tmp_path, layers=["a", "b"])
    revive = ReviveDeadUnits(deadrelu, seed=0)
    fit(model, deadrelu, revive)
    assert done(revive) == [(8, "b", (1,))]


@pytest.mark.parametrize("verbose", [1, 2])
@pytest.mark.parametrize("every", ["epoch", 4])
def test_lines_are_whole(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str], verbose: int, every: Any) -> None:
    deadrelu = DeadReLU(tmp_path, update_freq=4)
    thresholds = Thresholds(min_samples=8)
    fit(network(), deadrelu, ReviveDeadUnits(deadrelu, every, seed=0, thresholds=thresholds), verbose=verbose)
    lines = re.split(r"[\r\n]+", capsys.readouterr().out)
    said = [line for line in lines if "Dead units" in line]
    assert said[0] == f"Dead units re-initialised at step {8 if every == 'epoch' else 4}: 2 in first, 2 in second."
    assert all(line.startswith("Dead units re-initialised at step ") and line.endswith(".") for line in said)
    # The bar goes on as it was.
    assert sum(line.startswith("Epoch") for line in lines) == 3


def test_nothing_is_printed_if_not_wanted(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    deadrelu = DeadReLU(tmp_path, on_sick=None)
    revive = ReviveDeadUnits(deadrelu, verbose=False)
    fit(network(), deadrelu, revive)
    assert revive.rounds and capsys.readouterr().out == ""


def test_without_interactive_logging_lines_are_logged(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    keras.config.disable_interactive_logging()
    try:
        deadrelu = DeadReLU(tmp_path)
        with caplog.at_level("INFO", "absl"):
            fit(network(), deadrelu, ReviveDeadUnits(deadrelu))
    finally:
        keras.config.enable_interactive_logging()
    assert "Dead units re-initialised at step 8" in caplog.text
    assert capsys.readouterr().out == ""


def test_an_optimizer_that_can_be_reset_in_part_only(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deadrelu = DeadReLU(tmp_path, on_sick=None)
    model = network(optimizer=keras.optimizers.Adafactor(1e-6, epsilon_1=1e-10, name="factored"))
    fit(model, deadrelu, ReviveDeadUnits(deadrelu, layers="first"), epochs=2)
    assert capsys.readouterr().out == (
        "Dead units re-initialised at step 8: 2 in first; optimizer factored goes on with what it keeps of several "
        "units together.\n"
    )


@pytest.mark.parametrize("jit_compile", [False, True])
def test_mixed_precision(tmp_path: pathlib.Path, jit_compile: bool) -> None:
    keras.config.set_dtype_policy("mixed_float16")
    try:
        model = network(optimizer=keras.optimizers.Adam(0.0), jit_compile=jit_compile)
    finally:
        keras.config.set_dtype_policy("float32")
    assert isinstance(model.optimizer, keras.optimizers.LossScaleOptimizer)
    deadrelu = DeadReLU(tmp_path)
    watcher = Watcher()
    revive = ReviveDeadUnits(deadrelu, seed=0)
    fit(model, watcher, deadrelu, revive, watcher.after, epochs=2)
    assert done(revive) == [(8, "first", (1, 4)), (8, "second", (0, 2))]
    for before, after in watcher.pairs:
        np.testing.assert_array_equal(before, after)
    moments = model.optimizer.inner_optimizer._velocities[0].numpy()
    assert np.all(moments[:, 0] > 0)


def test_the_moments_begin_anew_in_fit(tmp_path: pathlib.Path) -> None:
    """Right after the round, before the next batch."""
    model = network(optimizer=keras.optimizers.Adam(0.01))
    seen = []

    class After(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
            if batch + model.optimizer.iterations.numpy() > 0:
                seen.append([np.copy(one) for one in model.optimizer._momentums])

    deadrelu = DeadReLU(tmp_path)
    fit(model, deadrelu, ReviveDeadUnits(deadrelu, seed=0), After(), epochs=2)
    kernel, bias, after = seen[-8][:3]
    assert np.all(kernel[:, [1, 4]] == 0) and np.all(bias[[1, 4]] == 0)
    # What the second layer's revived units had of the first is new as well.
    assert np.all(after[[1, 4]] == 0) and np.all(after[:, [0, 2]] == 0)
    assert np.any(kernel[:, [0, 2, 3, 5]] != 0) and np.any(after[np.ix_([0, 2, 3, 5], [1, 3, 4])] != 0)


def test_the_callback_is_found_by_the_model(tmp_path: pathlib.Path) -> None:
    revive = ReviveDeadUnits(seed=0)
    fit(network(), DeadReLU(tmp_path), revive, epochs=2)
    assert done(revive) == [(8, "first", (1, 4)), (8, "second", (0, 2))]


def test_a_callback_goes_on_in_the_next_fit_and_on_another_model(tmp_path: pathlib.Path) -> None:
    deadrelu = DeadReLU(tmp_path)
    revive = ReviveDeadUnits(deadrelu, seed=0, layers="first")
    model = network(rate=0.0)
    fit(model, deadrelu, revive, epochs=2)
    kill(model, {"first": [0]})
    fit(model, deadrelu, revive, epochs=2)
    assert done(revive) == [(8, "first", (1, 4)), (24, "first", (0,))]
    fit(network(), DeadReLU(tmp_path / "other"), ReviveDeadUnits(), epochs=1)
    fit(network(), deadrelu, revive, epochs=2)
    assert done(revive)[2:] == [(8, "first", (1, 4))]


NEEDS = "ReviveDeadUnits needs {} before it among the callbacks of model '.*', got {}: callbacks="


def test_a_deadrelu_that_is_not_there(tmp_path: pathlib.Path) -> None:
    deadrelu, given = DeadReLU(tmp_path), "the DeadReLU that it is given"
    with pytest.raises(RuntimeError, match=NEEDS.format(given, "none")):
        fit(network(), ReviveDeadUnits(deadrelu))
    with pytest.raises(RuntimeError, match=NEEDS.format("a DeadReLU", "none")):
        fit(network(), ReviveDeadUnits())
    with pytest.raises(RuntimeError, match=NEEDS.format(given, "none")):
        fit(network(), ReviveDeadUnits(deadrelu), deadrelu)
    with pytest.raises(RuntimeError, match=NEEDS.format(given, "another one")):
        fit(network(), DeadReLU(tmp_path / "other"), ReviveDeadUnits(DeadReLU(tmp_path / "third")))
    model = network()
    fit(model, deadrelu, ReviveDeadUnits(deadrelu), epochs=1)
    # What watched an earlier `fit` does not watch this one.
    with pytest.raises(RuntimeError, match=NEEDS.format(given, "none")):
        fit(model, ReviveDeadUnits(deadrelu))
    other = network()
    with pytest.raises(RuntimeError, match=NEEDS.format(given, f"one that watches another model, '{model.name}'")):
        fit(other, ReviveDeadUnits(deadrelu))


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"every": 0}, ValueError, 'every must be "epoch" or a positive integer number of batches, got 0'),
        ({"every": "batch"}, ValueError, "number of batches, got 'batch'"),
        ({"every": True}, ValueError, "number of batches, got True"),
        ({"max_units": 0}, ValueError, "max_units must be a positive integer or None, got 0"),
        ({"max_units": 1.5}, ValueError, "max_units must be a positive integer or None, got 1.5"),
        ({"max_share": 0}, ValueError, "max_share must be above 0 and at most 1, got 0"),
        ({"max_share": 1.01}, ValueError, "max_share must be above 0 and at most 1, got 1.01"),
        ({"max_share": float("nan")}, ValueError, "max_share must be above 0 and at most 1, got nan"),
        ({"deadrelu": "logs"}, TypeError, "deadrelu must be a DeadReLU callback, got str: 'logs'"),
    ],
)
def test_arguments_that_do_not_fit(options: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=re.escape(message)):
        ReviveDeadUnits(**options)


def test_layers_that_are_not_watched(tmp_path: pathlib.Path) -> None:
    deadrelu = DeadReLU(tmp_path)
    message = "layers must be names or patterns of watched layers, got 'third'; watched are: 'first', 'second'."
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        fit(network(), deadrelu, ReviveDeadUnits(deadrelu, layers=["first", "third"]))


def test_run_eagerly(tmp_path: pathlib.Path) -> None:
    deadrelu = DeadReLU(tmp_path)
    revive = ReviveDeadUnits(deadrelu, seed=0)
    fit(network(run_eagerly=True), deadrelu, revive, epochs=2)
    assert done(revive) == [(8, "first", (1, 4)), (8, "second", (0, 2))]
    assert tf.executing_eagerly()


def replicas(directory: pathlib.Path, count: int) -> list[dict[str, Any]]:
    """Trains in so many processes, two replicas in all, and returns what each says."""
    root = pathlib.Path(__file__).parent.parent
    sockets = [socket.create_server(("localhost", 0)) for _ in range(count)]
    cluster = {"worker": [f"localhost:{one.getsockname()[1]}" for one in sockets]}
    for one in sockets:
        one.close()
    running = []
    for index in range(count):
        environment = os.environ | {"PYTHONPATH": str(root), "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
        if count > 1:
            environment["TF_CONFIG"] = json.dumps({"cluster": cluster, "task": {"type": "worker", "index": index}})
        command = [sys.executable, "-m", "tests.revived_replicas", str(directory / str(index))]
        running.append(
            subprocess.Popen(command, cwd=root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        )
    try:
        said = [one.communicate(timeout=240)[0].decode() for one in running]
    finally:
        for one in running:
            one.kill()
            one.wait()
    assert [one.returncode for one in running] == [0] * count, said
    return [json.loads(text.splitlines()[-1]) for text in said]


@pytest.mark.slow
@pytest.mark.parametrize("processes", [1, 2])
def test_all_replicas_have_the_same_weights(tmp_path: pathlib.Path, processes: int) -> None:
    results = replicas(tmp_path, processes)
    for result in results:
        assert result["rounds"] == [[8, "first", [1, 4], True], [8, "second", [0, 2], True]]
        assert result["copies"] == 2 // processes and result["same"]
        assert result["difference"] <= 1e-6
        assert result["moments"] == 0
        assert result["values"] == results[0]["values"]
    assert results[0]["unseeded"] == (
        ""
        if processes == 1
        else "seed must be given where several workers train, for all to draw the same weights, got None."
    )
    # One line, by the chief.
    assert [result["lines"] for result in results] == [1, 0][:processes]
