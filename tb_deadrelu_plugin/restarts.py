"""Which records still hold where a training was taken up again at a step before the last one written.

The training then goes the same way a second time, and what was written of the
first way beyond that step is no longer part of the run: were it kept, batches
would count twice, and records of two trainings would alternate.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable

from tb_deadrelu_plugin import record

Written = tuple[int, int, float]
"""Step before a record's window, or `record.UNKNOWN`; step at its end; wall time."""


def standing(records: Iterable[Written]) -> list[int]:
    """Returns the indices of the records that hold, in the order of their steps.

    A record takes the place of any before it at its own step, and of those that
    end after its own window begins. For the latter it must be the later one by
    the clock, too: files may be read in another order than they were written.

    Args:
      records: In the order in which they were found.
    """
    steps: list[int] = []
    kept: list[tuple[float, int]] = []
    for index, (start, step, wall_time) in enumerate(records):
        known = record.UNKNOWN < start < step
        first = bisect.bisect_right(steps, start) if known else bisect.bisect_left(steps, step)
        if first < len(steps):
            stay = [i for i in range(first, len(steps)) if steps[i] != step and not (known and kept[i][0] <= wall_time)]
            steps[first:], kept[first:] = [steps[i] for i in stay], [kept[i] for i in stay]
        place = bisect.bisect_right(steps, step)
        steps.insert(place, step)
        kept.insert(place, (wall_time, index))
    return [index for _, index in kept]
