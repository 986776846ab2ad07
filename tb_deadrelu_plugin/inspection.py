"""Answers about a model as it is now, without training: counts on given data, and a table of its layers."""

from __future__ import annotations

import dataclasses
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from tb_deadrelu_plugin import metadata, statistics
from tb_deadrelu_plugin.instrument import layout, walk
from tb_deadrelu_plugin.instrument.discovery import Selection
from tb_deadrelu_plugin.statistics import IntVector
from tb_deadrelu_plugin.tensorflow import Monitor


@dataclasses.dataclass(frozen=True)
class UnitCheck:
    """How often each unit of a layer was active on the data given.

    Attributes:
      samples: Samples per unit: rows, times positions, times time steps.
      active: int64 [units], samples with |a| > threshold; z > 0 where
        `fraction_name` is "negative_fraction".
      non_finite: int64 [units], NaN or infinite samples.
      fraction_name: "zero_fraction" or "negative_fraction".
    """

    samples: int
    active: IntVector
    non_finite: IntVector
    fraction_name: str

    @property
    def fraction(self) -> npt.NDArray[np.float32]:
        """float32 [units], share of samples that were not active."""
        return statistics.zero_fraction(self.active, self.samples - self.non_finite)

    @property
    def never_active(self) -> IntVector:
        """Indices of the units that were zero in every sample, int64 [n]; none where units can't be dead."""
        can_die = self.fraction_name == metadata.ZERO_FRACTION
        return np.flatnonzero((self.active == 0) & (self.non_finite == 0) & can_die).astype(np.int64)

    @property
    def always_on(self) -> IntVector:
        """Indices of the units that were active in every sample, int64 [n]: the layer is linear in them."""
        return np.flatnonzero(self.active == self.samples).astype(np.int64)


def check_units(
    model: keras.Model,
    x: Any,
    *,
    layers: Selection = None,
    threshold: float = 0.0,
    batch_size: int = 256,
) -> dict[str, UnitCheck]:
    """Counts each unit's activity on `x`, with the weights as they are and in inference mode.

    Unlike what is recorded during training, this is one answer for one set
    of weights: a unit in `never_active` is zero for every row of `x`.

    Args:
      model: A built Sequential or Functional model.
      x: Inputs as for `model.predict`: an array, a list or dict of arrays.
      layers: Names of the layers; all with an activation of the ReLU family
        if None.
      threshold: Largest |a| that counts as zero.
      batch_size: Rows per forward pass.

    Returns:
      {layer: UnitCheck}, in network order.

    Raises:
      ValueError: `x` has no rows, a layer does not exist, or there is nothing to watch.
    """
    rows = {len(part) for part in tf.nest.flatten(x)}
    if len(rows) != 1 or 0 in rows:
        raise ValueError(f"x must hold arrays of one and the same number of rows, at least 1, got {sorted(rows)}.")
    # To tf.data a list is one tensor, to Keras a list of inputs.
    x = tuple(x) if isinstance(x, list) else x
    monitor = Monitor(model, layers=layers, threshold=threshold, coverage="all")

    @tf.function(autograph=False, reduce_retracing=True)
    def forward(batch: Any) -> None:
        with monitor.observing():
            model(batch, training=False)

    for batch in tf.data.Dataset.from_tensor_slices(x).batch(batch_size):
        forward(batch)
    return {
        name: UnitCheck(
            one.samples,
            one.active,
            np.zeros_like(one.active) if one.non_finite_activations is None else one.non_finite_activations,
            monitor.layers[name].fraction,
        )
        for name, one in monitor.collect().items()
    }


@dataclasses.dataclass(frozen=True)
class LayerRow:
    """One layer of a model.

    Attributes:
      name: Path of the layer in the model.
      layer_type: For example "Dense".
      activation: Name of its activation, or "".
      units: Size of its output's axis of units, or None where not known.
      kernel_parameters, bias_parameters, other_parameters: Number of weights;
        they add up to the layer's row of `model.summary()`.
    """

    name: str
    layer_type: str
    activation: str
    units: int | None
    kernel_parameters: int
    bias_parameters: int
    other_parameters: int

    @property
    def parameters(self) -> int:
        """All weights of the layer."""
        return self.kernel_parameters + self.bias_parameters + self.other_parameters


def layer_table(model: keras.Model) -> list[LayerRow]:
    """Returns a row per layer, in network order, nested models taken apart; their sum is `model.count_params()`."""
    rows = []
    for path, layer in walk.layer_paths(model):
        kernel, bias, other = layout.count_parameters(layer)
        shape = layout.output_shape(layer)
        units = None if shape is None else shape[layout.unit_axis(layer) % len(shape)]
        activation = getattr(layer, "activation", None)
        name = getattr(activation, "__name__", "") or (type(activation).__name__ if activation is not None else "")
        rows.append(LayerRow(path, type(layer).__name__, name, units, kernel, bias, other))
    return rows
