"""One layer's sums over a window, in variables on the device."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import tensorflow as tf

from tb_deadrelu_plugin.instrument import variables
from tb_deadrelu_plugin.instrument.counting import Counts
from tb_deadrelu_plugin.instrument.variables import Reduction
from tb_deadrelu_plugin.statistics import FloatVector, IntVector


@dataclasses.dataclass
class Sums:
    """What one layer's variables held, as NumPy; see `statistics.UnitCounts`.

    Attributes:
      samples: Observed samples per unit in the window.
      screened_samples: Samples per unit in the window that were looked at for
        activity.
      active, non_finite_activations, non_finite_gradients: int64 [units].
      absolute_sum, gradient_square_sum: float64 [units].
      overflowed_batches: Observed batches whose gradient is left out, for the
        scaled loss overflowed and the optimizer passed them over.
      last_active_batch: int64 [units], over the whole run; -1 for never.
      saturated: int64 [units], or None without an upper bound.
      gradients: How often a gradient came back in the window.
    """

    samples: int
    screened_samples: int
    active: IntVector
    non_finite_activations: IntVector
    absolute_sum: FloatVector
    gradient_square_sum: FloatVector
    non_finite_gradients: IntVector
    overflowed_batches: int
    last_active_batch: IntVector
    saturated: IntVector | None = None
    gradients: int = 0


class Accumulator:
    """Variables that add up one layer's counts inside a training step.

    Args:
      units: Number of units.
      bounded: Whether samples at an upper bound are counted.

    Attributes:
      units: Number of units.
    """

    def __init__(self, units: int, bounded: bool = False) -> None:
        self.units = units
        zeros, none = np.zeros(units, np.int64), np.int64(0)
        initial = {
            "samples": none,
            "screened_samples": none,
            "active": zeros,
            "non_finite_activations": zeros,
            "absolute_sum": np.zeros(units, np.float64),
            "gradient_square_sum": np.zeros(units, np.float64),
            "non_finite_gradients": zeros,
            "gradients": none,
        } | ({"saturated": zeros} if bounded else {})
        self._variables = {name: variables.make(value, Reduction.SUM) for name, value in initial.items()}
        self._variables["overflowed_batches"] = variables.make(none, Reduction.MAX)
        self._last_overflow = variables.make(np.int64(-1), Reduction.MAX, resets=False)
        never = np.full(units, -1, np.int64)
        self._variables["last_active_batch"] = variables.make(never, Reduction.MAX, resets=False)

    @property
    def variables(self) -> dict[str, variables.Replicated]:
        """The variables, under the names that `Sums` has for them."""
        return self._variables

    def add(self, counts: Counts) -> None:
        """Adds what `counting` gave for one tensor."""
        # All of it or nothing, where the step raises before the tensor is there: what is constant waits for the rest.
        with tf.control_dependencies(list(counts.values())):
            self._add(counts)

    def _add(self, counts: Counts) -> None:
        for name, value in counts.items():
            self._variables[name].variable.assign_add(value)

    def mark_active(self, seen: tf.Tensor, batch: tf.Tensor) -> None:
        """Notes `batch` (int64 []) for units with active samples (bool [units])."""
        last = self._variables["last_active_batch"].variable
        last.assign(tf.where(seen, batch, tf.convert_to_tensor(last)))

    def any_inactive(self, since: tf.Tensor) -> tf.Tensor:
        """Tells whether there are units that showed no activity after batch `since` (int64 []); bool []."""
        return tf.reduce_any(tf.convert_to_tensor(self._variables["last_active_batch"].variable) <= since)

    def mark_overflow(self, overflow: tf.Tensor, batch: tf.Tensor) -> None:
        """Counts a batch (int64 []) whose gradient overflowed (bool []); once, however often the layer is called."""
        last = self._last_overflow.variable
        anew = overflow & (tf.convert_to_tensor(last) < batch)
        self._variables["overflowed_batches"].variable.assign_add(tf.cast(anew, tf.int64))
        last.assign(tf.where(overflow, batch, tf.convert_to_tensor(last)))

    def sums(self, values: list[np.ndarray]) -> Sums:
        """Names the values of `variables`."""
        named: dict[str, Any] = dict(zip(self._variables, values))
        for name in ("samples", "screened_samples", "overflowed_batches", "gradients"):
            named[name] = int(named[name])
        return Sums(**named)
