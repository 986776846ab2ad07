"""Batches counted on the device: which are observed, as the host plans it, and what does not count."""

from __future__ import annotations

from collections.abc import Callable

import pytest

pytest.importorskip("tensorflow")

import tensorflow as tf

from tb_deadrelu_plugin.instrument import schedule
from tb_deadrelu_plugin.instrument.clock import Clock, Tick, Watching

pytestmark = pytest.mark.tensorflow


def ticking(clock: Clock, **options: bool) -> Callable[[], tuple[int, bool]]:
    """A step; returns its batch, and whether it was observed."""

    @tf.function(autograph=False, **options)
    def step() -> tuple[tf.Tensor, tf.Tensor]:
        clock.begin()
        tick = clock.now
        assert isinstance(tick, Tick)
        clock.end()
        assert clock.now is None
        return tick.batch, tf.convert_to_tensor(tick.observed)

    def run() -> tuple[int, bool]:
        batch, observed = step()
        return int(batch), bool(observed)

    return run


def counted(clock: Clock) -> list[int]:
    return [int(one.variable.numpy()) for one in clock.windowed]


@pytest.mark.parametrize("start", [0, 12_345])
@pytest.mark.parametrize("expected", [None, 100, 20_000])
def test_the_device_observes_what_the_host_plans(start: int, expected: int | None) -> None:
    clock = Clock(observe_all=False)
    clock.catch_up(start)
    clock.begin_window(start, expected)
    step = ticking(clock)
    length, half = schedule.LENGTH, schedule.LENGTH // 2
    plan = schedule.observed_batches(start, expected)
    observed = 0
    for index in [*range(40), *range(length - 20, length + 40), *range(length + half - 5, length + half + 20)]:
        clock.catch_up(start + index)
        batch, is_observed = step()
        assert batch == start + index + 1
        assert is_observed == clock.is_observed(batch), index
        if index < length:
            assert is_observed == plan[index]
        else:
            # Longer windows repeat the second half of the plan.
            assert is_observed == plan[half + index % half]
        observed += is_observed
    assert 0 < observed < 125
    assert counted(clock) == [batch, 125, observed]


def test_a_new_window_has_a_plan_of_its_own() -> None:
    clock = Clock(observe_all=False)
    step = ticking(clock)
    first = [step() for _ in range(64)]
    clock.begin_window(64, 1000)
    second = [step() for _ in range(64)]
    assert [batch for batch, _ in first + second] == list(range(1, 129))
    assert [observed for _, observed in first] == schedule.observed_batches(0, None)[:64].tolist()
    assert [observed for _, observed in second] == schedule.observed_batches(64, 1000)[:64].tolist()
    assert [observed for _, observed in second] == [clock.is_observed(batch) for batch, _ in second]
    assert sum(observed for _, observed in second) == 64 // schedule.LARGEST_STRIDE


def test_what_xla_compiles_is_always_observed() -> None:
    clock = Clock(observe_all=False)
    clock.begin_window(0, 20_000)
    step = ticking(clock, jit_compile=True)
    assert [step() for _ in range(3)] == [(1, True), (2, True), (3, True)]
    assert counted(clock) == [3, 3, 3]


def test_all_batches_are_observed() -> None:
    clock = Clock(observe_all=True)
    step = ticking(clock)
    assert clock.windowed == []
    assert [step() for _ in range(3)] == [(1, True), (2, True), (3, True)]
    clock.begin_window(3, 1000)
    assert step() == (4, True) and clock.is_observed(5)
    assert counted(clock) == [4, 4, 4]


def test_batches_without_a_tick_are_caught_up_with() -> None:
    clock = Clock(observe_all=True)
    clock.catch_up(10)
    step = ticking(clock)
    assert step() == (11, True)
    clock.catch_up(20)
    assert step() == (21, True)
    assert counted(clock) == [21, 2, 2]


@pytest.mark.parametrize("observe_all", [False, True])
def test_the_end_of_the_data_does_not_count(observe_all: bool) -> None:
    clock = Clock(observe_all)

    @tf.function(autograph=False)
    def step(iterator: tf.data.Iterator) -> tf.Tensor:
        data = next(iterator)
        clock.begin(data)
        clock.end()
        return data

    rows = tf.data.Dataset.from_generator(lambda: iter(range(3)), output_signature=tf.TensorSpec([], tf.int32))
    for epoch in range(1, 3):
        iterator = iter(rows)
        for _ in range(3):
            step(iterator)
        for _ in range(5):
            with pytest.raises(tf.errors.OutOfRangeError):
                step(iterator)
        done = 3 * epoch
        observed = done if observe_all else int(schedule.observed_batches(0, None)[:done].sum())
        assert counted(clock) == [done, done, observed]


@pytest.mark.parametrize("kind", ["sparse", "ragged"])
def test_batches_of_sparse_and_ragged_tensors(kind: str) -> None:
    clock = Clock(observe_all=True)

    @tf.function(autograph=False)
    def step(iterator: tf.data.Iterator) -> None:
        clock.begin(next(iterator))
        clock.end()

    rows = tf.sparse.eye(3) if kind == "sparse" else tf.ragged.constant([[1, 2], [3], []])
    iterator = iter(tf.data.Dataset.from_tensor_slices((rows, [0, 1, 2])))
    for _ in range(3):
        step(iterator)
    with pytest.raises(tf.errors.OutOfRangeError):
        step(iterator)
    assert counted(clock) == [3, 3, 3]


@pytest.mark.parametrize("watching, expected", [(Watching.OBSERVED, True), (Watching.SCREENED, False)])
def test_what_is_known_when_the_step_is_built_is_not_left_to_the_device(watching: Watching, expected: bool) -> None:
    clock = Clock(observe_all=False)
    kinds: list[object] = []

    @tf.function(autograph=False)
    def step() -> tf.Tensor:
        clock.begin(watching=watching)
        assert clock.now is not None
        kinds.append(clock.now.observed)
        batch = clock.now.batch
        clock.end()
        return batch

    assert [int(step()) for _ in range(3)] == [1, 2, 3]
    assert kinds == [expected] * len(kinds)
    assert counted(clock) == [3, 3, 3 if expected else 0]
