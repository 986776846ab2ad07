"""Variables that training steps add to, on one device or on many.

Each replica of a `tf.distribute` strategy adds to a copy of its own, so that
nothing travels between devices within a step; the copies are put together
when they are read. They are made where they are first used, for only there
the strategy is known.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf


class Reduction(enum.Enum):
    """How the copies of a variable are put together."""

    SUM = "sum"
    MAX = "max"
    FIRST = "first"
    """All copies are the same."""


@dataclasses.dataclass(frozen=True)
class Replicated:
    """A variable with one copy per replica.

    Attributes:
      variable: Read and added to within a training step.
      reduction: How its copies are put together.
      resets: Whether it begins anew in each window.
      beginning: What its entries are then.
    """

    variable: tf.Variable
    reduction: Reduction
    resets: bool = True
    beginning: float = 0.0


def make(value: Any, reduction: Reduction, resets: bool = True, beginning: float = 0.0) -> Replicated:
    """Makes a variable, also while a training step is traced, and in any replica."""
    with tf.init_scope():
        variable = tf.Variable(
            value,
            trainable=False,
            synchronization=tf.VariableSynchronization.ON_READ,
            aggregation=tf.VariableAggregation.SUM,
        )
    return Replicated(variable, reduction, resets, beginning)


def copies(strategy: tf.distribute.Strategy, variable: tf.Variable) -> Sequence[tf.Variable]:
    """Returns this process' copies of a variable, which are ordinary variables."""
    return strategy.experimental_local_results(variable)


def assign(strategy: tf.distribute.Strategy, variable: tf.Variable, value: Any) -> None:
    """Sets every copy; outside of training steps only."""
    constant = tf.constant(value, variable.dtype)
    for copy in copies(strategy, variable):
        copy.assign(constant, read_value=False)


TAKES_BEFORE_BUILT = 64
"""Building a function of 550 variables takes 1.3 s and saves 0.025 s each time: short runs read without it."""


class Drain:
    """Reads and resets variables, and puts together what all workers have.

    One by one at first, and in one call to the device where there are many
    records; `peek` always reads one by one.

    With several workers every one of them has to call it at the same steps.

    Args:
      strategy: The strategy that the variables were made in.
      variables: What to read.
    """

    def __init__(self, strategy: tf.distribute.Strategy, variables: Sequence[Replicated]) -> None:
        self._strategy = strategy
        self._variables = list(variables)
        self._groups = [copies(strategy, one.variable) for one in self._variables]
        self._takes = 0
        self._built: Callable[[], list[tf.Tensor]] | None = None
        self._gather = gatherer(strategy)

    def __call__(self) -> list[np.ndarray]:
        """Returns the values; what resets begins anew."""
        self._takes += 1
        if self._takes > TAKES_BEFORE_BUILT and self._built is None:
            # TensorFlow warns of functions that are built often; each monitor has its own.
            self._built = tf.function(self._take, autograph=False).get_concrete_function()
        values = iter((self._built or self._take)())
        return self._together([[next(values).numpy() for _ in group] for group in self._groups])

    def peek(self) -> list[np.ndarray]:
        """Returns the values, and leaves the variables as they are."""
        return self._together([[_read(copy).numpy() for copy in group] for group in self._groups])

    def _take(self) -> list[tf.Tensor]:
        # As few operations as there can be: a model may have thousands of variables.
        values = [_read(copy) for group in self._groups for copy in group]
        with tf.control_dependencies([] if tf.executing_eagerly() else [tf.group(*values)]):
            try:
                self._reset()
            except BaseException:
                # Interrupted: sums of which some are of the next window would make a record of nonsense.
                self._reset()
                raise
        return values

    def _reset(self) -> None:
        beginnings: dict[Any, tf.Tensor] = {}
        for one, group in zip(self._variables, self._groups):
            for copy in group if one.resets else ():
                key = copy.dtype, tuple(copy.shape), one.beginning
                if key not in beginnings:
                    beginnings[key] = tf.constant(np.full(key[1], one.beginning), copy.dtype)
                copy.assign(beginnings[key], read_value=False)

    def _together(self, copied: list[list[np.ndarray]]) -> list[np.ndarray]:
        """Puts together the copies of this process, and then those of all workers."""
        values = [
            group[0] if len(group) == 1 else _OF_ROWS[one.reduction](np.stack(group))
            for one, group in zip(self._variables, copied)
        ]
        return self._over_workers(values)

    def _over_workers(self, values: list[np.ndarray]) -> list[np.ndarray]:
        if not values:
            return values
        local = len(self._groups[0])
        if self._strategy.num_replicas_in_sync == local:
            return values
        result = list(values)
        for dtype in (np.int64, np.float64):
            chosen = [i for i, value in enumerate(values) if value.dtype == dtype]
            if not chosen:
                continue
            rows = self._gather(np.concatenate([values[i].ravel() for i in chosen]))
            ends = np.cumsum([values[i].size for i in chosen])[:-1]
            for i, part in zip(chosen, np.split(rows, ends, axis=1)):
                result[i] = _OF_ROWS[self._variables[i].reduction](part).reshape(values[i].shape)
        return result


def gatherer(strategy: tf.distribute.Strategy) -> Callable[[np.ndarray], np.ndarray]:
    """Returns what makes one row per worker, [workers, size], of each one's vector. Every worker has to call it."""

    @tf.function(autograph=False)
    def all_rows(row: tf.Tensor) -> tuple[tf.Tensor, ...]:
        def of_replica(own: tf.Tensor) -> tf.Tensor:
            # The copy is on the replica's device, where the rows are then put together.
            return tf.distribute.get_replica_context().all_gather(tf.identity(own), axis=0)

        return strategy.experimental_local_results(strategy.run(of_replica, args=(row,)))

    # TensorFlow warns of functions that are built often; there are few shapes.
    built: dict[Any, Callable[[tf.Tensor], tuple[tf.Tensor, ...]]] = {}

    def gather(vector: np.ndarray) -> np.ndarray:
        row = tf.constant(vector[np.newaxis])
        key = row.dtype, *row.shape
        if key not in built:
            built[key] = all_rows.get_concrete_function(tf.TensorSpec(row.shape, row.dtype))
        rows = built[key](row)
        # A worker's replicas all give its row.
        return rows[0].numpy()[:: len(rows)]

    return gather


def workers(strategy: tf.distribute.Strategy) -> int:
    """Number of processes that train together."""
    resolver = strategy.cluster_resolver
    spec = None if resolver is None else resolver.cluster_spec()
    return 1 if spec is None else max(1, sum(spec.num_tasks(job) for job in spec.jobs if job in ("chief", "worker")))


def _read(variable: tf.Variable) -> tf.Tensor:
    """What a variable holds, by one operation."""
    return tf.raw_ops.ReadVariableOp(resource=variable.handle, dtype=variable.dtype)


_OF_ROWS: dict[Reduction, Callable[[np.ndarray], np.ndarray]] = {
    Reduction.SUM: lambda rows: rows.sum(0),
    Reduction.MAX: lambda rows: rows.max(0),
    Reduction.FIRST: lambda rows: rows[0],
}
