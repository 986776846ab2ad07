"""Which layers of a Keras model have an activation to watch, and how to reach it."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Iterator, Sequence

import keras

from tb_deadrelu_plugin import metadata
from tb_deadrelu_plugin.instrument import activations

_KEEP_THE_LAYOUT = (
    keras.layers.Activation,
    keras.layers.BatchNormalization,
    keras.layers.Dropout,
    keras.layers.ELU,
    keras.layers.GaussianNoise,
    keras.layers.LeakyReLU,
    keras.layers.PReLU,
    keras.layers.ReLU,
)
_LONGEST_CHAIN = 100
_RECURRENT = (keras.layers.GRU, keras.layers.LSTM, keras.layers.SimpleRNN)
# The probe stands in for their time loop, not for one that a subclass has written anew.
_TIME_LOOPS = tuple(layer.inner_loop for layer in _RECURRENT)


class Reach(enum.Enum):
    """How a layer's activation is reached."""

    ATTRIBUTE = "attribute"
    """The layer calls `self.activation` once (Dense, Conv, Activation)."""
    CALL = "call"
    """The layer is nothing but the activation (ReLU, LeakyReLU, PReLU)."""
    RECURRENT = "recurrent"
    """The layer's output is its state, once per time step (GRU, LSTM, SimpleRNN)."""


@dataclasses.dataclass(frozen=True)
class Target:
    """One activation to watch.

    Attributes:
      name: Path of the layer in the model, "/" between nested models.
      layer: The layer.
      reach: How its activation is reached.
      activation: What it is.
      index: Position among all layers of the model, from 0.
    """

    name: str
    layer: keras.layers.Layer
    reach: Reach
    activation: activations.Activation
    index: int

    @property
    def unit_axis(self) -> int:
        """Axis of the units in the layer's output; see `unit_axis`."""
        return unit_axis(self.layer)

    @property
    def gradient_at(self) -> str:
        """Where the gradient is taken, as `metadata.LayerInfo.gradient_at`."""
        return metadata.GATED_ACTIVATION if self.reach is Reach.RECURRENT else metadata.PRE_ACTIVATION

    @property
    def bias(self) -> keras.Variable | None:
        """The variable [units] of the units' biases, or None.

        Gated recurrent layers (GRU, LSTM) have several biases per unit and none that is the unit's alone.
        """
        owner = getattr(self.layer, "cell", self.layer)
        bias = getattr(owner, "bias", None)
        return bias if bias is not None and len(bias.shape) == 1 and not _is_gated(self.layer) else None


def find_targets(model: keras.Model, layers: Sequence[str] | None = None) -> list[Target]:
    """Finds what to watch.

    Args:
      model: A built model.
      layers: Names or paths of the layers to watch, whatever their activation;
        all layers with an activation of the ReLU family if None.

    Returns:
      Targets in the order of the model's layers.

    Raises:
      ValueError: A name does not exist or has no activation, or there is nothing to watch.
    """
    found = list(_walk(model, ""))
    if layers is None:
        targets = [
            Target(name, layer, reach, activation, index)
            for index, (name, layer) in enumerate(found)
            for reach, activation in [_activation_of(layer)]
            if activation is not None
        ]
        if not targets:
            raise ValueError(
                f"Nothing to watch in model {model.name!r}: none of its {len(found)} layers has an activation of the "
                f"ReLU family ({activations.watched_names()}), given as activation=... or as a layer of its own. "
                "Functions are known by their name, so that lambdas are not, and wrappers such as TimeDistributed are "
                "not looked into. To watch other layers, name them: layers=[...]."
            )
        return targets
    if isinstance(layers, str):
        layers = [layers]
    names = {name: index for index, (name, _) in enumerate(found)}
    if not layers:
        raise ValueError(
            f"Nothing to watch: layers must have at least one name, or be None for all layers with an activation of "
            f"the ReLU family, got {layers!r}."
        )
    missing = [name for name in layers if name not in names]
    if missing:
        raise ValueError(
            f"No layer {', '.join(map(repr, missing))} in model {model.name!r}; its layers are: "
            f"{', '.join(map(repr, names))}."
        )
    targets = []
    for index in sorted({names[name] for name in layers}):
        name, layer = found[index]
        reach, activation = _activation_of(layer, any_activation=True)
        if activation is None:
            raise ValueError(
                f"Layer {name!r} ({type(layer).__name__}) has no activation to watch: expected a layer with an "
                "`activation`, or an activation layer such as ReLU."
            )
        targets.append(Target(name, layer, reach, activation, index))
    return targets


def layer_paths(model: keras.Model) -> list[tuple[str, keras.layers.Layer]]:
    """All layers of a model with their paths, nested models taken apart, inputs left out."""
    return list(_walk(model, ""))


def unit_axis(layer: keras.layers.Layer) -> int:
    """Axis of the units in a layer's output: 1 where it, or the layer that it takes its layout from, has its channels first; else -1."""
    for _ in range(_LONGEST_CHAIN):
        data_format = getattr(layer, "data_format", None)
        if data_format is not None:
            return 1 if data_format == "channels_first" else -1
        if not isinstance(layer, _KEEP_THE_LAYOUT):
            return -1
        try:
            (source,) = layer._inbound_nodes[0].arguments.keras_tensors
            layer = source._keras_history.operation
        except (AttributeError, IndexError, ValueError):
            return -1
    return -1


def count_parameters(layer: keras.layers.Layer) -> tuple[int, int, int]:
    """Returns the number of kernel, bias and other weights of a layer, which add up to `count_params()`."""
    kernel = bias = total = 0
    for weight in layer.weights:
        size = 1
        for dimension in weight.shape:
            size *= int(dimension)
        total += size
        if weight.name.endswith("kernel"):
            kernel += size
        elif weight.name.endswith("bias"):
            bias += size
    return kernel, bias, total - kernel - bias


def _walk(model: keras.Model, prefix: str, seen: set[int] | None = None) -> Iterator[tuple[str, keras.layers.Layer]]:
    """Yields each layer once, under its first path."""
    seen = set() if seen is None else seen
    for layer in model.layers:
        if isinstance(layer, keras.layers.InputLayer) or id(layer) in seen:
            continue
        seen.add(id(layer))
        path = f"{prefix}{layer.name}"
        if isinstance(layer, keras.Model):
            yield from _walk(layer, f"{path}/", seen)
        else:
            yield path, layer


def _activation_of(
    layer: keras.layers.Layer, any_activation: bool = False
) -> tuple[Reach, activations.Activation | None]:
    as_layer = activations.classify_layer(layer)
    if as_layer is not None:
        return Reach.CALL, as_layer
    function = getattr(layer, "activation", None)
    reach = Reach.ATTRIBUTE
    if isinstance(layer, keras.layers.RNN):
        if not isinstance(layer, _RECURRENT) or type(layer).inner_loop not in _TIME_LOOPS:
            return reach, None
        reach = Reach.RECURRENT
    activation = activations.classify_function(function)
    if activation is None and any_activation and callable(function):
        name = getattr(function, "__name__", type(function).__name__)
        activation = activations.Activation(name, metadata.ZERO_FRACTION)
    return reach, activation


def _is_gated(layer: keras.layers.Layer) -> bool:
    return isinstance(layer, (keras.layers.GRU, keras.layers.LSTM))
