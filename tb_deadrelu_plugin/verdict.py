"""Unit states, unit histories and layer severity, from recorded statistics alone.

The order of the states and every default threshold have a source: `rare` is
the cut of SageMaker Debugger's DeadRelu rule, `dormant` that of Sokar et al.
2023 (arXiv:2302.12902).
"""

from __future__ import annotations

import collections
import dataclasses
import enum
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin import statistics

_CACHED_ENTRIES = 1 << 16


class UnitState(enum.IntEnum):
    """State of a unit in one record; a larger number is the more severe state."""

    ABSENT = -1
    """The record has no such unit (the layer's width changed)."""
    HEALTHY = 0
    ALWAYS_ON = 1
    """Active in every sample: linear on this data."""
    DORMANT = 2
    """Dormancy score at or below the threshold."""
    RARE = 3
    """Active in too small a share of the samples."""
    NO_GRADIENT = 4
    """Active, but no gradient arrives: the fault is downstream."""
    SATURATED = 5
    """Active, but always at the activation's upper bound, where its gradient is 0."""
    SILENT = 6
    """No active sample, but too few samples to call it dead."""
    NON_FINITE = 7
    """NaN or infinite activations or gradients: neither active nor dead can be told."""
    DEAD = 8
    """No active sample and no gradient, on enough samples."""


@dataclasses.dataclass(frozen=True)
class Thresholds:
    """Where the states begin.

    Attributes:
      min_samples: Samples without activity that make a silent unit dead; a
        whole epoch does where it has fewer.
      no_gradient: Gradient norm below which no gradient arrives.
      rare: Share of active samples below which a unit is rare.
      dormant: Dormancy score at or below which a unit is dormant.
    """

    min_samples: int = 1000
    no_gradient: float = 1e-8
    rare: float = 0.01
    dormant: float = 0.025

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if not value >= 0:
                raise ValueError(f"{field.name} must be at least 0, got {value}.")


@dataclasses.dataclass(frozen=True)
class Records:
    """Records of one layer in the order of their steps, as arrays.

    Attributes:
      steps, window_start_steps, samples, screened_samples, total_samples,
        epoch_samples: int64 [records]; -1 in the last two where not known.
      present: bool [records, units]; False where the record has no such unit.
      active: int64 [records, units], active ones of `samples`.
      seen_active: bool [records, units], whether any of `screened_samples`
        was active.
      non_finite_activations, non_finite_gradients: int64 [records, units].
      last_active_step: int64 [records, units]; -1 for never.
      gradient_norm, mean_activation: float32 [records, units], or None.
      saturated: int64 [records, units], or None where the activation has no
        upper bound.
      can_die: False where the layer records the negative fraction.
      last_revival_step: int64 [records, units], step at which the unit was
        last re-initialised, -1 for never; None where no unit ever was.
    """

    steps: npt.NDArray[np.int64]
    window_start_steps: npt.NDArray[np.int64]
    samples: npt.NDArray[np.int64]
    screened_samples: npt.NDArray[np.int64]
    total_samples: npt.NDArray[np.int64]
    epoch_samples: npt.NDArray[np.int64]
    present: npt.NDArray[np.bool_]
    active: npt.NDArray[np.int64]
    seen_active: npt.NDArray[np.bool_]
    non_finite_activations: npt.NDArray[np.int64]
    non_finite_gradients: npt.NDArray[np.int64]
    last_active_step: npt.NDArray[np.int64]
    gradient_norm: npt.NDArray[np.float32] | None
    mean_activation: npt.NDArray[np.float32] | None
    saturated: npt.NDArray[np.int64] | None = None
    can_die: bool = True
    last_revival_step: npt.NDArray[np.int64] | None = None

    def rows(self, chosen: slice) -> Records:
        """The records of a slice, as views."""
        fields = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        sliced: dict[str, Any] = {name: a[chosen] if isinstance(a, np.ndarray) else a for name, a in fields.items()}
        return Records(**sliced)


def samples_since_active(records: Records) -> npt.NDArray[np.int64]:
    """Samples observed since each unit was last active: the evidence that it is dead.

    A lower bound where records in between are missing, for then part of the
    samples can't be dated; never more than what was observed. Evidence begins
    anew where the layer's width changes, for then it is another layer, and
    where a unit is re-initialised, for then it is another unit.

    Returns:
      int64 [records, units]; 0 where the unit was active in the window, is
      absent, or had non-finite samples, which may hide activity.
    """
    evidence = np.zeros(records.seen_active.shape, np.int64)
    for r, row in enumerate(_evidence(records)):
        evidence[r] = row
    return evidence


def _evidence(records: Records) -> Iterator[npt.NDArray[np.int64]]:
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
        inactive = ~records.seen_active[r]
        if not one_width:
            inactive &= records.present[r]
        if not all_finite:
            inactive &= records.non_finite_activations[r] == 0
        previous = np.where(inactive, since, 0)
        yield previous


def unit_states(
    records: Records,
    thresholds: Thresholds = Thresholds(),
    evidence: npt.NDArray[np.int64] | None = None,
) -> npt.NDArray[np.int8]:
    """State of every unit in every record: the first that fits, most severe first.

    Units of layers that record the negative fraction can't be dead, silent or
    rare.

    Args:
      records: The records.
      thresholds: Where the states begin.
      evidence: int64 [records, units], samples since each unit was last
        active, where the caller knows them; `samples_since_active` if None.

    Returns:
      int8 [records, units] of `UnitState`.
    """
    states = np.empty(records.active.shape, np.int8)
    rows_of_evidence = _evidence(records) if evidence is None else iter(evidence)
    # So many records at a time that what is computed stays in the processor's cache.
    some = max(1, _CACHED_ENTRIES // max(1, records.active.shape[1]))
    for start in range(0, len(states), some):
        rows = slice(start, start + some)
        states[rows] = _states_of(records.rows(rows), rows_of_evidence, thresholds)
    return states


def newest_states(
    records: Records, thresholds: Thresholds = Thresholds()
) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.int64]]:
    """The last row of `unit_states`, and that of `samples_since_active`, in a small part of the time.

    Args:
      records: At least one.
      thresholds: Where the states begin.

    Returns:
      int8 [units] of `UnitState`, and int64 [units].
    """
    units = records.active.shape[1]
    silent = np.flatnonzero(~records.seen_active[-1])
    # Where the width changes all units are looked at, for evidence begins anew in all of them; and a copy of nearly
    # all takes longer than looking at all.
    if 2 * len(silent) > units or not records.present.all():
        silent, judged = np.arange(units), records
    else:
        names = ["present", "seen_active", "last_active_step", "last_revival_step"]
        if records.non_finite_activations.any():
            names.append("non_finite_activations")
        columns = {name: getattr(records, name) for name in names}
        fewer: dict[str, Any] = {name: None if a is None else a[:, silent] for name, a in columns.items()}
        judged = dataclasses.replace(records, **fewer)
    evidence = np.zeros(units, np.int64)
    (evidence[silent],) = collections.deque(_evidence(judged), maxlen=1)
    return unit_states(records.rows(slice(-1, None)), thresholds, evidence[None])[0], evidence


def _states_of(
    records: Records, evidence: Iterator[npt.NDArray[np.int64]], thresholds: Thresholds
) -> npt.NDArray[np.int8]:
    """States of `records`, for which `evidence` has the next rows."""
    active = records.active
    finite = records.samples[:, None]
    non_finite = None
    if records.non_finite_activations.any() or records.non_finite_gradients.any():
        finite = finite - records.non_finite_activations
        non_finite = (records.non_finite_activations > 0) | (records.non_finite_gradients > 0)
    inactive = ~records.seen_active
    gradient = records.gradient_norm
    states = np.zeros(active.shape, np.int8)

    # The first state that fits is the one with the largest number, but for
    # non-finite units, which go before all others, and absent ones.
    def mark(fits: npt.NDArray[np.bool_], state: UnitState) -> None:
        np.maximum(states, fits.view(np.int8) * np.int8(state), out=states)

    mark((active == finite) & (finite > 0), UnitState.ALWAYS_ON)
    if records.mean_activation is not None:
        mean = records.mean_activation
        mean = mean if records.present.all() else np.where(records.present, mean, np.nan)
        mark(statistics.dormancy_score(mean) <= thresholds.dormant, UnitState.DORMANT)
    if gradient is not None:
        too_small = gradient < thresholds.no_gradient
        # The gradient is that of the counted samples: where none of them was active, it is 0 by nature.
        mark(too_small & (active > 0) if records.can_die else too_small, UnitState.NO_GRADIENT)
    if records.saturated is not None:
        mark((records.saturated == active) & (active > 0), UnitState.SATURATED)
    if records.can_die:
        mark(active < thresholds.rare * finite, UnitState.RARE)
        required = np.full(len(active), thresholds.min_samples)
        epoch = records.epoch_samples
        required = np.where(epoch > 0, np.minimum(required, epoch), required)
        enough = np.stack([next(evidence) for _ in range(len(active))]) >= required[:, None]
        mark(inactive & ~enough, UnitState.SILENT)
        mark(inactive & enough if gradient is None else inactive & enough & ~(gradient > 0), UnitState.DEAD)
    if non_finite is not None:
        states[non_finite] = UnitState.NON_FINITE
    states[~records.present] = UnitState.ABSENT
    return states


@dataclasses.dataclass(frozen=True)
class UnitHistory:
    """What became of one unit.

    Attributes:
      born_dead: Dead without ever having been active.
      died_at: Steps at which it was last active before each death; a unit
        born dead has no such step for its first.
      revived_at: Steps by which it was active again.
      repaired_at: Steps at which it was re-initialised, as far as the records
        tell: of several repairs between two records the last.
    """

    born_dead: bool
    died_at: tuple[int, ...]
    revived_at: tuple[int, ...]
    repaired_at: tuple[int, ...] = ()


def unit_history(
    steps: npt.NDArray[np.int64],
    states: npt.NDArray[np.int8],
    last_active_step: npt.NDArray[np.int64],
    last_revival_step: npt.NDArray[np.int64] | None = None,
) -> UnitHistory:
    """Deaths, revivals and repairs of one unit, also those between records that are missing.

    Args:
      steps: int64 [records].
      states: int8 [records] of `UnitState`.
      last_active_step: int64 [records].
      last_revival_step: int64 [records], -1 for never; None likewise.
    """
    born_dead, died, revived = False, [], []
    dead_since: int | None = None
    for step, state, last_active in zip(steps.tolist(), states.tolist(), last_active_step.tolist()):
        if dead_since is not None and last_active > dead_since:
            revived.append(step if state != UnitState.DEAD else last_active)
            dead_since = None
        if state == UnitState.DEAD and dead_since is None:
            dead_since = last_active
            if last_active < 0:
                born_dead = True
            else:
                died.append(last_active)
    repaired = [] if last_revival_step is None else np.unique(last_revival_step[last_revival_step >= 0]).tolist()
    return UnitHistory(born_dead, tuple(died), tuple(revived), tuple(repaired))


class Severity(enum.Enum):
    """Severity of a layer."""

    OK = "ok"
    WATCH = "watch"
    SICK = "sick"


def layer_severity(dead: int, units: int, *, watch: float = 0.1, sick: float = 0.5) -> Severity:
    """Severity of a layer from its share of dead units.

    Args:
      dead: Number of dead units.
      units: Number of units, at least 1.
      watch: Share from which the layer is to be watched.
      sick: Share from which it is sick.
    """
    if units < 1 or not 0 <= dead <= units:
        raise ValueError(f"expected 0 <= dead <= units and units >= 1, got dead={dead}, units={units}.")
    share = dead / units
    return Severity.SICK if share >= sick else Severity.WATCH if share >= watch else Severity.OK
