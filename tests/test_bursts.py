"""Bursts of deaths."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tb_deadrelu_plugin.diagnosis import bursts
from tb_deadrelu_plugin.diagnosis.bursts import Burst


def find(died: list[int], units: int = 64, resolution: int = 1, last_step: int = 10_000) -> list[Burst]:
    return bursts.find(np.array(died, np.int64), units, resolution, last_step)


def test_units_that_die_together_are_a_burst() -> None:
    assert find([5000] * 7) == [Burst(5000, 5000)]
    assert find([5000, 5001, 5003, 5004, 5004, 5009, 5010]) == [Burst(5000, 5010)]


def test_it_may_last_for_some_steps_more() -> None:
    """12 of 120 within 15 steps."""
    assert find([340 + unit % 15 for unit in range(12)], units=120) == [Burst(340, 351)]
    assert find([340 + unit % 15 for unit in range(11)], units=120) == []


@pytest.mark.parametrize(("count", "units", "found"), [(6, 64, 0), (7, 64, 1), (3, 8, 0), (4, 8, 1), (100, 1024, 0)])
def test_too_few_are_none(count: int, units: int, found: int) -> None:
    assert len(find([5000] * count, units)) == found


def test_units_that_die_one_by_one_are_none() -> None:
    assert find(list(range(1000, 9000, 150))) == []
    # Some are near to each other by chance, but no nearer than the others around.
    assert find(list(range(5000, 5400, 5)), units=800) == []


def test_early_deaths_are_none_unless_they_are_many() -> None:
    """As Adam's first steps leave them in healthy networks."""
    assert find([3, 4, 5, 8, 9, 10, 12]) == []
    assert find([5003, 5004, 5005, 5008, 5009, 5010, 5012]) != []
    assert find([3, 4, 5, 8, 9, 10, 12] * 2) == [Burst(3, 12)]


def test_two_bursts_and_a_few_others() -> None:
    assert find([700, 2000, *[3000] * 8, 3300, *[6000, 6004] * 4, 9000]) == [Burst(3000, 3000), Burst(6000, 6004)]


def test_long_burst_of_a_good_part_of_the_layer() -> None:
    """A fifth of the units within a tenth of the run."""
    long = list(range(5000, 5900, 60))
    assert find(long, units=64) == [Burst(5000, 5840)]
    assert find(long, units=80) == []


def test_stragglers_are_part_of_it() -> None:
    assert find([4995, *[5000] * 7, 5008, 5016, 5024, 5100]) == [Burst(4995, 5024)]


def test_deaths_are_dated_no_finer_than_batches_are_observed() -> None:
    spread = [5000, 5030, 5030, 5060, 5060, 5060, 5090]
    assert find(spread) == []
    assert find(spread, resolution=45) == [Burst(5000, 5090)]


@pytest.mark.parametrize(("last_step", "found"), [(9, 0), (10, 1), (60, 1)])
def test_runs_that_are_too_short_have_none(last_step: int, found: int) -> None:
    assert len(find([3] * 40, last_step=last_step)) == found


def test_nothing() -> None:
    assert find([]) == []


@given(st.lists(st.integers(0, 5000), max_size=60), st.integers(1, 60), st.integers(1, 50))
def test_bursts_are_apart_and_have_enough_units(died: list[int], units: int, resolution: int) -> None:
    found = find(died, units, resolution, last_step=5000)
    fewest = max(bursts.FEWEST, bursts.SHARE * units)
    for burst in found:
        assert sum(burst.first <= step <= burst.last for step in died) >= fewest
        assert burst.first in died and burst.last in died
    for before, after in itertools.pairwise(found):
        assert after.first - before.last > max(2 * resolution, bursts.SHORT)
