"""One watched layer on the host: what is remembered of it from record to record."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin import metadata, record, statistics, verdict
from tb_deadrelu_plugin.instrument.accumulator import Sums
from tb_deadrelu_plugin.instrument.probes import Probe


@dataclasses.dataclass(frozen=True)
class Window:
    """The training batches between two records.

    Attributes:
      start_step, step: Steps at its start and end.
      start_batch, batch: Number of batches at its start and end.
      observed: Batches that are part of the statistics.
      ordinal: Number of the record, from 0.
    """

    start_step: int
    step: int
    start_batch: int
    batch: int
    observed: int
    ordinal: int

    def steps_of(self, batches: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Returns the steps that batches of the window belong to, where a step may have many batches or a batch many."""
        done = np.clip(batches - self.start_batch, 1, None) * (self.step - self.start_step)
        return np.clip(
            self.start_step - (-done // max(1, self.batch - self.start_batch)),
            min(self.start_step + 1, self.step),
            self.step,
        )


class WatchedLayer:
    """Makes records of a layer's sums.

    Args:
      info: What its tag says of itself.
      probe: What adds up its sums.
      bias: Returns the variable [units] of the units' biases, or None; asked
        for each record, for layers may be built late.
    """

    def __init__(self, info: metadata.LayerInfo, probe: Probe, bias: Callable[[], Any] = lambda: None) -> None:
        self.info = info
        self.probe = probe
        self._reachable_at = info.gradient_at
        self._bias = bias
        self.total_samples = 0
        """Samples screened per unit up to the last record."""
        self._epoch_samples = record.UNKNOWN
        self._samples_since_active: npt.NDArray[np.int64] | None = None
        self._last_active_step: npt.NDArray[np.int64] | None = None
        self._revivals: npt.NDArray[np.int64] | None = None
        self._last_revival_step: npt.NDArray[np.int64] | None = None
        self.last: record.Record | None = None

    def record(self, sums: Sums, window: Window, others_have_gradient: bool) -> record.Record:
        """Returns the record of a window that is over.

        Args:
          sums: The layer's sums.
          window: The window.
          others_have_gradient: Whether the window's training steps computed
            gradients at all.
        """
        if self.last is None:
            self.info = dataclasses.replace(self.info, calls=self.probe.calls)
        # Layers may be frozen, and thawed, between two trainings.
        self.info = dataclasses.replace(self.info, gradient_at=self._gradient_at(sums, others_have_gradient))
        self.remember(sums, window)
        gradient = None
        if sums.gradients > 0:
            gradient = statistics.gradient_norm(sums.gradient_square_sum, window.observed - sums.overflowed_batches)
        self.last = record.Record(
            step=window.step,
            window_start_step=window.start_step,
            samples=sums.samples,
            screened_samples=sums.screened_samples,
            batches=window.observed,
            active=sums.active,
            gradient_norm=gradient,
            mean_activation=statistics.mean_activation(sums.absolute_sum, sums.samples - sums.non_finite_activations),
            last_active_step=self._last_active_step,
            bias=self._bias_of(len(sums.active)),
            non_finite_activations=sums.non_finite_activations,
            non_finite_gradients=sums.non_finite_gradients,
            saturated=sums.saturated,
            ordinal=window.ordinal,
            total_samples=self.total_samples,
            epoch_samples=self._epoch_samples,
            revivals=None if self._revivals is None else self._revivals.copy(),
            last_revival_step=None if self._last_revival_step is None else self._last_revival_step.copy(),
            silent_samples=self._silent_samples(),
        )
        return self.last

    def remember(self, sums: Sums, window: Window) -> None:
        """Notes when units were active, where no record is made: the layer was called in batches that are not observed."""
        self.total_samples += sums.screened_samples
        seen = sums.last_active_batch > window.start_batch
        since = 0 if self._samples_since_active is None else self._samples_since_active
        # Samples that are not finite may hide activity.
        unsure = seen | (sums.non_finite_activations > 0)
        if self._last_revival_step is not None:
            # Samples from before a repair are not told apart from those after it.
            unsure |= self._last_revival_step > window.start_step
        self._samples_since_active = np.where(unsure, 0, since + sums.screened_samples)
        before = np.full_like(sums.active, -1) if self._last_active_step is None else self._last_active_step
        self._last_active_step = np.where(seen, window.steps_of(sums.last_active_batch), before)

    def _silent_samples(self) -> npt.NDArray[np.int64] | None:
        silent = self._samples_since_active
        return silent.copy() if silent is not None and self.can_die and silent.any() else None

    def note_revived(self, units: npt.NDArray[np.integer], step: int) -> None:
        """Notes that units were re-initialised: what was seen of them before says nothing of them now.

        The next record says so.

        Args:
          units: Integers [n], indices of the units; each counts once.
          step: Optimizer iterations done so far.

        Raises:
          ValueError: No window of the layer is over yet, or it has no such
            unit.
        """
        if self._samples_since_active is None:
            raise ValueError("units can be re-initialised once the layer was watched for a window, got none so far.")
        width = len(self._samples_since_active)
        units = np.unique(np.asarray(units, np.int64))
        if len(units) and not (units[0] >= 0 and units[-1] < width):
            raise ValueError(f"units must be in [0, {width - 1}], got {units[0]} to {units[-1]}.")
        if self._revivals is None or self._last_revival_step is None:
            self._revivals = np.zeros(width, np.int64)
            self._last_revival_step = np.full(width, -1, np.int64)
        self._revivals[units] += 1
        self._last_revival_step[units] = step
        self._samples_since_active[units] = 0

    def end_epoch(self, samples: int) -> None:
        """Notes how many samples an epoch has."""
        self._epoch_samples = samples

    def states(self, thresholds: verdict.Thresholds) -> npt.NDArray[np.int8]:
        """State of every unit at the last record, int8 [units]; [0] before the first."""
        last = self.last
        if last is None or self._samples_since_active is None:
            return np.zeros(0, np.int8)

        def row(name: str) -> npt.NDArray:
            return np.asarray(getattr(last, name))[None]

        records = verdict.Records(
            steps=row("step"),
            window_start_steps=row("window_start_step"),
            samples=row("samples"),
            screened_samples=row("screened_samples"),
            total_samples=row("total_samples"),
            epoch_samples=row("epoch_samples"),
            present=np.ones((1, last.units), bool),
            active=row("active"),
            seen_active=row("seen_active"),
            non_finite_activations=row("non_finite_activations"),
            non_finite_gradients=row("non_finite_gradients"),
            last_active_step=row("last_active_step"),
            gradient_norm=None if last.gradient_norm is None else row("gradient_norm"),
            mean_activation=row("mean_activation"),
            saturated=None if last.saturated is None else row("saturated"),
            can_die=self.can_die,
        )
        return verdict.unit_states(records, thresholds, self._samples_since_active[None])[0]

    def _bias_of(self, units: int) -> npt.NDArray[np.float64] | None:
        variable = self._bias()
        bias = None if variable is None else np.asarray(variable, np.float64)
        return bias if bias is not None and bias.shape == (units,) else None

    @property
    def can_die(self) -> bool:
        """Whether the activation has an exact zero region."""
        return self.info.fraction == metadata.ZERO_FRACTION

    def _gradient_at(self, sums: Sums, others_have_gradient: bool) -> str | None:
        if sums.gradients > 0:
            return self._reachable_at
        if self.probe.gradient_is_out_of_reach:
            return None
        return metadata.STOPPED if others_have_gradient else None
