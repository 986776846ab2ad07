"""The records of a training that are kept in memory, so that a verdict needs no files."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping

from tb_deadrelu_plugin import metadata
from tb_deadrelu_plugin.run_overview.overview_series import OverviewSeries
from tb_deadrelu_plugin.timeline import Stored, Timeline
from tb_deadrelu_plugin.writing.run_summary import RunAtStep

MOST = 64


@dataclasses.dataclass(frozen=True)
class _Moment:
    number: int
    step: int
    wall_time: float
    layers: dict[str, bytes]
    overview: bytes


class RecordMemory:
    """Keeps a part of a run's records, spread evenly over it, the first and the newest always.

    Records stand alone, so that what is dropped takes no date of a death with
    it.

    Args:
      most: Records per layer, at least 2. Where there are more, every other
        one is dropped.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._stride = 1
        self._count = 0
        self._moments: list[_Moment] = []

    def add(self, run: RunAtStep) -> None:
        """Keeps the newest records."""
        layers = {name: layer.encoded for name, layer in run.layers.items()}
        moments = [one for one in self._moments if one.number % self._stride == 0]
        moments.append(_Moment(self._count, run.step, time.time(), layers, run.encoded_overview))
        while len(moments) > self._most:
            self._stride *= 2
            moments = [one for one in moments if one.number % self._stride == 0 or one is moments[-1]]
        self._moments = moments
        self._count += 1

    def timelines(self, run: str, infos: Mapping[str, metadata.LayerInfo]) -> dict[str, Timeline]:
        """Returns {layer: Timeline} of the layers that have records.

        Args:
          run: Name of the run.
          infos: What the layers' tags say of them.
        """
        kept = {
            name: [Stored(one.step, one.wall_time, one.layers[name]) for one in self._moments if name in one.layers]
            for name in infos
        }
        return {name: Timeline(run, name, infos[name], stored) for name, stored in kept.items() if stored}

    def overviews(self, run: str) -> OverviewSeries:
        """Returns the overviews beside them."""
        return OverviewSeries(run, [Stored(one.step, one.wall_time, one.overview) for one in self._moments])
