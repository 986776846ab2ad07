"""Variables with a copy per replica: how they are read, reset and put together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import tensorflow as tf

from tb_deadrelu_plugin.instrument import variables
from tb_deadrelu_plugin.instrument.variables import Drain, Reduction, Replicated

pytestmark = pytest.mark.tensorflow

STRATEGIES = {
    "default": tf.distribute.get_strategy,
    "one device": lambda: tf.distribute.OneDeviceStrategy("CPU:0"),
    "mirrored": lambda: tf.distribute.MirroredStrategy(["CPU:0"]),
}


@pytest.fixture(params=STRATEGIES)
def strategy(request: pytest.FixtureRequest) -> Iterator[tf.distribute.Strategy]:
    yield STRATEGIES[request.param]()


def made(strategy: tf.distribute.Strategy) -> list[Replicated]:
    """Variables that are made and added to in a step, as it is traced."""
    several: list[Replicated] = []

    def step() -> None:
        if not several:
            several.append(variables.make(np.zeros(3, np.int64), Reduction.SUM))
            several.append(variables.make(np.full(3, -1, np.int64), Reduction.MAX, resets=False))
            several.append(variables.make(np.zeros([2, 2], np.float64), Reduction.SUM))
            several.append(variables.make(np.int64(0), Reduction.FIRST))
        several[0].variable.assign_add(tf.constant([2**40, 1, 0], tf.int64))
        several[1].variable.assign(tf.maximum(tf.convert_to_tensor(several[1].variable), [5, -1, 7]))
        several[2].variable.assign_add(tf.constant([[0.1, 0.2], [0.3, 0.4]], tf.float64))
        several[3].variable.assign_add(tf.ones([], tf.int64))

    run = tf.function(lambda: strategy.run(step), autograph=False)
    run()
    run()
    return several


def assert_values(values: list[np.ndarray], times: int) -> None:
    total, largest, numbers, count = values
    assert total.dtype == np.int64 and total.tolist() == [times * 2**40, times, 0]
    assert largest.tolist() == [5, -1, 7]
    assert numbers.dtype == np.float64 and numbers.tolist() == (times * np.array([[0.1, 0.2], [0.3, 0.4]])).tolist()
    assert count.shape == () and count == times


@pytest.mark.parametrize("takes_before_built", [0, 1, 9])
def test_drain_reads_and_resets(
    strategy: tf.distribute.Strategy, takes_before_built: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(variables, "TAKES_BEFORE_BUILT", takes_before_built)
    several = made(strategy)
    drain = Drain(strategy, several)
    assert_values(drain.peek(), 2)
    assert_values(drain.peek(), 2)
    assert_values(drain(), 2)
    # What does not reset is as it was.
    assert_values(drain(), 0)
    assert Drain(strategy, [])() == []


@pytest.mark.parametrize("takes_before_built", [0, 9])
def test_what_is_added_after_a_take_is_there_at_the_next(
    takes_before_built: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Variables that begin alike are set to one and the same tensor, which none of them may change."""
    monkeypatch.setattr(variables, "TAKES_BEFORE_BUILT", takes_before_built)
    sums = [variables.make(np.zeros(2, np.int64), Reduction.SUM) for _ in range(2)]
    most = variables.make(np.full(2, -np.inf), Reduction.MAX, beginning=-np.inf)
    total = variables.make(np.zeros(2), Reduction.SUM)
    drain = Drain(tf.distribute.get_strategy(), [*sums, most, total])
    for number in range(1, 5):
        sums[0].variable.assign_add([number, 0])
        sums[1].variable.assign_add([0, 10 * number])
        most.variable.assign(tf.maximum(most.variable, [float(number), -np.inf]))
        total.variable.assign_add([1.0, 2.0])
        first, second, largest, added = drain()
        assert (first.tolist(), second.tolist()) == ([number, 0], [0, 10 * number])
        assert (largest.tolist(), added.tolist()) == ([number, -np.inf], [1, 2])


def test_reading_is_built_where_there_are_many_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(variables, "TAKES_BEFORE_BUILT", 2)
    reads, read = [], variables._read
    monkeypatch.setattr(variables, "_read", lambda variable: reads.append(tf.executing_eagerly()) or read(variable))
    drain = Drain(tf.distribute.get_strategy(), [variables.make(np.zeros(2), Reduction.SUM)])
    for _ in range(6):
        drain()
    assert reads == [True, True, False]


@pytest.mark.parametrize("takes_before_built", [0, 9])
def test_copies_are_put_together(takes_before_built: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(variables, "TAKES_BEFORE_BUILT", takes_before_built)
    several = [variables.make(np.arange(3, dtype=np.int64), reduction) for reduction in Reduction]
    copies = [(one.variable, tf.Variable(one.variable * 2 + 1)) for one in several]

    class TwoReplicas:
        num_replicas_in_sync = 2

        def experimental_local_results(self, variable: tf.Variable) -> tuple[tf.Variable, ...]:
            return next(both for both in copies if both[0] is variable)

    drain = Drain(TwoReplicas(), several)
    assert [value.tolist() for value in drain()] == [[1, 4, 7], [1, 3, 5], [0, 1, 2]]
    assert all(copy.numpy().tolist() == [0, 0, 0] for both in copies for copy in both)


def test_an_interrupted_take_resets_all(monkeypatch: pytest.MonkeyPatch) -> None:
    sums = [variables.make(np.ones(2), Reduction.SUM) for _ in range(3)]
    assign, calls = type(sums[1].variable).assign, []

    def interrupted(variable: tf.Variable, *args: object, **kwargs: object) -> object:
        calls.append(variable)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return assign(variable, *args, **kwargs)

    monkeypatch.setattr(type(sums[1].variable), "assign", interrupted)
    with pytest.raises(KeyboardInterrupt):
        Drain(tf.distribute.get_strategy(), sums)()
    assert [one.variable.numpy().tolist() for one in sums] == [[0.0, 0.0]] * 3


def test_copies_are_set_from_outside(strategy: tf.distribute.Strategy) -> None:
    several = made(strategy)
    (copy,) = variables.copies(strategy, several[3].variable)
    assert copy.numpy() == 2
    variables.assign(strategy, several[3].variable, np.int64(9))
    assert copy.numpy() == 9 == Drain(strategy, several)()[3]


def test_one_worker_has_one_row(strategy: tf.distribute.Strategy) -> None:
    gather = variables.gatherer(strategy)
    for vector in (np.array([1, 2**60 + 1]), np.array([0.1, 1e-300]), np.array([3, 4]), np.zeros(0)):
        rows = gather(vector)
        assert rows.dtype == vector.dtype and rows.tolist() == [vector.tolist()]
    assert variables.workers(strategy) == 1


def test_rows_of_workers_are_put_together(monkeypatch: pytest.MonkeyPatch) -> None:
    class TwoWorkers:
        """As if there were another worker with the same copies."""

        num_replicas_in_sync = 2
        experimental_local_results = staticmethod(tf.distribute.get_strategy().experimental_local_results)

    def gatherer(strategy: tf.distribute.Strategy) -> object:
        def gather(vector: np.ndarray) -> np.ndarray:
            # The other one's values are smaller by one, and it counts differently.
            return np.stack([vector, vector - 1])

        return gather

    monkeypatch.setattr(variables, "gatherer", gatherer)
    several = made(tf.distribute.get_strategy())
    total, largest, numbers, count = Drain(TwoWorkers(), several).peek()
    assert total.tolist() == [2 * 2**41 - 1, 3, -1]
    assert largest.tolist() == [5, -1, 7]
    np.testing.assert_allclose(numbers, 4 * np.array([[0.1, 0.2], [0.3, 0.4]]) - 1)
    assert count == 2
