"""Summaries of one batch: what every writer does alike."""

from __future__ import annotations

import pathlib
import re

import ml_dtypes
import numpy as np
import pytest

pytest.importorskip("tensorflow")

from tensorboard.compat.proto import summary_pb2, types_pb2

from tb_deadrelu_plugin import metadata, record, statistics, timeline
from tests.summary_writers import Writer, decoded, eager_writer, function_writer, graph_writer, numpy_writer

pytestmark = pytest.mark.tensorflow

# What the 16-bit code may add to a norm or a mean.
CODE_ERROR = 1.5e-3


@pytest.fixture(params=["dead_relu_pb", "dead_relu", "dead_relu in tf.function", "op"])
def write(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> Writer:
    if request.param == "dead_relu":
        return eager_writer(tmp_path)
    if request.param == "dead_relu in tf.function":
        return function_writer(tmp_path)
    return numpy_writer if request.param == "dead_relu_pb" else graph_writer


def batch(shape: tuple[int, ...] = (6, 3, 5), seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Activations with zeros, among them a unit that is zero throughout, and gradients."""
    rng = np.random.default_rng(seed)
    a = np.maximum(rng.normal(size=shape), 0).astype(np.float32)
    a[..., 1] = 0
    return a, np.where(a > 0, rng.normal(size=shape), 0).astype(np.float32)


def assert_matches(got: record.Record, expected: statistics.UnitCounts) -> None:
    assert (got.samples, got.batches) == (expected.samples, expected.batches)
    assert got.active.tolist() == expected.active.tolist()
    assert got.non_finite_activations is not None
    assert got.non_finite_activations.tolist() == expected.non_finite_activations.tolist()
    mean = statistics.mean_activation(expected.absolute_sum, expected.finite)
    np.testing.assert_allclose(got.mean_activation, mean, rtol=CODE_ERROR)
    if expected.gradient_square_sum is None:
        assert got.gradient_norm is None and got.non_finite_gradients is None
    else:
        norm = statistics.gradient_norm(expected.gradient_square_sum, expected.batches)
        np.testing.assert_allclose(got.gradient_norm, norm, rtol=CODE_ERROR)
        assert np.array_equal(got.gradient_norm == 0, norm == 0)
        assert got.non_finite_gradients is not None and expected.non_finite_gradients is not None
        assert got.non_finite_gradients.tolist() == expected.non_finite_gradients.tolist()


def test_record_is_that_of_the_definitions(write: Writer) -> None:
    a, g = batch()
    value = write("dense_1", a, g, description="**what it is**")
    assert_matches(decoded(value), statistics.count_units(a, g))
    assert decoded(value).active[1] == 0 and decoded(value).gradient_norm[1] == 0
    assert value.tag == "dense_1"
    assert value.metadata.summary_description == "**what it is**"
    info = metadata.parse_plugin_metadata(value.metadata.plugin_data.content)
    assert info == metadata.LayerInfo(gradient_at=metadata.AS_GIVEN)


def test_every_writer_gives_the_same_record(tmp_path: pathlib.Path) -> None:
    a, g = batch()
    expected = decoded(numpy_writer("dense_1", a, g, threshold=0.25))
    for write in (eager_writer(tmp_path), function_writer(tmp_path), graph_writer):
        got = decoded(write("dense_1", a, g, threshold=0.25))
        for name in ("step", "window_start_step", "samples", "batches", "ordinal", "total_samples", "epoch_samples"):
            assert getattr(got, name) == getattr(expected, name), name
        for name in record.COLUMNS:
            columns = getattr(got, name), getattr(expected, name)
            if None in [None if column is None else 0 for column in columns]:
                assert columns == (None, None), name
            else:
                # Sums in another order may round to the neighbouring code.
                np.testing.assert_allclose(*columns, rtol=0 if columns[0].dtype == np.int64 else 3e-3, err_msg=name)


@pytest.mark.parametrize("unit_axis", [0, 1, 2, -1, -2, -3])
def test_unit_axis(write: Writer, unit_axis: int) -> None:
    a, g = batch()
    value = write("conv", a, g, unit_axis=unit_axis)
    assert_matches(decoded(value), statistics.count_units(a, g, unit_axis=unit_axis))
    assert decoded(value).units == a.shape[unit_axis]


@pytest.mark.parametrize("threshold", [0.0, 0.5, 1])
def test_threshold_is_the_largest_magnitude_that_counts_as_zero(write: Writer, threshold: float) -> None:
    a = np.array([[0.5, -0.5, 0.25], [0.0, -2.0, 1.0], [0.75, 0.0, -1.0]], np.float32)
    value = write("dense_1", a, threshold=threshold)
    assert decoded(value).active.tolist() == np.count_nonzero(np.abs(a) > threshold, axis=0).tolist()
    assert metadata.parse_plugin_metadata(value.metadata.plugin_data.content).threshold == threshold


def test_gradients_of_one_number_per_unit_are_norms(write: Writer) -> None:
    a, _ = batch((7, 4))
    norms = np.array([0.0, 1e-30, 2.5, 3e38], np.float32)
    got = decoded(write("dense_1", a, norms))
    np.testing.assert_allclose(got.gradient_norm, norms, rtol=CODE_ERROR)
    assert got.gradient_norm[0] == 0


def test_norms_per_unit_beside_another_unit_axis(write: Writer) -> None:
    a, _ = batch((7, 4, 5))
    norms = np.array([1.0, 2.0, 3.0, 4.0], np.float32)
    np.testing.assert_allclose(decoded(write("conv", a, norms, unit_axis=1)).gradient_norm, norms, rtol=CODE_ERROR)


def test_no_gradients(write: Writer) -> None:
    a, _ = batch()
    value = write("dense_1", a)
    assert_matches(decoded(value), statistics.count_units(a))
    assert metadata.parse_plugin_metadata(value.metadata.plugin_data.content).gradient_at is None


def test_non_finite_entries_are_counted_apart(write: Writer) -> None:
    a, g = batch((9, 4))
    a[:3, 0] = np.nan, np.inf, -np.inf
    a[:, 2] = np.nan
    g[4, 3], g[5, 3], g[:, 0] = np.nan, -np.inf, np.inf
    got = decoded(write("dense_1", a, g))
    assert got.samples == 9
    assert got.active.tolist() == [np.count_nonzero(a[3:, 0]), 0, 0, np.count_nonzero(a[:, 3])]
    assert got.non_finite_activations.tolist() == [3, 0, 9, 0]
    assert got.non_finite_gradients.tolist() == [9, 0, 0, 2]
    assert np.isnan(got.mean_activation).tolist() == [False, False, True, False]
    finite = statistics.count_units(np.nan_to_num(a[3:], nan=0), np.nan_to_num(g[3:], nan=0, posinf=0, neginf=0))
    np.testing.assert_allclose(got.mean_activation[3], np.abs(a[:, 3]).mean(), rtol=CODE_ERROR)
    np.testing.assert_allclose(got.mean_activation[0], finite.absolute_sum[0] / 6, rtol=CODE_ERROR)


DTYPES = [np.float16, ml_dtypes.bfloat16, np.float64, np.int32, np.int64, np.uint8, np.bool_]


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda dtype: dtype.__name__)
def test_real_dtypes(write: Writer, dtype: type) -> None:
    a, g = batch()
    a, g = (a * 3).astype(dtype), (g * 3).astype(dtype)
    got = decoded(write("dense_1", a, g))
    assert_matches(got, statistics.count_units(a.astype(np.float64), g.astype(np.float64)))


def test_integers_that_float32_can_not_tell_apart(write: Writer) -> None:
    a = np.array([[2**24 + 1, 2**24], [0, 1]], np.int64)
    assert decoded(write("dense_1", a, threshold=float(2**24))).active.tolist() == [1, 0]


def test_smallest_numbers_are_active(write: Writer) -> None:
    a = np.array([[np.finfo(np.float32).tiny, 0.0], [0.0, -0.0]], np.float32)
    assert decoded(write("dense_1", a)).active.tolist() == [1, 0]


def test_all_zero(write: Writer) -> None:
    got = decoded(write("dense_1", np.zeros((5, 3), np.float32), np.zeros((5, 3), np.float32)))
    assert got.active.tolist() == [0, 0, 0]
    assert got.gradient_norm.tolist() == [0, 0, 0] and got.mean_activation.tolist() == [0, 0, 0]
    line = _timeline(write("dense_1", np.zeros((5, 3), np.float32)))
    assert line.zero_fraction.tolist() == [[1, 1, 1]]


def test_one_active_sample_is_never_fraction_one(write: Writer) -> None:
    a = np.zeros((100_000, 2), np.float32)
    a[77_777, 1] = 1e-3
    line = _timeline(write("dense_1", a))
    assert line.active.tolist() == [[0, 1]]
    assert line.zero_fraction[0, 0] == 1 and line.zero_fraction[0, 1] < 1
    assert line.dead_units().tolist() == [0]


def test_width_may_change_from_record_to_record(write: Writer) -> None:
    first, _ = batch((6, 5))
    second, _ = batch((6, 3))
    line = _timeline(write("dense_1", first), write("dense_1", second))
    assert line.widths.tolist() == [5, 3] and line.width_changed
    assert line.active[0].tolist() == np.count_nonzero(first, axis=0).tolist()
    assert line.active[1, :3].tolist() == np.count_nonzero(second, axis=0).tolist()


def test_every_record_says_the_same_of_its_tag(write: Writer) -> None:
    values = [write("dense_1", *batch(seed=seed), threshold=0.1, description="text") for seed in range(3)]
    assert len({value.metadata.SerializeToString(deterministic=True) for value in values}) == 1
    (value, *_) = values
    assert value.metadata.data_class == summary_pb2.DATA_CLASS_TENSOR
    assert value.metadata.plugin_data.plugin_name == "dead_relu"
    assert value.tensor.dtype == types_pb2.DT_UINT8
    assert [dim.size for dim in value.tensor.tensor_shape.dim] == [len(value.tensor.tensor_content)]


ONES = np.ones((4, 3), np.float32)
TOO_FEW = "activations must have at least 2 dimensions [batch, ..., units]"
NOT_REAL = "must be of a real dtype (float, integer or bool)"
BAD_AXIS = "unit_axis must be in [-2, 1] for activations of shape (4, 3)"


@pytest.mark.parametrize(
    ("arguments", "options", "error", "message"),
    [
        ([np.float32(1)], {}, ValueError, f"{TOO_FEW}, got shape ()."),
        ([ONES[0]], {}, ValueError, f"{TOO_FEW}, got shape (3,)."),
        ([ONES[:, :0]], {}, ValueError, "activations must have at least one unit on axis -1, got shape (4, 0)."),
        (
            [ONES[:0]], {}, ValueError,
            "activations must have at least one sample per unit, got shape (0, 3); skip empty batches.",
        ),
        (
            [ONES, ONES[:3]], {}, ValueError,
            "gradients must have the shape of activations, (4, 3), or be one norm per unit, (3,), got shape (3, 3).",
        ),
        (
            [ONES, ONES[:, 0]], {}, ValueError,
            "gradients must have the shape of activations, (4, 3), or be one norm per unit, (3,), got shape (4,).",
        ),
        (
            [ONES, np.float32(1)], {}, ValueError,
            "gradients must have the shape of activations, (4, 3), or be one norm per unit, (3,), got shape ().",
        ),
        (
            [ONES.astype(np.complex64)], {}, TypeError,
            f"activations {NOT_REAL}, got complex64.",
        ),
        (
            [ONES, ONES.astype(np.complex64)], {}, TypeError,
            f"gradients {NOT_REAL}, got complex64.",
        ),
        # NumPy calls it str32, TensorFlow string.
        ([np.array([["a", "b"]])], {}, TypeError, f"activations {NOT_REAL}, got str"),
        ([ONES], {"unit_axis": 2}, ValueError, f"{BAD_AXIS}, got 2."),
        ([ONES], {"unit_axis": -3}, ValueError, f"{BAD_AXIS}, got -3."),
        ([ONES], {"unit_axis": "last"}, ValueError, "unit_axis must be an integer, got 'last'."),
        ([ONES], {"threshold": -0.5}, ValueError, "threshold must be finite and at least 0, got -0.5."),
        ([ONES], {"threshold": float("nan")}, ValueError, "threshold must be finite and at least 0, got nan."),
        ([ONES], {"threshold": float("inf")}, ValueError, "threshold must be finite and at least 0, got inf."),
    ],
)  # fmt: skip
def test_bad_input(write: Writer, arguments: list, options: dict, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=re.escape(message)):
        write("dense_1", *arguments, **options)


@pytest.mark.parametrize("tag", ["", None, 3])
def test_tag_must_be_a_name(write: Writer, tag: object) -> None:
    with pytest.raises(ValueError, match=re.escape(f"must be a non-empty string, got {tag!r}.")):
        write(tag, ONES)


def _timeline(*values: summary_pb2.Summary.Value) -> timeline.Timeline:
    info = metadata.parse_plugin_metadata(values[0].metadata.plugin_data.content)
    stored = [timeline.Stored(step, 0.0, value.tensor.tensor_content) for step, value in enumerate(values)]
    return timeline.Timeline("run", values[0].tag, info, stored)
