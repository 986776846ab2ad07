"""Bursts of deaths: many units of a layer that were last active at nearly the same step."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import numpy.typing as npt

FEWEST = 4
"""Units that make a burst, and of large layers `SHARE`: single units die early in many healthy runs."""

SHARE = 0.1

SHORT = 10
"""Steps within which the units of a burst were last active; more where fewer batches are observed."""

SURROUNDINGS = 10
"""So many lengths of it before and after are looked at for other deaths: most of them must be in the burst."""

LONG = 0.1
"""Share of the run that a burst may last, where it has `LARGE_SHARE` of the layer's units."""

LARGE_SHARE = 0.2
"""Asked of what is long, and of what is at the start of the run, as far as surroundings go: there units die in healthy
runs as well, some at Adam's first steps."""

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
    """Finds the bursts of one layer.

    Deaths one by one that happen to be near to each other are none: of short
    ones, at least half of all deaths in the surroundings must lie within the
    burst; long ones must have a good part of the layer.

    Args:
      died: int64 [n], steps at which dead units were last active.
      units: Number of units of the layer.
      resolution: Steps between observed batches: no death is dated finer.
      last_step: The newest step; runs that are too short for a burst to stand
        out have none.

    Returns:
      The short ones, then the long ones, the largest first.
    """
    short = max(2 * resolution, min(SHORT, last_step // 10))
    if 5 * short > last_step:
        return []
    long = max(short, int(LONG * last_step))
    few, many = (max(FEWEST, math.ceil(share * units)) for share in (SHARE, LARGE_SHARE))
    margin = SURROUNDINGS * short
    died = np.sort(died)
    left = died
    found: list[Burst] = []
    for length, fewest in ((short, few), (long, many)):
        tried = left
        while len(tried) >= fewest and len(found) < _MOST:
            start, end = _densest(tried, length)
            count = end - start
            if count < fewest:
                break
            burst = Burst(int(tried[start]), int(tried[end - 1]))
            near = np.count_nonzero((died >= burst.first - margin) & (died <= burst.first + length + margin))
            if count >= many or (2 * count >= near and burst.first >= margin):
                burst = _with_stragglers(burst, left, short, long)
                found.append(burst)
                left = left[(left < burst.first) | (left > burst.last)]
            tried = tried[(tried < burst.first) | (tried > burst.last)]
    return found


def _densest(died: npt.NDArray[np.int64], length: int) -> tuple[int, int]:
    """The positions, from and up to, of the most deaths within `length` steps."""
    ends = np.searchsorted(died, died + length, side="right")
    start = int(np.argmax(ends - np.arange(len(died))))
    return start, int(ends[start])


def _with_stragglers(burst: Burst, died: npt.NDArray[np.int64], gap: int, longest: int) -> Burst:
    """The burst with the deaths that follow one another at no more than `gap` steps, up to `longest` steps in all."""
    first, last = burst.first, burst.last
    for step in died[died > last].tolist():
        if step - last > gap or step - first > longest:
            break
        last = step
    for step in died[died < first][::-1].tolist():
        if first - step > gap or last - step > longest:
            break
        first = step
    return Burst(first, last)
