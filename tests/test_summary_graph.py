"""Summaries as TensorFlow ops: steps, writers and scopes as of `tf.summary`, and what is known only in a graph."""

from __future__ import annotations

import pathlib
import re
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import tensorflow as tf
from tensorboard.compat.proto import summary_pb2

from tb_deadrelu_plugin import read, record, statistics, summary
from tb_deadrelu_plugin.instrument import counting
from tests.summary_writers import decoded, written

pytestmark = pytest.mark.tensorflow

A = np.maximum(np.random.default_rng(0).normal(size=(8, 4)), 0).astype(np.float32)


@pytest.fixture
def writer(tmp_path: pathlib.Path) -> tf.summary.SummaryWriter:
    return tf.summary.create_file_writer(str(tmp_path))


def test_steps(writer: tf.summary.SummaryWriter, tmp_path: pathlib.Path) -> None:
    with writer.as_default(step=3):
        assert summary.dead_relu("dense_1", A).numpy()
        assert summary.dead_relu("dense_1", A, step=5).numpy()
        assert summary.dead_relu("dense_1", A, step=tf.constant(7, tf.int64)).numpy()
        assert summary.dead_relu("dense_1", A, step=tf.Variable(9, dtype=tf.int64)).numpy()
        assert summary.dead_relu("dense_1", A, step=np.int32(11)).numpy()
        tf.summary.experimental.set_step(13)
        assert summary.dead_relu("dense_1", A).numpy()
    assert [event.step for event in written(tmp_path)] == [3, 5, 7, 9, 11, 13]
    assert read(tmp_path)["."]["dense_1"].steps.tolist() == [3, 5, 7, 9, 11, 13]


def test_step_variable_in_a_function(writer: tf.summary.SummaryWriter, tmp_path: pathlib.Path) -> None:
    step = tf.Variable(0, dtype=tf.int64)

    @tf.function
    def train(a: tf.Tensor) -> tf.Tensor:
        step.assign_add(1)
        return summary.dead_relu("dense_1", a, step=step)

    with writer.as_default():
        for rows in (8, 5, 8):
            assert train(A[:rows]).numpy()
    events = written(tmp_path)
    assert [event.step for event in events] == [1, 2, 3]
    assert [decoded(event.summary.value[0]).samples for event in events] == [8, 5, 8]


def test_without_a_default_writer_nothing_is_written() -> None:
    assert summary.dead_relu("dense_1", A, step=0).numpy() is np.False_
    assert not tf.function(lambda: summary.dead_relu("dense_1", A, step=0))().numpy()


def test_without_a_step(writer: tf.summary.SummaryWriter) -> None:
    def message(write: Any) -> str:
        with pytest.raises(ValueError) as info:
            write()
        return str(info.value)

    with writer.as_default():
        tf.summary.experimental.set_step(None)
        assert message(lambda: summary.dead_relu("a", A)) == message(lambda: tf.summary.histogram("a", A))


def test_record_if(writer: tf.summary.SummaryWriter, tmp_path: pathlib.Path) -> None:
    with writer.as_default(step=1):
        with tf.summary.record_if(False):
            assert not summary.dead_relu("dense_1", A).numpy()
            assert not tf.function(lambda: summary.dead_relu("dense_1", A))().numpy()
        with tf.summary.record_if(lambda: tf.constant(True)):
            assert summary.dead_relu("dense_1", A).numpy()
    assert len(written(tmp_path)) == 1


@pytest.mark.parametrize("in_function", [False, True])
def test_tags_are_those_of_tf_summary(
    writer: tf.summary.SummaryWriter, tmp_path: pathlib.Path, in_function: bool
) -> None:
    def write(op: Any, **options: Any) -> None:
        op("top", A, **options)
        with tf.name_scope("block"), tf.name_scope("inner"):
            op("relu", A, **options)
            op("relu", A, **options)
            op("with space", A, **options)

    with writer.as_default(step=0):
        for op in (tf.summary.histogram, summary.dead_relu):
            tf.function(lambda op=op: write(op))() if in_function else write(op)
    tags = [event.summary.value[0].tag for event in written(tmp_path)]
    assert len(tags) == 8 and tags[4:] == tags[:4]
    assert tags[5] == "block/inner/relu"


def test_graph_op_has_the_name_of_its_scope() -> None:
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        with tf.compat.v1.name_scope("block"):
            value = summary.op("relu", tf.constant(A))
        kept_apart = summary.op("relu", tf.constant(A), collections=["mine"])
        assert tf.compat.v1.get_collection(tf.compat.v1.GraphKeys.SUMMARIES) == [value]
        assert tf.compat.v1.get_collection("mine") == [kept_apart]
        tags = [summary_pb2.Summary.FromString(data).value[0].tag for data in session.run([value, kept_apart])]
    assert tags == ["block/relu", "relu"]


def test_graph_op_through_a_file_writer(tmp_path: pathlib.Path) -> None:
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        rows = tf.compat.v1.placeholder(tf.float32, [None, 4])
        a = tf.nn.relu(rows)
        (gradient,) = tf.gradients(tf.reduce_mean(a**2), [a])
        summary.op("hidden", a, gradient)
        merged = tf.compat.v1.summary.merge_all()
        file_writer = tf.compat.v1.summary.FileWriter(str(tmp_path))
        for step in range(3):
            file_writer.add_summary(session.run(merged, {rows: A * step}), step)
        file_writer.close()
    line = read(tmp_path)["."]["hidden"]
    assert line.steps.tolist() == [0, 1, 2]
    assert line.active.tolist() == [[0] * 4, *[np.count_nonzero(A, axis=0).tolist()] * 2]
    np.testing.assert_allclose(line.gradient_norm[2], np.linalg.norm(4 * A / A.size, axis=0), rtol=1.5e-3)


@pytest.mark.parametrize("step", [-1, np.int64(-1), float("nan")])
def test_negative_step(writer: tf.summary.SummaryWriter, step: float) -> None:
    with writer.as_default(), pytest.raises(ValueError, match=re.escape(f"step must be at least 0, got {step}.")):
        summary.dead_relu("dense_1", A, step=step)


@pytest.mark.parametrize("given", ["argument", "default"])
def test_negative_step_known_only_in_the_graph(
    writer: tf.summary.SummaryWriter, tmp_path: pathlib.Path, given: str
) -> None:
    @tf.function
    def write(step: tf.Tensor) -> tf.Tensor:
        if given == "argument":
            return summary.dead_relu("dense_1", A, step=step)
        tf.summary.experimental.set_step(step)
        return summary.dead_relu("dense_1", A)

    with writer.as_default():
        assert write(tf.constant(0, tf.int64)).numpy()
        with pytest.raises(tf.errors.InvalidArgumentError, match="step must be at least 0"):
            write(tf.constant(-1, tf.int64))
        tf.summary.experimental.set_step(None)
    assert len(written(tmp_path)) == 1


@pytest.mark.parametrize(
    ("activations", "gradients", "message"),
    [
        (A[:0], A[:0], "activations must have at least one sample per unit and one unit; skip empty batches."),
        (A[:, :0], A[:, :0], "activations must have at least one sample per unit and one unit; skip empty batches."),
        (A, A[:5], "gradients must have the shape of activations, or be one norm per unit."),
    ],
)
def test_sizes_known_only_in_the_graph(
    writer: tf.summary.SummaryWriter,
    tmp_path: pathlib.Path,
    activations: np.ndarray,
    gradients: np.ndarray,
    message: str,
) -> None:
    unknown = tf.TensorSpec([None, None], tf.float32)

    @tf.function(input_signature=[unknown, unknown])
    def write(a: tf.Tensor, g: tf.Tensor) -> tf.Tensor:
        return summary.dead_relu("dense_1", a, g, step=0)

    with writer.as_default(), pytest.raises(tf.errors.InvalidArgumentError, match=re.escape(message)):
        write(activations, gradients)
    assert written(tmp_path) == []

    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        a, g = (tf.compat.v1.placeholder(tf.float32, [None, None]) for _ in range(2))
        value = summary.op("dense_1", a, g)
        with pytest.raises(tf.errors.InvalidArgumentError, match=re.escape(message)):
            session.run(value, {a: activations, g: gradients})


def test_norms_of_another_length_known_only_in_the_graph(writer: tf.summary.SummaryWriter) -> None:
    @tf.function(input_signature=[tf.TensorSpec([None, None], tf.float32), tf.TensorSpec([None], tf.float32)])
    def write(a: tf.Tensor, g: tf.Tensor) -> tf.Tensor:
        return summary.dead_relu("dense_1", a, g, step=0)

    with writer.as_default():
        assert write(A, np.ones(4, np.float32)).numpy()
        with pytest.raises(tf.errors.InvalidArgumentError, match="gradients must have the shape of activations"):
            write(A, np.ones(3, np.float32))


def test_rank_must_be_known(writer: tf.summary.SummaryWriter) -> None:
    @tf.function(input_signature=[tf.TensorSpec(None, tf.float32)])
    def write(a: tf.Tensor) -> tf.Tensor:
        return summary.dead_relu("dense_1", a, step=0)

    message = "activations must have a known rank [batch, ..., units], got a tensor of unknown rank."
    with writer.as_default(), pytest.raises(ValueError, match=re.escape(message)):
        write(A)


def test_bytes_are_those_of_the_record(tmp_path: pathlib.Path, writer: tf.summary.SummaryWriter) -> None:
    # Powers of four: their sums and roots are exact in any order.
    a = np.array([[4.0, 0.0, 16.0], [0.0, 0.0, 64.0]], np.float32)
    with writer.as_default():
        summary.dead_relu("dense_1", a, a, step=0)
    got = written(tmp_path)[0].summary.value[0].tensor.tensor_content
    (value,) = summary.dead_relu_pb("dense_1", a, a).value
    assert got == record.encode(decoded(value), compress=False)


@pytest.mark.parametrize("jit_compile", [False, True])
@pytest.mark.parametrize(
    ("shape", "unit_axis"), [((33, 7), 1), ((33, 7), 0), ((5, 4, 3, 7), 3), ((5, 7, 4, 3), 1), ((7, 3, 5), 0)]
)
def test_sums_before_they_are_encoded(shape: tuple[int, ...], unit_axis: int, jit_compile: bool) -> None:
    rng = np.random.default_rng(1)
    a = np.maximum(rng.normal(size=shape), 0).astype(np.float32)
    g = (rng.normal(size=shape) * 10.0 ** rng.integers(-18, 18, shape)).astype(np.float32)
    a.flat[[3, 30]], g.flat[[4, 40]] = [np.nan, np.inf], [-np.inf, np.nan]
    expected = statistics.count_units(a, g, threshold=0.1, unit_axis=unit_axis)

    @tf.function(jit_compile=jit_compile)
    def count(a: tf.Tensor, g: tf.Tensor) -> dict[str, tf.Tensor]:
        counts = counting.count_activations(a, unit_axis=unit_axis, threshold=0.1)
        return counts | counting.count_gradients(g, unit_axis=unit_axis)

    got = {name: value.numpy() for name, value in count(a, g).items()}
    assert set(got) == {"samples", "active", "non_finite_activations", "absolute_sum", "gradient_square_sum",
                        "non_finite_gradients"}  # fmt: skip
    for name, value in got.items():
        reference = getattr(expected, name)
        if value.dtype == np.int64:
            assert np.array_equal(value, reference), name
        else:
            np.testing.assert_allclose(value, reference, rtol=1e-5, err_msg=name)
