"""Which batches are observed, and how far apart records are."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("tensorflow")

from tb_deadrelu_plugin.instrument import schedule
from tb_deadrelu_plugin.instrument.spacing import Spacing

pytestmark = pytest.mark.tensorflow


@given(st.integers(0, 2**40), st.integers(1, 10_000))
def test_a_batch_in_each_block_and_enough_in_a_window(window: int, expected: int) -> None:
    plan = schedule.observed_batches(window, expected)
    stride = min(schedule.LARGEST_STRIDE, max(1, expected // schedule.FEWEST_PER_WINDOW))
    whole = len(plan) // stride * stride
    assert (plan[:whole].reshape(-1, stride).sum(1) == 1).all()
    observed = plan[np.array([schedule.place_in_plan(i) for i in range(expected)])].sum()
    assert observed >= min(expected, schedule.FEWEST_PER_WINDOW)
    assert observed <= -(-expected // stride) + 1


@given(st.integers(0, 2**40), st.integers(1, 300))
def test_where_the_length_is_not_known(window: int, length: int) -> None:
    plan = schedule.observed_batches(window, None)
    assert plan[:4].all() and plan[:length].sum() >= min(length, 4)
    blocks = [(4, 12, 2), (12, 28, 4), (28, 60, 8), (60, 4092, 16)]
    for start, end, stride in blocks:
        assert (plan[start:end].reshape(-1, stride).sum(1) == 1).all()


def test_every_batch_is_as_likely_as_any_other() -> None:
    count = sum(schedule.observed_batches(window, 1000).astype(int) for window in range(0, 4_000_000, 1000))
    share = count[:960] / 4000
    assert abs(share.mean() - 1 / 16) < 1e-9
    # 960 shares with a standard error of 0.0038 each.
    assert np.abs(share - 1 / 16).max() < 4.5 * 0.00383


def test_a_window_has_one_plan_and_the_next_another() -> None:
    plans = [schedule.observed_batches(window, 500) for window in (0, 0, 500)]
    assert (plans[0] == plans[1]).all() and (plans[0] != plans[2]).any()
    state = np.random.get_state()[1].tolist()  # noqa: NPY002
    schedule.observed_batches(7, 100)
    assert np.random.get_state()[1].tolist() == state  # noqa: NPY002


def written(spacing: Spacing, due: int) -> list[int]:
    steps = []
    for step in range(1, due + 1):
        if spacing.is_due():
            spacing.wrote()
            steps.append(step)
    return steps


@given(st.integers(1, 20_000), st.integers(16, 1000))
def test_as_many_records_as_allowed_where_their_number_is_known(due: int, most: int) -> None:
    spacing = Spacing(most)
    spacing.expect(due)
    steps = written(spacing, due)
    assert len(steps) <= most
    assert steps == list(range(spacing.stride, due + 1, spacing.stride)) or len(steps) == most
    assert due > most or steps == list(range(1, due + 1))
    assert not steps or len(steps) >= min(due, most) // 2


def test_windows_double_where_nobody_knows_how_many_there_will_be() -> None:
    steps = written(Spacing(1000), 100_000)
    assert steps[:500] == list(range(1, 501))
    gaps = np.diff(steps[499:])
    assert [gap for gap, _ in itertools.groupby(gaps.tolist())] == [2**k for k in range(1, 1 + len(set(gaps.tolist())))]
    assert sum(step <= 30_000 for step in steps) <= 1000
    assert len(steps) <= 1000 + 3 * 62
    # No gap is longer than 2 % of what came before.
    assert (gaps <= np.maximum(2, 0.035 * np.array(steps[499:-1]))).all()


def test_several_trainings_share_the_records() -> None:
    spacing = Spacing(64)
    counts = []
    for due in (40, 20, 40, 400):
        spacing.expect(due)
        counts.append(len(written(spacing, due)))
    assert counts[:2] == [40, 20] and counts[2] in range(8, 20) and sum(counts) <= 64 + 4 * 8


def test_many_short_trainings() -> None:
    spacing, count = Spacing(16), 0
    for _ in range(1000):
        spacing.expect(1)
        count += len(written(spacing, 1))
        if spacing.is_due(final=True):
            spacing.wrote()
            count += 1
    assert 16 <= count <= 16 + 2 * 10


def test_what_is_left_over_of_the_only_training_is_written() -> None:
    spacing = Spacing(16)
    spacing.expect(60)
    assert written(spacing, 59) == list(range(4, 60, 4))
    assert spacing.is_due(final=True)
