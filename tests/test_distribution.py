"""Under `tf.distribute` strategies records are those of all replicas and workers, and training is as it was without."""

from __future__ import annotations

import functools
import pathlib
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import tensorflow as tf

from tb_deadrelu_plugin import read, record
from tb_deadrelu_plugin.reader import read_overview
from tests import distributed, training
from tests.distributed import BATCH, Case, Outcome, Processes

pytestmark = [pytest.mark.tensorflow, pytest.mark.slow]

SECONDS = 240.0
"""After which what is not over hangs."""

# Keras says so of every generator that ends.
RAN_OUT = "Your input ran out of data; interrupting training."

ON_REPLICAS = [
    Case("by epoch"),
    Case("by epoch, not watched", watched=False),
    Case("by 2 batches, in scope", update_freq=2, scope=True),
    Case("odd batch", rows=31, epochs=1),
    Case("last batch of one", rows=25, epochs=1),
    Case("generator", rows=31, feed="generator"),
    Case("whole batches", feed="whole batches"),
    Case("sampled", rows=128, epochs=1, coverage="sampled"),
    Case("shards", build="shards", rows=128, coverage="sampled", feed="shards"),
    Case("mlp", build="mlp", rows=29, update_freq=2),
    Case("gru", build="gru", rows=29, epochs=1),
    Case("norm", build="norm", rows=30),
    Case("norm, not watched", build="norm", rows=30, watched=False),
    Case("sync_norm", build="sync_norm", rows=30, epochs=1),
    Case("frozen", build="frozen", rows=30),
    Case("eagerly", build="eagerly", rows=16, epochs=1),
    Case("unwatched", build="unwatched", epochs=1),
    Case("steps per execution", steps_per_execution=2, strategy="to one device"),
    Case("loop, graph", loop="graph", update_freq=2),
    Case("loop, eager", loop="eager", update_freq=2, rows=16),
]

ON_WORKERS = [
    Case("by epoch", scope=True),
    Case("by epoch, not watched", scope=True, watched=False),
    Case("sampled", rows=128, epochs=1, coverage="sampled", scope=True),
    Case("shards", build="shards", rows=128, coverage="sampled", feed="shards", scope=True),
    Case("shards, dead", build="shards_dead", rows=128, coverage="sampled", feed="shards", scope=True, epochs=1),
    Case("unwritable", unwritable=True, scope=True, epochs=1),
    Case("loop, graph", loop="graph", update_freq=2),
    Case("loop, sampled", loop="graph", update_freq=64, rows=128, epochs=4, coverage="sampled"),
]


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Processes]]:
    """Both trainings run while this process trains by itself."""
    directories = {name: tmp_path_factory.mktemp(name) for name in ("workers", "replicas")}
    processes = {
        "workers": Processes(directories["workers"], ON_WORKERS, 2),
        "replicas": Processes(directories["replicas"], ON_REPLICAS, 1),
    }
    yield processes
    for one in processes.values():
        one.stop()


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Case], Outcome]:
    """Trains a case in this process, on one device."""

    @functools.cache
    def train(case: Case) -> Outcome:
        directory = tmp_path_factory.mktemp("alone") / "logs"
        return distributed.train(case, tf.distribute.get_strategy(), directory)

    return train


@pytest.fixture(scope="module")
def on_replicas(started: dict[str, Processes]) -> Callable[[str], Outcome]:
    """What came of a case on two devices."""

    def outcome(name: str) -> Outcome:
        started["replicas"].wait(SECONDS)
        return started["replicas"].outcome(name)

    return outcome


@pytest.fixture(scope="module")
def on_workers(started: dict[str, Processes]) -> Callable[[str], list[Outcome]]:
    """What came of a case in each of two processes."""

    def outcomes(name: str) -> list[Outcome]:
        started["workers"].wait(SECONDS)
        return [started["workers"].outcome(name, worker) for worker in range(2)]

    return outcomes


def case_named(cases: Sequence[Case], name: str) -> Case:
    return next(case for case in cases if case.name == name)


EXACT = (
    "step",
    "window_start_step",
    "ordinal",
    "batches",
    "samples",
    "screened_samples",
    "total_samples",
    "epoch_samples",
    "active",
    "last_active_step",
    "non_finite_activations",
    "non_finite_gradients",
    "bias",
)


def assert_same(got: Outcome, expected: Outcome, *, gradients: bool = True) -> None:
    """Compares two trainings on the same batches: what is counted must be equal, and the weights to the last bit."""
    assert len(got.windows) == len(expected.windows) > 0
    for window, other in zip(got.windows, expected.windows):
        assert list(window) == list(other) == ["hidden"]
        one, two = window["hidden"], other["hidden"]
        for field in EXACT:
            assert np.array_equal(getattr(one, field), getattr(two, field)), field
        np.testing.assert_allclose(one.mean_activation, two.mean_activation, rtol=1e-6)
        if gradients:
            np.testing.assert_allclose(one.gradient_norm, two.gradient_norm, rtol=1e-6)
    assert_same_weights(got, expected)


def assert_same_weights(got: Outcome, expected: Outcome) -> None:
    assert len(got.snapshots) == len(expected.snapshots) > 0
    for weights, others in zip(got.snapshots, expected.snapshots):
        assert all(np.array_equal(one, two) for one, two in zip(weights, others))


def written(directory: pathlib.Path, name: str, worker: int = 0) -> pathlib.Path:
    return directory / f"{name}.logs.{worker}"


REPLICA_CASES = [
    "by epoch",
    "by 2 batches, in scope",
    "whole batches",
    "sampled",
    "shards",
    "steps per execution",
    "loop, graph",
    "loop, eager",
]


@pytest.mark.parametrize("name", REPLICA_CASES)
def test_replicas_are_summed_up(alone: Callable, on_replicas: Callable, started: dict, name: str) -> None:
    expected = alone(case_named(ON_REPLICAS, name))
    got = on_replicas(name)
    assert_same(got, expected)
    assert got.wanted == expected.wanted
    assert all(warning.startswith(RAN_OUT) for warning in got.warnings), got.warnings
    training.assert_read(read(written(started["replicas"].directory, name))["."]["hidden"], got.windows)


@pytest.mark.parametrize("name", ["odd batch", "last batch of one", "generator"])
def test_batches_that_do_not_divide(alone: Callable, on_replicas: Callable, name: str) -> None:
    case = case_named(ON_REPLICAS, name)
    expected, got = alone(case), on_replicas(name)
    # Every replica's mean counts as much as the others', so that rows of a replica with fewer of them count more.
    # The model trains on that loss, and its gradient is recorded: only up to the first such batch, which is the
    # last of the epoch, is it that of one device.
    first, other = got.windows[0]["hidden"], expected.windows[0]["hidden"]
    assert first.samples == first.total_samples == first.epoch_samples == case.rows
    for field in EXACT[:-1]:
        assert np.array_equal(getattr(first, field), getattr(other, field)), field
    assert all(np.array_equal(one, two) for one, two in zip(got.snapshots[3], expected.snapshots[3]))
    assert sum(window["hidden"].samples for window in got.windows) == case.rows * case.epochs
    assert sum(window["hidden"].batches for window in got.windows) == 4 * case.epochs
    assert [window["hidden"].step for window in got.windows] == [4, 8][: case.epochs]


def parts(x: np.ndarray, y: np.ndarray) -> list[list[tuple[np.ndarray, np.ndarray]]]:
    """The batches, and of each what the two replicas get."""
    starts = range(BATCH, len(x), BATCH)
    return [
        list(zip(np.array_split(rows, 2), np.array_split(targets, 2)))
        for rows, targets in zip(np.split(x, starts), np.split(y, starts))
    ]


def summed(truths: Sequence[dict[str, training.LayerTruth]]) -> dict[str, training.LayerTruth]:
    """Puts the replicas' truths together: the loss of each is divided by their number, two."""
    return {
        name: training.LayerTruth(
            samples=sum(one[name].samples for one in truths),
            active=np.sum([one[name].active for one in truths], axis=0),
            absolute_sum=np.sum([one[name].absolute_sum for one in truths], axis=0),
            gradient_square_sum=np.sum([one[name].gradient_square_sum for one in truths], axis=0) / 4,
        )
        for name in truths[0]
    }


def norm_truths(
    weights: training.Weights, replicas: list[tuple[np.ndarray, np.ndarray]], synchronized: bool
) -> dict[str, training.LayerTruth]:
    """By the definitions, on all replicas together; only the moments are each one's own, or are not."""
    kernel, gamma, beta, _, _, out_kernel, out_bias = (tf.constant(one, tf.float64) for one in weights)
    xs, ys = ([tf.constant(pair[i], tf.float64) for pair in replicas] for i in (0, 1))
    with tf.GradientTape() as tape:
        convolved = [tf.nn.conv2d(x, kernel, 1, "SAME") for x in xs]
        together = tf.concat(convolved, axis=0)
        moments = [tf.nn.moments(together if synchronized else own, [0, 1, 2]) for own in convolved]
        zs = [
            gamma * (own - mean) / tf.sqrt(variance + 1e-3) + beta for own, (mean, variance) in zip(convolved, moments)
        ]
        tape.watch(zs)
        activations = [tf.nn.relu(z) for z in zs]
        predictions = [tf.matmul(tf.reduce_mean(a, [1, 2]), out_kernel) + out_bias for a in activations]
        loss = tf.add_n([tf.reduce_mean(tf.square(p - y)) for p, y in zip(predictions, ys)]) / 2
    z, a, g = (np.concatenate(part) for part in (zs, activations, tape.gradient(loss, zs)))
    return {
        "relu": training.LayerTruth(
            samples=a.size // a.shape[-1],
            active=np.count_nonzero(z > 0, axis=(0, 1, 2)),
            absolute_sum=a.sum((0, 1, 2)),
            gradient_square_sum=np.square(g).sum((0, 1, 2)),
        )
    }


@pytest.mark.parametrize("name", ["mlp", "eagerly", "gru", "norm", "sync_norm"])
def test_replicas_by_the_definitions(on_replicas: Callable, name: str) -> None:
    case = case_named(ON_REPLICAS, name)
    got = on_replicas(name)
    model = distributed.BUILDERS[case.build]()
    batches = parts(*distributed.data_of(case)) * case.epochs
    assert len(got.snapshots) == len(batches) + 1
    if name in ("mlp", "eagerly", "gru"):
        truths = [
            summed([training.truth(model, weights, *part) for part in batch])
            for weights, batch in zip(got.snapshots, batches)
        ]
    else:
        truths = [norm_truths(one, batch, name == "sync_norm") for one, batch in zip(got.snapshots, batches)]
    assert not got.warnings
    training.assert_windows(got.windows, truths, got.snapshots, model)


def test_no_gradient_at_frozen_layers(on_replicas: Callable) -> None:
    got = on_replicas("frozen")
    for window in got.windows:
        assert window["hidden"].gradient_norm is None and window["second"].gradient_norm.any()
    assert len(got.windows) == 2 and not got.warnings


@pytest.mark.parametrize("name", ["by epoch", "norm"])
def test_replicas_train_as_without(on_replicas: Callable, name: str) -> None:
    watched, plain = on_replicas(name), on_replicas(f"{name}, not watched")
    assert watched.windows and not plain.windows
    assert_same_weights(watched, plain)


def test_what_is_not_watched_is_said_once(on_replicas: Callable) -> None:
    got = on_replicas("unwatched")
    assert list(got.windows[0]) == ["hidden", "mine"]
    assert [one.samples for one in got.windows[0].values()] == [32, 32]
    (warning,) = got.warnings
    assert "replica_1" not in warning and warning.count("Relu") == 1


WORKER_CASES = ["by epoch", "sampled", "shards", "shards, dead", "loop, graph", "loop, sampled"]


@pytest.mark.parametrize("name", WORKER_CASES)
def test_workers_are_summed_up(alone: Callable, on_workers: Callable, started: dict, name: str) -> None:
    expected = alone(case_named(ON_WORKERS, name))
    chief, other = on_workers(name)
    assert_same(chief, expected)
    assert_same(other, expected)
    assert chief.wanted == other.wanted == expected.wanted
    assert not chief.warnings and not other.warnings
    directory = started["workers"].directory
    training.assert_read(read(written(directory, name))["."]["hidden"], chief.windows)
    # Only the chief writes.
    assert not written(directory, name, worker=1).exists()


def test_workers_train_as_without(on_workers: Callable) -> None:
    for watched, plain in zip(on_workers("by epoch"), on_workers("by epoch, not watched")):
        assert watched.windows and not plain.windows
        assert_same_weights(watched, plain)


def test_workers_agree_on_what_to_watch(on_workers: Callable) -> None:
    # Each worker has units that are active on the other one alone, and one that is on one of them, for one batch.
    chief, other = on_workers("shards")
    assert chief.wanted == other.wanted
    assert True in chief.wanted and False in chief.wanted
    active = chief.windows[0]["hidden"].active
    samples = chief.windows[0]["hidden"].samples
    assert active[:2].tolist() == [samples // 2] * 2 and active[3] == samples
    # Its one batch need not be observed: it was seen all the same.
    assert chief.windows[0]["hidden"].last_active_step[2] == 6
    # A unit that is active nowhere is looked for in all batches, by both.
    chief, other = on_workers("shards, dead")
    assert chief.wanted == other.wanted == [True] * 16
    assert chief.windows[0]["hidden"].screened_samples == 128
    assert chief.windows[0]["hidden"].last_active_step[3] == -1


def test_chief_that_can_not_write(on_workers: Callable, alone: Callable) -> None:
    chief, other = on_workers("unwritable")
    (warning,) = chief.warnings
    assert warning.startswith("Dead ReLU records can't be written to ")
    assert not other.warnings
    assert_same(chief, other)
    assert len(chief.windows) == 1 and isinstance(chief.windows[0]["hidden"], record.Record)


def assert_training_numbers(got: Outcome, case: Case, directory: pathlib.Path) -> None:
    """Loss and range of the input are those of all rows, whichever replica had them."""
    x, y = distributed.data_of(case)
    batches = [(x[at : at + BATCH], y[at : at + BATCH]) for at in range(0, case.rows, BATCH)] * case.epochs
    overviews = read_overview(directory)["."]
    assert [one.step for one in overviews] == [window["hidden"].step for window in got.windows]
    for one in overviews:
        assert one.training is not None
        chosen = range(one.window_start_step, one.step)
        losses = []
        for number in chosen:
            kernel, bias, out = got.snapshots[number]
            rows, targets = batches[number]
            losses.append(targets * (np.maximum(rows @ kernel + bias, 0) @ out))
        given = np.concatenate([batches[number][0] for number in chosen])
        np.testing.assert_allclose(one.training.loss, np.mean(np.concatenate(losses)), rtol=1e-5)
        assert one.training.learning_rate == 2.0**-4
        numbers = [
            one.training.input_min,
            one.training.input_max,
            one.training.input_mean,
            one.training.input_deviation,
        ]
        np.testing.assert_allclose(numbers, [given.min(), given.max(), given.mean(), given.std()], rtol=1e-6)
        assert one.training.input_constant == 0


@pytest.mark.parametrize("name", ["by epoch", "by 2 batches, in scope"])
def test_training_numbers_of_all_replicas(on_replicas: Callable, started: dict, name: str) -> None:
    got = on_replicas(name)
    assert_training_numbers(got, case_named(ON_REPLICAS, name), written(started["replicas"].directory, name))


def test_training_numbers_of_all_workers(on_workers: Callable, started: dict) -> None:
    got, _ = on_workers("by epoch")
    assert_training_numbers(got, case_named(ON_WORKERS, "by epoch"), written(started["workers"].directory, "by epoch"))
