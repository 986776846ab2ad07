"""What a dead_relu tag says of itself: the plugin's part of the summary metadata.

Only protobuf and TensorBoard's message classes are imported here, so that
writers and readers share it without TensorFlow.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from google.protobuf.message import DecodeError
from tensorboard.compat.proto import summary_pb2

from tb_deadrelu_plugin import plugin_data_pb2

PLUGIN_NAME = "dead_relu"

VERSION = 1
"""Version of the plugin data and of the record encoding that is written here."""

ZERO_FRACTION = "zero_fraction"
NEGATIVE_FRACTION = "negative_fraction"

PRE_ACTIVATION = "pre_activation"
GATED_ACTIVATION = "gated_activation"
AS_GIVEN = "as_given"
STOPPED = "stopped"

INITIAL = "initial"
CHANGED = "changed"

MOST_OTHER_LAYERS = 100
"""Layers that are not watched and yet listed: they are repeated on every overview record."""

MOST_INPUT_LAYERS = 16
"""Layers before a layer that are named, for the same reason; of one that has more, none is known."""

_PB = plugin_data_pb2.DeadReluPluginData  # type: ignore[attr-defined]
_OTHER_PB = plugin_data_pb2.OtherLayer  # type: ignore[attr-defined]
_FRACTIONS = {ZERO_FRACTION: _PB.ZERO_FRACTION, NEGATIVE_FRACTION: _PB.NEGATIVE_FRACTION}
_GRADIENTS = {
    None: _PB.GRADIENT_NOT_RECORDED,
    PRE_ACTIVATION: _PB.PRE_ACTIVATION,
    GATED_ACTIVATION: _PB.GATED_ACTIVATION,
    AS_GIVEN: _PB.AS_GIVEN,
    STOPPED: _PB.STOPPED,
}
_FIRST_WEIGHTS = {None: _PB.NOT_KNOWN, INITIAL: _PB.INITIAL, CHANGED: _PB.CHANGED}


class UnsupportedVersionError(ValueError):
    """The tag was written by a newer version than this one reads."""


@dataclasses.dataclass(frozen=True)
class LayerInfo:
    """What is the same for every record of one layer.

    Attributes:
      fraction: `ZERO_FRACTION`, or `NEGATIVE_FRACTION` for activations that
        have no exact zero region.
      gradient_at: Where the gradient was taken: `PRE_ACTIVATION`,
        `GATED_ACTIVATION`, `AS_GIVEN`; `STOPPED` where the training step
        computes none, for the layer is frozen or behind a stop_gradient; or
        None if not recorded.
      threshold: Largest |a| that counts as zero.
      activation: For example "relu"; "" where not known.
      layer_type: For example "Dense"; "" where not known.
      layer_index: Position of the layer in the network, from 0, or None.
      kernel_parameters: Number of kernel weights, recurrent ones included. A
        weight that several activations share counts for the first of them.
      bias_parameters: Number of bias weights.
      calls: How often a training step calls the layer; 0 where not known.
      upper_bound: Largest value of the activation (6 for ReLU6), or None.
      other_parameters: Number of weights that are neither.
      input_layers: Tags of the watched layers whose output reaches this one
        without passing through another watched one; () where only the
        model's input does; None where not known, or where there are more
        than `MOST_INPUT_LAYERS`.
      first_weights: The weights that recording began with: `INITIAL`, those
        of the layer's initializers; `CHANGED`, others, from an earlier
        training or set by hand; None where not known.
    """

    fraction: str = ZERO_FRACTION
    gradient_at: str | None = None
    threshold: float = 0.0
    activation: str = ""
    layer_type: str = ""
    layer_index: int | None = None
    kernel_parameters: int = 0
    bias_parameters: int = 0
    calls: int = 0
    upper_bound: float | None = None
    other_parameters: int = 0
    input_layers: tuple[str, ...] | None = None
    first_weights: str | None = None


@dataclasses.dataclass(frozen=True)
class OtherLayer:
    """A layer that has weights and is not watched.

    Attributes:
      name: Path of the layer in the model.
      layer_type: For example "BatchNormalization".
      activation: For example "sigmoid"; "" where it has none.
      units: Size of its output's axis of units; 0 where not known.
      kernel_parameters, bias_parameters, other_parameters: Number of weights
        that do not count for a watched layer.
      layer_index: Position in the network, on the scale of `LayerInfo`'s.
    """

    name: str
    layer_type: str
    activation: str
    units: int
    kernel_parameters: int
    bias_parameters: int
    other_parameters: int
    layer_index: int


@dataclasses.dataclass(frozen=True)
class RunInfo:
    """What an overview says of the model, so that the layers' parameters add up to its summary.

    Attributes:
      model_parameters: All weights of the model; 0 where not known.
      other_layers: The layers that have weights and are not watched, in
        network order.
    """

    model_parameters: int = 0
    other_layers: tuple[OtherLayer, ...] = ()


def create_summary_metadata(
    info: LayerInfo, display_name: str = "", description: str | None = None
) -> summary_pb2.SummaryMetadata:
    """Returns the metadata to put on every record of a tag."""
    input_layers = info.input_layers
    if input_layers is not None and len(input_layers) > MOST_INPUT_LAYERS:
        input_layers = None
    content = _PB(
        version=VERSION,
        fraction=_FRACTIONS[info.fraction],
        gradient_at=_GRADIENTS[info.gradient_at],
        threshold=info.threshold,
        activation=info.activation,
        layer_type=info.layer_type,
        layer_index=info.layer_index or 0,
        has_layer_index=info.layer_index is not None,
        kernel_parameters=info.kernel_parameters,
        bias_parameters=info.bias_parameters,
        calls=info.calls,
        upper_bound=info.upper_bound or 0.0,
        has_upper_bound=info.upper_bound is not None,
        other_parameters=info.other_parameters,
        input_layers=input_layers or (),
        has_input_layers=input_layers is not None,
        first_weights=_FIRST_WEIGHTS[info.first_weights],
    )
    return _summary_metadata(content, display_name, description or "")


def _summary_metadata(content: Any, display_name: str = "", description: str = "") -> summary_pb2.SummaryMetadata:
    return summary_pb2.SummaryMetadata(
        display_name=display_name,
        summary_description=description,
        plugin_data=summary_pb2.SummaryMetadata.PluginData(
            plugin_name=PLUGIN_NAME, content=content.SerializeToString(deterministic=True)
        ),
        # TensorBoard fills this in for its own plugins only; a tag without it
        # can't be read back.
        data_class=summary_pb2.DATA_CLASS_TENSOR,
    )


def create_overview_metadata(run_info: RunInfo = RunInfo()) -> summary_pb2.SummaryMetadata:
    """Returns the metadata to put on every record of the run's overview; it keeps the first `MOST_OTHER_LAYERS`."""
    others = [_OTHER_PB(**dataclasses.asdict(layer)) for layer in run_info.other_layers[:MOST_OTHER_LAYERS]]
    content = _PB(version=VERSION, overview=True, model_parameters=run_info.model_parameters, other_layers=others)
    return _summary_metadata(content)


def parse_overview_metadata(content: bytes) -> RunInfo:
    """Reads the bytes that `create_overview_metadata` put into the plugin data.

    Raises:
      UnsupportedVersionError: They are of a newer version.
      ValueError: They are damaged.
    """
    data = _parse(content)
    names = [field.name for field in dataclasses.fields(OtherLayer)]
    return RunInfo(
        data.model_parameters,
        tuple(OtherLayer(**{name: getattr(layer, name) for name in names}) for layer in data.other_layers),
    )


def is_overview(content: bytes) -> bool:
    """Whether plugin data are those of a run's overview, which is not a layer; of any version."""
    try:
        return bool(_PB.FromString(content).overview)
    except DecodeError:
        return False


def parse_plugin_metadata(content: bytes) -> LayerInfo:
    """Reads the bytes that `create_summary_metadata` put into the plugin data.

    Raises:
      UnsupportedVersionError: They are of a newer version.
      ValueError: They are damaged.
    """
    data = _parse(content)
    fractions = {number: name for name, number in _FRACTIONS.items()}
    gradients = {number: name for name, number in _GRADIENTS.items()}
    weights = {number: name for name, number in _FIRST_WEIGHTS.items()}
    return LayerInfo(
        fraction=fractions.get(data.fraction, ZERO_FRACTION),
        gradient_at=gradients.get(data.gradient_at, AS_GIVEN),
        threshold=data.threshold,
        activation=data.activation,
        layer_type=data.layer_type,
        layer_index=data.layer_index if data.has_layer_index else None,
        kernel_parameters=data.kernel_parameters,
        bias_parameters=data.bias_parameters,
        calls=data.calls,
        upper_bound=data.upper_bound if data.has_upper_bound else None,
        other_parameters=data.other_parameters,
        input_layers=tuple(data.input_layers) if data.has_input_layers else None,
        first_weights=weights.get(data.first_weights),
    )


def _parse(content: bytes) -> Any:
    try:
        data = _PB.FromString(content)
    except DecodeError as error:
        raise ValueError(f"the plugin data of this tag is damaged: {error}") from error
    if data.version > VERSION:
        raise UnsupportedVersionError(
            f"These records were written in format version {data.version}; this plugin reads up to version {VERSION}. "
            "Upgrade it here with: pip install --upgrade tb-deadrelu-plugin"
        )
    if data.version < 1:
        raise ValueError(f"the plugin data of this tag must have a version of at least 1, got {data.version}.")
    return data
