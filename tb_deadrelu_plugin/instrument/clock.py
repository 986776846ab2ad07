"""Counting training batches on the device, and telling which of them are observed."""

from __future__ import annotations

import dataclasses
import enum
import threading
from typing import Any

import numpy as np
import tensorflow as tf

from tb_deadrelu_plugin.instrument import schedule, sums, variables
from tb_deadrelu_plugin.instrument.variables import Reduction


class Watching(enum.Enum):
    """How a batch is watched, as far as it is known when the training step is built."""

    NOT = "not"
    SCREENED = "screened"
    """It is searched for activity of units that showed none in the window."""
    OBSERVED = "observed"
    """It is part of the statistics."""
    PLANNED = "planned"
    """One of the latter two; the device decides, by the plan. What XLA compiles is always observed."""


@dataclasses.dataclass(frozen=True)
class Tick:
    """One training batch, as a training step sees it.

    Attributes:
      batch: int64 [], its number, from 1.
      window_start: int64 [], number of the last batch of the window before.
      observed: Whether it is part of the statistics, as bool or as bool [].
      inference: Whether passes with `training=False` count as well.
    """

    batch: tf.Tensor
    window_start: tf.Tensor
    observed: bool | tf.Tensor
    inference: bool = False


class Clock:
    """Counts batches within training steps.

    Args:
      observe_all: Whether every batch is observed; else those that
        `schedule.observed_batches` plans.
    """

    def __init__(self, observe_all: bool) -> None:
        self.observe_all = observe_all
        self.strategy: tf.distribute.Strategy | None = None
        self._window_start = 0
        self._first_batch = 0
        self._plan = schedule.observed_batches(0, None)
        self._variables: dict[str, variables.Replicated] = {}
        self._local = threading.local()

    @property
    def now(self) -> Tick | None:
        """The batch that is being computed in this thread, or None."""
        return getattr(self._local, "tick", None)

    @property
    def windowed(self) -> list[variables.Replicated]:
        """int64 []: batches counted in all; ticks in the window; observed batches in the window. Empty before the first tick."""
        return [self._variables[name] for name in ("batch", "ticks", "observed") if name in self._variables]

    def begin(self, data: Any = None, watching: Watching = Watching.PLANNED, inference: bool = False) -> None:
        """Counts a batch; within a training step only.

        Args:
          data: Tensors of the batch. Where data runs out, TensorFlow computes
            what does not depend on them all the same.
          watching: How the batch is watched.
          inference: Whether passes with `training=False` count as well.
        """
        self.strategy = tf.distribute.get_strategy()
        if not self._variables:
            self._make_variables()
        batch, ticks, observed, window_start, plan = (one.variable for one in self._variables.values())
        # Sparse and ragged tensors have several, and no operation of their own to wait for.
        leaves = [leaf for leaf in tf.nest.flatten(data, expand_composites=True) if tf.is_tensor(leaf)]
        with tf.control_dependencies(leaves if not tf.executing_eagerly() else []):
            one = tf.ones([], tf.int64)
            batch.assign_add(one)
            ticks.assign_add(one)
        number, start = tf.convert_to_tensor(batch), tf.convert_to_tensor(window_start)
        is_observed: bool | tf.Tensor = self.observe_all or watching is Watching.OBSERVED
        if watching is Watching.PLANNED and sums.is_compiled():
            # The device can't choose there: a branch changes how XLA compiles the training, to the last bits of weights.
            is_observed = True
        elif watching is Watching.PLANNED and not self.observe_all:
            index = number - 1 - start
            half = schedule.LENGTH // 2
            place = tf.where(index < schedule.LENGTH, tf.maximum(index, 0), half + index % half)
            is_observed = tf.gather(tf.convert_to_tensor(plan), place)
        if is_observed is not False:
            observed.assign_add(one if is_observed is True else tf.cast(is_observed, tf.int64))
        self._local.tick = Tick(number, start, is_observed, inference)

    def prepare(self, strategy: tf.distribute.Strategy) -> None:
        """Makes the variables before the first batch, in the strategy's scope."""
        self.strategy = strategy
        if not self._variables:
            self._make_variables()

    def end(self) -> None:
        """Ends the batch in this thread."""
        self._local.tick = None

    def is_observed(self, batch: int) -> bool:
        """Whether the batch with this number, from 1, is part of the statistics."""
        return self.observe_all or bool(self._plan[schedule.place_in_plan(batch - 1 - self._window_start)])

    def begin_window(self, batches_done: int, expected: int | None) -> None:
        """Plans the window that begins after `batches_done` batches; outside of training steps only."""
        self._window_start = batches_done
        if self.observe_all:
            return
        self._plan = schedule.observed_batches(batches_done, expected)
        self._assign("window_start", np.int64(batches_done))
        self._assign("plan", self._plan)

    def catch_up(self, batches_done: int) -> None:
        """Counts batches that were trained on without a tick; outside of training steps only."""
        self._first_batch = batches_done
        self._assign("batch", np.int64(batches_done))

    def _assign(self, name: str, value: Any) -> None:
        if self._variables:
            assert self.strategy is not None
            variables.assign(self.strategy, self._variables[name].variable, value)

    def _make_variables(self) -> None:
        zero, same = np.int64(0), Reduction.FIRST
        self._variables = {
            "batch": variables.make(np.int64(self._first_batch), same, resets=False),
            "ticks": variables.make(zero, same),
            "observed": variables.make(zero, same),
            "window_start": variables.make(np.int64(self._window_start), same, resets=False),
            "plan": variables.make(self._plan, same, resets=False),
        }
