"""Mixed precision in a loop of one's own: gradients are those of the loss before it is scaled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import keras
import tensorflow as tf

from tb_deadrelu_plugin.tensorflow import Monitor
from tests import training

pytestmark = pytest.mark.tensorflow

X, Y = training.data((6,), rows=32)


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    yield
    keras.config.set_dtype_policy("float32")


def make_model(policy: str) -> keras.Sequential:
    keras.config.set_dtype_policy(policy)
    keras.utils.set_random_seed(0)
    return keras.Sequential(
        [
            keras.layers.Input([6]),
            keras.layers.Dense(5, "relu", name="dense"),
            keras.layers.Dense(4, "gelu", name="gelu"),
            keras.layers.Dense(2, dtype="float32", name="out"),
        ]
    )


def norms(
    policy: str, optimizer: Any = None, *, within: bool = True, compiled: bool = False, steps: int = 2, **options: Any
) -> dict[str, np.ndarray]:
    """Gradient norms of some steps; the loss is scaled within `observing` or after it."""
    model = make_model(policy)
    if compiled:
        model.compile(optimizer)
    elif optimizer is not None:
        optimizer.build(model.trainable_variables)
    monitor = Monitor(model, coverage="all", **options)

    @tf.function(autograph=False)
    def step() -> None:
        with tf.GradientTape() as tape:
            with monitor.observing():
                loss = tf.reduce_mean(tf.square(model(X, training=True) - Y))
                if within and optimizer is not None:
                    loss = optimizer.scale_loss(loss)
            if not within:
                loss = optimizer.scale_loss(loss)
        gradients = tape.gradient(loss, model.trainable_variables)
        if optimizer is not None:
            optimizer.apply(gradients, model.trainable_variables)

    for _ in range(steps):
        step()
    return {name: record.gradient_norm for name, record in monitor.collect().items()}


def scaling(initial_scale: float = 2.0**12) -> keras.optimizers.LossScaleOptimizer:
    return keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.0), initial_scale=initial_scale)


@pytest.mark.parametrize("how", ["given", "given, after", "compiled", "fixed", "function"])
def test_the_scale_is_removed(how: str) -> None:
    optimizer = keras.optimizers.SGD(0.0, loss_scale_factor=512.0) if how == "fixed" else scaling()
    given = {"loss_scale": (lambda: None) if how == "function" else optimizer} if how != "compiled" else {}
    got = norms("mixed_float16", optimizer, within="after" not in how, compiled=how == "compiled", **given)
    factor = 2.0**12 if how == "function" else 1.0
    for name, expected in norms("float32").items():
        np.testing.assert_allclose(got[name], factor * expected, rtol=0.01, err_msg=name)


def test_an_optimizer_that_the_loop_does_not_use_is_none() -> None:
    model = make_model("float32")
    model.compile(scaling())
    monitor = Monitor(model, coverage="all")
    for scales in (True, False):
        with monitor.observing(), tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(model(X, training=True) - Y))
            if scales:
                loss = model.optimizer.scale_loss(loss)
        assert "scale_loss" not in vars(model.optimizer)
        tape.gradient(loss, model.trainable_variables)
        got = monitor.collect()
        for name, expected in norms("float32").items():
            np.testing.assert_allclose(got[name].gradient_norm, expected, rtol=1e-5, err_msg=name)


def test_batches_that_overflow_have_no_gradient() -> None:
    optimizer = scaling(2.0**40)
    got = norms("mixed_float16", optimizer, steps=50, loss_scale=optimizer)
    # Each of them halves the scale.
    assert float(optimizer.dynamic_scale) < 2.0**20
    for name, expected in norms("float32").items():
        np.testing.assert_allclose(got[name], expected, rtol=0.01, err_msg=name)


def test_what_scales_nothing() -> None:
    with pytest.raises(ValueError, match=r"^loss_scale must be an optimizer, a function or None, got 512\.0\.$"):
        Monitor(training.small(), loss_scale=512.0)  # type: ignore[arg-type]
