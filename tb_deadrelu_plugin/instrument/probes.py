"""Probes: what is put around a layer's activation while a training step is built.

A probe passes every value and every gradient on unchanged, and adds to an
`Accumulator` on the way.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import tensorflow as tf

from tb_deadrelu_plugin import metadata
from tb_deadrelu_plugin.instrument import counting
from tb_deadrelu_plugin.instrument.accumulator import Accumulator


class Probe:
    """Watches one activation.

    Args:
      name: Name of the layer, for messages.
      fraction: What is counted, as `metadata.LayerInfo.fraction`.
      threshold: Largest |a| that counts as zero.
      unit_axis: Axis of the units.
      step: int64 variable, the current training step.
      loss_scale: Returns the factor by which the loss is scaled just now, or None.

    Attributes:
      accumulator: The sums, or None as long as nothing was watched.
    """

    def __init__(
        self,
        name: str,
        fraction: str,
        threshold: float,
        unit_axis: int,
        step: tf.Variable,
        loss_scale: Callable[[], tf.Tensor | None],
    ) -> None:
        self._name = name
        self._negative = fraction == metadata.NEGATIVE_FRACTION
        self._threshold = threshold
        self._unit_axis = unit_axis
        self._step = step
        self._loss_scale = loss_scale
        self.accumulator: Accumulator | None = None

    def around(self, function: Callable[..., tf.Tensor]) -> Callable[..., tf.Tensor]:
        """Returns the activation function with this probe before and after it."""

        def watched(z: tf.Tensor, *args: Any, **kwargs: Any) -> tf.Tensor:
            try:
                z = self.watch_gradient(z)
            except ValueError as error:
                self.give_up(error)
                return function(z, *args, **kwargs)
            a = function(z, *args, **kwargs)
            try:
                self.watch_activation(a, z)
            except ValueError as error:
                self.give_up(error)
            return a

        return watched

    def give_up(self, error: Exception) -> None:
        """Warns that something can't be watched; training goes on."""
        warnings.warn(f"A call of layer {self._name!r} is not recorded: {error}", stacklevel=3)

    def watch_gradient(self, z: tf.Tensor) -> tf.Tensor:
        """Returns `z` as it is; its gradient is counted on the way back."""
        accumulator = self._accumulator_for(z)
        axis = self._axis(z)

        @tf.custom_gradient
        def identity(z: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
            def gradient(dz: tf.Tensor) -> tf.Tensor:
                self.add_gradient(accumulator, dz, axis)
                return dz

            return tf.identity(z), gradient

        return identity(z)

    def watch_activation(self, a: tf.Tensor, z: tf.Tensor | None, valid: tf.Tensor | None = None) -> None:
        """Counts activations `a`; see `counting.count_activations`."""
        accumulator = self._accumulator_for(a)
        a = tf.stop_gradient(a)
        counts = counting.count_activations(
            a,
            unit_axis=self._axis(a),
            threshold=self._threshold,
            z=tf.stop_gradient(z) if self._negative and z is not None else None,
            valid=valid,
        )
        accumulator.add(counts)
        accumulator.mark_active(counts["active"], self._step)

    def watch_output(self, a: tf.Tensor) -> tf.Tensor:
        """Returns activations as they are; they are counted, and their gradient where they are positive."""
        accumulator = self._accumulator_for(a)
        axis = self._axis(a)
        self.watch_activation(a, None)

        @tf.custom_gradient
        def identity(a: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
            def gradient(da: tf.Tensor) -> tf.Tensor:
                self.add_gradient(accumulator, da, axis, gate=a > 0)
                return da

            return tf.identity(a), gradient

        return identity(a)

    def add_gradient(
        self,
        accumulator: Accumulator,
        gradient: tf.Tensor,
        axis: int,
        gate: tf.Tensor | None = None,
        valid: tf.Tensor | None = None,
    ) -> None:
        """Counts a gradient on its way back."""
        accumulator.gradient_seen = True
        counts = counting.count_gradients(gradient, unit_axis=axis, gate=gate, valid=valid)
        scale = self._loss_scale()
        if scale is not None:
            counts["gradient_square_sum"] /= tf.square(tf.cast(scale, tf.float64))
        accumulator.add(counts)

    def _accumulator_for(self, tensor: tf.Tensor) -> Accumulator:
        units = tensor.shape[self._axis(tensor)]
        if units is None:
            raise ValueError(f"the number of units must be known when the step is built, got shape {tensor.shape}.")
        if self.accumulator is None:
            self.accumulator = Accumulator(int(units))
        if self.accumulator.units != units:
            raise ValueError(f"expected {self.accumulator.units} units as before, got shape {tensor.shape}.")
        return self.accumulator

    def _axis(self, tensor: tf.Tensor) -> int:
        if tensor.shape.rank is None or tensor.shape.rank < 2:
            raise ValueError(
                f"activations must have at least 2 dimensions [batch, ..., units], got shape {tensor.shape}."
            )
        return self._unit_axis % tensor.shape.rank


@contextlib.contextmanager
def instance_attribute(owner: Any, name: str, value: Any) -> Iterator[None]:
    """Sets an instance attribute for the length of the context.

    It goes past the object's own bookkeeping (Keras tracks what is set on
    layers and models) and is set back whatever happens.
    """
    attributes = vars(owner)
    absent = object()
    before = attributes.get(name, absent)
    attributes[name] = value
    try:
        yield
    finally:
        if before is absent:
            attributes.pop(name, None)
        else:
            attributes[name] = before
