"""One layer's sums over a window, in variables on the device."""

from __future__ import annotations

import dataclasses

import numpy as np
import tensorflow as tf

from tb_deadrelu_plugin.statistics import FloatVector, IntVector


@dataclasses.dataclass
class Sums:
    """What one layer's variables held, as NumPy; see `statistics.UnitCounts`.

    Attributes:
      samples: Observed samples per unit in the window.
      active, non_finite_activations, non_finite_gradients: int64 [units].
      absolute_sum, gradient_square_sum: float64 [units].
      last_active_step: int64 [units], over the whole run; -1 for never.
    """

    samples: int
    active: IntVector
    non_finite_activations: IntVector
    absolute_sum: FloatVector
    gradient_square_sum: FloatVector
    non_finite_gradients: IntVector
    last_active_step: IntVector


class Accumulator:
    """Variables that add up one layer's counts inside a training step.

    Args:
      units: Number of units.

    Attributes:
      units: Number of units.
      gradient_seen: Whether any gradient was ever added.
    """

    def __init__(self, units: int) -> None:
        self.units = units
        self.gradient_seen = False
        zeros = {tf.int64: np.zeros(units, np.int64), tf.float64: np.zeros(units, np.float64)}
        # The step may be traced inside a graph; variables must outlive it.
        with tf.init_scope():
            self._window = {
                "samples": tf.Variable(np.int64(0), trainable=False),
                "active": tf.Variable(zeros[tf.int64], trainable=False),
                "non_finite_activations": tf.Variable(zeros[tf.int64], trainable=False),
                "absolute_sum": tf.Variable(zeros[tf.float64], trainable=False),
                "gradient_square_sum": tf.Variable(zeros[tf.float64], trainable=False),
                "non_finite_gradients": tf.Variable(zeros[tf.int64], trainable=False),
            }
            self._last_active_step = tf.Variable(np.full(units, -1, np.int64), trainable=False)

    @property
    def variables(self) -> list[tf.Variable]:
        """The window's variables and, last, the last active steps."""
        return [*self._window.values(), self._last_active_step]

    @property
    def window_samples(self) -> int:
        """Observed samples per unit in the open window."""
        return int(self._window["samples"].numpy())

    def add(self, counts: dict[str, tf.Tensor]) -> None:
        """Adds what `counting` gave for one tensor."""
        for name, value in counts.items():
            self._window[name].assign_add(value)

    def mark_active(self, active: tf.Tensor, step: tf.Tensor) -> None:
        """Notes `step` (int64 []) for units with active samples (int64 [units])."""
        seen = tf.where(active > 0, step, tf.constant(-1, tf.int64))
        self._last_active_step.assign(tf.maximum(self._last_active_step, seen))

    def reset_window(self) -> None:
        """Sets the window's sums to zero; works in a graph."""
        for variable in self._window.values():
            variable.assign(tf.zeros_like(variable))

    @staticmethod
    def sums(values: list[np.ndarray]) -> Sums:
        """Names the values of `variables`."""
        samples, *rest = values
        return Sums(int(samples), *rest)
