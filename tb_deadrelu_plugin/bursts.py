"""Bursts of deaths: many units of a layer that were last active at nearly the same step."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import numpy.typing as npt

FEWEST = 4
"""Units that make a burst; of large layers `FEWEST_SHARE`."""

FEWEST_SHARE = 0.05

SHORT = 10
"""Steps within which the units of a burst were last active; more where fewer batches are observed."""

SURROUNDINGS = 10
"""So many lengths of it before and after are looked at for other deaths: most of them must be in the burst."""

SPIKE = 3.0
"""A gradient norm so many times that of before goes with updates that were too large."""

_MOST = 8


@dataclasses.dataclass(frozen=True)
class Burst:
    """A burst.

    Attributes:
      first, last: Steps at which the first and the last of its units were
        last active.
    """

    first: int
    last: int


def find(died: npt.NDArray[np.int64], units: int, resolution: int, last_step: int) -> list[Burst]:
    """Finds the bursts of one layer, the largest first.

    Deaths one by one that happen to be near to each other are none: at least
    half of all deaths in the surroundings must lie within the burst.

    Args:
      died: int64 [n], steps at which dead units were last active.
      units: Number of units of the layer.
      resolution: Steps between observed batches: no death is dated finer.
      last_step: The newest step; runs that are too short for a burst to stand
        out have none.
    """
    length = max(2 * resolution, min(SHORT, last_step // 10))
    if 5 * length > last_step:
        return []
    fewest = max(FEWEST, math.ceil(FEWEST_SHARE * units))
    left = np.sort(died)
    found: list[Burst] = []
    while len(left) >= fewest and len(found) < _MOST:
        ends = np.searchsorted(left, left + length, side="right")
        counts = ends - np.arange(len(left))
        start = int(np.argmax(counts))
        first, last = int(left[start]), int(left[ends[start] - 1])
        if counts[start] < fewest:
            break
        margin = SURROUNDINGS * length
        near = np.count_nonzero((died >= first - margin) & (died <= first + length + margin))
        if 2 * counts[start] >= near:
            found.append(Burst(first, last))
        left = np.delete(left, slice(start, ends[start]))
    return found
