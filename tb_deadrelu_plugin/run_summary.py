"""What is written of a run at one step: its layers' records, their overview, and scalars."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from tensorboard.compat.proto import summary_pb2, tensor_pb2, types_pb2
from tensorboard.plugins.scalar import metadata as scalar_metadata

from tb_deadrelu_plugin import metadata, overview, record, summary
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

    @property
    def can_die(self) -> bool:
        """Whether its units can be dead."""
        return self.info.fraction == metadata.ZERO_FRACTION

    @property
    def dead(self) -> int:
        """Number of dead units."""
        return int(np.count_nonzero(self.states == UnitState.DEAD))


def run_summary(layers: Mapping[str, LayerAtStep], run_info: metadata.RunInfo, *, scalars: bool) -> summary_pb2.Summary:
    """Returns all values of one step.

    Args:
      layers: {layer: its record}, at least one, in network order.
      run_info: What the overview says of the model.
      scalars: Whether to write `dead_relu/dead_share`, of the run and of each
        layer: the share of dead units among those that can be dead.
    """
    value = summary_pb2.Summary()
    for name, layer in layers.items():
        layer_metadata = metadata.create_summary_metadata(layer.info)
        value.MergeFrom(summary.record_pb(name, record.encode(layer.record), layer_metadata))
    first = next(iter(layers.values())).record
    over_all = overview.Overview(
        step=first.step,
        window_start_step=first.window_start_step,
        ordinal=first.ordinal,
        layers=tuple(
            overview.layer_overview(name, layer.info, layer.record, layer.states) for name, layer in layers.items()
        ),
    )
    overview_metadata = metadata.create_overview_metadata(run_info)
    value.MergeFrom(summary.record_pb(overview.TAG, overview.encode(over_all), overview_metadata))
    mortal = {name: layer for name, layer in layers.items() if layer.can_die}
    if scalars and mortal:
        units = sum(layer.record.units for layer in mortal.values())
        value.MergeFrom(_scalar(DEAD_SHARE, sum(layer.dead for layer in mortal.values()) / units))
        for name, layer in mortal.items():
            value.MergeFrom(_scalar(f"{DEAD_SHARE}/{name}", layer.dead / layer.record.units))
    return value


def _scalar(tag: str, number: float) -> summary_pb2.Summary:
    tensor = tensor_pb2.TensorProto(dtype=types_pb2.DT_FLOAT, float_val=[number])
    tag_metadata = scalar_metadata.create_summary_metadata(display_name="", description="")
    return summary_pb2.Summary(value=[summary_pb2.Summary.Value(tag=tag, tensor=tensor, metadata=tag_metadata)])
