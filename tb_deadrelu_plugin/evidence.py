"""How much speaks for a unit being dead: the samples that were looked at since it was last active."""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin.wire.codes import Coded


@dataclasses.dataclass(frozen=True)
class Records:
    """Records of one layer in the order of their steps, as arrays.

    Attributes:
      steps, window_start_steps, samples, screened_samples, total_samples,
        epoch_samples: int64 [records]; -1 in the last two where not known.
      present: bool [records, units]; False where the record has no such unit.
      active: Integers [records, units], active ones of `samples`.
      seen_active: bool [records, units], whether any of `screened_samples`
        was active.
      non_finite_activations, non_finite_gradients: int64 [records, units].
      last_active_step: Integers [records, units]; -1 for never.
      gradient_norm, mean_activation: float32 [records, units], or codes of
        them, or None.
      saturated: int64 [records, units], or None where the activation has no
        upper bound.
      can_die: False where the layer records the negative fraction.
      last_revival_step: int64 [records, units], step at which the unit was
        last re-initialised, -1 for never; None where no unit ever was.
      silent_samples: int64 [records, units], what the writer says of it: a
        lower bound of the samples since the unit was last active; None where
        no record has it.
    """

    steps: npt.NDArray[np.int64]
    window_start_steps: npt.NDArray[np.int64]
    samples: npt.NDArray[np.int64]
    screened_samples: npt.NDArray[np.int64]
    total_samples: npt.NDArray[np.int64]
    epoch_samples: npt.NDArray[np.int64]
    present: npt.NDArray[np.bool_]
    active: npt.NDArray[np.integer]
    seen_active: npt.NDArray[np.bool_]
    non_finite_activations: npt.NDArray[np.int64]
    non_finite_gradients: npt.NDArray[np.int64]
    last_active_step: npt.NDArray[np.integer]
    gradient_norm: npt.NDArray[np.float32] | Coded | None
    mean_activation: npt.NDArray[np.float32] | Coded | None
    saturated: npt.NDArray[np.int64] | None = None
    can_die: bool = True
    last_revival_step: npt.NDArray[np.int64] | None = None
    silent_samples: npt.NDArray[np.int64] | None = None

    def rows(self, chosen: slice) -> Records:
        """The records of a slice, as views; codes are decoded."""
        fields = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        sliced: dict[str, Any] = {
            name: a[chosen] if isinstance(a, np.ndarray | Coded) else a for name, a in fields.items()
        }
        return Records(**sliced)


def samples_since_active(records: Records) -> npt.NDArray[np.int64]:
    """Samples observed since each unit was last active: the evidence that it is dead.

    Where records in between are missing and the writer does not say, a lower
    bound, for then part of the samples can't be dated; never more than what was observed. Evidence begins
    anew where the layer's width changes, for then it is another layer, and
    where a unit is re-initialised, for then it is another unit.

    Returns:
      int64 [records, units]; 0 where the unit was active in the window, is
      absent, or had non-finite samples, which may hide activity.
    """
    evidence = np.zeros(records.seen_active.shape, np.int64)
    for r, row in enumerate(rows_of_evidence(records)):
        evidence[r] = row
    return evidence


def rows_of_evidence(records: Records) -> Iterator[npt.NDArray[np.int64]]:
    """Yields the rows of `samples_since_active`, int64 [units] each."""
    one_width = bool(records.present.all())
    all_finite = not records.non_finite_activations.any()
    previous: npt.NDArray[np.int64] | None = None
    for r in range(len(records.steps)):
        own, total = int(records.screened_samples[r]), int(records.total_samples[r])
        since: npt.NDArray[np.int64] | int = own
        if previous is None:
            if total >= 0:
                since = np.where(records.last_active_step[r] < 0, max(own, total), own)
        elif one_width or np.array_equal(records.present[r], records.present[r - 1]):
            before = int(records.total_samples[r - 1])
            carried = previous + (max(own, total - before) if 0 <= before < total else own)
            if records.window_start_steps[r] > records.steps[r - 1]:
                # The run may have been resumed in what is missing, and then
                # remembers nothing from before: its own total is the limit.
                carried = np.minimum(carried, max(own, total) if before < total else own)
            # Activity after the previous record but outside this window was
            # in records that are missing; then only this window counts.
            unbroken = records.last_active_step[r] <= records.steps[r - 1]
            since = np.where(unbroken, carried, own)
        if records.last_revival_step is not None:
            repair = records.last_revival_step[r]
            before_repair = records.last_revival_step[r - 1] if r else -1
            # Samples of a window in which the unit was repaired can't be told from those before the repair.
            after_repair = np.where(repair <= records.window_start_steps[r], own, 0)
            since = np.where(repair > before_repair, np.minimum(since, after_repair), since)
        if records.silent_samples is not None:
            # The writer has seen the records that are missing here; what was before it was resumed it does not know.
            since = np.maximum(since, records.silent_samples[r])
        inactive = ~records.seen_active[r]
        if not one_width:
            inactive &= records.present[r]
        if not all_finite:
            inactive &= records.non_finite_activations[r] == 0
        previous = np.where(inactive, since, 0)
        yield previous


def newest_samples_since_active(records: Records) -> npt.NDArray[np.int64]:
    """The last row of `samples_since_active`, int64 [units], in a small part of the time.

    Args:
      records: At least one.
    """
    evidence = np.zeros(records.active.shape[1], np.int64)
    silent, judged = silent_units(records, ~records.seen_active[-1])
    (evidence[silent],) = collections.deque(rows_of_evidence(judged), maxlen=1)
    return evidence


def silent_units(records: Records, inactive: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.intp] | slice, Records]:
    """The units that evidence is asked for, and what `rows_of_evidence` needs of them.

    Args:
      records: The records.
      inactive: bool [units], those that are asked for; others may come along.

    Returns:
      The units, as an index; and records of them alone, which have nothing
      else but what evidence is judged by.
    """
    silent = np.flatnonzero(inactive)
    # Where the width changes all units are looked at, for evidence begins anew in all of them; and a copy of nearly
    # all takes longer than looking at all.
    if 2 * len(silent) > len(inactive) or not records.present.all():
        return slice(None), records
    names = ["present", "seen_active", "last_active_step", "last_revival_step", "silent_samples"]
    if records.non_finite_activations.any():
        names.append("non_finite_activations")
    columns = {name: getattr(records, name) for name in names}
    fewer: dict[str, Any] = {name: None if a is None else a[:, silent] for name, a in columns.items()}
    return silent, dataclasses.replace(records, **fewer)
