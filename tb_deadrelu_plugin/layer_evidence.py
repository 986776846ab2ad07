"""What the records tell of one layer at its newest one, as a diagnosis looks at it."""

from __future__ import annotations

import functools
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin import metadata
from tb_deadrelu_plugin.timeline import Timeline
from tb_deadrelu_plugin.verdict import Thresholds, UnitState

# A start that is estimated from counts of samples is off by what batches differ in size.
_LATE_SHARE = 0.1


class LayerEvidence:
    """One layer whose records are looked at.

    Attributes:
      timeline: The layer's records, at least one.
      states: int8 [records, units] of `UnitState`.
      units: Number of units at the newest record.
      can_die: Whether its units can be dead.
      dead: int64 [n], the units that are dead at the newest record.
      died: int64 [n], step at which each was last active; -1 for never.
      repaired: int64 [n], step at which each was last re-initialised; -1 for
        never.
      samples: int64 [n], samples without activity behind each.
    """

    def __init__(self, timeline: Timeline, thresholds: Thresholds = Thresholds()) -> None:
        self.timeline = timeline
        self.states = timeline.states(None if thresholds == Thresholds() else thresholds)
        self.units = int(timeline.widths[-1])
        self.can_die = timeline.info.fraction == metadata.ZERO_FRACTION
        self.dead = np.flatnonzero(self.states[-1] == UnitState.DEAD).astype(np.int64)
        self.died = timeline.last_active_step[-1, self.dead]
        repairs = timeline.last_revival_step
        self.repaired = np.full(len(self.dead), -1, np.int64) if repairs is None else repairs[-1, self.dead]
        self.samples = timeline.samples_since_active[-1, self.dead]

    @property
    def name(self) -> str:
        """The layer's tag."""
        return self.timeline.layer

    @property
    def all_dead(self) -> bool:
        """Whether no unit is left."""
        return self.can_die and len(self.dead) == self.units

    @functools.cached_property
    def born_dead(self) -> npt.NDArray[np.bool_]:
        """bool [n], dead units that were never active, of which nothing but the initialisation was seen."""
        return (self.died < 0) & (self.repaired < 0)

    @functools.cached_property
    def begun(self) -> int:
        """Step at which recording began; 0 where it began with the training, also if the first records are missing."""
        timeline = self.timeline
        start, step = int(timeline.window_start_steps[0]), int(timeline.steps[0])
        if timeline.ordinals[0] == 0:
            return max(start, 0)
        if timeline.total_samples[0] < 0 or timeline.screened_samples[0] <= 0:
            return 0
        # The first records are missing: how long they were is what the samples in them tell.
        begun = step - (step - start) * float(timeline.total_samples[0] / timeline.screened_samples[0])
        return round(begun) if begun > _LATE_SHARE * step else 0

    @functools.cached_property
    def resolution(self) -> int:
        """How many steps there are from one observed batch to the next: how finely deaths are dated."""
        timeline = self.timeline
        lengths = timeline.steps - timeline.window_start_steps
        return max(1, round(float(np.median(lengths / np.maximum(timeline.batches, 1)))))


def layers_of(timelines: Mapping[str, Timeline], thresholds: Thresholds = Thresholds()) -> dict[str, LayerEvidence]:
    """Returns {layer: LayerEvidence} in the order of the network; layers without records are left out."""

    def network_order(name: str) -> tuple[float, str]:
        index = timelines[name].info.layer_index
        return float("inf") if index is None else index, name

    names = sorted((name for name, timeline in timelines.items() if len(timeline.steps)), key=network_order)
    return {name: LayerEvidence(timelines[name], thresholds) for name in names}
