"""Which batches of a window are observed where not all of them are.

One batch out of every `LARGEST_STRIDE` in a row is observed, at a place that
is drawn anew for each such block: every batch is as likely as any other, no
rhythm in the data can fall in with it, and the observed ones are spread over
the window. The draws depend on the window alone, so that every worker and
every repetition of a run observes the same batches; neither NumPy's nor
TensorFlow's global random state is touched.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

LENGTH = 4096
"""Batches that are planned; longer windows repeat the second half of the plan."""

LARGEST_STRIDE = 16
FEWEST_PER_WINDOW = 8


def observed_batches(window: int, expected: int | None) -> npt.NDArray[np.bool_]:
    """Plans a window.

    Args:
      window: Number of the window, or of its first batch: what the draws depend on.
      expected: Number of batches in the window, or None where not known. Short
        windows have a smaller stride, so that at least `FEWEST_PER_WINDOW`
        batches are observed, or all there are. Where it is not known, the
        stride grows: the first 4 batches are all observed, then one of 2, 4,
        8, and from the 61st one of 16.

    Returns:
      bool [LENGTH], whether each batch of the window is observed.
    """
    rng = np.random.default_rng([window, 0x0DEAD])
    if expected is None:
        strides = _GROWING
    else:
        stride = min(LARGEST_STRIDE, max(1, expected // FEWEST_PER_WINDOW))
        strides = np.full(-(-LENGTH // stride), stride)
    places = np.cumsum(strides) - strides + rng.integers(strides)
    planned = np.zeros(LENGTH, bool)
    # A last block that is cut off is as likely to be observed as it is long.
    planned[places[places < LENGTH]] = True
    return planned


def place_in_plan(index: int) -> int:
    """Returns the place in the plan of the batch with this number in its window, from 0."""
    return index if index < LENGTH else LENGTH // 2 + index % (LENGTH // 2)


def _growing_strides() -> npt.NDArray[np.int64]:
    strides: list[int] = []
    start = 0
    while start < LENGTH:
        stride = next(s for s in (1, 2, 4, 8, LARGEST_STRIDE) if s == LARGEST_STRIDE or start < 4 * (2 * s - 1))
        strides.append(stride)
        start += stride
    return np.array(strides)


_GROWING = _growing_strides()
