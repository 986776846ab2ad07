"""What is trained in turn: the model alone, watched, and with what else there is to look at its units."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from tb_deadrelu_plugin.keras import DeadReLU

MakeCallbacks = Callable[[str, np.ndarray], list[keras.callbacks.Callback]]


@dataclasses.dataclass(frozen=True)
class Variant:
    """One way to train a model.

    Attributes:
      key: Name of its figures.
      callbacks: Makes the callbacks, given a directory and the inputs.
      dead: Share of each hidden layer's units that are dead from the beginning.
      every: It trains in one of so many epochs: differences that are large are
        told soon.
    """

    key: str
    callbacks: MakeCallbacks
    dead: float = 0.0
    every: int = 1


class PredictionPass(keras.callbacks.Callback):
    """Looks for dead units at the end of each epoch by predicting all activations over the training set.

    The idea is that of keras-contrib's DeadReluDetector; one pass gives the
    activations of all layers.
    """

    def __init__(self, x: np.ndarray, batch_size: int = 128) -> None:
        super().__init__()
        self._x = x
        self._batch_size = batch_size
        self._activations: keras.Model | None = None
        self.dead: list[np.ndarray] = []

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        outputs = [layer.output for layer in relu_layers(self.model)]
        self._activations = keras.Model(self.model.inputs, outputs)
        self._activations.compile(jit_compile=self.model.jit_compile)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        assert self._activations is not None
        activations = self._activations.predict(self._x, batch_size=self._batch_size, verbose=0)
        sums = [a.sum(axis=tuple(range(a.ndim - 1))) for a in activations]
        self.dead = [np.flatnonzero(total == 0) for total in sums]


def relu_layers(model: keras.Model) -> list[keras.layers.Layer]:
    """The layers that end in ReLU."""
    return [
        layer
        for layer in model.layers
        if isinstance(layer, keras.layers.ReLU) or getattr(layer, "activation", None) is keras.activations.relu
    ]


def kill(model: keras.Model, share: float) -> None:
    """Sets the biases of a share of each hidden layer's units so low that no gradient ever reaches them."""
    for layer in relu_layers(model) if share > 0 else []:
        bias = np.array(layer.bias)
        bias[: round(share * bias.size)] = -1000
        layer.bias.assign(bias)


def _nothing(logs: str, x: np.ndarray) -> list[keras.callbacks.Callback]:
    return []


def _default(logs: str, x: np.ndarray) -> list[keras.callbacks.Callback]:
    return [DeadReLU(logs)]


def _all(logs: str, x: np.ndarray) -> list[keras.callbacks.Callback]:
    return [DeadReLU(logs, coverage="all")]


def _histograms(logs: str, x: np.ndarray) -> list[keras.callbacks.Callback]:
    return [keras.callbacks.TensorBoard(logs, histogram_freq=1)]


def _prediction(logs: str, x: np.ndarray) -> list[keras.callbacks.Callback]:
    return [PredictionPass(x)]


# They go to processes of their own, where only functions with names arrive.
PLAIN = Variant("plain", _nothing)
AGAIN = Variant("again", _nothing)
DEFAULT = Variant("default", _default)
ALL = Variant("all", _all)
DEAD = Variant("dead", _default, dead=1 / 3)
HISTOGRAMS = Variant("histograms", _histograms, every=4)
PREDICTION = Variant("prediction", _prediction, every=4)
