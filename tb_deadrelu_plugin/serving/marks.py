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
    repaired = timeline.last_revival_step
    repairs = np.zeros(0, np.int64)
    if repaired is not None:
        repairs = repaired[np.diff(repaired, axis=0, prepend=-1) > 0]
    dead = timeline.states() == UnitState.DEAD
    # Most units never die. Of the others, [units, records]: NumPy runs along rows.
    ever = np.flatnonzero(dead.any(axis=0))
    dead, last = (
        np.ascontiguousarray(dead[:, ever].T),
        np.ascontiguousarray(timeline.narrow_last_active_step[:, ever].T),
    )
    # A unit that died stays so until it is active: until the step of its last activity, which never decreases, does.
    active_again = np.diff(last, axis=1, prepend=-1) > 0
    place = np.arange(last.shape[1])
    latest_death = np.maximum.accumulate(np.where(dead, place, -1), axis=1)
    latest_activity = np.maximum.accumulate(np.where(active_again, place, 0), axis=1)
    is_dead = latest_death >= latest_activity
    was_dead = np.zeros_like(is_dead)
    was_dead[:, 1:] = is_dead[:, :-1]
    came_back = was_dead & active_again
    died = dead & (came_back | ~was_dead)
    deaths = np.where(last < 0, timeline.window_start_steps[:1], last)[died]
    revivals = np.where(dead, last, timeline.steps)[came_back]
    return {"deaths": _marks(deaths), "revivals": _marks(revivals), "repairs": _marks(repairs)}


def _marks(steps: npt.NDArray[np.integer]) -> Marks:
    return Marks(*np.unique(steps.astype(np.int64), return_counts=True))
