"""Counts on given data, and the table of a model's layers."""

from __future__ import annotations

import itertools
import pathlib
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import keras

from tb_deadrelu_plugin.keras import DeadReLU, LayerRow, check_units, layer_table
from tests import training

pytestmark = pytest.mark.tensorflow

layers = keras.layers


def outputs_of(model: keras.Model, names: list[str]) -> keras.Model:
    return keras.Model(model.inputs, [model.get_layer(name).output for name in names])


def test_counts_are_those_of_the_outputs() -> None:
    model = training.cnn()
    model.get_layer("conv2d").set_weights([np.zeros([3, 3, 2, 4]), np.array([-1.0, 0.0, 1.0, 0.5])])
    x, _ = training.data((8, 8, 2), rows=30)
    names = ["conv2d", "relu_layer", "conv1d", "conv3d"]
    checks = check_units(model, x, batch_size=7)
    assert list(checks) == names
    for name, output in zip(names, outputs_of(model, names).predict(x, verbose=0)):
        rows = output.reshape(-1, output.shape[-1])
        check = checks[name]
        assert check.samples == len(rows), name
        assert check.active.tolist() == np.count_nonzero(rows, axis=0).tolist(), name
        assert check.never_active.tolist() == np.flatnonzero(np.all(rows == 0, axis=0)).tolist(), name
        assert check.always_on.tolist() == np.flatnonzero(np.all(rows != 0, axis=0)).tolist(), name
        np.testing.assert_allclose(check.fraction, np.mean(rows == 0, axis=0), rtol=1e-6)
    assert checks["conv2d"].never_active.tolist() == [0, 1]
    assert checks["conv2d"].always_on.tolist() == [2, 3]


def test_leaky_units_are_never_dead() -> None:
    model = keras.Sequential([layers.Input([2]), layers.Dense(3), layers.LeakyReLU(name="leaky")])
    model.layers[0].set_weights([np.zeros([2, 3]), np.array([-1.0, 0.0, 1.0])])
    (check,) = check_units(model, np.ones([5, 2], np.float32)).values()
    assert check.fraction_name == "negative_fraction"
    assert check.fraction.tolist() == [1, 1, 0]
    assert check.never_active.tolist() == [] and check.always_on.tolist() == [2]


def test_identity_on_the_data_is_always_on() -> None:
    model = keras.Sequential([layers.Input([1]), layers.Dense(1, "relu", name="hinge"), layers.Dense(1)])
    grid = np.linspace(-5, 5, 1000, dtype=np.float32)[:, None]
    model.get_layer("hinge").set_weights([np.ones([1, 1]), np.zeros(1)])
    assert check_units(model, grid)["hinge"].fraction.tolist() == [0.5]
    model.get_layer("hinge").set_weights([np.ones([1, 1]), np.array([6.0])])
    assert check_units(model, grid)["hinge"].always_on.tolist() == [0]


def test_rows_with_nan_prove_nothing() -> None:
    model = training.small()
    model.get_layer("hidden").set_weights([np.zeros([6, 5]), np.array([-1.0, 1.0, -1.0, 1.0, -1.0])])
    x = np.ones([4, 6], np.float32)
    x[1, 0] = np.nan
    check = check_units(model, x)["hidden"]
    assert check.non_finite.tolist() == [1] * 5
    assert check.active.tolist() == [0, 3, 0, 3, 0]
    assert check.fraction.tolist() == [1, 0, 1, 0, 1]
    assert check.never_active.tolist() == [] == check.always_on.tolist()


def test_inference_mode_and_a_model_left_as_it_was() -> None:
    model = keras.Sequential([layers.Input([4]), layers.Dropout(0.9), layers.Dense(3, "relu", name="hidden")])
    x = np.random.default_rng(0).normal(size=(50, 4)).astype(np.float32)
    before = [vars(layer).copy() for layer in model.layers]
    checks = [check_units(model, x)["hidden"].active.tolist() for _ in range(2)]
    assert checks == [np.count_nonzero(model.predict(x, verbose=0), axis=0).tolist()] * 2
    assert [vars(layer) for layer in model.layers] == before


@pytest.mark.parametrize("kind", [list, tuple, dict])
def test_several_inputs(kind: Any) -> None:
    a, b = keras.Input([3], name="a"), keras.Input([3], name="b")
    hidden = layers.Dense(4, "relu", name="hidden")(layers.Concatenate()([a, b]))
    parts = dict(zip("ab", np.random.default_rng(0).normal(size=(2, 20, 3)).astype(np.float32)))
    model = keras.Model({"a": a, "b": b} if kind is dict else [a, b], hidden)
    x = parts if kind is dict else kind(parts.values())
    expected = np.count_nonzero(model.predict(x, verbose=0), axis=0)
    assert check_units(model, x)["hidden"].active.tolist() == expected.tolist()


def test_chosen_layers_and_threshold() -> None:
    model = training.small()
    x, _ = training.data((6,))
    assert list(check_units(model, x, layers=["out"])) == ["out"]
    assert not check_units(model, x, threshold=1e9)["hidden"].active.any()


def test_table_of_the_autoencoder_adds_up() -> None:
    sizes = [1602, 1024, 8, 4, 3, 4, 8, 1024, 1602]
    model = keras.Sequential([layers.Input([1602])])
    for size in sizes[1:-1]:
        model.add(layers.Dense(size, kernel_initializer="zeros"))
        model.add(layers.LeakyReLU())
    model.add(layers.Dense(1602, "sigmoid", kernel_initializer="zeros"))
    rows = layer_table(model)
    dense = [row for row in rows if row.layer_type == "Dense"]
    assert [row.parameters for row in dense] == [1641472, 8200, 36, 15, 16, 40, 9216, 1642050]
    assert [row.kernel_parameters for row in dense] == [a * b for a, b in itertools.pairwise(sizes)]
    assert [row.bias_parameters for row in dense] == [row.units for row in dense] == sizes[1:]
    assert sum(row.parameters for row in rows) == model.count_params() == 3301045
    assert {row.layer_type for row in rows} == {"Dense", "LeakyReLU"}


def test_table_of_other_layers_adds_up() -> None:
    inner = keras.Sequential(
        [layers.Input([5, 4]), layers.GRU(3, name="gru"), layers.BatchNormalization(name="norm")], name="inner"
    )
    model = keras.Sequential(
        [layers.Input([5, 2]), layers.Conv1D(4, 1, activation="relu", name="conv"), inner, layers.PReLU(name="prelu")]
    )
    rows = {row.name: row for row in layer_table(model)}
    assert list(rows) == ["conv", "inner/gru", "inner/norm", "prelu"]
    assert rows["conv"] == LayerRow("conv", "Conv1D", "relu", 4, 8, 4, 0)
    assert rows["inner/gru"] == LayerRow("inner/gru", "GRU", "tanh", 3, 63, 18, 0)
    assert rows["prelu"].other_parameters == 3
    assert sum(row.parameters for row in rows.values()) == model.count_params()


class Reseed(keras.callbacks.Callback):
    """Begins anew with other weights every few epochs, and keeps what is needed to judge each of them."""

    def __init__(self, beginnings: list[list[np.ndarray]], epochs: int, watcher: DeadReLU) -> None:
        super().__init__()
        self._beginnings = beginnings
        self._epochs = epochs
        self._watcher = watcher
        self.verdicts: list[dict[str, list[int]]] = []
        self.finals: list[list[np.ndarray]] = []
        self.last_epochs: list[list[list[np.ndarray]]] = []

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        if epoch % self._epochs == 0:
            self.model.set_weights(self._beginnings[epoch // self._epochs])
            for variable in self.model.optimizer.variables:
                if "learning_rate" not in variable.path:
                    variable.assign(np.zeros(variable.shape))
        self._last_epoch: list[list[np.ndarray]] = []

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        self._last_epoch.append(self.model.get_weights())

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if epoch % self._epochs == self._epochs - 1:
            dead = self._watcher.monitor.dead_units()
            self.verdicts.append({name: units.tolist() for name, units in dead.items()})
            self.finals.append(self.model.get_weights())
            self.last_epochs.append(self._last_epoch)


def gru_autoencoder(steps: int, features: int) -> keras.Sequential:
    relu = {"activation": "relu", "return_sequences": True}
    return keras.Sequential(
        [
            layers.Input([steps, features]),
            layers.GRU(8, name="E1", **relu),
            layers.GRU(4, activation="relu", name="E2"),
            layers.RepeatVector(steps),
            layers.GRU(4, name="D1", **relu),
            layers.GRU(8, name="D2", **relu),
            layers.TimeDistributed(layers.Dense(features)),
        ]
    )


@pytest.mark.slow
def test_verdicts_on_a_gru_autoencoder_over_many_seeds(tmp_path: pathlib.Path) -> None:
    seeds, epochs, names = 5, 5, ["E1", "E2", "D1", "D2"]
    rng = np.random.default_rng(0)
    phase = rng.uniform(0, 6, (256, 1, 4))
    x = (np.sin(phase + np.arange(8)[:, None] / rng.uniform(1, 3, (256, 1, 1))) + 1).astype(np.float32)
    beginnings = []
    for seed in range(seeds):
        keras.utils.set_random_seed(seed)
        beginnings.append(gru_autoencoder(8, 4).get_weights())
    model = gru_autoencoder(8, 4)
    model.compile(keras.optimizers.Adam(0.01), "mse", jit_compile=False)
    watcher = DeadReLU(tmp_path)
    reseed = Reseed(beginnings, epochs, watcher)
    # One training for all seeds, so that its step is built once.
    model.fit(x, x, batch_size=64, epochs=seeds * epochs, shuffle=False, verbose=0, callbacks=[watcher, reseed])
    extractor = outputs_of(model, names)

    def active_units(rows: np.ndarray) -> list[np.ndarray]:
        outputs = extractor.predict_on_batch(rows)
        return [np.any(output.reshape(-1, output.shape[-1]) != 0, axis=0) for output in outputs]

    dead_seeds, dead_at_the_end = 0, 0
    for verdict, final, last_epoch in zip(reseed.verdicts, reseed.finals, reseed.last_epochs):
        # During training: dead is what no batch of the last epoch has activated, with the weights of its step.
        seen = [np.zeros(units, bool) for units in (8, 4, 4, 8)]
        for batch, weights in enumerate(last_epoch):
            model.set_weights(weights)
            seen = [a | b for a, b in zip(seen, active_units(x[64 * batch : 64 * batch + 64]))]
        assert verdict == {name: np.flatnonzero(~units).tolist() for name, units in zip(names, seen)}
        # After training: what is zero in every row.
        model.set_weights(final)
        checks = check_units(model, x)
        truth = {name: np.flatnonzero(~units).tolist() for name, units in zip(names, active_units(x))}
        assert {name: check.never_active.tolist() for name, check in checks.items()} == truth
        dead_seeds += any(map(bool, truth.values()))
        dead_at_the_end += sum(map(len, truth.values()))
    assert dead_seeds >= 3 and dead_at_the_end < seeds * 24
