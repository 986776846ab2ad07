"""What is written of a run at one step: its layers' records, their overview, and scalars."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from tensorboard.compat.proto import summary_pb2, tensor_pb2, types_pb2
from tensorboard.plugins.scalar import metadata as scalar_metadata

from tb_deadrelu_plugin import metadata, record, summary
from tb_deadrelu_plugin.run_overview import overview
from tb_deadrelu_plugin.run_overview.training_numbers import Training
from tb_deadrelu_plugin.verdict import UnitState

DEAD_SHARE = "dead_relu/dead_share"


@dataclasses.dataclass(frozen=True)
class LayerAtStep:
    """One layer's record.

    Attributes:
      info: What its tag says of it.
      record: The record.
      states: int8 [units] of `UnitState`, with the default thresholds.
    """

    info: metadata.LayerInfo
    record: record.Record
    states: npt.NDArray[np.int8]

    @functools.cached_property
    def encoded(self) -> bytes:
        """The record's bytes."""
        return record.encode(self.record)

    @property
    def can_die(self) -> bool:
        """Whether its units can be dead."""
        return self.info.fraction == metadata.ZERO_FRACTION

    @property
    def units(self) -> int:
        """Number of units."""
        return self.record.units

    @property
    def dead_units(self) -> npt.NDArray[np.int64]:
        """Indices of the dead units, int64 [n]."""
        return np.flatnonzero(self.states == UnitState.DEAD).astype(np.int64)

    @property
    def dead(self) -> int:
        """Number of dead units."""
        return len(self.dead_units)


@dataclasses.dataclass(frozen=True)
class RunAtStep:
    """All layers' records of one window.

    Attributes:
      layers: {layer: its record}, at least one, in network order.
      training: What is known of the training as a whole in the window, or None.
    """

    layers: Mapping[str, LayerAtStep]
    training: Training | None = None

    @property
    def step(self) -> int:
        """Step of the records."""
        return next(iter(self.layers.values())).record.step

    @property
    def mortal(self) -> dict[str, LayerAtStep]:
        """The layers whose units can be dead."""
        return {name: layer for name, layer in self.layers.items() if layer.can_die}

    @property
    def dead_share(self) -> float | None:
        """Share of dead units among those that can be dead; None where none can."""
        units = sum(layer.units for layer in self.mortal.values())
        return sum(layer.dead for layer in self.mortal.values()) / units if units else None

    @functools.cached_property
    def encoded_overview(self) -> bytes:
        """The overview's bytes."""
        first = next(iter(self.layers.values())).record
        layers = (
            overview.layer_overview(name, layer.info, layer.record, layer.states) for name, layer in self.layers.items()
        )
        return overview.encode(
            overview.Overview(first.step, first.window_start_step, first.ordinal, tuple(layers), self.training)
        )


def run_summary(run: RunAtStep, run_info: metadata.RunInfo, *, scalars: bool) -> summary_pb2.Summary:
    """Returns all values of one step.

    Args:
      run: The records.
      run_info: What the overview says of the model.
      scalars: Whether to write `dead_relu/dead_share`, of the run and of each
        layer: the share of dead units among those that can be dead.
    """
    value = summary_pb2.Summary()
    for name, layer in run.layers.items():
        layer_metadata = metadata.create_summary_metadata(layer.info)
        value.MergeFrom(summary.record_pb(name, layer.encoded, layer_metadata))
    overview_metadata = metadata.create_overview_metadata(run_info)
    value.MergeFrom(summary.record_pb(overview.TAG, run.encoded_overview, overview_metadata))
    if scalars and run.dead_share is not None:
        value.MergeFrom(_scalar(DEAD_SHARE, run.dead_share))
        for name, layer in run.mortal.items():
            value.MergeFrom(_scalar(f"{DEAD_SHARE}/{name}", layer.dead / layer.units))
    return value


def _scalar(tag: str, number: float) -> summary_pb2.Summary:
    tensor = tensor_pb2.TensorProto(dtype=types_pb2.DT_FLOAT, float_val=[number])
    tag_metadata = scalar_metadata.create_summary_metadata(display_name="", description="")
    return summary_pb2.Summary(value=[summary_pb2.Summary.Value(tag=tag, tensor=tensor, metadata=tag_metadata)])
