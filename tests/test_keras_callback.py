"""The callback leaves the model as it found it, and works beside other callbacks, also when training raises."""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import keras

from tb_deadrelu_plugin import UnitState, read
from tb_deadrelu_plugin.keras import DeadReLU
from tb_deadrelu_plugin.tensorflow import Monitor
from tests import training

pytestmark = pytest.mark.tensorflow


class Failure(Exception):
    """Raised on purpose."""


class Raises(keras.callbacks.Callback):
    """Raises at one point of training."""

    def __init__(self, at: str, error: type[BaseException] = Failure) -> None:
        super().__init__()
        self._error = error
        setattr(self, at, self._fail)

    def _fail(self, index: int, logs: Any = None) -> None:
        if index == 1:
            raise self._error("on purpose")


def fit(model: keras.Model, x: Any, y: Any, *callbacks: Any, epochs: int = 2, **options: Any) -> Any:
    return model.fit(x, y, batch_size=16, epochs=epochs, shuffle=False, verbose=0, callbacks=[*callbacks], **options)


def looks(model: keras.Model) -> list[Any]:
    """What can be seen of a model and its layers."""
    # Keras makes these anew at every `fit`.
    passing = {"history", "train_function", "test_function", "stop_training", "_eval_epoch_iterator"}
    seen: list[Any] = [model.to_json()]
    for owner in (model, *model._flatten_layers(include_self=False)):
        attributes = vars(owner)
        seen.append({name: id(value) for name, value in attributes.items() if name not in passing})
        seen.append(set(attributes) - {"_eval_epoch_iterator"})
    return seen


def assert_as_found(model: keras.Model, before: list[Any]) -> None:
    assert looks(model) == before
    assert "tb_deadrelu_plugin" not in type(model.train_function).__module__


def trained_twin(build: Callable[..., keras.Model], x: Any, y: Any, weights: list[np.ndarray], **options: Any) -> list:
    """The weights of a never-watched model that begins with `weights`, after one `fit`."""
    twin = build(**options)
    twin.set_weights(weights)
    fit(twin, x, y)
    return twin.get_weights()


@pytest.mark.parametrize("build", [training.mlp, training.rnn])
def test_model_is_left_as_found(tmp_path: pathlib.Path, build: Callable[..., keras.Model]) -> None:
    shape = {training.mlp: (6,), training.rnn: (5, 3)}[build]
    x, y = training.data(shape, rows=16)
    model = build(run_eagerly=True)
    fit(model, x, y, epochs=1)
    before = looks(model)
    fit(model, x, y, DeadReLU(tmp_path), epochs=1)
    assert_as_found(model, before)


def test_model_is_as_found_between_the_steps(tmp_path: pathlib.Path) -> None:
    class Looks(keras.callbacks.Callback):
        count = 0

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            assert_as_found(self.model, before)
            self.count += 1

        on_epoch_begin = on_epoch_end = on_train_batch_end

    x, y = training.data((6,))
    model = training.small()
    fit(model, x, y)
    before = looks(model)
    watcher = Looks()
    fit(model, x, y, DeadReLU(tmp_path), watcher)
    assert watcher.count == 10


def test_checkpoints_of_the_whole_model(tmp_path: pathlib.Path) -> None:
    class Predictions(keras.callbacks.Callback):
        def __init__(self) -> None:
            super().__init__()
            self.at_epoch: list[np.ndarray] = []

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            self.at_epoch.append(self.model.predict(x, verbose=0))

    x, y = training.data((6,))
    model, twin = training.mlp(), training.mlp()
    predictions = Predictions()
    epochs = keras.callbacks.ModelCheckpoint(str(tmp_path / "epoch{epoch}.keras"))
    batches = keras.callbacks.ModelCheckpoint(str(tmp_path / "batch{batch}.keras"), save_freq=2)
    fit(model, x, y, epochs, DeadReLU(tmp_path / "logs", "batch"), batches, predictions)
    plain = keras.callbacks.ModelCheckpoint(str(tmp_path / "plain{epoch}.keras"))
    fit(twin, x, y, plain)
    for epoch, expected in enumerate(predictions.at_epoch, 1):
        loaded = keras.models.load_model(tmp_path / f"epoch{epoch}.keras")
        np.testing.assert_array_equal(loaded.predict(x, verbose=0), expected)
        assert loaded.get_config() == keras.models.load_model(tmp_path / f"plain{epoch}.keras").get_config()
    saved = keras.models.load_model(tmp_path / "batch1.keras")
    fit(saved, x, y, epochs=1)
    assert len(list(tmp_path.glob("batch*.keras"))) > 1


def raising_generator(x: np.ndarray, y: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    yield x[:16], y[:16]
    yield x[:16], y[:16]
    raise Failure("on purpose")


class RaisesInTraining(keras.layers.Layer):
    """Raises as the training step is built."""

    def call(self, inputs: Any, training: bool = False) -> Any:
        if training:
            raise Failure("on purpose")
        return inputs


def raising_loss(y: Any, prediction: Any) -> Any:
    raise Failure("on purpose")


def raising_model(where: str) -> keras.Model:
    if where != "layer":
        return training.small(**({"loss": raising_loss} if where == "loss" else {}))
    model = keras.Sequential(
        [
            keras.layers.Input([6]),
            keras.layers.Dense(5, "relu", name="hidden"),
            RaisesInTraining(),
            keras.layers.Dense(2),
        ]
    )
    model.compile("sgd", "mse", jit_compile=False)
    return model


def fit_until_it_raises(model: keras.Model, where: str, x: Any, y: Any, *callbacks: Any) -> None:
    if where == "data":
        with pytest.raises(Exception, match="on purpose"):
            model.fit(raising_generator(x, y), verbose=0, shuffle=False, callbacks=[*callbacks])
    elif where == "interrupt":
        with pytest.raises(KeyboardInterrupt):
            fit(model, x, y, *callbacks, Raises("on_train_batch_end", KeyboardInterrupt))
    else:
        with pytest.raises(Failure):
            fit(model, x, y, *callbacks, *([] if where in ("loss", "layer") else [Raises(where)]))


IN_CALLBACKS = ["on_train_batch_end", "on_epoch_begin", "on_epoch_end", "interrupt"]


@pytest.mark.parametrize("where", [*IN_CALLBACKS, "data", "loss", "layer"])
def test_model_is_left_as_found_when_training_raises(tmp_path: pathlib.Path, where: str) -> None:
    x, y = training.data((6,))
    model = raising_model(where)
    fit_until_it_raises(model, where, x, y)
    before = looks(model)
    fit_until_it_raises(model, where, x, y, DeadReLU(tmp_path, "batch"))
    assert_as_found(model, before)


# Right before a step, nothing tells the callback that there will be none.
@pytest.mark.parametrize("where", [*IN_CALLBACKS, "data", "on_train_batch_begin"])
def test_training_goes_on_after_it_raised(tmp_path: pathlib.Path, where: str) -> None:
    x, y = training.data((6,))
    model = raising_model(where)
    callback = DeadReLU(tmp_path / "raised", "batch")
    fit_until_it_raises(model, where, x, y, callback)
    done, records = callback.monitor.step, record_count(tmp_path / "raised")
    assert records > 0

    expected = trained_twin(training.small, x, y, model.get_weights())
    fit(model, x, y)
    assert all(map(np.array_equal, model.get_weights(), expected))
    assert callback.monitor.step == done
    assert record_count(tmp_path / "raised") == records

    again = DeadReLU(tmp_path / "again")
    fit(model, x, y, again, epochs=1)
    assert read(tmp_path / "again")["."]["hidden"].samples.tolist() == [40]
    assert again.monitor.dead_units().keys() == {"hidden"}


def test_same_callback_after_training_raised(tmp_path: pathlib.Path) -> None:
    x, y = training.data((6,))
    model = training.small()
    callback = DeadReLU(tmp_path, "batch")
    fit_until_it_raises(model, "on_epoch_begin", x, y, callback)
    fit(model, x, y, callback, epochs=1)
    assert read(tmp_path)["."]["hidden"].steps.tolist() == [1, 2, 3, 4, 5, 6]


def test_a_single_batch_after_training_raised(tmp_path: pathlib.Path) -> None:
    x, y = training.data((6,))
    model = training.small()
    fit_until_it_raises(model, "on_train_batch_begin", x, y, DeadReLU(tmp_path))
    model.train_on_batch(x, y)
    assert "tb_deadrelu_plugin" not in type(model.train_function).__module__


def test_two_callbacks_in_one_training(tmp_path: pathlib.Path) -> None:
    x, y = training.data((6,))
    model = training.small()
    fit(model, x, y, epochs=1)
    before = looks(model)
    first, second = DeadReLU(tmp_path / "a", "batch"), DeadReLU(tmp_path / "b", threshold=0.5)
    message = r"^Model 'small' is watched by another DeadReLU already; use one, and name the layers in it"
    with pytest.raises(RuntimeError, match=message):
        fit(model, x, y, first, second)
    assert_as_found(model, before)
    # Afterwards either of them works.
    for callback in (second, first):
        fit(model, x, y, callback, epochs=1)
        assert callback.monitor is not None and callback.monitor.batches == 3


def test_a_monitor_and_a_callback_on_one_model(tmp_path: pathlib.Path) -> None:
    model = training.small(run_eagerly=True)
    x, y = training.data((6,))
    fit(model, x, y, epochs=1)
    monitor = Monitor(model)
    before = looks(model)
    with monitor.observing(), pytest.raises(RuntimeError, match="are watched by another Monitor or DeadReLU already"):
        fit(model, x, y, DeadReLU(tmp_path))
    assert_as_found(model, before)
    for outer, message in ((Monitor(model), "are watched by another Monitor"), (monitor, "is already active in this")):
        with outer.observing(), pytest.raises(RuntimeError, match=message), monitor.observing():
            raise AssertionError


def test_callback_for_another_model(tmp_path: pathlib.Path) -> None:
    x, y = training.data((6,))
    callback = DeadReLU(tmp_path)
    fit(training.small(), x, y, callback, epochs=1)
    first = callback.monitor
    fit(training.mlp(run_eagerly=True), x, y, callback, epochs=1)
    assert callback.monitor is not first
    assert "relu_layer" in callback.monitor.dead_units()


def test_chosen_layers_are_watched_whatever_their_activation(tmp_path: pathlib.Path) -> None:
    x, y = training.data((6,))
    fit(training.mlp(), x, y, DeadReLU(tmp_path, layers=["out", "dense"]), epochs=1)
    timelines = read(tmp_path)["."]
    assert list(timelines) == ["dense", "out"]
    assert timelines["out"].info.activation == "linear"
    assert (timelines["out"].states() != UnitState.DEAD).all()


def test_threshold(tmp_path: pathlib.Path) -> None:
    x, y = training.data((6,))
    callback = DeadReLU(tmp_path, threshold=1e9)
    fit(training.small(), x, y, callback, epochs=1)
    timeline = read(tmp_path)["."]["hidden"]
    assert timeline.info.threshold == 1e9
    assert not timeline.active.any() and (timeline.gradient_norm > 0).any()


def test_functional_model_with_nested_model_and_shared_layer(tmp_path: pathlib.Path) -> None:
    layers = keras.layers
    shared = layers.Dense(4, "relu", name="shared")
    inner = keras.Sequential([layers.Input([4]), layers.Dense(3, "relu", name="deep")], name="inner")
    a, b = keras.Input([3], name="a"), keras.Input([3], name="b")
    merged = layers.Concatenate()([inner(shared(a)), inner(shared(b))])
    model = keras.Model([a, b], layers.Dense(2)(merged))
    model.compile("sgd", "mse", jit_compile=False)
    x, y = training.data((6,))
    fit(model, [x[:, :3], x[:, 3:]], y, DeadReLU(tmp_path), epochs=1)
    timelines = read(tmp_path)["."]
    assert {name: timeline.samples.tolist() for name, timeline in timelines.items()} == {
        # Each is called twice for every row.
        "shared": [80],
        "inner/deep": [80],
    }


def record_count(directory: pathlib.Path) -> int:
    return len(read(directory)["."]["hidden"].steps)


def test_a_short_epoch_is_evidence_at_its_end(tmp_path: pathlib.Path) -> None:
    x, y = training.data((6,))
    model = training.small()
    kernel, bias = model.get_layer("hidden").get_weights()
    bias[3] = -1e6
    model.get_layer("hidden").set_weights([kernel, bias])
    callback = DeadReLU(tmp_path, "batch")
    fit(model, x, y, callback, epochs=1)
    assert callback.monitor.dead_units()["hidden"].tolist() == [3]
    states = read(tmp_path)["."]["hidden"].states()[:, 3].tolist()
    assert states == [UnitState.SILENT] * (len(states) - 1) + [UnitState.DEAD]


def test_a_callback_that_is_not_in_a_list(tmp_path: pathlib.Path) -> None:
    # Keras then calls the ends of batches from other threads.
    x, y = training.data((6,))
    training.small().fit(x, y, epochs=2, batch_size=16, verbose=0, callbacks=DeadReLU(tmp_path, 2))
    timeline = read(tmp_path)["."]["hidden"]
    assert timeline.steps.tolist() == [2, 4, 6]
    assert timeline.batches.tolist() == [2, 2, 2]
    assert timeline.samples.sum() == 2 * len(x)
