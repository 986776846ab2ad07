from __future__ import annotations

import itertools
import math
import re
from fractions import Fraction

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tb_deadrelu_plugin import statistics

VALUES = st.sampled_from([0.0, -0.0, 0.5, -0.5, 1.0, 2.5, -3.0, 1e-30, 1e30, math.nan, math.inf, -math.inf])


def naive_counts(activations, gradients=None, *, threshold=0.0, unit_axis=-1) -> statistics.UnitCounts:
    """The definitions, one number at a time, in Python's integers and floats."""
    shape = np.shape(activations)
    axis = unit_axis % len(shape)
    units = shape[axis]
    other = [range(size) for position, size in enumerate(shape) if position != axis]
    active, non_finite, absolute = [0] * units, [0] * units, [0.0] * units
    squares, non_finite_gradients = [0.0] * units, [0] * units
    samples = 0
    for rest in itertools.product(*other):
        samples += 1
        for unit in range(units):
            index = (*rest[:axis], unit, *rest[axis:])
            a = float(activations[index])
            if math.isfinite(a):
                active[unit] += abs(a) > threshold
                absolute[unit] += abs(a)
            else:
                non_finite[unit] += 1
            if gradients is not None and np.ndim(gradients) > 1:
                g = float(gradients[index])
                if math.isfinite(g):
                    squares[unit] += g * g
                else:
                    non_finite_gradients[unit] += 1
    if gradients is not None and np.ndim(gradients) == 1:
        for unit in range(units):
            g = float(gradients[unit])
            squares[unit] = g * g if math.isfinite(g) else 0.0
            non_finite_gradients[unit] = int(not math.isfinite(g))
    return statistics.UnitCounts(
        samples=samples,
        batches=1,
        active=np.array(active),
        non_finite_activations=np.array(non_finite),
        absolute_sum=np.array(absolute),
        gradient_square_sum=None if gradients is None else np.array(squares),
        non_finite_gradients=None if gradients is None else np.array(non_finite_gradients),
    )


def assert_equal(counts: statistics.UnitCounts, expected: statistics.UnitCounts) -> None:
    assert counts.samples == expected.samples
    assert counts.batches == expected.batches
    for name in ("active", "non_finite_activations", "non_finite_gradients"):
        value, right = getattr(counts, name), getattr(expected, name)
        assert (value is None) == (right is None), name
        if value is not None:
            assert value.dtype == np.int64, name
            np.testing.assert_array_equal(value, right, name)
    for name in ("absolute_sum", "gradient_square_sum"):
        value, right = getattr(counts, name), getattr(expected, name)
        assert (value is None) == (right is None), name
        if value is not None:
            assert value.dtype == np.float64, name
            np.testing.assert_allclose(value, right, rtol=1e-12, err_msg=name)


shapes = hnp.array_shapes(min_dims=2, max_dims=4, min_side=1, max_side=4)


@given(st.data())
def test_counts_are_those_of_the_loop(data):
    shape = data.draw(shapes)
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    threshold = data.draw(st.sampled_from([0.0, 0.5, 0.6, 1e-40]))
    activations = data.draw(hnp.arrays(np.float64, shape, elements=VALUES))
    gradients = data.draw(
        st.none()
        | hnp.arrays(np.float64, shape, elements=VALUES)
        | hnp.arrays(np.float64, (shape[axis],), elements=VALUES)
    )
    arguments = {"threshold": threshold, "unit_axis": axis}
    counts = statistics.count_units(activations, gradients, **arguments)
    assert_equal(counts, naive_counts(activations, gradients, **arguments))


DTYPES = [
    np.float16, np.float32, np.float64, np.int8, np.int32, np.int64, np.uint8, np.uint64, np.bool_,
    ml_dtypes.bfloat16, ml_dtypes.float8_e4m3fn,
]  # fmt: skip


@pytest.mark.parametrize("dtype", DTYPES, ids=lambda dtype: np.dtype(dtype).name)
def test_every_real_dtype(dtype):
    rng = np.random.default_rng(0)
    activations = np.maximum(rng.integers(-3, 4, (5, 6, 3)), 0).astype(dtype)
    gradients = rng.integers(0, 3, (5, 6, 3)).astype(dtype)
    counts = statistics.count_units(activations, gradients)
    assert_equal(counts, naive_counts(activations, gradients))
    assert counts.active.min() > 0 and counts.active.max() < 30


@pytest.mark.parametrize("dtype", [np.float16, ml_dtypes.bfloat16], ids=["float16", "bfloat16"])
def test_small_floats_are_summed_in_float64(dtype):
    """A sum in float16 would end at 2048 or overflow at 65504."""
    activations = np.ones((5000, 2), dtype)
    gradients = np.full((5000, 2), 200, dtype)
    counts = statistics.count_units(activations, gradients)
    assert counts.absolute_sum.tolist() == [5000, 5000]
    assert counts.gradient_square_sum.tolist() == [2e8, 2e8]


def test_non_finite_bfloat16():
    activations = np.array([[np.nan, 1], [np.inf, 0]], ml_dtypes.bfloat16)
    counts = statistics.count_units(activations)
    assert counts.active.tolist() == [0, 1]
    assert counts.non_finite_activations.tolist() == [2, 0]
    assert counts.finite.tolist() == [0, 2]


def test_plain_lists_are_arrays():
    assert statistics.count_units([[0.0, 1.0], [2, 3]], [[0, 1], [2, 3]]).active.tolist() == [1, 2]


def test_smallest_subnormal_is_active():
    smallest = np.finfo(np.float32).smallest_subnormal
    assert statistics.count_units(np.array([[smallest, -smallest, 0]])).active.tolist() == [1, 1, 0]


def test_value_at_the_threshold_is_zero():
    activations = np.array([[0.25, -0.25, np.nextafter(0.25, 1), -np.nextafter(0.25, 1)]])
    assert statistics.count_units(activations, threshold=0.25).active.tolist() == [0, 0, 1, 1]


@pytest.mark.parametrize("axis", [0, 1, 2, 3, -1, -2, -3, -4])
def test_unit_axis(axis):
    rng = np.random.default_rng(1)
    activations = np.maximum(rng.normal(size=(2, 3, 4, 5)), 0)
    gradients = rng.normal(size=(2, 3, 4, 5))
    counts = statistics.count_units(activations, gradients, unit_axis=axis)
    assert counts.samples == 120 // activations.shape[axis]
    last = statistics.count_units(np.moveaxis(activations, axis, -1), np.moveaxis(gradients, axis, -1))
    assert_equal(counts, last)
    assert_equal(counts, naive_counts(activations, gradients, unit_axis=axis))


@given(st.lists(st.integers(1, 5), min_size=1, max_size=5), st.data())
def test_sum_of_batches_is_the_count_of_all_rows(rows, data):
    batches = [
        (
            data.draw(hnp.arrays(np.float64, (n, 2, 3), elements=VALUES)),
            data.draw(hnp.arrays(np.float64, (n, 2, 3), elements=VALUES)),
        )
        for n in rows
    ]
    total = statistics.count_units(*batches[0])
    for batch in batches[1:]:
        total = total + statistics.count_units(*batch)
    whole = statistics.count_units(*(np.concatenate(arrays) for arrays in zip(*batches)))
    # Sums of squares add up like those of all rows; only the number of batches tells them apart.
    whole.batches = len(rows)
    assert_equal(total, whole)


def test_gradient_norm_is_the_root_mean_square_over_batches():
    first = statistics.count_units(np.ones((2, 2)), [[3.0, 0.0], [4.0, 0.0]])
    second = statistics.count_units(np.ones((1, 2)), [[1.0, 0.0]])
    total = first + second
    norm = statistics.gradient_norm(total.gradient_square_sum, total.batches)
    assert norm.dtype == np.float64
    np.testing.assert_allclose(norm, [math.sqrt((5**2 + 1**2) / 2), 0], rtol=1e-15)


def test_reduced_gradients_are_the_norms():
    activations, gradients = np.ones((4, 3)), np.random.default_rng(2).normal(size=(4, 3))
    reduced = np.sqrt((gradients**2).sum(axis=0))
    assert_equal(statistics.count_units(activations, reduced), statistics.count_units(activations, gradients))


def test_sum_with_a_batch_without_gradients_has_none():
    with_gradients = statistics.count_units(np.ones((1, 2)), np.ones((1, 2)))
    total = with_gradients + statistics.count_units(np.ones((1, 2)))
    assert total.gradient_square_sum is None and total.non_finite_gradients is None
    assert total.active.tolist() == [2, 2]


@pytest.mark.parametrize(
    ("name", "activations", "gradients", "dtype"),
    [
        ("activations", np.ones((2, 2), complex), None, "complex128"),
        ("activations", np.full((2, 2), "a"), None, "str32"),
        ("activations", np.full((2, 2), None), None, "object"),
        ("activations", np.full((2, 2), np.datetime64("2020-01-01")), None, "datetime64[D]"),
        ("gradients", np.ones((2, 2)), np.ones((2, 2), np.complex64), "complex64"),
    ],
)
def test_other_dtypes_are_refused(name, activations, gradients, dtype):
    expected = f"{name} must be of a real dtype (float, integer or bool), got {dtype}."
    with pytest.raises(TypeError, match=f"^{re.escape(expected)}$"):
        statistics.count_units(activations, gradients)


@pytest.mark.parametrize(
    ("activations", "arguments", "message"),
    [
        (1.0, {}, "activations must have at least 2 dimensions [batch, ..., units], got shape ()."),
        ([1.0], {}, "activations must have at least 2 dimensions [batch, ..., units], got shape (1,)."),
        (np.ones((2, 0)), {}, "activations must have at least one unit on axis -1, got shape (2, 0)."),
        (
            np.ones((0, 2)),
            {"unit_axis": 0},
            "activations must have at least one unit on axis 0, got shape (0, 2).",
        ),
        (
            np.ones((0, 2)),
            {},
            "activations must have at least one sample per unit, got shape (0, 2); skip empty batches.",
        ),
        (
            np.ones((2, 0, 2)),
            {},
            "activations must have at least one sample per unit, got shape (2, 0, 2); skip empty batches.",
        ),
        (
            np.ones((2, 2)),
            {"unit_axis": 2},
            "unit_axis must be in [-2, 1] for activations of shape (2, 2), got 2.",
        ),
        (
            np.ones((2, 2)),
            {"unit_axis": -3},
            "unit_axis must be in [-2, 1] for activations of shape (2, 2), got -3.",
        ),
        (np.ones((2, 2)), {"unit_axis": 1.0}, "unit_axis must be an integer, got 1.0."),
        (np.ones((2, 2)), {"unit_axis": True}, "unit_axis must be an integer, got True."),
        (np.ones((2, 2)), {"unit_axis": "units"}, "unit_axis must be an integer, got 'units'."),
        (np.ones((2, 2)), {"threshold": -0.1}, "threshold must be finite and at least 0, got -0.1."),
        (np.ones((2, 2)), {"threshold": math.nan}, "threshold must be finite and at least 0, got nan."),
        (np.ones((2, 2)), {"threshold": math.inf}, "threshold must be finite and at least 0, got inf."),
        (
            np.ones((3, 2)),
            {"gradients": np.ones((2, 2))},
            "gradients must have the shape of activations, (3, 2), or be one norm per unit, (2,), got shape (2, 2).",
        ),
        (
            np.ones((3, 2)),
            {"gradients": np.ones(3)},
            "gradients must have the shape of activations, (3, 2), or be one norm per unit, (2,), got shape (3,).",
        ),
        (
            np.ones((3, 2)),
            {"gradients": 1.0},
            "gradients must have the shape of activations, (3, 2), or be one norm per unit, (2,), got shape ().",
        ),
        (
            np.ones((3, 2)),
            {"gradients": np.ones(2), "unit_axis": 0},
            "gradients must have the shape of activations, (3, 2), or be one norm per unit, (3,), got shape (2,).",
        ),
    ],
)
def test_bad_arguments_are_refused(activations, arguments, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        statistics.count_units(activations, **arguments)


def test_integer_of_numpy_is_an_axis():
    assert statistics.count_units(np.ones((2, 3)), unit_axis=np.int64(0)).active.tolist() == [3, 3]


def test_sizes_not_known_yet_pass():
    assert statistics.check_arguments((None, None, 4), 0.0, -1) == 2
    assert statistics.check_arguments((None, None), 0.0, 0) == 0
    statistics.check_gradient_shape((None, 4), (8, None), 1)
    statistics.check_gradient_shape((None,), (None, 4), 1)
    with pytest.raises(ValueError, match="got shape \\(None, 5\\)"):
        statistics.check_gradient_shape((None, 5), (None, 4), 1)


@given(st.integers(1, 2**62), st.data())
def test_zero_fraction_is_exact_at_both_ends(finite, data):
    active = data.draw(st.integers(0, finite))
    share = statistics.zero_fraction(active, finite)
    assert share.dtype == np.float32
    assert (share == 1) == (active == 0)
    assert (share == 0) == (active == finite)
    assert float(share) == pytest.approx(float(Fraction(finite - active, finite)), rel=1e-6)


@pytest.mark.parametrize("finite", [10**9, 2**31 + 1, 2**53 + 1, 2**62 + 1])
def test_one_sample_decides_at_any_count(finite):
    share = statistics.zero_fraction([0, 1, finite - 1, finite], finite)
    assert share[0] == 1
    assert 1 - 1e-7 < share[1] < 1
    assert 0 < share[2] < 1e-8
    assert share[3] == 0


def test_zero_fraction_of_nothing_is_nan():
    np.testing.assert_array_equal(statistics.zero_fraction([0, 0, 2], [0, 2, 2]), [np.nan, 1, 0])


def test_zero_fraction_broadcasts():
    share = statistics.zero_fraction(np.array([[0, 1], [2, 4]]), np.array([[2], [4]]))
    assert share.tolist() == [[1, 0.5], [0.5, 0]]


def test_more_than_2_to_the_31_samples():
    """The counts of a conv layer pass 2^31 within one window; nothing wraps or rounds."""
    batch = statistics.count_units(np.array([[0.0, 1.0, 1.0]]))
    batch.samples, batch.active = 2**31 - 1, np.array([0, 2**31 - 1, 1])
    total = batch + batch + batch
    assert total.samples == 3 * (2**31 - 1)
    assert total.active.tolist() == [0, 3 * (2**31 - 1), 3]
    share = statistics.zero_fraction(total.active, total.finite)
    assert share[0] == 1 and share[1] == 0 and 0 < 1 - share[2] < 1e-7


def test_means_of_nothing_are_nan():
    np.testing.assert_array_equal(statistics.gradient_norm([0.0, 0.0], 0), [np.nan, np.nan])
    np.testing.assert_array_equal(statistics.mean_activation([0.0, 6.0], [0, 3]), [np.nan, 2])


def test_zero_fraction_of_units_seen_active_outside_the_counted_samples():
    below_one = np.nextafter(np.float32(1), np.float32(0))
    got = statistics.zero_fraction([0, 0, 5, 0], [10, 10, 10, 0], np.array([True, False, True, True]))
    np.testing.assert_array_equal(got, np.array([below_one, 1, 0.5, np.nan], np.float32))


def test_mean_activation_leaves_out_non_finite_samples():
    counts = statistics.count_units([[np.nan, -2.0], [3.0, 4.0], [5.0, np.inf]])
    assert statistics.mean_activation(counts.absolute_sum, counts.finite).tolist() == [4.0, 3.0]


@given(hnp.arrays(np.float64, hnp.array_shapes(min_dims=1, max_dims=3), elements=st.floats(0, 1e6)))
def test_dormancy_score_is_that_of_the_loop(mean):
    score = statistics.dormancy_score(mean)
    assert score.shape == mean.shape
    for index in np.ndindex(mean.shape[:-1]):
        layer = math.fsum(mean[index]) / mean.shape[-1]
        for unit, value in enumerate(mean[index]):
            expected = value / layer if layer > 0 else 0.0
            assert score[index][unit] == pytest.approx(expected, rel=1e-9)


def test_dormancy_score_leaves_unknown_units_out_of_the_mean():
    np.testing.assert_array_equal(statistics.dormancy_score([1.0, np.nan, 3.0]), [0.5, np.nan, 1.5])
    np.testing.assert_array_equal(statistics.dormancy_score([[0.0, 0.0], [np.nan, np.nan]]), [[0, 0], [np.nan] * 2])
