"""What counts as a sample, and what does not, in training steps that are more than one pass over rows of numbers."""

from __future__ import annotations

import pathlib
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import keras
import tensorflow as tf

from tb_deadrelu_plugin import read
from tb_deadrelu_plugin.keras import DeadReLU
from tests import training

pytestmark = pytest.mark.tensorflow

layers = keras.layers
X, Y = training.data((6,), rows=64)


def fit(model: keras.Model, *callbacks: Any, x: Any = X, y: Any = Y, **options: Any) -> None:
    options = {"batch_size": 16, "shuffle": False} | options
    model.fit(x, y, verbose=0, callbacks=[*callbacks], **options)


def active_rows(dense: layers.Dense, x: np.ndarray) -> list[int]:
    """Active samples of each unit, by the weights as they are."""
    kernel, bias = dense.get_weights()
    return np.count_nonzero(x @ kernel + bias > 0, axis=0).tolist()


@pytest.mark.parametrize("coverage", ["all", "sampled"])
def test_sparse_input(tmp_path: pathlib.Path, coverage: Any) -> None:
    x = np.where(X > 0.8, X, 0)
    keras.utils.set_random_seed(0)
    model = keras.Sequential([layers.Input([6], sparse=True), layers.Dense(5, "relu", name="hidden"), layers.Dense(2)])
    model.compile(keras.optimizers.SGD(0.0), "mse", jit_compile=False)
    rows = tf.data.Dataset.from_tensor_slices((tf.sparse.from_dense(x), Y)).batch(16)
    fit(model, DeadReLU(tmp_path, coverage=coverage), x=rows, y=None, batch_size=None, shuffle=None)
    timeline = read(tmp_path)["."]["hidden"]
    assert timeline.samples.tolist() == [64]
    assert timeline.active.tolist() == [active_rows(model.get_layer("hidden"), x)]
