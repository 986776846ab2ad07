"""Bursts of deaths: many units of a layer that were last active at nearly the same step."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

FEWEST = 4
"""Units that make a burst, and of large layers `SHARE`: single units die early in many healthy runs."""

SHARE = 0.1

SHORT = 10
"""Steps within which a burst's first `FEWEST` units were last active, and no more from one to the next; more where
fewer batches are observed."""

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

    It begins with deaths within a few steps, and those that follow them
    closely are part of it. Deaths one by one that happen to be near to each
    other are none: at least half of all deaths in the surroundings must lie
    within the burst, or it has a good part of the layer.

    Args:
      died: int64 [n], steps at which dead units were last active.
      units: Number of units of the layer.
      resolution: Steps between observed batches: no death is dated finer.
      last_step: The newest step; runs that are too short for a burst to stand
        out have none.

    Returns:
      In the order of their steps; those that follow one another without a gap
      are one.
    """
    short = gap(resolution, last_step)
    if 5 * short > last_step:
        return []
    long = max(short, int(LONG * last_step))
    few, many = (max(FEWEST, math.ceil(share * units)) for share in (SHARE, LARGE_SHARE))
    margin = SURROUNDINGS * short
    died = np.sort(died)
    left = died
    found: list[Burst] = []
    for length, least in ((short, FEWEST), (long, many)):
        tried = left
        while len(tried) >= least and len(found) < _MOST:
            start, end = _densest(tried, length)
            if end - start < least:
                break
            burst = _with_stragglers(Burst(int(tried[start]), int(tried[end - 1])), left, short, long)
            count = _within(left, burst.first, burst.last)
            near = _within(died, burst.first - margin, burst.last + margin)
            if count >= many or (count >= few and 2 * count >= near and burst.first >= margin):
                found.append(burst)
                left = left[(left < burst.first) | (left > burst.last)]
            tried = tried[(tried < burst.first) | (tried > burst.last)]
    return join(found, short)


def gap(resolution: int, last_step: int) -> int:
    """Steps between the deaths of one burst, at most; arguments as of `find`."""
    return max(2 * resolution, min(SHORT, last_step // 10))


def join(found: Iterable[Burst], steps: int) -> list[Burst]:
    """Bursts in the order of their steps; those that are no more than `steps` apart are one."""
    joined: list[Burst] = []
    for burst in sorted(found, key=lambda burst: burst.first):
        if joined and burst.first - joined[-1].last <= steps:
            joined[-1] = Burst(joined[-1].first, max(joined[-1].last, burst.last))
        else:
            joined.append(burst)
    return joined


def _within(died: npt.NDArray[np.int64], first: int, last: int) -> int:
    return int(np.count_nonzero((died >= first) & (died <= last)))


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
