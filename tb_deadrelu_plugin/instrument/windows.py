"""Windows of training batches: where one ends, and how each batch in it is watched."""

from __future__ import annotations

from tb_deadrelu_plugin.instrument.clock import Clock, Watching
from tb_deadrelu_plugin.instrument.readout import Readout
from tb_deadrelu_plugin.instrument.spacing import Spacing
from tb_deadrelu_plugin.instrument.watched import Window


class Windows:
    """Plans windows, and keeps count of batches.

    Batches are counted on the device. Where every training step goes through
    `trained`, they are counted here as well, so that how a batch is watched is
    known beforehand, and those that need no watching cost nothing.

    Args:
      clock: Counts batches on the device.
      readout: Reads what was counted.
      first_step: Training steps done before the first window, or None where
        nobody has said.
      most_records: Records that a run may have.
    """

    def __init__(self, clock: Clock, readout: Readout, first_step: int | None, most_records: int) -> None:
        self._clock = clock
        self._readout = readout
        self._first_step = first_step or 0
        self._is_start_known = first_step is not None
        self.spacing = Spacing(most_records)
        self.start_step = self._first_step
        """Step of the last record."""
        self.start_batch = 0
        self.ordinal = 0
        """Records made so far."""
        self._expected: int | None = None
        self._plan: tuple[int, int | None] | None = None
        self._counted: int | None = None
        self._is_behind = False
        self._watched = 0
        self._observed = 0
        self._any_inactive = True
        self._ask_at = 1

    @property
    def batches(self) -> int:
        """Training batches so far."""
        return self._readout.batch if self._counted is None else self._counted

    @property
    def has_observed(self) -> bool:
        """Whether any batch of the window is part of the statistics."""
        return (self._readout.observed if self._counted is None else self._observed) > 0

    def expect(self, batches: int | None, records: int | None) -> None:
        """Says what is known of the training to come; see `Monitor.expect`."""
        self.spacing.expect(records)
        self._expected = None if batches is None else batches * self.spacing.stride
        if not self._watched and self.batches == self.start_batch:
            self._begin(self._expected)

    def restart(self, step: int) -> None:
        """Says at which step the open window began."""
        self.start_step = step
        self._is_start_known = True

    def end(self, step: int | None, batch: int, observed: int) -> Window:
        """Ends the window, and begins the next one.

        Args:
          step: Step at its end; as many as there were batches if None.
          batch: Batches so far, as the device counted them.
          observed: Batches of the window that are part of the statistics.
        """
        if self._counted is not None:
            # The device has also counted steps that raised.
            batch, observed = self._counted, min(observed, self._observed)
        step = self._first_step + batch if step is None else step
        if not self._is_start_known and self.ordinal == 0:
            # Of a run that was resumed it must not be 0: the records of before would be taken for overridden.
            trained = batch - self.start_batch
            self.start_step = step - trained if step >= trained else max(0, step - 1)
        ended = Window(self.start_step, step, self.start_batch, batch, observed, self.ordinal)
        self.start_step, self.start_batch, self.ordinal = step, batch, self.ordinal + 1
        self._watched, self._observed, self._any_inactive, self._ask_at = 0, 0, True, 1
        self._begin(self._expected or batch - ended.start_batch)
        return ended

    def count_batches(self, counted: bool) -> None:
        """Says whether `trained` is called for each batch; else they are counted on the device alone."""
        if counted and self._counted is None:
            self._observed, self._counted = self._readout.observed, self.batches
        elif not counted and self._counted is not None:
            self._clock.catch_up(self._counted)
            self._counted, self._is_behind = None, False

    def next_watching(self) -> Watching:
        """How the next batch is to be watched."""
        if self._counted is None:
            return Watching.PLANNED
        if self._clock.is_observed(self._counted + 1):
            watching = Watching.OBSERVED
        else:
            watching = Watching.SCREENED if self._needs_screening() else Watching.NOT
        if watching is not Watching.NOT and self._is_behind:
            self._clock.catch_up(self._counted)
            self._is_behind = False
        return watching

    def trained(self, watching: Watching) -> None:
        """Says that a batch was trained on, and how it was watched."""
        if self._counted is not None:
            self._counted += 1
            self._is_behind |= watching is Watching.NOT
            self._watched += watching is not Watching.NOT
            self._observed += watching is Watching.OBSERVED

    def broken_off(self) -> None:
        """Says that a watched step raised."""
        # It may have been counted on the device before.
        self._is_behind = True

    def _begin(self, expected: int | None) -> None:
        plan = self.start_batch, expected
        if plan != self._plan:
            self._clock.begin_window(*plan)
            self._plan = plan

    def _needs_screening(self) -> bool:
        """Whether units have shown no activity in the window, as far as was asked: each time costs."""
        if self._any_inactive and self._watched >= self._ask_at:
            self._any_inactive = self._readout.any_inactive(self.start_batch)
            self._ask_at = 2 * self._watched
        return self._any_inactive
