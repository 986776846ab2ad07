"""Answers about a model as it is now, without training: counts on given data, and a table of its layers."""

from __future__ import annotations

import dataclasses
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from tb_deadrelu_plugin import metadata, statistics
from tb_deadrelu_plugin.instrument import parameters, walk
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
        with monitor.observing(inference=True):
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
    """Returns a row per layer, in network order, nested models taken apart; their sum is `model.count_params()`.

    Weights that layers share count for the first of them. What a model holds
    itself, outside of its layers, comes last, as a row of the model's.
    """
    ledger = parameters.Ledger()
    rows = [_row(path, layer, ledger.count(layer.weights)) for path, layer in walk.layer_paths(model)]
    rest = ledger.count(model.weights)
    return [*rows, _row(model.name, model, rest)] if any(rest) else rows


def _row(name: str, layer: keras.layers.Layer, count: parameters.Count) -> LayerRow:
    activation, units = parameters.activation_name(layer), parameters.units(layer)
    return LayerRow(name, type(layer).__name__, activation, units, count.kernel, count.bias, count.other)
