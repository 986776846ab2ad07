"""Verdicts against planted truth: `tests/benchmarks/accuracy.py` in small, held to its bars."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="networks are trained")

import keras
import tensorflow as tf

from tests.benchmarks import accuracy_cases as cases
from tests.benchmarks import accuracy_dating, accuracy_peers, accuracy_scores, accuracy_truth
from tests.benchmarks.accuracy_scores import AtRecord, Trained

pytestmark = pytest.mark.tensorflow

PLANTED = {
    "every state": lambda: cases.every_state(20_000),
    "saturated output": lambda: cases.blocked(1_000),
    "padded sequences": lambda: cases.padded(300),
    "dead upstream": lambda: cases.dead_upstream(1_000),
    "convolution": lambda: cases.channels(200),
}


@pytest.fixture(scope="module", params=PLANTED)
def planted(request: pytest.FixtureRequest) -> Trained:
    return accuracy_scores.train(PLANTED[request.param]())


@pytest.fixture(scope="module")
def dying() -> accuracy_dating.Run:
    return accuracy_dating.train(epochs=60)


@pytest.fixture(scope="module")
def deep() -> Trained:
    return accuracy_scores.train(cases.deep(4, 2e-2, rows=2_000, epochs=5, width=32))


def assert_dead_is_right(records: list[AtRecord]) -> None:
    false, _ = accuracy_scores.false_dead(records)
    assert false == 0
    dead = accuracy_scores.score_states(records)["dead"]
    assert dead.found > 10 and dead.recall >= 0.99


def test_planted_units_are_what_was_planted(planted: Trained) -> None:
    records = list(accuracy_scores.at_records(planted))
    assert not any(one.doubtful.any() for one in records)
    epochs = planted.case.epochs
    for i, name in enumerate(planted.timelines):
        for one in records[i * epochs : (i + 1) * epochs] if name in planted.case.planted else []:
            assert one.true.tolist() == planted.case.planted[name].tolist()


def test_planted_units_are_recorded_as_what_they_are(planted: Trained) -> None:
    records = list(accuracy_scores.at_records(planted))
    assert_dead_is_right(records)
    scores = accuracy_scores.score_states(records)
    for state in scores.keys() - {"always_on", "healthy"}:
        assert scores[state].precision == scores[state].recall == 1, state
    # Samples on which a unit is off are not looked for in all batches.
    assert scores["always_on"].missed == 0


def test_deaths_are_found_one_epoch_later(dying: accuracy_dating.Run) -> None:
    assert_dead_is_right(list(accuracy_scores.at_records(dying.trained)))


def test_units_of_a_net_in_training(deep: Trained) -> None:
    assert_dead_is_right(list(accuracy_scores.at_records(deep)))


def test_the_score_tells_wrong_ones(deep: Trained) -> None:
    records = list(accuracy_scores.at_records(deep))
    wrong = [dataclasses.replace(one, recorded=np.where(one.true == "rare", "dead", one.recorded)) for one in records]
    assert accuracy_scores.false_dead(wrong)[0] > 0
    late = [dataclasses.replace(one, recorded=np.full(len(one.true), "silent", object)) for one in records]
    assert accuracy_scores.score_states(late)["dead"].recall == 0


def test_one_batch_is_no_evidence(deep: Trained) -> None:
    scores, _ = accuracy_scores.score_dead(list(accuracy_scores.at_records(deep)))
    assert scores[accuracy_scores.OURS].false == 0
    assert scores[accuracy_peers.PEERS[0].name].false > 10


@pytest.mark.parametrize("kept", [False, True])
def test_deaths_are_dated_within_one_window(dying: accuracy_dating.Run, kept: bool) -> None:
    timeline = dying.kept if kept else dying.all
    assert len(timeline.steps) == (accuracy_dating.KEPT if kept else 60)
    dated = accuracy_dating.date(dying, timeline)
    assert dated.deaths > 20 and len(dated.errors) == dated.deaths
    assert max([*dated.errors, *dated.past_errors]) <= dying.window
    assert dated.past_deaths > 10 and len(dated.past_errors) > (0 if kept else dated.past_deaths - 1)
    assert dated.revivals_told == dated.revivals == len(dated.past_errors)
    assert dated.false == 0


def test_the_truth_is_that_of_keras(planted: Trained) -> None:
    """On the rows of one batch, with the weights as they are now."""
    case = planted.case
    rows = case.x[: case.batch_size]
    for name, one in accuracy_truth.counts(case.model, rows).items():
        layer = case.model.get_layer(name)
        if not isinstance(layer, keras.layers.RNN):
            outputs = keras.Model(case.model.inputs, layer.output).predict(rows, verbose=0)
            outputs = outputs.reshape(-1, outputs.shape[-1])
            assert one.all_active.tolist() == (outputs > 0).sum(0).tolist()
            np.testing.assert_allclose(one.all_magnitude, outputs.sum(0), rtol=1e-4, atol=1e-4)


def test_the_true_gradient_is_that_of_tensorflow(deep: Trained) -> None:
    case, rows = deep.case, slice(0, 64)
    first, *rest = case.model.layers
    with tf.GradientTape() as tape:
        z = tf.convert_to_tensor(case.x[rows]) @ first.kernel + first.bias
        tape.watch(z)
        h = tf.nn.relu(z)
        for layer in rest:
            h = layer(h)
        loss = tf.reduce_mean(tf.square(h - case.y[rows]))
    expected = tf.reduce_sum(tf.square(tape.gradient(loss, z)), 0).numpy()
    counts = accuracy_truth.counts(case.model, case.x[rows], case.y[rows])[first.name]
    np.testing.assert_allclose(counts.gradient_squares, expected, rtol=1e-3, atol=1e-12)
