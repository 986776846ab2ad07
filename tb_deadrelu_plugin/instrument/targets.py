"""One activation to watch: what it is, how it is reached, and what is known of its units."""

from __future__ import annotations

import dataclasses
import enum
from typing import Any

import keras

from tb_deadrelu_plugin import metadata
from tb_deadrelu_plugin.instrument import activations, layout

_GATED = (keras.layers.GRUCell, keras.layers.LSTMCell, keras.layers.GRU, keras.layers.LSTM)


class Reach(enum.Enum):
    """How an activation is reached."""

    ATTRIBUTE = "attribute"
    """The layer calls a function that it holds as an attribute (Dense, Conv, Activation)."""
    CALL = "call"
    """The layer or operation is nothing but the activation (ReLU, LeakyReLU, PReLU, `keras.ops.relu`)."""
    OUTPUT = "output"
    """Only the activation's result is there, as the layer's output (TimeDistributed)."""
    RECURRENT = "recurrent"
    """A recurrent layer's state, once per time step."""


@dataclasses.dataclass(frozen=True)
class Target:
    """One activation to watch.

    Attributes:
      name: Path of the layer in the model, "/" between what contains and what
        is contained.
      layer: The layer or operation.
      reach: How its activation is reached.
      activation: What it is.
      index: Position among all layers of the model, from 0.
      attribute: Of `Reach.ATTRIBUTE`, the attribute's name.
      cell: Of `Reach.RECURRENT`, the cell that computes the state.
    """

    name: str
    layer: Any
    reach: Reach
    activation: activations.Activation
    index: int
    attribute: str = "activation"
    cell: Any = None

    @property
    def unit_axis(self) -> int:
        """Axis of the units in the layer's output; see `layout.unit_axis`."""
        return layout.unit_axis(self.layer)

    @property
    def gradient_at(self) -> str:
        """Where the gradient is taken, as `metadata.LayerInfo.gradient_at`."""
        at_output = self.reach in (Reach.RECURRENT, Reach.OUTPUT)
        return metadata.GATED_ACTIVATION if at_output else metadata.PRE_ACTIVATION

    @property
    def bias(self) -> keras.Variable | None:
        """The variable [units] of the units' biases, or None.

        Gated recurrent layers (GRU, LSTM) have several biases per unit and none that is the unit's alone.
        """
        owner = self.cell if self.cell is not None else self.layer
        if isinstance(owner, keras.layers.TimeDistributed):
            owner = owner.layer
        bias = getattr(owner, "bias", None)
        return bias if len(getattr(bias, "shape", ())) == 1 and not isinstance(owner, _GATED) else None

    @property
    def units(self) -> int | None:
        """Number of units, as far as it is known before the layer is called."""
        if self.cell is not None:
            return int(self.cell.units)
        if not _activates_its_output(self.layer):
            # Blocks of one's own may be wider inside than at their output.
            return None
        shape = layout.output_shape(self.layer)
        return None if shape is None or len(shape) < 2 else shape[self.unit_axis]

    @property
    def weights(self) -> list[Any]:
        """The weights of its layer; none for an operation."""
        owner = self.cell if self.cell is not None else self.layer
        activation = getattr(owner, self.attribute, None)
        inside = owner._flatten_layers(include_self=False) if self.reach is Reach.ATTRIBUTE else ()
        # What is inside of a composite layer is a layer by itself.
        elsewhere = {id(weight) for part in inside if part is not activation for weight in part.weights}
        return [weight for weight in getattr(owner, "weights", ()) if id(weight) not in elsewhere]


def _activates_its_output(layer: Any) -> bool:
    """Whether what a layer's activation gives is the layer's output, as in Keras' own layers that hold no others."""
    if not isinstance(layer, keras.layers.Layer) or isinstance(layer, keras.layers.TimeDistributed):
        return True
    inside = layer._flatten_layers(include_self=False)
    is_keras_own = type(layer).call.__module__.partition(".")[0] == "keras"
    return is_keras_own and all(part is getattr(layer, "activation", None) for part in inside)
