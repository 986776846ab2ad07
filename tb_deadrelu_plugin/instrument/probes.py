"""Probes: what is put around a layer's activation while a training step is built.

A probe passes every value and every gradient on unchanged, and adds to an
`Accumulator` on the way.
"""

from __future__ import annotations

import threading
import warnings
import weakref
from collections.abc import Callable

import tensorflow as tf

from tb_deadrelu_plugin import metadata
from tb_deadrelu_plugin.instrument import counting, sums
from tb_deadrelu_plugin.instrument.accumulator import Accumulator
from tb_deadrelu_plugin.instrument.activations import Activation
from tb_deadrelu_plugin.instrument.clock import Clock, Tick
from tb_deadrelu_plugin.instrument.loss_scaling import LossScaleFunction
from tb_deadrelu_plugin.instrument.passes import if_observed, in_control_flow, is_part_of, is_vectorized


class OtherWidthError(ValueError):
    """A layer was called at another width than before."""


class Probe:
    """Watches one activation.

    Args:
      name: Name of the layer, for messages.
      activation: What it is.
      threshold: Largest |a| that counts as zero.
      unit_axis: Axis of the units, or what tells it of a shape.
      clock: Tells the current batch.
      loss_scale: Returns how the loss is scaled just now, or None.
      reaches: Tells whether a gradient is computed at any of the tensors it is
        given.

    Attributes:
      accumulator: The sums, or None as long as nothing was watched.
      calls: How often a training step calls the layer, as far as was seen.
      has_given_up: Whether a call could not be watched, and a warning said so.
      is_vectorized: Whether a call was within `tf.vectorized_map`, where it
        can't be watched.
      gradient_is_out_of_reach: Whether it was called in a loop or a branch of
        a graph.
    """

    def __init__(
        self,
        name: str,
        activation: Activation,
        threshold: float,
        unit_axis: int | Callable[[tf.TensorShape], int],
        clock: Clock,
        loss_scale: LossScaleFunction,
        reaches: Callable[..., bool] = lambda *tensors: True,
    ) -> None:
        self._name = name
        self._activation = activation
        self._threshold = threshold
        self._unit_axis = unit_axis
        self._clock = clock
        self._loss_scale = loss_scale
        self.reaches = reaches
        self._local = threading.local()
        self.accumulator: Accumulator | None = None
        self.calls = 0
        self.is_vectorized = False
        self.gradient_is_out_of_reach = False
        self.has_given_up = False
        self._said: set[str] = set()

    @property
    def is_in_step(self) -> bool:
        """Whether a training batch is being computed in this thread, in whatever pass."""
        return self._clock.now is not None

    @property
    def tick(self) -> Tick | None:
        """The training batch that is being computed in this thread and pass, or None; see `is_part_of`."""
        tick = self._clock.now
        if tick is None:
            return None
        self.is_vectorized |= is_vectorized()
        return tick if is_part_of(tick) else None

    def begin(self) -> None:
        """Says that a training step begins in this thread."""
        self._local.calls = {}

    def end(self) -> None:
        """Says that the training step ends in this thread."""
        self._local.calls = {}

    def give_up(self, error: Exception) -> None:
        """Warns that something can't be watched; training goes on."""
        self.has_given_up = True
        advice = ""
        if isinstance(error, OtherWidthError):
            advice = (
                " Give each width a layer of its own, or watch what comes out of that call under another name: "
                'from tb_deadrelu_plugin.tensorflow import watch; x = watch(x, "name").'
            )
        text = f"A call of layer {self._name!r} is not recorded: {error}{advice}"
        # The training step may be built several times.
        if text not in self._said:
            self._said.add(text)
            warnings.warn(text, stacklevel=3)

    def watch_gradient(self, z: tf.Tensor, tick: Tick, valid: tf.Tensor | None = None) -> tf.Tensor:
        """Returns `z` as it is; its gradient is counted on the way back, if there is a way."""
        accumulator = self._accumulator_for(z)
        axis = self._axis(z)
        if tick.observed is False or not self._has_gradient(z):
            return z
        # TensorFlow keeps gradient functions for ever; they must not keep the model.
        own = weakref.ref(self)

        @tf.custom_gradient
        def identity(z: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
            def gradient(dz: tf.Tensor) -> tf.Tensor:
                probe = own()
                if probe is not None:
                    probe.add_gradient(
                        accumulator, tick, lambda: counting.count_gradients(dz, unit_axis=axis, valid=valid)
                    )
                return dz

            return tf.identity(z), gradient

        return identity(z)

    def watch_activation(self, a: tf.Tensor, z: tf.Tensor | None, tick: Tick, valid: tf.Tensor | None = None) -> None:
        """Counts activations `a`; see `counting.count_activations`.

        Where a batch is not observed, it is only screened for activity, and
        only if there are units that showed none in the window: they may be
        dead.
        """
        accumulator = self._accumulator_for(a)
        axis = self._axis(a)
        # Keras may try a layer out in a graph that is thrown away.
        graph = None if tf.executing_eagerly() else tf.compat.v1.get_default_graph()
        self._local.calls[graph] = self._local.calls.get(graph, 0) + 1
        self.calls = max(self.calls, self._local.calls[graph])
        a = tf.stop_gradient(a)
        if not a.dtype.is_floating:
            a = tf.cast(a, tf.float64)
        z = tf.stop_gradient(z) if self._can_not_die and z is not None else None

        def count() -> tf.Tensor:
            counts = counting.count_activations(
                a,
                unit_axis=axis,
                threshold=self._threshold,
                z=z,
                valid=valid,
                upper_bound=self._activation.upper_bound,
            )
            accumulator.add(counts)
            return counts["active"] > 0

        def screen() -> tf.Tensor:
            return counting.seen_active(
                a,
                unit_axis=axis,
                threshold=self._threshold,
                valid=valid,
                non_negative=self._activation.non_negative,
            )

        def none_seen() -> tf.Tensor:
            return tf.zeros([accumulator.units], tf.bool)

        def screen_if_needed() -> tf.Tensor:
            if a.shape.rank == 2 or sums.is_compiled():
                # To ask whether it is needed would take as long; and a branch changes how XLA compiles the rest.
                return screen()
            return tf.cond(accumulator.any_inactive(tick.window_start), screen, none_seen)

        # Numbers of samples may be constants: where data has run out, they must not be added.
        with tf.control_dependencies([tick.batch]):
            seen = if_observed(tick, count, none_seen if self._can_not_die else screen_if_needed)
        # Nor where the step raises before the activations are there.
        with tf.control_dependencies([tick.batch, a, seen]):
            accumulator.add({"screened_samples": counting.count_samples(a, axis, valid)})
            accumulator.mark_active(seen, tick.batch)

    def watch_output(self, a: tf.Tensor, tick: Tick, valid: tf.Tensor | None = None) -> tf.Tensor:
        """Returns activations as they are; they are counted, and their gradient where they are positive."""
        accumulator = self._accumulator_for(a)
        axis = self._axis(a)
        # The sign of the activations is that of what can't be reached.
        self.watch_activation(a, a, tick, valid)
        if tick.observed is False or not self._has_gradient(a):
            return a
        own = weakref.ref(self)

        @tf.custom_gradient
        def identity(a: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
            def gradient(da: tf.Tensor) -> tf.Tensor:
                probe = own()
                if probe is not None:
                    probe.add_gradient(
                        accumulator,
                        tick,
                        lambda: counting.count_gradients(da, unit_axis=axis, gate=a > 0, valid=valid),
                    )
                return da

            return tf.identity(a), gradient

        return identity(a)

    def add_gradient(self, accumulator: Accumulator, tick: Tick, count: Callable[[], counting.Counts]) -> None:
        """Adds what `count` gives, as `counting.count_gradients` does; it is called only if the batch is observed."""
        if is_vectorized():
            # A Jacobian: not the gradient of a loss, and of one of its rows only.
            return

        def add() -> tf.Tensor:
            self._add_gradient(accumulator, tick, count())
            return tf.constant(True)

        # That one came back may be a constant: where data has run out, it must not be added.
        with tf.control_dependencies([tick.batch]):
            if_observed(tick, add, lambda: tf.constant(False))

    def _add_gradient(self, accumulator: Accumulator, tick: Tick, counts: counting.Counts) -> None:
        counts = counts | {"gradients": tf.ones([], tf.int64)}
        scale = self._loss_scale()
        if scale is not None:
            square_sum = counts["gradient_square_sum"] / tf.square(tf.cast(scale.factor, tf.float64))
            counts = counts | {"gradient_square_sum": square_sum}
            if scale.skips_overflow:
                # What the optimizer does not see is not part of the statistics either.
                overflow = tf.reduce_any(counts["non_finite_gradients"] > 0)
                accumulator.mark_overflow(overflow, tick.batch)
                del counts["non_finite_gradients"]
                counts["gradient_square_sum"] = tf.where(overflow, tf.zeros_like(square_sum), square_sum)
        accumulator.add(counts)

    def _has_gradient(self, tensor: tf.Tensor) -> bool:
        if in_control_flow():
            # Nothing can be added up on the way back through a loop or a branch.
            self.gradient_is_out_of_reach = True
            return False
        return tensor.dtype.is_floating and self.reaches(tensor)

    @property
    def _can_not_die(self) -> bool:
        return self._activation.fraction == metadata.NEGATIVE_FRACTION

    def accumulator_of(self, units: int) -> Accumulator:
        """Returns the accumulator for a layer of known width.

        Raises:
          ValueError: The layer had another width before.
        """
        if self.accumulator is None:
            self.accumulator = Accumulator(units, bounded=self._activation.upper_bound is not None)
        if self.accumulator.units != units:
            raise ValueError(f"expected {self.accumulator.units} units as before, got {units}.")
        return self.accumulator

    def _accumulator_for(self, tensor: tf.Tensor) -> Accumulator:
        units = tensor.shape[self._axis(tensor)]
        if units is None:
            raise ValueError(f"the number of units must be known when the step is built, got shape {tensor.shape}.")
        if self.accumulator is not None and self.accumulator.units != units:
            raise OtherWidthError(f"expected {self.accumulator.units} units as before, got shape {tensor.shape}.")
        return self.accumulator_of(int(units))

    def _axis(self, tensor: tf.Tensor) -> int:
        if tensor.shape.rank is None or tensor.shape.rank < 2:
            raise ValueError(
                f"activations must have at least 2 dimensions [batch, ..., units], got shape {tensor.shape}."
            )
        axis = self._unit_axis(tensor.shape) if callable(self._unit_axis) else self._unit_axis
        return axis % tensor.shape.rank
