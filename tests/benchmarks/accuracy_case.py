"""A network whose units are planted, and how it is trained."""

from __future__ import annotations

import dataclasses
from typing import Any

import keras
import numpy as np


@dataclasses.dataclass(frozen=True)
class Change:
    """A unit's bias is set after a step: it dies, or comes back."""

    after_step: int
    unit: int
    bias: float


@dataclasses.dataclass(frozen=True)
class Case:
    """A network and its training.

    Attributes:
      name: What it is called in the tables.
      model: Compiled.
      x, y: What it is trained on, in this order.
      batch_size, epochs: How.
      planted: {layer: object [units]}, names of states that hold from
        beginning to end; layers that are not there are not planted.
      changes: Of the biases of the layer "planted".
    """

    name: str
    model: keras.Sequential
    x: np.ndarray
    y: np.ndarray
    batch_size: int
    epochs: int
    planted: dict[str, np.ndarray] = dataclasses.field(default_factory=dict)
    changes: tuple[Change, ...] = ()


class Apply(keras.callbacks.Callback):
    """Makes a case's changes. Goes before what looks at the weights."""

    def __init__(self, changes: tuple[Change, ...]) -> None:
        super().__init__()
        self._changes = sorted(changes, key=lambda change: change.after_step)
        self._step = 0

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        while self._changes and self._changes[0].after_step <= self._step:
            change = self._changes.pop(0)
            layer = self.model.get_layer("planted")
            bias = np.array(layer.bias)
            bias[change.unit] = change.bias
            layer.bias.assign(bias)
        self._step += 1
