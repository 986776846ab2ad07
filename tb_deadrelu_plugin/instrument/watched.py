"""One watched layer on the host: what is remembered of it from record to record."""

from __future__ import annotations

import dataclasses

import keras
import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin import metadata, record, statistics, verdict
from tb_deadrelu_plugin.instrument.accumulator import Sums
from tb_deadrelu_plugin.instrument.probes import Probe


class WatchedLayer:
    """Makes records of a layer's sums.

    Args:
      info: What its tag says of itself.
      probe: What adds up its sums.
      bias: Variable [units] of the units' biases, or None.
    """

    def __init__(self, info: metadata.LayerInfo, probe: Probe, bias: keras.Variable | None = None) -> None:
        self.info = info
        self.probe = probe
        self._bias = bias
        self._total_samples = 0
        self._epoch_start_samples = 0
        self._epoch_samples = record.UNKNOWN
        self._samples_since_active: npt.NDArray[np.int64] | None = None
        self._last_active_step: npt.NDArray[np.int64] | None = None
        self._last: record.Record | None = None

    def record(self, window: Sums, step: int, window_start_step: int, batches: int, ordinal: int) -> record.Record:
        """Returns the record of a window that is over.

        Steps count as the caller does; of `window.last_active_step`, only
        units that were active in the window are read.
        """
        self._total_samples += window.samples
        since = 0 if self._samples_since_active is None else self._samples_since_active
        self._samples_since_active = np.where(window.active > 0, 0, since + window.samples)
        # A caller may count epochs, many steps to one: what was active in the window was active at its step.
        in_window = np.clip(window.last_active_step, min(window_start_step + 1, step), step)
        before = np.full_like(window.active, -1) if self._last_active_step is None else self._last_active_step
        self._last_active_step = np.where(window.active > 0, in_window, before)
        gradient = None
        if self._gradient_seen:
            gradient = statistics.gradient_norm(window.gradient_square_sum, batches)
        elif self.info.gradient_at is not None:
            self.info = dataclasses.replace(self.info, gradient_at=None)
        self._last = record.Record(
            step=step,
            window_start_step=window_start_step,
            samples=window.samples,
            batches=batches,
            active=window.active,
            gradient_norm=gradient,
            mean_activation=statistics.mean_activation(
                window.absolute_sum, window.samples - window.non_finite_activations
            ),
            last_active_step=self._last_active_step,
            bias=None if self._bias is None else np.asarray(self._bias, np.float64),
            non_finite_activations=window.non_finite_activations,
            non_finite_gradients=window.non_finite_gradients,
            ordinal=ordinal,
            total_samples=self._total_samples,
            epoch_samples=self._epoch_samples,
        )
        return self._last

    def begin_epoch(self) -> None:
        """Says that an epoch begins with the open window."""
        self._epoch_start_samples = self._total_samples

    def end_epoch(self) -> None:
        """Notes the samples of the epoch that is over, those of the open window included."""
        accumulator = self.probe.accumulator
        seen = self._total_samples + (0 if accumulator is None else accumulator.window_samples)
        self._epoch_samples = seen - self._epoch_start_samples
        self._epoch_start_samples = seen

    def states(self, thresholds: verdict.Thresholds) -> npt.NDArray[np.int8]:
        """State of every unit at the last record, int8 [units]; [0] before the first."""
        last = self._last
        if last is None or self._samples_since_active is None:
            return np.zeros(0, np.int8)

        def row(name: str) -> npt.NDArray:
            return np.asarray(getattr(last, name))[None]

        records = verdict.Records(
            steps=row("step"),
            window_start_steps=row("window_start_step"),
            samples=row("samples"),
            total_samples=row("total_samples"),
            epoch_samples=row("epoch_samples"),
            present=np.ones((1, last.units), bool),
            active=row("active"),
            non_finite_activations=row("non_finite_activations"),
            non_finite_gradients=row("non_finite_gradients"),
            last_active_step=row("last_active_step"),
            gradient_norm=None if last.gradient_norm is None else row("gradient_norm"),
            mean_activation=row("mean_activation"),
            can_die=self.info.fraction == metadata.ZERO_FRACTION,
        )
        return verdict.unit_states(records, thresholds, self._samples_since_active[None])[0]

    @property
    def _gradient_seen(self) -> bool:
        return self.probe.accumulator is not None and self.probe.accumulator.gradient_seen
