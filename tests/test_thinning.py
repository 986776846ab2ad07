"""Fewer of many records."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tb_deadrelu_plugin.serving import thinning


@given(st.integers(0, 300), st.integers(2, 50))
def test_ends_are_kept_and_the_rest_is_spread(count: int, most: int) -> None:
    chosen = thinning.thin(range(count), most)
    assert len(chosen) == min(count, most)
    assert chosen == sorted(set(chosen))
    if count:
        assert (chosen[0], chosen[-1]) == (0, count - 1)
    gaps = [after - before for before, after in itertools.pairwise(chosen)]
    assert not gaps or max(gaps) - min(gaps) <= 1


def test_two_ends_are_the_least() -> None:
    with pytest.raises(ValueError, match=r"most must be at least 2, got 1\."):
        thinning.thin([1, 2, 3], 1)
