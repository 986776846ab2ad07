"""Each cause in a real training that has it, and in one that is alike and has it not."""

from __future__ import annotations

import pathlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="networks are trained")

import keras

from tb_deadrelu_plugin import event_files, metadata, read, report
from tb_deadrelu_plugin.diagnosis.diagnose import Cause, Finding
from tb_deadrelu_plugin.keras import DeadReLU
from tb_deadrelu_plugin.run_overview.overview_series import OverviewSeries
from tb_deadrelu_plugin.timeline import Timeline
from tests.planted import ten_of

pytestmark = pytest.mark.tensorflow

ROWS, FEATURES, BATCH = 512, 8, 32
EPOCH = ROWS // BATCH

Found = dict[Cause, list[Finding]]


def given(low: float = -1.0, high: float = 1.0) -> np.ndarray:
    return np.random.default_rng(0).uniform(low, high, (ROWS, FEATURES)).astype(np.float32)


def wanted(x: np.ndarray) -> np.ndarray:
    scaled = (x - x.mean()) / (x.std() or 1)
    return np.sin(2 * scaled[:, :2]).sum(1, keepdims=True).astype(np.float32)


def dense(units: int, name: str, **options: Any) -> keras.layers.Dense:
    return keras.layers.Dense(
        units, **{"activation": "relu", "kernel_initializer": "he_normal", "name": name} | options
    )


def network(*hidden: keras.layers.Layer, output: keras.layers.Layer | None = None) -> keras.Sequential:
    return keras.Sequential([keras.Input((FEATURES,)), *hidden, output or keras.layers.Dense(1, name="output")])


def diagnosed(
    model: keras.Model,
    x: Any,
    y: np.ndarray | None,
    directory: pathlib.Path,
    *,
    optimizer: Any = None,
    epochs: int = 10,
    every: int | str = 4,
    batch: int = BATCH,
    loss: str = "mse",
    callbacks: tuple[keras.callbacks.Callback, ...] = (),
) -> dict[str, Found]:
    """Trains, and returns {layer: {cause: findings}}, from the files; those told in the script must be the same."""
    model.compile(optimizer or keras.optimizers.SGD(0.01), loss, jit_compile=False)
    callback = DeadReLU(directory, update_freq=every, on_sick=None)
    size = {} if isinstance(x, keras.utils.PyDataset) else {"batch_size": batch}
    model.fit(x, y, epochs=epochs, verbose=0, callbacks=[*callbacks, callback], **size)
    files = event_files.find_event_files(str(directory))["."]
    (overviews,) = event_files.read_run(files, chosen=metadata.is_overview).values()
    made = report.report(".", read(directory)["."], OverviewSeries(".", overviews.stored))
    found: dict[str, Found] = {}
    for layer in made.layers:
        found[layer.layer] = {}
        for finding in layer.findings:
            found[layer.layer].setdefault(finding.cause, []).append(finding)
        dead = [finding.units for finding in layer.findings if finding.cause not in _ALIVE]
        # Each dead unit has one cause.
        assert sorted(np.concatenate(dead).tolist() if dead else []) == list(layer.dead_units)
    assert callback.monitor is not None
    in_script = {one.layer: [f.cause for f in one.findings] for one in callback.monitor.verdict().layers}
    assert in_script == {one.layer: [f.cause for f in one.findings] for one in made.layers}
    return found


_ALIVE = {Cause.ALWAYS_ON, Cause.NO_GRADIENT_FROM_DOWNSTREAM}


def only(found: Found, cause: Cause) -> Finding:
    assert list(found) == [cause], found
    (finding,) = found[cause]
    return finding


@pytest.fixture(autouse=True)
def seeded() -> None:
    keras.utils.set_random_seed(0)


def test_a_healthy_run_has_none(tmp_path: pathlib.Path) -> None:
    x = given()
    assert diagnosed(network(dense(24, "one"), dense(24, "two")), x, wanted(x), tmp_path) == {"one": {}, "two": {}}


@pytest.mark.parametrize("mean", [-0.5, 0.3])
def test_born_dead(tmp_path: pathlib.Path, mean: float) -> None:
    x = given(0.0, 1.0)
    first = dense(32, "hidden", kernel_initializer=keras.initializers.RandomNormal(mean, 0.5, seed=2))
    model = network(first)
    never = np.flatnonzero((x @ first.get_weights()[0] <= 0).all(0))
    found = diagnosed(model, x, wanted(x), tmp_path, optimizer=keras.optimizers.SGD(0.001))["hidden"]
    if mean < 0:
        finding = only(found, Cause.BORN_DEAD)
        assert finding.units.tolist() == never.tolist() and len(never) > 8 and finding.step == 0
        assert "never active since training began, in 0 of at least" in finding.evidence
    else:
        assert len(never) == 0 and Cause.BORN_DEAD not in found


@pytest.mark.parametrize("earlier", [True, False])
def test_weights_of_an_earlier_training(tmp_path: pathlib.Path, earlier: bool) -> None:
    """Units that a rate too high has killed, in a model that their weights are loaded into: no initialisation did it."""
    x = given()
    killed = network(dense(32, "one"), dense(32, "two"))
    killed.compile(keras.optimizers.SGD(5.0, global_clipnorm=1.0), "mse", jit_compile=False)
    killed.fit(x, wanted(x), batch_size=BATCH, epochs=2, verbose=0)
    model = network(dense(32, "one"), dense(32, "two", bias_initializer=keras.initializers.Constant(-2.0)))
    if earlier:
        model.set_weights(killed.get_weights())
    found = diagnosed(model, x, wanted(x), tmp_path, optimizer=keras.optimizers.SGD(1e-4))["two"]
    finding = only(found, Cause.UNKNOWN if earlier else Cause.BORN_DEAD)
    assert len(finding.units) > 4
    assert ("weights were not those of the initializers" in finding.evidence) == earlier
    assert ("with the weights that the initializers gave" in finding.evidence) != earlier


class RateAt(keras.callbacks.Callback):
    """Another learning rate from some step to another."""

    def __init__(self, rate: float, first: int, last: int) -> None:
        super().__init__()
        self._rate, self._first, self._last, self._step = rate, first, last, 0

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        self._step += 1
        if self._step == self._first:
            self._usual = float(self.model.optimizer.learning_rate)
            self.model.optimizer.learning_rate.assign(self._rate)
        elif self._step == self._last:
            self.model.optimizer.learning_rate.assign(self._usual)


@pytest.mark.parametrize("rate", [5.0, 0.02])
def test_burst(tmp_path: pathlib.Path, rate: float) -> None:
    x = given()
    spike = RateAt(rate, first=100, last=108)
    optimizer = keras.optimizers.SGD(0.02, global_clipnorm=1.0)
    model = network(dense(32, "one"), dense(32, "two"))
    layers = diagnosed(model, x, wanted(x), tmp_path, optimizer=optimizer, epochs=14, callbacks=(spike,))
    bursts = [finding for found in layers.values() for finding in found.get(Cause.BURST, [])]
    if rate > 1:
        assert sum(len(finding.units) for finding in bursts) > 16
        for finding in bursts:
            assert finding.step is not None and 95 <= finding.step <= 106
            assert "the learning rate rose from 0.02 to 5" in finding.evidence
    else:
        assert not bursts


@pytest.mark.parametrize("rate", [3.0, 0.01])
def test_a_rate_that_is_too_high_from_the_start(tmp_path: pathlib.Path, rate: float) -> None:
    x = given()
    optimizer = keras.optimizers.SGD(rate, global_clipnorm=1.0)
    layers = diagnosed(network(dense(32, "one"), dense(32, "two")), x, wanted(x), tmp_path, optimizer=optimizer)
    bursts = [finding for found in layers.values() for finding in found.get(Cause.BURST, [])]
    assert bool(bursts) == (rate > 1)
    assert all(finding.advice.startswith("Lower the learning rate") for finding in bursts)


@pytest.mark.parametrize("seed", range(3))
def test_states_do_not_depend_on_missing_records(tmp_path: pathlib.Path, seed: int) -> None:
    """10 of 90 records, as TensorBoard keeps them: no unit that is dead is silent for lack of those in between."""
    x = given()
    keras.utils.set_random_seed(seed)
    model = network(dense(32, "one"), dense(32, "two"))
    optimizer = keras.optimizers.SGD(2.0, global_clipnorm=1.0)
    model.compile(optimizer, "mse", jit_compile=False)
    watching = DeadReLU(tmp_path, update_freq=4, on_sick=None)
    model.fit(x, wanted(x), batch_size=BATCH, epochs=23, verbose=0, callbacks=[watching])
    files = event_files.find_event_files(str(tmp_path))["."]
    whole, keep, dead = read(tmp_path)["."], ten_of(90, seed), 0
    for name, layer in event_files.read_run(files, chosen=lambda of: not metadata.is_overview(of)).items():
        timeline = whole[name]
        kept = Timeline(".", name, timeline.info, [layer.stored[position] for position in keep])
        np.testing.assert_array_equal(kept.states(), timeline.states()[keep])
        np.testing.assert_array_equal(kept.samples_since_active, timeline.samples_since_active[keep])
        dead += len(kept.dead_units())
    assert dead > 8


@pytest.mark.parametrize("target", [-6.0, 6.0])
def test_bias_drift(tmp_path: pathlib.Path, target: float) -> None:
    """Outgoing weights that stay positive, and outputs that are to fall: they take the biases with them."""
    x = np.random.default_rng(0).normal(size=(ROWS, FEATURES)).astype(np.float32)
    found = diagnosed(
        network(dense(16, "hidden", kernel_constraint="unit_norm"), output=_positive()),
        x,
        np.full((ROWS, 1), target, np.float32),
        tmp_path,
        optimizer=keras.optimizers.SGD(0.01, momentum=0.9),
        epochs=20,
    )["hidden"]
    if target < 0:
        finding = only(found, Cause.BIAS_DRIFT)
        assert len(finding.units) > 12 and finding.statistic == "bias"
        assert "until then the bias fell from -0" in finding.evidence
    else:
        assert Cause.BIAS_DRIFT not in found


def _positive() -> keras.layers.Dense:
    return keras.layers.Dense(1, kernel_initializer=keras.initializers.Constant(0.3), trainable=False, name="output")


def test_units_that_shrink_away_together_are_no_burst(tmp_path: pathlib.Path) -> None:
    """As before, but for the constraint: kernels shrink as biases fall, at a rate and a loss that never rise."""
    x = np.random.default_rng(0).normal(size=(ROWS, FEATURES)).astype(np.float32)
    y = np.full((ROWS, 1), -6.0, np.float32)
    optimizer = keras.optimizers.SGD(0.001, momentum=0.95)
    found = diagnosed(network(dense(16, "hidden"), output=_positive()), x, y, tmp_path, optimizer=optimizer, epochs=12)
    assert len(only(found["hidden"], Cause.UNKNOWN).units) == 16


@pytest.mark.parametrize("dead", [16, 8])
def test_dead_input(tmp_path: pathlib.Path, dead: int) -> None:
    x = given()
    bias = np.where(np.arange(16) < dead, -50.0, 0.1)
    first = dense(16, "one", bias_initializer=lambda shape, dtype: keras.ops.convert_to_tensor(bias, dtype))
    second = dense(16, "two", bias_initializer=keras.initializers.RandomNormal(0, 0.5, seed=1))
    layers = diagnosed(network(first, second), x, wanted(x), tmp_path)
    assert len(only(layers["one"], Cause.BORN_DEAD).units) == dead
    if dead == 16:
        finding = only(layers["two"], Cause.DEAD_INPUT)
        assert 4 < len(finding.units) < 12
        assert "all units of one, before this layer, are dead and were never active" in finding.evidence
    else:
        assert Cause.DEAD_INPUT not in layers["two"]


@pytest.mark.parametrize("constant", [True, False])
def test_constant_input(tmp_path: pathlib.Path, constant: bool) -> None:
    x = given()
    y = wanted(x)
    found = diagnosed(network(dense(16, "hidden")), x[:1].repeat(ROWS, 0) if constant else x, y, tmp_path)["hidden"]
    if constant:
        finding = found[Cause.DEAD_INPUT][0]
        assert len(finding.units) > 2
        assert "every feature of the model's input had one and the same value" in finding.evidence
    else:
        assert Cause.DEAD_INPUT not in found


@pytest.mark.parametrize("constant", [True, False])
def test_batches_of_one_row(tmp_path: pathlib.Path, constant: bool) -> None:
    """Each record has one value per feature: whether records have the same one tells what is constant."""
    x = given()[:64]
    x = x[:1].repeat(64, 0) if constant else x
    found = diagnosed(_with_biases(), x, x[:, :1], tmp_path, batch=1, every="batch", epochs=3)["hidden"]
    dead = [cause for cause in found if cause not in _ALIVE]
    assert dead == [Cause.DEAD_INPUT if constant else Cause.BORN_DEAD]


def _with_biases() -> keras.Sequential:
    return network(dense(16, "hidden", bias_initializer=keras.initializers.RandomNormal(-1.5, 1, seed=1)))


class Batches(keras.utils.PyDataset):
    """Rows that become others in some epoch."""

    def __init__(self, x: np.ndarray, y: np.ndarray, late: Callable[[np.ndarray], np.ndarray], first: int) -> None:
        super().__init__()
        self._x, self._y, self._late, self._first, self._epoch = x, y, late, first, 0

    def __len__(self) -> int:
        return EPOCH

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        x, y = (one[index * BATCH :][:BATCH] for one in (self._x, self._y))
        return (x if self._epoch < self._first else self._late(x)), y

    def on_epoch_end(self) -> None:
        self._epoch += 1


@pytest.mark.parametrize("rate", [0.0, 0.01])
@pytest.mark.parametrize("late", ["nothing", "small", "the same"])
def test_input_that_changes(tmp_path: pathlib.Path, late: str, rate: float) -> None:
    """Weights that hardly move, or not at all: what kills units is what they are given."""
    x = given()
    becomes = {"nothing": lambda x: 0 * x, "small": lambda x: x / 50, "the same": lambda x: x}[late]
    batches = Batches(x, wanted(x), becomes, 4)
    optimizer = keras.optimizers.SGD(rate, global_clipnorm=0.1)
    found = diagnosed(_with_biases(), batches, None, tmp_path, optimizer=optimizer)["hidden"]
    cause = {"nothing": Cause.DEAD_INPUT, "small": Cause.INPUT_CHANGE}.get(late)
    assert set(found) <= {cause, Cause.BORN_DEAD, Cause.UNKNOWN}
    if cause is not None:
        (finding,) = found[cause]
        assert len(finding.units) > 4 and "rose" not in finding.evidence
        # Keras tells data sets of the end of an epoch before the first one as well.
        assert f"after step {3 * EPOCH}" in finding.advice and f"step {3 * EPOCH}" in finding.evidence


@pytest.mark.parametrize("scaled", [False, True])
def test_input_scale(tmp_path: pathlib.Path, scaled: bool) -> None:
    x = given(0.0, 255.0)
    y = wanted(x)
    model = network(dense(32, "one"), dense(32, "two"))
    x = (x - x.mean()) / x.std() if scaled else x
    layers = diagnosed(model, x, y, tmp_path, optimizer=keras.optimizers.Adam(0.03), epochs=8)
    findings = [finding for found in layers.values() for finding in found.get(Cause.INPUT_SCALE, [])]
    if scaled:
        assert not findings
    else:
        assert sum(len(finding.units) for finding in findings) > 16
        assert all("the model's input ranges from 0.0803 to 255, mean 127" in finding.evidence for finding in findings)


@pytest.mark.parametrize("bias", [-1e4, 0.0])
def test_bias_and_input_scale(tmp_path: pathlib.Path, bias: float) -> None:
    """Units that a bias keeps from ever being active, and those that an input of one sign does."""
    x = given(0.0, 256.0)
    kernel = np.abs(np.random.default_rng(0).normal(size=(FEATURES, 16))) * np.where(np.arange(16) < 8, 1, -1)
    positive = np.random.default_rng(1).uniform(0, 1, (FEATURES, 8))
    values = np.where(np.arange(24) < 8, bias, 0.0)
    weights = {"kernel_initializer": np.concatenate([kernel, positive], 1), "bias_initializer": values}
    given_values = {
        name: lambda shape, dtype, value=value: keras.ops.convert_to_tensor(value, dtype)
        for name, value in weights.items()
    }
    model = network(dense(24, "hidden", **given_values))
    found = diagnosed(model, x, wanted(x), tmp_path, optimizer=keras.optimizers.SGD(1e-7))["hidden"]
    scale = only({cause: some for cause, some in found.items() if cause == Cause.INPUT_SCALE}, Cause.INPUT_SCALE)
    assert scale.units.tolist() == list(range(8, 16))
    assert (Cause.BORN_DEAD in found) == bool(bias)
    if bias:
        assert found[Cause.BORN_DEAD][0].units.tolist() == list(range(8))


@pytest.mark.parametrize("bias", [500.0, 0.0])
def test_no_gradient_from_downstream(tmp_path: pathlib.Path, bias: float) -> None:
    x = given()
    output = keras.layers.Dense(1, "sigmoid", bias_initializer=keras.initializers.Constant(bias), name="output")
    model = network(dense(16, "one"), dense(16, "two"), output=output)
    layers = diagnosed(model, x, 0.5 + wanted(x) / 5, tmp_path)
    if bias:
        for name in ("one", "two"):
            finding = only(layers[name], Cause.NO_GRADIENT_FROM_DOWNSTREAM)
            assert len(finding.units) == 16 and finding.statistic == "gradient_norm"
            assert "no layer gets a gradient, so it is lost at the output or in the loss" in finding.evidence
    else:
        assert layers == {"one": {}, "two": {}}


@pytest.mark.parametrize("penalty", [1e-3, None])
def test_no_gradient_of_what_is_learned(tmp_path: pathlib.Path, penalty: float | None) -> None:
    """A hinge that all samples are past: a penalty keeps the total loss from 0, and nothing is wrong."""
    x = given()
    y = np.sign(x[:, :1])
    x[:, 0] += 2 * y[:, 0]
    hidden = dense(16, "hidden", kernel_regularizer=None if penalty is None else keras.regularizers.L2(penalty))
    optimizer = keras.optimizers.Adam(0.03)
    found = diagnosed(network(hidden), x, y, tmp_path, optimizer=optimizer, epochs=12, loss="hinge")["hidden"]
    assert Cause.NO_GRADIENT_FROM_DOWNSTREAM not in found


@pytest.mark.parametrize("low", [0.0, -5.0])
def test_always_on(tmp_path: pathlib.Path, low: float) -> None:
    """A ReLU that behaves like the identity: it is never given anything below 0."""
    x = np.linspace(low, 5.0, ROWS, dtype=np.float32)[:, None] + np.float32(1e-3)
    model = keras.Sequential(
        [keras.Input((1,)), dense(1, "hinge", kernel_initializer="ones"), keras.layers.Dense(1, name="output")]
    )
    found = diagnosed(model, x, np.maximum(x, 0), tmp_path, optimizer=keras.optimizers.SGD(1e-4))["hinge"]
    if low == 0:
        assert "the layer is linear on this data" in only(found, Cause.ALWAYS_ON).evidence
    else:
        assert found == {}


@pytest.mark.parametrize("from_start", [False, True])
def test_unknown(tmp_path: pathlib.Path, from_start: bool) -> None:
    """Units that were dead when recording began: of what, nobody has seen."""
    x = given()
    model = network(dense(16, "hidden", bias_initializer=keras.initializers.RandomNormal(-2, 2, seed=1)))
    if not from_start:
        model.compile(keras.optimizers.SGD(0.01), "mse", jit_compile=False)
        model.fit(x, wanted(x), batch_size=BATCH, epochs=3, verbose=0)
        optimizer = model.optimizer
    found = diagnosed(model, x, wanted(x), tmp_path, optimizer=None if from_start else optimizer)["hidden"]
    finding = only(found, Cause.BORN_DEAD if from_start else Cause.UNKNOWN)
    assert 2 < len(finding.units) < 14
    if not from_start:
        assert f"since recording began at step {3 * EPOCH}; what was before is not recorded" in finding.evidence


def _dropped() -> keras.Sequential:
    return network(dense(24, "one"), keras.layers.Dropout(0.9), dense(24, "two"), keras.layers.Dropout(0.9))


def _padded() -> keras.Sequential:
    return keras.Sequential(
        [
            keras.Input((10, FEATURES)),
            keras.layers.Masking(),
            dense(12, "one"),
            keras.layers.SimpleRNN(8, "relu", recurrent_initializer="glorot_uniform", name="two"),
            keras.layers.Dense(1, name="output"),
        ]
    )


@pytest.mark.parametrize("make", [_dropped, _padded])
def test_zeros_of_dropout_and_padding_are_no_finding(
    tmp_path: pathlib.Path, make: Callable[[], keras.Sequential]
) -> None:
    x = given()
    y = wanted(x)
    if make is _padded:
        x = np.concatenate([x[:, None], np.zeros((ROWS, 9, FEATURES), np.float32)], 1)
    assert diagnosed(make(), x, y, tmp_path) == {"one": {}, "two": {}}
