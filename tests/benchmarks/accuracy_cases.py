"""Networks whose units are planted: what becomes of each is known before they are trained.

The learning rate is 0 where it has to stay so; otherwise everything is as it
is in a real training.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from tests.benchmarks.accuracy_case import Case, Change

FAR_BELOW = -100.0
"""A bias that no sample gets a unit over."""

_FEATURES = 16


def every_state(rows: int = 100_000) -> Case:
    """Units dead, rare (active on 1 sample in 10^3, 10^4, and on one of all), always on or nearly so, dormant, healthy."""
    keras.utils.set_random_seed(0)
    rng = np.random.default_rng(0)
    # How many of all samples move a unit that has a feature of its own, up or down.
    moved = [max(1, rows // n) for n in (1_000, 10_000, 100_000) for _ in range(12)]
    plain = rng.uniform(-1, 1, (rows, _FEATURES)).astype(np.float32)
    own = np.zeros((rows, len(moved)), np.float32)
    for column, count in enumerate(moved):
        own[rng.choice(rows, count, replace=False), column] = 1
    names, kernels, biases = [], [], []

    def plant(name: str, bias: float, scale: float = 0.0, feature: int | None = None, push: float = 0.0) -> None:
        kernel = np.zeros(_FEATURES + len(moved))
        weights = rng.normal(size=_FEATURES)
        kernel[:_FEATURES] = weights * scale / np.abs(weights).sum()
        if feature is not None:
            kernel[_FEATURES + feature] = push
        names.append(name)
        kernels.append(kernel)
        biases.append(bias)

    for feature in range(len(moved)):
        plant("rare", -0.5, feature=feature, push=1.0)
        # Off on so many: always on is exact, too.
        plant("healthy", 0.5, feature=feature, push=-1.0)
    for _ in range(12):
        plant("dead", FAR_BELOW, scale=3.0)
        plant("dead", -1.0, scale=0.999)
        plant("always_on", 1.0, scale=0.9)
        plant("healthy", 0.0, scale=3.0)
        plant("dormant", 0.0, scale=1e-3)
    model = keras.Sequential(
        [
            keras.Input((_FEATURES + len(moved),)),
            keras.layers.Dense(len(names), "relu", name="planted"),
            keras.layers.Dense(1, name="output"),
        ]
    )
    model.get_layer("planted").set_weights([np.stack(kernels, 1), np.array(biases)])
    x = np.concatenate([plain, own], 1)
    return _case(
        "every state", model, x, batch_size=rows // 200, epochs=2, planted={"planted": np.array(names, object)}
    )


def deaths(epochs: int = 300, units: int = 48) -> Case:
    """Units that die at known steps; a third comes back, half of these dies again; some come to life late."""
    keras.utils.set_random_seed(0)
    rng = np.random.default_rng(1)
    rows, batch_size = 320, 64
    steps = epochs * rows // batch_size
    x = rng.uniform(-1, 1, (rows, _FEATURES)).astype(np.float32)
    changes = []
    for unit in range(units):
        first, second, third = np.sort(rng.integers(steps // 20, 19 * steps // 20, 3)).tolist()
        if unit % 6 == 5:
            changes.append(Change(0, unit, FAR_BELOW))
            changes.append(Change(first, unit, 0.0))
            continue
        changes.append(Change(first, unit, FAR_BELOW))
        if unit % 3 == 1:
            changes.append(Change(second, unit, 0.0))
            if unit % 2:
                changes.append(Change(third, unit, FAR_BELOW))
    model = keras.Sequential(
        [
            keras.Input((_FEATURES,)),
            keras.layers.Dense(units + 16, "relu", name="planted"),
            keras.layers.Dense(1, name="output"),
        ]
    )
    return _case("dying and reviving", model, x, batch_size=batch_size, epochs=epochs, changes=tuple(changes))


def blocked(rows: int = 4_000) -> Case:
    """An output that is saturated: units are alive, and nothing comes back to them."""
    keras.utils.set_random_seed(0)
    x = np.random.default_rng(2).uniform(-1, 1, (rows, _FEATURES)).astype(np.float32)
    model = keras.Sequential(
        [
            keras.Input((_FEATURES,)),
            keras.layers.Dense(32, "relu", name="planted"),
            keras.layers.Dense(32, "relu", name="after"),
            keras.layers.Dense(1, "sigmoid", bias_initializer=keras.initializers.Constant(500), name="output"),
        ]
    )
    first = _with_bias(model.get_layer("planted"), dict.fromkeys(range(8), FAR_BELOW))
    planted = np.array(["dead" if unit in first else "no_gradient" for unit in range(32)], object)
    return _case("saturated output", model, x, batch_size=64, epochs=3, planted={"planted": planted})


def padded(rows: int = 1_500, length: int = 40) -> Case:
    """Sequences that are mostly padding: units that fire there alone are dead, those that fire on the rest are not."""
    keras.utils.set_random_seed(0)
    rng = np.random.default_rng(3)
    x = np.zeros((rows, length, 4), np.float32)
    for row in x:
        valid = rng.integers(2, 4)
        row[:valid] = rng.uniform(-1, 1, (valid, 4))
        row[:valid, 3] = 1.0  # Says that the position is none of the padding.
    model = keras.Sequential(
        [
            keras.Input((length, 4)),
            keras.layers.Masking(),
            keras.layers.Dense(18, "relu", name="planted"),
            keras.layers.SimpleRNN(12, "relu", recurrent_initializer="glorot_uniform", name="recurrent"),
            keras.layers.Dense(1, name="output"),
        ]
    )
    kernel, _ = model.get_layer("planted").get_weights()
    bias = np.zeros(18, np.float32)
    kernel[3] = 0
    bias[:4] = FAR_BELOW
    bias[4:8], kernel[3, 4:8] = 0.5, FAR_BELOW  # On where it is padded.
    kernel[:3, 8:12], kernel[0, 8:12], bias[8:12] = 0, 1.0, -0.8  # On 1 position in 10 that is valid, 1 in 160 of all.
    model.get_layer("planted").set_weights([kernel, bias])
    _with_bias(model.get_layer("recurrent"), dict.fromkeys(range(4), FAR_BELOW))
    planted = np.array(["dead"] * 8 + ["healthy"] * 10, object)
    return _case("padded sequences", model, x, batch_size=50, epochs=3, planted={"planted": planted})


def dead_upstream(rows: int = 4_000) -> Case:
    """A layer that is dead as a whole: after it units are off for ever or on for ever."""
    keras.utils.set_random_seed(0)
    x = np.random.default_rng(4).uniform(-1, 1, (rows, _FEATURES)).astype(np.float32)
    model = keras.Sequential(
        [
            keras.Input((_FEATURES,)),
            keras.layers.Dense(16, "relu", bias_initializer=keras.initializers.Constant(FAR_BELOW), name="planted"),
            keras.layers.Dense(24, "relu", name="after"),
            keras.layers.Dense(1, name="output"),
        ]
    )
    on = _with_bias(model.get_layer("after"), dict.fromkeys(range(12), 0.5))
    after = np.array(["always_on" if unit in on else "dead" for unit in range(24)], object)
    planted = {"planted": np.array(["dead"] * 16, object), "after": after}
    return _case("dead upstream", model, x, batch_size=64, epochs=3, planted=planted)


def channels(rows: int = 600) -> Case:
    """Convolutional channels: dead ones, and ones that are active at one position of one image in 50."""
    keras.utils.set_random_seed(0)
    rng = np.random.default_rng(5)
    x = rng.uniform(-1, 1, (rows, 8, 8, 2)).astype(np.float32)
    x[..., 1] = 0
    x[::50, 4, 4, 1] = 1
    model = keras.Sequential(
        [
            keras.Input((8, 8, 2)),
            keras.layers.Conv2D(16, 3, activation="relu", name="planted"),
            keras.layers.Flatten(),
            keras.layers.Dense(1, name="output"),
        ]
    )
    kernel, bias = model.get_layer("planted").get_weights()
    bias[:4] = FAR_BELOW
    kernel[..., 4:8], bias[4:8], kernel[1, 1, 1, 4:8] = 0, -0.5, 1.0
    model.get_layer("planted").set_weights([kernel, bias])
    planted = np.array(["dead"] * 4 + ["rare"] * 4 + ["healthy"] * 8, object)
    return _case("convolution", model, x, batch_size=30, epochs=3, planted={"planted": planted})


def deep(depth: int, learning_rate: float, rows: int = 20_000, epochs: int = 4, width: int = 64) -> Case:
    """He-initialised layers, whose units are what they are by chance; trained, or left alone at rate 0."""
    rng = np.random.default_rng(6)
    keras.utils.set_random_seed(depth)
    x = rng.normal(size=(rows, _FEATURES)).astype(np.float32)
    hidden = [
        keras.layers.Dense(width, "relu", kernel_initializer="he_normal", name=f"hidden_{i}") for i in range(depth)
    ]
    model = keras.Sequential([keras.Input((_FEATURES,)), *hidden, keras.layers.Dense(1, name="output")])
    y = np.sin(x[:, :4]).sum(1, keepdims=True) + 0.5 * x[:, 4:5] * x[:, 5:6]
    optimizer = keras.optimizers.Adam(learning_rate) if learning_rate else keras.optimizers.SGD(0.0)
    model.compile(optimizer, "mse")
    name = f"{depth} He layers, {'trained' if learning_rate else 'untrained'}"
    return Case(name, model, x, y.astype(np.float32), 128, epochs if learning_rate else 2)


def _with_bias(layer: Any, biases: dict[int, float]) -> set[int]:
    weights = layer.get_weights()
    for unit, bias in biases.items():
        weights[-1][unit] = bias
    layer.set_weights(weights)
    return set(biases)


def _case(name: str, model: keras.Sequential, x: np.ndarray, **rest: Any) -> Case:
    model.compile(keras.optimizers.SGD(0.0), "mse")
    y = np.random.default_rng(7).uniform(0.2, 0.8, (len(x), 1)).astype(np.float32)
    return Case(name, model, x, y, **rest)
