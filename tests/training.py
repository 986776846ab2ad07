"""What tests of training share: small models, and the statistics of their batches computed by other means.

The reference goes by the definitions: it computes every layer's raw
pre-activations, activations and gradients itself, in float64, from the
weights as they were before each batch, and shares no code with the package.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tb_deadrelu_plugin import metadata, record
from tb_deadrelu_plugin.tensorflow import Monitor
from tb_deadrelu_plugin.timeline import Timeline
from tb_deadrelu_plugin.wire import codes

layers = keras.layers
Weights = list[np.ndarray]


class Snapshots(keras.callbacks.Callback):
    """Keeps the weights before every training batch, and at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.weights: list[Weights] = []

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        self.weights.append(self.model.get_weights())

    def on_train_end(self, logs: Any = None) -> None:
        self.weights.append(self.model.get_weights())


class KeptRecords:
    """Keeps the records of every window as they are before they are encoded."""

    def __init__(self, monkeypatch: Any) -> None:
        self.windows: list[dict[str, record.Record]] = []
        collect = Monitor.collect

        def kept(monitor: Monitor, step: int | None = None) -> dict[str, record.Record]:
            records = collect(monitor, step)
            if records:
                self.windows.append(records)
            return records

        monkeypatch.setattr(Monitor, "collect", kept)


@dataclasses.dataclass
class LayerTruth:
    """One layer on one batch, by the definitions; vectors are [units]."""

    samples: int
    active: np.ndarray
    absolute_sum: np.ndarray
    gradient_square_sum: np.ndarray


def truth(model: keras.Sequential, weights: Weights, x: np.ndarray, y: np.ndarray) -> dict[str, LayerTruth]:
    """Computes one batch's statistics of all layers with an activation; the loss is the mean squared error."""
    remaining = [tf.constant(w, tf.float64) for w in weights]
    watched: dict[str, tuple[Any, Any, bool]] = {}
    with tf.GradientTape() as tape:
        h = tf.constant(x, tf.float64)
        for layer in model.layers:
            own = [remaining.pop(0) for _ in layer.weights]
            h = _forward(layer, own, h, tape, watched)
        loss = tf.reduce_mean(tf.square(h - tf.constant(y, tf.float64)))
    gradients = tape.gradient(loss, [at for at, _, _ in watched.values()])
    result = {}
    for (name, (at, a, negative)), gradient in zip(watched.items(), gradients):
        recurrent = isinstance(at, list)
        a = np.stack([t.numpy() for t in a], 1) if recurrent else a.numpy()
        g = np.stack([t.numpy() for t in gradient], 1) * (a > 0) if recurrent else gradient.numpy()
        judged = at.numpy() > 0 if negative else a != 0
        units = a.shape[-1]
        result[name] = LayerTruth(
            samples=a.size // units,
            active=judged.reshape(-1, units).sum(0),
            absolute_sum=np.abs(a).reshape(-1, units).sum(0),
            gradient_square_sum=np.square(g).reshape(-1, units).sum(0),
        )
    return result


def _forward(layer: Any, weights: list[tf.Tensor], h: tf.Tensor, tape: tf.GradientTape, watched: dict) -> tf.Tensor:
    if isinstance(layer, layers.RNN):
        return unrolled(layer, weights, h, tape, watched)
    if isinstance(layer, (layers.Reshape, layers.Flatten)):
        return tf.reshape(h, [len(h), *layer.output.shape[1:]])
    if isinstance(layer, layers.Dense):
        h = tf.matmul(h, weights[0]) + weights[1]
    elif weights and not isinstance(layer, layers.PReLU):
        # Eagerly, the gradient of a 3-D convolution needs its data format said.
        data_format = {3: "NWC", 4: "NHWC", 5: "NDHWC"}[len(h.shape)]
        h = tf.nn.convolution(h, weights[0], layer.strides, layer.padding.upper(), data_format) + weights[1]
    leaky = isinstance(layer, (layers.LeakyReLU, layers.PReLU))
    if not leaky and not isinstance(layer, layers.ReLU) and layer.activation is keras.activations.linear:
        return h
    tape.watch(h)
    slope: Any = 0.0
    if leaky:
        slope = weights[0] if weights else float(layer.negative_slope)
    a = tf.where(h > 0, h, slope * h)
    watched[layer.name] = h, a, leaky
    return a


def unrolled(layer: Any, weights: list[tf.Tensor], x: tf.Tensor, tape: tf.GradientTape, watched: dict) -> tf.Tensor:
    """Runs a recurrent layer step by step; its states are watched by `tape` and kept in `watched`."""
    steps = tf.unstack(x, axis=1)
    h = c = tf.zeros([len(x), layer.units], tf.float64)
    states = []
    for x_t in reversed(steps) if layer.go_backwards else steps:
        if isinstance(layer, layers.GRU):
            kernel, recurrent, (bias, recurrent_bias) = weights
            x_z, x_r, x_h = tf.split(tf.matmul(x_t, kernel) + bias, 3, axis=-1)
            h_z, h_r, h_h = tf.split(tf.matmul(h, recurrent) + recurrent_bias, 3, axis=-1)
            update = tf.sigmoid(x_z + h_z)
            h = update * h + (1 - update) * tf.nn.relu(x_h + tf.sigmoid(x_r + h_r) * h_h)
        elif isinstance(layer, layers.LSTM):
            kernel, recurrent, bias = weights
            i, f, new, o = tf.split(tf.matmul(x_t, kernel) + tf.matmul(h, recurrent) + bias, 4, axis=-1)
            c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.nn.relu(new)
            h = tf.sigmoid(o) * tf.nn.relu(c)
        else:
            kernel, recurrent, bias = weights
            h = tf.nn.relu(tf.matmul(x_t, kernel) + tf.matmul(h, recurrent) + bias)
        tape.watch(h)
        states.append(h)
    watched[layer.name] = states, states, False
    return tf.stack(states, axis=1) if layer.return_sequences else h


def assert_windows(
    windows: Sequence[dict[str, record.Record]],
    truths: Sequence[dict[str, LayerTruth]],
    weights: Sequence[Weights],
    model: keras.Model,
    *,
    first_step: int = 0,
) -> None:
    """Compares records with the batches that they cover; `truths[i]` is that of training step `first_step + i + 1`."""
    names = list(truths[0])
    last_active = {name: np.full(len(truths[0][name].active), -1) for name in names}
    total = dict.fromkeys(names, 0)
    done = first_step
    for window in windows:
        assert list(window) == names
        for name, got in window.items():
            assert got.window_start_step == done, name
            batches = [(step, truths[step - first_step - 1][name]) for step in range(done + 1, got.step + 1)]
            for step, batch in batches:
                last_active[name] = np.where(batch.active > 0, step, last_active[name])
            total[name] += sum(batch.samples for _, batch in batches)
            assert got.batches == len(batches), name
            assert got.samples == sum(batch.samples for _, batch in batches), name
            assert got.total_samples == total[name], name
            active = np.sum([batch.active for _, batch in batches], axis=0)
            assert got.active.tolist() == active.tolist(), name
            assert got.last_active_step.tolist() == last_active[name].tolist(), name
            norm = np.sqrt(np.mean([batch.gradient_square_sum for _, batch in batches], axis=0))
            np.testing.assert_allclose(got.gradient_norm, norm, rtol=1e-5, atol=0, err_msg=name)
            mean = np.sum([batch.absolute_sum for _, batch in batches], axis=0) / got.samples
            np.testing.assert_allclose(got.mean_activation, mean, rtol=1e-5, atol=0, err_msg=name)
            assert not got.non_finite_activations.any() and not got.non_finite_gradients.any()
            bias = bias_of(model, name, weights[got.step - first_step])
            assert (got.bias is None) == (bias is None), name
            if bias is not None:
                assert got.bias.astype(np.float32).tolist() == bias.tolist(), name
        done = next(iter(window.values())).step
    assert done == first_step + len(truths), "the last window must end with the last batch"


def bias_of(model: keras.Model, name: str, weights: Weights) -> np.ndarray | None:
    """The units' own biases among a snapshot's weights; gated cells have none."""
    layer = model.get_layer(name)
    if isinstance(layer, (layers.GRU, layers.LSTM)):
        return None
    for variable, value in zip(model.weights, weights):
        if variable.name == "bias" and any(variable is own for own in layer.weights):
            return value
    return None


def assert_read(timeline: Timeline, windows: Sequence[dict[str, record.Record]]) -> None:
    """Compares what was read back with the records as they were before they were encoded."""
    records = [window[timeline.layer] for window in windows]
    assert timeline.steps.tolist() == [one.step for one in records]
    assert timeline.ordinals.tolist() == [one.ordinal for one in records]
    assert timeline.samples.tolist() == [one.samples for one in records]
    assert timeline.active.tolist() == [one.active.tolist() for one in records]
    assert timeline.last_active_step.tolist() == [one.last_active_step.tolist() for one in records]
    for name, error in (("gradient_norm", 1.5e-3), ("mean_activation", 1.5e-3), ("bias", 3e-3)):
        if getattr(records[0], name) is not None:
            expected = [getattr(one, name) for one in records]
            np.testing.assert_allclose(getattr(timeline, name), expected, rtol=error, err_msg=name)
            assert np.array_equal(getattr(timeline, name) == 0, np.array(expected) == 0), name
    fraction = 1 - timeline.active / timeline.samples[:, None]
    np.testing.assert_allclose(timeline.fraction, fraction, rtol=1e-6, atol=1e-7)
    low = codes.decode_fraction16(timeline.fraction_codes)
    np.testing.assert_allclose(low, fraction, rtol=1e-3, atol=1e-7)


def is_negative(timeline: Timeline) -> bool:
    """Whether the layer records the share of negative pre-activations."""
    return timeline.info.fraction == metadata.NEGATIVE_FRACTION


def data(shape: tuple[int, ...], rows: int = 40, outputs: int = 2, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and targets for a regression."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(rows, *shape)).astype(np.float32), rng.normal(size=(rows, outputs)).astype(np.float32)


def mlp(seed: int = 0, **compiled: Any) -> keras.Sequential:
    """Every way of giving a dense layer an activation."""
    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [
            layers.Input([6], name="in"),
            layers.Dense(8, "relu", bias_initializer="random_normal", kernel_regularizer="l2", name="dense"),
            layers.Dense(7, name="before_relu"),
            layers.ReLU(name="relu_layer"),
            layers.Dense(6, name="before_activation"),
            layers.Activation("relu", name="activation_layer"),
            layers.Dense(6, name="before_leaky"),
            layers.LeakyReLU(0.25, name="leaky"),
            layers.Dense(5, name="before_prelu"),
            layers.PReLU(alpha_initializer="ones", name="prelu"),
            layers.Dense(2, name="out"),
        ],
        name="mlp",
    )
    return _compiled(model, **compiled)


def cnn(seed: int = 0, **compiled: Any) -> keras.Sequential:
    """Convolutions in one, two and three dimensions."""
    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [
            layers.Input([8, 8, 2]),
            layers.Conv2D(4, 3, padding="same", activation="relu", bias_initializer="random_normal", name="conv2d"),
            layers.Conv2D(3, 3, strides=2, padding="same", name="before_relu"),
            layers.ReLU(name="relu_layer"),
            layers.Reshape([16, 3], name="to_1d"),
            layers.Conv1D(4, 3, padding="same", activation="relu", name="conv1d"),
            layers.Reshape([4, 2, 2, 4], name="to_3d"),
            layers.Conv3D(3, 2, activation="relu", name="conv3d"),
            layers.Flatten(name="flatten"),
            layers.Dense(2, name="out"),
        ]
    )
    return _compiled(model, **compiled)


def rnn(seed: int = 0, **compiled: Any) -> keras.Sequential:
    """Recurrent layers: sequences or the last state as output, forwards and backwards."""
    keras.utils.set_random_seed(seed)
    # Orthogonal recurrent kernels start a QR decomposition, which is slow to compile and not the point.
    plain = {"activation": "relu", "recurrent_initializer": "glorot_uniform", "bias_initializer": "random_normal"}
    model = keras.Sequential(
        [
            layers.Input([5, 3]),
            layers.GRU(5, return_sequences=True, name="gru_sequences", **plain),
            layers.LSTM(4, return_sequences=True, name="lstm", **plain),
            layers.SimpleRNN(4, return_sequences=True, go_backwards=True, name="simple_backwards", **plain),
            layers.GRU(4, go_backwards=True, return_sequences=True, name="gru_backwards", **plain),
            layers.GRU(4, name="gru_last", **plain),
            layers.Dense(2, name="out"),
        ]
    )
    return _compiled(model, **compiled)


def small(seed: int = 0, **compiled: Any) -> keras.Sequential:
    """A network that takes no time to build, for tests of everything but numbers."""
    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [layers.Input([6]), layers.Dense(5, "relu", name="hidden"), layers.Dense(2, name="out")], name="small"
    )
    return _compiled(model, **compiled)


def _compiled(model: keras.Sequential, **options: Any) -> keras.Sequential:
    options = {"optimizer": keras.optimizers.SGD(0.05), "loss": "mse", "jit_compile": False} | options
    model.compile(**options)
    return model
