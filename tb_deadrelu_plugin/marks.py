"""When units of a layer died, came back or were re-initialised: marks on its timeline."""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin.timeline import Timeline
from tb_deadrelu_plugin.verdict import UnitState


@dataclasses.dataclass(frozen=True)
class Marks:
    """Events of one kind.

    Attributes:
      steps: int64 [n], strictly increasing.
      units: int64 [n], how many units at each; at least 1.
    """

    steps: npt.NDArray[np.int64]
    units: npt.NDArray[np.int64]


def of_timeline(timeline: Timeline) -> dict[str, Marks]:
    """Returns the events of all units, as `Timeline.history` has them for one.

    Returns:
      {"deaths": by the step of the last activity; where a unit was never
      active, by that at which its first record's window began; "revivals": by
      which step it was active again; "repairs": at which step it was
      re-initialised}.
    """
    dead = timeline.states() == UnitState.DEAD
    last, repaired = timeline.narrow_last_active_step, timeline.last_revival_step
    # Most units never die, and then there is nothing to look for record by record.
    ever = np.flatnonzero(dead.any(axis=0) | (False if repaired is None else (repaired >= 0).any(axis=0)))
    dead, last = dead[:, ever], last[:, ever]
    repaired = None if repaired is None else repaired[:, ever]
    records, units = dead.shape
    deaths, revivals, repairs = [], [], []
    is_dead = np.zeros(units, bool)
    since = np.full(units, -1, np.int64)
    before = np.full(units, -1, np.int64)
    for r in range(records):
        came_back = is_dead & (last[r] > since)
        revivals.append(np.where(dead[r], last[r], timeline.steps[r])[came_back])
        died = dead[r] & (came_back | ~is_dead)
        deaths.append(np.where(last[r] < 0, timeline.window_start_steps[0], last[r])[died])
        since = np.where(died, last[r], since)
        is_dead = (is_dead & ~came_back) | died
        if repaired is not None:
            repairs.append(repaired[r][repaired[r] > before])
            before = np.maximum(before, repaired[r])
    return {"deaths": _marks(deaths), "revivals": _marks(revivals), "repairs": _marks(repairs)}


def _marks(steps: list[npt.NDArray[np.int64]]) -> Marks:
    return Marks(*np.unique(np.concatenate([np.zeros(0, np.int64), *steps]), return_counts=True))
