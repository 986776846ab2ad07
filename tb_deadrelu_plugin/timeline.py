"""Timeline: one layer's records in the order of their steps, as arrays."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin import metadata, restarts, stacking, statistics, verdict
from tb_deadrelu_plugin.wire import codes, record_parts


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
      info: `metadata.LayerInfo`: activation, threshold, what was recorded; its
        `gradient_at` is `STOPPED` where the newest record has no gradient, and
        some before it have.
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
      seen_active: bool [records, units], whether any of `screened_samples` was
        active.
      saturated: int64 [records, units], samples at the activation's upper
        bound, or None where it has none.
      non_finite_activations, non_finite_gradients: int64 [records, units].
      narrow_active, narrow_last_active_step: `active` and `last_active_step`
        as integers of fewer bytes: for who needs part of them only.
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
        """Builds a timeline; of several records at one step, or of overlapping windows, the last written is kept."""
        self.run = run
        self.layer = layer
        self.info = info
        self.description = description
        records: list[tuple[int, float, record_parts.Parts]] = []
        self.unreadable = 0
        items = list(stored)
        for item, parts in zip(items, stacking.unpack_all([item.data for item in items])):
            if parts is None:
                self.unreadable += 1
                continue
            # The event's step is what TensorBoard shows and what the user gave.
            records.append((item.step, item.wall_time, parts))
        standing = restarts.standing((parts.window_start_step, step, time) for step, time, parts in records)
        records = [records[i] for i in standing]
        self.steps = np.array([step for step, _, _ in records], np.int64)
        self.wall_times = np.array([wall_time for _, wall_time, _ in records], np.float64)
        rows = [parts for _, _, parts in records]
        headers = stacking.headers(rows)
        self.window_start_steps = stacking.window_start_steps(headers["window_start_step"], self.steps)
        self.samples = headers["samples"]
        self.batches = headers["batches"]
        self.ordinals = headers["ordinal"]
        self.screened_samples = headers["screened_samples"]
        self.total_samples = headers["total_samples"]
        self.epoch_samples = headers["epoch_samples"]
        self.widths = headers["units"]
        units = self.units
        self.narrow_active = stacking.narrow_counts(rows, "active", units)
        self.non_finite_activations = stacking.counts(rows, "non_finite_activations", units)
        self.non_finite_gradients = stacking.counts(rows, "non_finite_gradients", units)
        bounded = stacking.has(rows, "saturated").any()
        self.saturated = stacking.counts(rows, "saturated", units) if bounded else None
        self._gradient_norm_codes = stacking.stored_codes(rows, "gradient_norm", units)
        taken = info.gradient_at in (metadata.PRE_ACTIVATION, metadata.GATED_ACTIVATION)
        if taken and self._gradient_norm_codes is not None and "gradient_norm" not in rows[-1].places:
            # What the tag says was so at first; the layer was frozen later on.
            self.info = dataclasses.replace(info, gradient_at=metadata.STOPPED)
        self._mean_activation_codes = stacking.stored_codes(rows, "mean_activation", units)
        self._bias_codes = stacking.stored_codes(rows, "bias", units)
        self.narrow_last_active_step = stacking.last_active_steps(rows, units, self.steps, self.narrow_active)
        self.seen_active = stacking.seen_active(rows, headers, self.narrow_active, self.narrow_last_active_step)
        stacking.accumulate(self.narrow_last_active_step)
        remembers = stacking.has(rows, "silent_samples").any()
        self._silent_samples = stacking.counts(rows, "silent_samples", units) if remembers else None
        self.revivals = stacking.remembered(rows, "revivals", units, 0)
        self.last_revival_step = stacking.remembered(rows, "last_revival_step", units, -1)

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

    # Made when they are asked for: most requests need only some of them, or parts.
    @functools.cached_property
    def active(self) -> npt.NDArray[np.int64]:
        """int64 [records, units], active ones of `samples`, exact."""
        return self.narrow_active.astype(np.int64)

    @functools.cached_property
    def last_active_step(self) -> npt.NDArray[np.int64]:
        """int64 [records, units], -1 for never."""
        return self.narrow_last_active_step.astype(np.int64)

    @functools.cached_property
    def gradient_norm(self) -> npt.NDArray[np.float32] | None:
        """float32 [records, units], or None if no record has it."""
        return None if self._gradient_norm_codes is None else codes.decode_log16(self._gradient_norm_codes)

    @functools.cached_property
    def mean_activation(self) -> npt.NDArray[np.float32] | None:
        """float32 [records, units], or None if no record has it."""
        return None if self._mean_activation_codes is None else codes.decode_log16(self._mean_activation_codes)

    @functools.cached_property
    def bias(self) -> npt.NDArray[np.float32] | None:
        """float32 [records, units], or None if no record has it."""
        return None if self._bias_codes is None else codes.decode_signed_log16(self._bias_codes)

    @functools.cached_property
    def fraction(self) -> npt.NDArray[np.float32]:
        """float32 [records, units]: the zero fraction or the negative fraction, as `info.fraction` says."""
        return statistics.zero_fraction(self.active, self.finite, self.seen_active)

    @functools.cached_property
    def fraction_codes(self) -> npt.NDArray[np.uint16]:
        """uint16 [records, units]: `fraction` in the code `fraction16`, from the counts."""
        active = self.narrow_active
        fraction = np.empty(active.shape, np.uint16)
        left = np.ones(len(fraction), bool)
        plain = (self.widths == self.units) & ~self.non_finite_activations.any(axis=1)
        for samples in np.unique(self.samples[plain]).tolist():
            rows = np.flatnonzero(plain & (self.samples == samples))
            if samples >= len(rows) * self.units:
                continue
            # Windows are mostly of one length: then there are fewer counts to encode than entries.
            by_active = codes.encode_fraction16(np.arange(samples, -1, -1), samples)
            for r in rows:
                by_active.take(active[r], out=fraction[r], mode="clip")
            left[rows] = False
        some = max(1, stacking.CACHED_ENTRIES // max(1, self.units))
        rows = np.flatnonzero(left)
        for part in (rows[start : start + some] for start in range(0, len(rows), some)):
            finite = np.where(self.present[part], self.samples[part, None] - self.non_finite_activations[part], 0)
            fraction[part] = codes.encode_fraction16(finite - active[part], finite)
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
            self.narrow_last_active_step[:, unit],
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
            active=self.narrow_active,
            seen_active=self.seen_active,
            non_finite_activations=self.non_finite_activations,
            non_finite_gradients=self.non_finite_gradients,
            last_active_step=self.narrow_last_active_step,
            gradient_norm=_coded(self._gradient_norm_codes),
            mean_activation=_coded(self._mean_activation_codes),
            saturated=self.saturated,
            can_die=self.info.fraction == metadata.ZERO_FRACTION,
            last_revival_step=self.last_revival_step,
            silent_samples=self._silent_samples,
        )


def _coded(stored: codes.Codes | None) -> codes.Coded | None:
    return None if stored is None else codes.Coded(stored, codes.decode_log16)
