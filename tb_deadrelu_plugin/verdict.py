"""Unit states, unit histories and layer severity, from recorded statistics alone.

The order of the states and every default threshold have a source: `rare` is
the cut of SageMaker Debugger's DeadRelu rule, `dormant` that of Sokar et al.
2023 (arXiv:2302.12902).
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin import statistics
from tb_deadrelu_plugin.evidence import Records as Records
from tb_deadrelu_plugin.evidence import newest_samples_since_active, rows_of_evidence, silent_units
from tb_deadrelu_plugin.evidence import samples_since_active as samples_since_active
from tb_deadrelu_plugin.wire.codes import Coded

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
    silent: npt.NDArray[np.intp] | slice = slice(None)
    if evidence is not None:
        rows_of = iter(evidence)
    else:
        silent, judged = silent_units(records, np.asarray(~records.seen_active.all(axis=0)))
        rows_of = rows_of_evidence(judged)
    # So many records at a time that what is computed stays in the processor's cache.
    some = max(1, _CACHED_ENTRIES // max(1, records.active.shape[1]))
    for start in range(0, len(states), some):
        rows = slice(start, start + some)
        states[rows] = _states_of(records.rows(rows), silent, rows_of, thresholds)
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
    evidence = newest_samples_since_active(records)
    return unit_states(records.rows(slice(-1, None)), thresholds, evidence[None])[0], evidence


def _states_of(
    records: Records,
    silent: npt.NDArray[np.intp] | slice,
    evidence: Iterator[npt.NDArray[np.int64]],
    thresholds: Thresholds,
) -> npt.NDArray[np.int8]:
    """States of `records`, for which `evidence` has the next rows of the units `silent`; all others are active."""
    active = np.asarray(records.active, np.int64)
    finite = records.samples[:, None]
    non_finite = None
    if records.non_finite_activations.any() or records.non_finite_gradients.any():
        finite = finite - records.non_finite_activations
        non_finite = (records.non_finite_activations > 0) | (records.non_finite_gradients > 0)
    gradient, mean = records.gradient_norm, records.mean_activation
    assert not isinstance(gradient, Coded) and not isinstance(mean, Coded)  # They are decoded in slices.
    states = np.zeros(active.shape, np.int8)

    # The first state that fits is the one with the largest number, but for
    # non-finite units, which go before all others, and absent ones.
    def mark(fits: npt.NDArray[np.bool_], state: UnitState) -> None:
        np.maximum(states, fits.view(np.int8) * np.int8(state), out=states)

    mark((active == finite) & (finite > 0), UnitState.ALWAYS_ON)
    if mean is not None:
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
        dead = enough if gradient is None else enough & ~(gradient[:, silent] > 0)
        inactive = np.where(dead, np.int8(UnitState.DEAD), np.where(enough, np.int8(0), np.int8(UnitState.SILENT)))
        inactive[records.seen_active[:, silent]] = 0
        states[:, silent] = np.maximum(states[:, silent], inactive)
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
    last_active_step: npt.NDArray[np.integer],
    last_revival_step: npt.NDArray[np.int64] | None = None,
) -> UnitHistory:
    """Deaths, revivals and repairs of one unit, also those between records that are missing.

    Args:
      steps: int64 [records].
      states: int8 [records] of `UnitState`.
      last_active_step: Integers [records].
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
