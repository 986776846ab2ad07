"""The mean loss of a window's batches, from the running mean that Keras keeps over an epoch."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tb_deadrelu_plugin.instrument import variables


class WindowLoss:
    """Takes windows' means out of the running mean behind `logs["loss"]`.

    It is read once at the end of a window and of an epoch, never per batch.
    Where the model has no such metric, because its own `train_step` reports
    the loss by other means, the loss is NaN. A `model.evaluate` within an
    epoch, by another callback, spoils the epoch's mean for Keras and here.

    Args:
      model: A compiled model.
    """

    def __init__(self, model: keras.Model) -> None:
        self._model = model
        self._before = (0.0, 0.0)
        self._sums = [0.0, 0.0]
        self._is_running = True
        self._gather: Callable[[np.ndarray], np.ndarray] | None = None

    def resume(self) -> None:
        """Says that batches follow: Keras has begun its mean anew, or has gone on with it."""
        self._before = self._read()
        self._is_running = True

    def pause(self) -> None:
        """Says that until `resume` the mean is of other batches: those of the validation."""
        if self._is_running:
            self._take()
        self._is_running = False

    def end_window(self) -> float:
        """Returns the mean over the window's batches, each as large as it is; NaN where nobody knows.

        Under a strategy of several workers each of them has to call it.
        """
        if self._is_running:
            self._take()
        (total, count), self._sums = self._over_workers(self._sums), [0.0, 0.0]
        return total / count if count > 0 else math.nan

    def _take(self) -> None:
        now = self._read()
        if now[1] < self._before[1]:
            self._before = (0.0, 0.0)
        self._sums = [own + new - old for own, new, old in zip(self._sums, now, self._before)]
        self._before = now

    def _read(self) -> tuple[float, float]:
        """Sum of losses and of their weights on this worker."""
        for metric in self._model.metrics:
            if metric.name == "loss" and isinstance(metric, keras.metrics.Mean):
                return self._sum(metric.total), self._sum(metric.count)
        return 0.0, 0.0

    def _sum(self, variable: Any) -> float:
        copies = variables.copies(self._model.distribute_strategy, variable.value)
        return sum(float(np.asarray(tf.convert_to_tensor(copy))) for copy in copies)

    def _over_workers(self, sums: list[float]) -> list[float]:
        strategy = self._model.distribute_strategy
        if variables.workers(strategy) == 1:
            return sums
        if self._gather is None:
            self._gather = variables.gatherer(strategy)
        return [float(one) for one in self._gather(np.array(sums)).sum(axis=0)]
