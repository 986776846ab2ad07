"""Blocks of neighbours, and parts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tb_deadrelu_plugin.serving import shrinking


@given(count=st.integers(0, 5000), most=st.integers(1, 600))
def test_blocks_cover_everything_evenly(count: int, most: int) -> None:
    starts = shrinking.block_starts(count, most).astype(int)
    sizes = np.diff(starts)
    assert starts[0] == 0 and starts[-1] == count
    assert len(sizes) == min(count, most)
    if count:
        assert sizes.min() >= 1 and sizes.max() - sizes.min() <= 1


@given(data=st.data())
def test_shrinking_equals_a_loop_over_blocks(data: st.DataObject) -> None:
    records, units = data.draw(st.integers(1, 12)), data.draw(st.integers(1, 12))
    values = data.draw(hnp.arrays(np.float32, (records, units), elements=st.floats(width=32)))
    order = np.array(data.draw(st.permutations(range(units))), np.uint32)
    rows = shrinking.block_starts(units, data.draw(st.integers(1, 14)))
    columns = shrinking.block_starts(records, data.draw(st.integers(1, 14)))
    largest, smallest = shrinking.shrink(values, order, rows, columns, [np.fmax, np.fmin])
    assert largest.shape == smallest.shape == (len(rows) - 1, len(columns) - 1)
    for r in range(len(rows) - 1):
        for c in range(len(columns) - 1):
            block = values[columns[c] : columns[c + 1]][:, order[rows[r] : rows[r + 1]]]
            known = block[~np.isnan(block)]
            assert np.array_equal(largest[r, c], known.max() if known.size else np.float32(np.nan), equal_nan=True)
            assert np.array_equal(smallest[r, c], known.min() if known.size else np.float32(np.nan), equal_nan=True)


@given(size=st.integers(1, 40), first=st.integers(0, 60), length=st.integers(1, 60))
def test_a_part_is_cut_off_at_the_end_and_must_begin_before_it(size: int, first: int, length: int) -> None:
    asked = first, first + length
    if first >= size:
        with pytest.raises(
            shrinking.RangeError, match=f"records must begin below the number of records, {size}, got '"
        ):
            shrinking.part_of("records", size, "records", asked)
    else:
        part = range(*shrinking.part_of("records", size, "records", asked))
        assert list(part) == [i for i in range(*asked) if i < size]


def test_all_is_a_part_even_of_nothing() -> None:
    assert shrinking.part_of("positions", 0, "units", None) == (0, 0)
    assert shrinking.part_of("positions", 7, "units", None) == (0, 7)


@pytest.mark.parametrize("asked", [(2, 2), (3, 2), (-1, 2)])
def test_an_empty_part_is_refused(asked: tuple[int, int]) -> None:
    with pytest.raises(shrinking.RangeError, match=r"positions must be A-B with 0 <= A < B \(B is excluded\), got '"):
        shrinking.part_of("positions", 7, "units", asked)
