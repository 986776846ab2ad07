"""Timelines for tests, of records made up or drawn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tb_deadrelu_plugin import metadata, record
from tb_deadrelu_plugin.timeline import Stored, Timeline
from tests.event_writing import RELU, encoded


def timeline_of(
    records: Sequence[record.Record], info: metadata.LayerInfo = RELU, run: str = "run", layer: str = "dense_1"
) -> Timeline:
    return Timeline(run, layer, info, [Stored(step, 1000.0 + step, data) for step, data in encoded(records)])


def simple(active: list[list[int]], *, samples: int = 2000, gradient: list[list[float]] | None = None) -> Timeline:
    """A record at every 10 steps with these active samples."""
    last_active = np.full(len(active[0]), -1)
    records = []
    for r, row in enumerate(active):
        last_active = np.where(np.array(row) > 0, 10 * r + 9, last_active)
        norm = None if gradient is None else np.array(gradient[r])
        written = record.Record(10 * r + 10, 10 * r, samples, 10, np.array(row), norm, last_active_step=last_active)
        records.append(written)
    return timeline_of(records)


@st.composite
def drawn_records(
    draw: st.DrawFn, *, min_records: int = 1, max_records: int = 6, max_units: int = 6
) -> list[record.Record]:
    """Any records: widths that change, gaps between windows, NaN and infinity, units active in screened samples alone."""
    units = draw(st.integers(1, max_units))
    records, step = [], draw(st.integers(0, 3))
    has_norms, has_bias = draw(st.booleans()), draw(st.booleans())
    # Few kinds of values, so that they tie and are at both ends often.
    norms = st.sampled_from([0.0, 1e-40, 1e-9, 0.5, 1.0, 3e38, np.inf, np.nan])
    biases = st.sampled_from([-np.inf, -2.5, -1e-30, 0.0, 0.25, 2.5, np.nan])
    for _ in range(draw(st.integers(min_records, max_records))):
        width = draw(st.sampled_from([units, units, units, max(1, units - 1)]))
        start = step + draw(st.sampled_from([0, 0, 0, 3]))
        step = start + draw(st.integers(1, 6))
        samples = draw(st.sampled_from([1, 7, 1437, 10**12]))
        counts = hnp.arrays(np.int64, width, elements=st.sampled_from([0, 0, 1, samples // 2, samples]))
        active = draw(counts)
        non_finite = np.minimum(draw(counts), samples - active) if draw(st.booleans()) else None
        records.append(
            record.Record(
                step,
                start,
                samples,
                1,
                active,
                draw(hnp.arrays(np.float32, width, elements=norms)) if has_norms else None,
                draw(hnp.arrays(np.float32, width, elements=norms)) if has_norms else None,
                draw(hnp.arrays(np.int64, width, elements=st.integers(-1, step))),
                bias=draw(hnp.arrays(np.float32, width, elements=biases)) if has_bias else None,
                non_finite_activations=non_finite,
                screened_samples=samples * draw(st.integers(1, 2)),
            )
        )
    return records


def timelines(*, run: str = "run", info: metadata.LayerInfo = RELU, **sizes: int) -> st.SearchStrategy[Timeline]:
    """Any timeline, of `drawn_records`."""
    return drawn_records(**sizes).map(lambda records: timeline_of(records, info, run))
