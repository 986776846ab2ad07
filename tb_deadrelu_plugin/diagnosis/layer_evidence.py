"""What the records tell of one layer at its newest one, as a diagnosis looks at it."""

from __future__ import annotations

import functools
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin import metadata
from tb_deadrelu_plugin.diagnosis import drifts
from tb_deadrelu_plugin.diagnosis.findings import Cause, Finding
from tb_deadrelu_plugin.timeline import Timeline
from tb_deadrelu_plugin.verdict import Thresholds, UnitState

# A start that is estimated from counts of samples is off by what batches differ in size.
_LATE_SHARE = 0.1

NEARLY_ALL = 0.9
"""Share of a layer's units from which it is the layer that is concerned, and not single units."""


class LayerEvidence:
    """One layer whose records are looked at.

    Attributes:
      timeline: The layer's records, at least one.
      thresholds: Where the states begin.
      states: int8 [units] of `UnitState`, at the newest record.
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
        self.thresholds = thresholds
        self.states, since_active = timeline.newest(thresholds)
        self.units = int(timeline.widths[-1])
        self.can_die = timeline.info.fraction == metadata.ZERO_FRACTION
        self.dead = np.flatnonzero(self.states == UnitState.DEAD).astype(np.int64)
        self.died = timeline.last_active_step[-1, self.dead]
        repairs = timeline.last_revival_step
        self.repaired = np.full(len(self.dead), -1, np.int64) if repairs is None else repairs[-1, self.dead]
        self.samples = since_active[self.dead]

    @property
    def name(self) -> str:
        """The layer's tag."""
        return self.timeline.layer

    @property
    def all_dead(self) -> bool:
        """Whether no unit is left."""
        return self.can_die and len(self.dead) == self.units

    @property
    def inputs(self) -> tuple[str, ...]:
        """The watched layers before it, as far as they are known."""
        return self.timeline.info.input_layers or ()

    @property
    def required_samples(self) -> int:
        """Samples without activity that make a unit dead."""
        epoch = int(self.timeline.epoch_samples[-1])
        return min(self.thresholds.min_samples, epoch) if epoch > 0 else self.thresholds.min_samples

    @functools.cached_property
    def born_dead(self) -> npt.NDArray[np.bool_]:
        """bool [n], dead units that were never active since recording began, and never re-initialised."""
        return (self.died < 0) & (self.repaired < 0)

    @functools.cached_property
    def repaired_in_vain(self) -> npt.NDArray[np.bool_]:
        """bool [n], dead units that were not active since they were re-initialised."""
        return self.repaired > self.died

    @functools.cached_property
    def drift(self) -> drifts.Drift:
        """How the biases of the dead units moved before they died."""
        return drifts.measure(self.timeline, self.dead, np.where(self.repaired_in_vain, -1, self.died))

    @property
    def first_bias(self) -> npt.NDArray[np.float32]:
        """float32 [n], biases of the dead units at the first record; NaN where not recorded."""
        bias = self.timeline.bias
        return np.full(len(self.dead), np.nan, np.float32) if bias is None else bias[0, self.dead]

    @functools.cached_property
    def constant(self) -> bool:
        """Whether nearly all units are active in all samples of the newest record or in none.

        So they are on an input that never varies; but for those whose bias crosses 0 in this window.
        """
        timeline, present = self.timeline, self.timeline.present[-1]
        finite = timeline.samples[-1] - timeline.non_finite_activations[-1]
        varies = timeline.seen_active[-1] & (timeline.active[-1] < finite) & present
        return int(np.count_nonzero(varies)) <= (1 - NEARLY_ALL) * self.units

    @functools.cached_property
    def first_active_mean(self) -> float:
        """Mean of active samples, median of the units, in the first record that has any; 0 where none has."""
        timeline = self.timeline
        rows = np.flatnonzero(timeline.active.any(axis=1))
        if timeline.mean_activation is None or len(rows) == 0:
            return 0.0
        row = rows[0]
        units = np.flatnonzero(timeline.active[row] > 0)
        finite = timeline.samples[row] - timeline.non_finite_activations[row, units]
        means = timeline.mean_activation[row, units] * (finite / timeline.active[row, units])
        return float(np.nanmedian(means)) if not np.isnan(means).all() else 0.0

    def count(self, which: npt.NDArray[np.bool_]) -> str:
        """How many dead units they are, of how many, with the verb."""
        count = int(np.count_nonzero(which))
        return f"{count:,} of {self.units:,} unit{'' if self.units == 1 else 's'} {'was' if count == 1 else 'were'}"

    def finding(
        self,
        which: npt.NDArray[np.bool_],
        cause: Cause,
        step: int | None,
        evidence: str,
        advice: str,
        reference: str,
        statistic: str = "states",
    ) -> Finding:
        """A finding of dead units of this layer."""
        return Finding(self.name, cause, self.dead[which], step, statistic, evidence, advice, reference)

    def bias_around(self, units: npt.NDArray[np.int64], first: int, last: int) -> tuple[float, float]:
        """Median bias of units in the record before `first` and in the one after `last`; NaN where not known."""
        bias, steps = self.timeline.bias, self.timeline.steps
        start, end = int(np.searchsorted(steps, first)), min(int(np.searchsorted(steps, last, "right")), len(steps) - 1)
        if bias is None or start == 0 or np.isnan(bias[[start - 1, end]][:, units]).any():
            return float("nan"), float("nan")
        return float(np.median(bias[start - 1, units])), float(np.median(bias[end, units]))

    def gradient_spike(self, first: int, last: int) -> float:
        """The layer's largest gradient norm around these steps over that of the records before; 0 where not known."""
        start, end = np.searchsorted(self.timeline.steps, [first, last]).tolist()
        norms = self._gradient_norms
        if norms is None or start == 0:
            return 0.0
        before, around = float(np.median(norms[max(0, start - 3) : start])), float(np.max(norms[start : end + 2]))
        return around / before if before > 0 else 0.0

    @functools.cached_property
    def _gradient_norms(self) -> npt.NDArray[np.float64] | None:
        """float64 [records], over all units."""
        norm = self.timeline.gradient_norm
        if norm is None:
            return None
        return np.sqrt(np.einsum("ru,ru->r", *(2 * [np.where(np.isfinite(norm), norm, 0).astype(np.float64)])))

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


def steps_of(died: npt.NDArray[np.int64]) -> str:
    """The steps of some deaths, with their preposition."""
    first, last = int(died.min()), int(died.max())
    return f"at step {first:,}" if first == last else f"within steps {first:,}-{last:,}"


def layers_of(timelines: Mapping[str, Timeline], thresholds: Thresholds = Thresholds()) -> dict[str, LayerEvidence]:
    """Returns {layer: LayerEvidence} in the order of the network; layers without records are left out."""

    def network_order(name: str) -> tuple[float, str]:
        index = timelines[name].info.layer_index
        return float("inf") if index is None else index, name

    names = sorted((name for name, timeline in timelines.items() if len(timeline.steps)), key=network_order)
    return {name: LayerEvidence(timelines[name], thresholds) for name in names}
