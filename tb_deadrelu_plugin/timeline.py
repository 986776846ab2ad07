"""Timeline: one layer's records in the order of their steps, as arrays."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin import codes, metadata, record, stacking, statistics, verdict

# Large matrices are worked on in parts that stay in the processor's cache.
_CACHED_ENTRIES = 1 << 16


@dataclasses.dataclass(frozen=True)
class Stored:
    """One record as it was found: its step and wall time as the event says, and its bytes."""

    step: int
    wall_time: float
    data: bytes


class Timeline:
    """One layer of one run. The arrays are shared: copy what you want to change.

    Where the layer's width changed between records, arrays are as wide as the
    widest record; the other records have NaN, -1 or `UnitState.ABSENT` in the
    columns that they lack.

    Attributes:
      run, layer: Names.
      info: `metadata.LayerInfo`: activation, threshold, what was recorded.
      description: As given by the writer, Markdown.
      steps: int64 [records], strictly increasing.
      window_start_steps: int64 [records]; a record covers the training
        batches after this step up to and with its step.
      wall_times: float64 [records], seconds since the epoch.
      samples, batches: int64 [records], observed in the window, per unit;
        what the statistics are of.
      screened_samples: int64 [records], those that were looked at for
        activity, per unit: at least `samples`. A unit without activity had
        none in any of them.
      ordinals: int64 [records], or -1 where the writer does not number them.
      total_samples: int64 [records], screened per unit since the run's start,
        or -1 where not known.
      epoch_samples: int64 [records], per unit in a whole epoch, or -1
        where not known.
      widths: int64 [records], units of each record.
      active: int64 [records, units], active ones of `samples`, exact.
      seen_active: bool [records, units], whether any of `screened_samples` was
        active.
      saturated: int64 [records, units], samples at the activation's upper
        bound, or None where it has none.
      non_finite_activations, non_finite_gradients: int64 [records, units].
      gradient_norm, mean_activation, bias: float32 [records, units], or None
        if no record has it.
      last_active_step: int64 [records, units], -1 for never.
      revivals: int64 [records, units], how often the unit was re-initialised
        since the run's start; None where no unit ever was.
      last_revival_step: int64 [records, units], step at which it last was, -1
        for never; None where no unit ever was.
      unreadable: Number of damaged records that were left out.
    """

    def __init__(
        self,
        run: str,
        layer: str,
        info: metadata.LayerInfo,
        stored: Iterable[Stored],
        *,
        description: str = "",
    ) -> None:
        """Builds a timeline; of several records at one step the last written is kept."""
        self.run = run
        self.layer = layer
        self.info = info
        self.description = description
        records: dict[int, tuple[float, record.Record]] = {}
        self.unreadable = 0
        items = list(stored)
        for item, decoded in zip(items, stacking.decode_all([item.data for item in items])):
            if decoded is None:
                self.unreadable += 1
                continue
            # The event's step is what TensorBoard shows and what the user gave.
            records[item.step] = (item.wall_time, decoded)
        steps = sorted(records)
        self.steps = np.array(steps, np.int64)
        self.wall_times = np.array([records[step][0] for step in steps], np.float64)
        rows = [records[step][1] for step in steps]
        self.window_start_steps = stacking.window_start_steps(rows, self.steps)
        self.samples = stacking.scalars(rows, "samples")
        self.batches = stacking.scalars(rows, "batches")
        self.ordinals = stacking.scalars(rows, "ordinal")
        self.screened_samples = stacking.scalars(rows, "screened_samples")
        self.total_samples = stacking.scalars(rows, "total_samples")
        self.epoch_samples = stacking.scalars(rows, "epoch_samples")
        self.widths = np.array([row.units for row in rows], np.int64)
        self.active = stacking.counts(rows, "active", self.units)
        self.non_finite_activations = stacking.counts(rows, "non_finite_activations", self.units)
        self.non_finite_gradients = stacking.counts(rows, "non_finite_gradients", self.units)
        bounded = any(row.saturated is not None for row in rows)
        self.saturated = stacking.counts(rows, "saturated", self.units) if bounded else None
        self.gradient_norm = stacking.floats(rows, "gradient_norm", self.units)
        self.mean_activation = stacking.floats(rows, "mean_activation", self.units)
        self.bias = stacking.floats(rows, "bias", self.units)
        self.seen_active = stacking.seen_active(rows, self.active)
        self.last_active_step = self._last_active_step(rows)
        remembers = any(row.silent_samples is not None for row in rows)
        self._silent_samples = stacking.counts(rows, "silent_samples", self.units) if remembers else None
        self.revivals = stacking.remembered(rows, "revivals", self.units, 0)
        self.last_revival_step = stacking.remembered(rows, "last_revival_step", self.units, -1)

    def __repr__(self) -> str:
        return f"<Timeline run={self.run!r} layer={self.layer!r} records={len(self.steps)} units={self.units}>"

    @property
    def units(self) -> int:
        """Number of units of the widest record."""
        return int(self.widths.max(initial=0))

    @property
    def width_changed(self) -> bool:
        """Whether the layer's width changed between records."""
        return len(set(self.widths.tolist())) > 1

    @property
    def written(self) -> int | None:
        """Records written up to the newest one here, or None if they are not numbered."""
        return stacking.written(self.ordinals)

    @functools.cached_property
    def present(self) -> npt.NDArray[np.bool_]:
        """bool [records, units]; False where a record has no such unit."""
        return np.arange(self.units)[None, :] < self.widths[:, None]

    @property
    def finite(self) -> npt.NDArray[np.int64]:
        """int64 [records, units], finite samples in the window; 0 where there is no such unit."""
        return np.where(self.present, self.samples[:, None] - self.non_finite_activations, 0)

    @functools.cached_property
    def fraction(self) -> npt.NDArray[np.float32]:
        """float32 [records, units]: the zero fraction or the negative fraction, as `info.fraction` says."""
        return statistics.zero_fraction(self.active, self.finite, self.seen_active)

    @functools.cached_property
    def fraction_codes(self) -> npt.NDArray[np.uint16]:
        """uint16 [records, units]: `fraction` in the code `fraction16`, from the counts."""
        fraction = np.empty(self.active.shape, np.uint16)
        left = np.ones(len(fraction), bool)
        plain = (self.widths == self.units) & ~self.non_finite_activations.any(axis=1)
        for samples in np.unique(self.samples[plain]).tolist():
            rows = np.flatnonzero(plain & (self.samples == samples))
            if samples >= len(rows) * self.units:
                continue
            # Windows are mostly of one length: then there are fewer counts to encode than entries.
            by_active = codes.encode_fraction16(np.arange(samples, -1, -1), samples)
            for r in rows:
                fraction[r] = by_active.take(self.active[r], mode="clip")
            left[rows] = False
        some = max(1, _CACHED_ENTRIES // max(1, self.units))
        rows = np.flatnonzero(left)
        for part in (rows[start : start + some] for start in range(0, len(rows), some)):
            finite = np.where(self.present[part], self.samples[part, None] - self.non_finite_activations[part], 0)
            fraction[part] = codes.encode_fraction16(finite - self.active[part], finite)
        for r in np.flatnonzero(self.screened_samples > self.samples):
            # Active, but in none of the samples that the share is of.
            fraction[r] -= (fraction[r] == codes.FRACTION16_ONE) & self.seen_active[r]
        return fraction

    @property
    def zero_fraction(self) -> npt.NDArray[np.float32] | None:
        """float32 [records, units], or None where the layer records the negative fraction."""
        return self.fraction if self.info.fraction == metadata.ZERO_FRACTION else None

    @property
    def negative_fraction(self) -> npt.NDArray[np.float32] | None:
        """float32 [records, units], share of samples with z <= 0, or None where the zero fraction is recorded."""
        return self.fraction if self.info.fraction == metadata.NEGATIVE_FRACTION else None

    @functools.cached_property
    def samples_since_active(self) -> npt.NDArray[np.int64]:
        """int64 [records, units], samples observed since the unit was last active."""
        return verdict.samples_since_active(self._records())

    def states(self, thresholds: verdict.Thresholds | None = None) -> npt.NDArray[np.int8]:
        """State of every unit in every record.

        Args:
          thresholds: Where the states begin; the documented defaults if None.

        Returns:
          int8 [records, units] of `UnitState`.
        """
        if thresholds is not None:
            return verdict.unit_states(self._records(), thresholds)
        return self._default_states

    def dead_units(self, thresholds: verdict.Thresholds | None = None) -> npt.NDArray[np.int64]:
        """Indices of the units that are dead at the last record, int64 [n]."""
        return np.flatnonzero(self.newest(thresholds)[0] == verdict.UnitState.DEAD).astype(np.int64)

    def newest(
        self, thresholds: verdict.Thresholds | None = None
    ) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.int64]]:
        """States and evidence at the last record: the last rows of `states` and `samples_since_active`.

        Much faster than all of them.

        Returns:
          int8 [units] of `UnitState` and int64 [units]; of length 0 where
          there are no records.
        """
        if len(self.steps) == 0:
            return np.zeros(0, np.int8), np.zeros(0, np.int64)
        return verdict.newest_states(self._records(), thresholds or verdict.Thresholds())

    def history(self, unit: int, thresholds: verdict.Thresholds | None = None) -> verdict.UnitHistory:
        """Deaths, revivals and repairs of one unit.

        Raises:
          IndexError: There is no such unit.
        """
        if not 0 <= unit < self.units:
            raise IndexError(f"unit must be in [0, {self.units - 1}] for layer {self.layer!r}, got {unit}.")
        return verdict.unit_history(
            self.steps,
            self.states(thresholds)[:, unit],
            self.last_active_step[:, unit],
            None if self.last_revival_step is None else self.last_revival_step[:, unit],
        )

    def severity(self, *, watch: float = 0.1, sick: float = 0.5) -> verdict.Severity:
        """Severity of the layer at its last record; see `verdict.layer_severity`."""
        width = int(self.widths[-1]) if len(self.widths) else 1
        return verdict.layer_severity(len(self.dead_units()), width, watch=watch, sick=sick)

    @functools.cached_property
    def _default_states(self) -> npt.NDArray[np.int8]:
        return verdict.unit_states(self._records())

    def _records(self) -> verdict.Records:
        return verdict.Records(
            steps=self.steps,
            window_start_steps=self.window_start_steps,
            samples=self.samples,
            screened_samples=self.screened_samples,
            total_samples=self.total_samples,
            epoch_samples=self.epoch_samples,
            present=self.present,
            active=self.active,
            seen_active=self.seen_active,
            non_finite_activations=self.non_finite_activations,
            non_finite_gradients=self.non_finite_gradients,
            last_active_step=self.last_active_step,
            gradient_norm=self.gradient_norm,
            mean_activation=self.mean_activation,
            saturated=self.saturated,
            can_die=self.info.fraction == metadata.ZERO_FRACTION,
            last_revival_step=self.last_revival_step,
            silent_samples=self._silent_samples,
        )

    def _last_active_step(self, rows: list[record.Record]) -> npt.NDArray[np.int64]:
        """The recorded steps; where a writer keeps no memory, the step of the last record with activity."""
        steps = np.full((len(rows), self.units), -1, np.int64)
        for r, row in enumerate(rows):
            if row.last_active_step is not None:
                steps[r, : row.units] = row.last_active_step
            else:
                steps[r, : row.units] = np.where(row.active > 0, self.steps[r], -1)
        # A resumed run starts its memory anew; what was seen before still holds.
        for r in range(1, len(rows)):  # np.maximum.accumulate is ten times slower along this axis
            np.maximum(steps[r], steps[r - 1], out=steps[r])
        return steps
