"""What a repair does to weights and optimizer slots, against NumPy."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

pytest.importorskip("tensorflow")

import keras
import tensorflow as tf

from tb_deadrelu_plugin.instrument import discovery
from tb_deadrelu_plugin.instrument.revive import Reviver
from tb_deadrelu_plugin.instrument.successors import Successors, Surroundings
from tests.test_successors import CERTAIN, around, hidden, last, sequential

pytestmark = pytest.mark.tensorflow

layers = keras.layers
DEAD = np.array([0, 2])


def revive(model: keras.Model, units: np.ndarray = DEAD, seed: int = 0, name: str = "hidden") -> list[list[str]]:
    return Reviver(model, np.random.default_rng(seed)).revive([(around(model, name), units)])


def disturb(model: keras.Model, seed: int = 0) -> None:
    """Gives all weights values that no initializer gives, so that a reset shows."""
    rng = np.random.default_rng(seed)
    for weight in model.weights:
        if str(weight.dtype).startswith(("float", "bfloat")):
            low, high = (0.5, 2) if "variance" in weight.name or "gamma" in weight.name else (-0.7, 0.7)
            weight.assign(rng.uniform(low, high, weight.shape))


def kill(found: Surroundings, units: np.ndarray = DEAD) -> None:
    """Makes units dead by the last of what is added on the way to their activation."""
    names = [part.variable.name for part in found.incoming]
    for name in ("beta", "bias"):
        if name in names:
            shift = found.incoming[names.index(name)].variable
            shift.assign(np.where(np.isin(np.arange(shift.shape[0]), units), -1e3, shift.numpy()))
            return
    raise AssertionError(names)


def rows(model: keras.Model) -> np.ndarray:
    return np.random.default_rng(1).normal(size=(16, *model.input_shape[1:])).astype(np.float32)


@pytest.mark.parametrize("name", CERTAIN)
def test_the_output_of_the_network_stays_as_it_is(name: str) -> None:
    model = CERTAIN[name]()
    disturb(model)
    kill(around(model))
    x = rows(model)
    before = tf.nest.flatten(model(x, training=False))
    assert revive(model) == [[]]
    for one, other in zip(before, tf.nest.flatten(model(x, training=False)), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6 * float(np.abs(one).max()))


def test_repaired_units_are_active_and_learn() -> None:
    keras.utils.set_random_seed(0)
    model = sequential((5,), hidden(), last())
    model.compile(keras.optimizers.SGD(0.1), "mse")
    kill(around(model))
    x = rows(model)
    first, second = model.layers
    assert not np.any(first(x).numpy()[:, DEAD])
    revive(model)
    assert np.all(np.any(first(x).numpy()[:, DEAD] > 0, axis=0))
    model.fit(x, np.ones((16, 4)), epochs=2, verbose=0)
    assert np.all(second.kernel.numpy()[DEAD] != 0)


def expected_of_dense(before: dict[str, np.ndarray], after: dict[str, np.ndarray], units: np.ndarray) -> None:
    """Dense 5 -> 3 -> 4, by hand."""
    limit = math.sqrt(6 / (5 + 3))
    fresh = after["hidden/kernel"][:, units]
    assert np.all(np.abs(fresh) <= limit) and np.all(fresh != before["hidden/kernel"][:, units])
    assert np.all(after["hidden/bias"][units] == 0) and np.all(after["after/kernel"][units] == 0)
    others = np.setdiff1d(np.arange(3), units)
    assert after["hidden/kernel"][:, others].tobytes() == before["hidden/kernel"][:, others].tobytes()
    assert after["hidden/bias"][others].tobytes() == before["hidden/bias"][others].tobytes()
    assert after["after/kernel"][others].tobytes() == before["after/kernel"][others].tobytes()
    assert after["after/bias"].tobytes() == before["after/bias"].tobytes()


def values(model: keras.Model) -> dict[str, np.ndarray]:
    return {"/".join(one.path.split("/")[-2:]): one.numpy() for one in model.weights}


def test_other_weights_stay_bit_for_bit() -> None:
    model = sequential((5,), hidden(), last())
    disturb(model)
    before = values(model)
    revive(model)
    expected_of_dense(before, values(model), DEAD)


def test_new_weights_are_distributed_as_the_initializer_says() -> None:
    initializer = keras.initializers.RandomNormal(0.3, 0.1, seed=7)
    dense = layers.Dense(400, activation="relu", name="hidden", kernel_initializer=initializer, bias_initializer="ones")
    model = sequential((500,), dense, last())
    first = dense.kernel.numpy()
    revive(model, np.arange(0, 400, 2))
    fresh = dense.kernel.numpy()[:, ::2]
    # 100,000 draws: five standard errors.
    assert abs(fresh.mean() - 0.3) < 5 * 0.1 / math.sqrt(fresh.size)
    assert abs(fresh.std() - 0.1) < 5 * 0.1 / math.sqrt(2 * fresh.size)
    assert np.all(dense.bias.numpy() == 1)
    # Keras' initializers give the same values at every call, and these may be why the unit died.
    assert np.mean(fresh == first[:, ::2]) < 0.01
    revive(model, np.arange(0, 400, 2), seed=1)
    assert np.mean(fresh == dense.kernel.numpy()[:, ::2]) < 0.01


def test_the_seed_gives_the_weights() -> None:
    kernels = []
    for seed in (3, 3, 4):
        model = sequential((5,), hidden(), last())
        revive(model, seed=seed)
        kernels.append(model.layers[0].kernel.numpy()[:, DEAD])
    assert kernels[0].tobytes() == kernels[1].tobytes() != kernels[2].tobytes()


def test_other_randomness_is_as_it_was() -> None:
    model = sequential((5,), layers.Dense(4, kernel_initializer="he_normal", activation="relu", name="hidden"), last())

    def draws() -> list[Any]:
        # NumPy's global generator is one of those that are to stay as they are.
        numpys = np.random.random()  # noqa: NPY002
        return [random.random(), numpys, keras.random.uniform((1,)).numpy(), tf.random.uniform((1,)).numpy()]

    seen = []
    for with_repair in (False, True):
        keras.utils.set_random_seed(5)
        first = draws()
        if with_repair:
            revive(model)
        seen.append([first, draws()])
    assert str(seen[0]) == str(seen[1])


def test_initializers_that_take_no_seed() -> None:
    def own(shape: Any, dtype: Any = None) -> Any:
        return keras.ops.full(shape, 0.25, dtype)

    for initializer, value in ((own, 0.25), (keras.initializers.Constant(0.5), 0.5), ("ones", 1.0)):
        model = sequential((5,), hidden(kernel_initializer=initializer), last())
        disturb(model)
        revive(model)
        assert np.all(model.layers[0].kernel.numpy()[:, DEAD] == value)


def test_two_layers_at_once() -> None:
    """A revived unit has all of its weights, also those from units that are revived with it."""
    model = sequential((5,), hidden(), layers.Dense(4, activation="relu", name="middle"), last())
    disturb(model)
    successors = Successors(model)
    found = [successors.around(target) for target in discovery.find_targets(model).targets]
    units = [np.array([0, 2]), np.array([1])]
    for one, dead in zip(found, units, strict=True):
        kill(one, dead)
    x = rows(model)
    before, kernel = model(x), model.get_layer("middle").kernel.numpy()
    assert Reviver(model, np.random.default_rng(0)).revive(zip(found, units, strict=True)) == [[], []]
    np.testing.assert_allclose(model(x), before, atol=1e-6)
    after = model.get_layer("middle").kernel.numpy()
    assert np.all(after[:, 1] != kernel[:, 1]) and np.all(after[:, 1] != 0)
    assert np.all(after[[0, 2]][:, [0, 2, 3]] == 0)
    assert after[1, [0, 2, 3]].tobytes() == kernel[1, [0, 2, 3]].tobytes()
    assert np.all(model.get_layer("after").kernel.numpy()[1] == 0)


def test_batch_normalization_begins_anew_for_the_units() -> None:
    norm = layers.BatchNormalization(beta_initializer=keras.initializers.Constant(0.1))
    model = sequential((5,), layers.Dense(3, name="first"), norm, layers.ReLU(name="hidden"), last())
    disturb(model)
    before = {name: getattr(norm, name).numpy() for name in ("gamma", "beta", "moving_mean", "moving_variance")}
    revive(model)
    for name, initial in {"gamma": 1, "beta": 0.1, "moving_mean": 0, "moving_variance": 1}.items():
        expected = before[name].copy()
        expected[DEAD] = np.float32(initial)
        np.testing.assert_array_equal(getattr(norm, name).numpy(), expected)


AFTER: dict[str, tuple[Callable[[], keras.Model], list[str]]] = {
    "dense": (lambda: sequential((5,), hidden(), layers.BatchNormalization(), last()), []),
    "flatten": (
        lambda: sequential((6, 5), hidden(), layers.Flatten(), layers.BatchNormalization(), last()),
        [],
    ),
    "valid": (
        lambda: sequential((6, 6, 5), hidden(), layers.BatchNormalization(), layers.Conv2D(4, 2, name="after")),
        [],
    ),
    "groups": (
        lambda: sequential(
            (6, 6, 5),
            layers.Dense(6, activation="relu", name="hidden"),
            layers.BatchNormalization(),
            layers.Conv2D(4, 2, groups=2, name="after"),
        ),
        [],
    ),
    "same": (
        lambda: sequential(
            (6, 6, 5), hidden(), layers.BatchNormalization(), layers.Conv2D(4, 3, padding="same", name="after")
        ),
        [
            "a constant that batch normalization made of the dead units was moved to the bias of what follows, "
            "which at padded borders is not the same"
        ],
    ),
    "no bias": (
        lambda: sequential((5,), hidden(), layers.BatchNormalization(), last(use_bias=False)),
        ["a constant that batch normalization made of the dead units is lost, for no bias could take it up"],
    ),
}


@pytest.mark.parametrize("name", AFTER)
def test_constants_that_batch_normalization_makes_of_dead_units(name: str) -> None:
    make, remarks = AFTER[name]
    model = make()
    disturb(model)
    kill(around(model))
    x = rows(model)
    before = model(x, training=False).numpy()
    assert revive(model) == [remarks]
    after = model(x, training=False).numpy()
    if name == "same":
        before, after = before[:, 1:-1, 1:-1], after[:, 1:-1, 1:-1]
    if name == "no bias":
        assert np.ptp(after - before, axis=0).max() < 1e-5 < np.abs(after - before).max()
    else:
        np.testing.assert_allclose(after, before, atol=2e-6 * np.abs(before).max())


def wrapped_adam() -> keras.optimizers.Optimizer:
    return keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam())


OPTIMIZERS: dict[str, tuple[Callable[[], keras.optimizers.Optimizer], int]] = {
    "sgd": (lambda: keras.optimizers.SGD(0.1), 0),
    "momentum": (lambda: keras.optimizers.SGD(0.1, momentum=0.9), 1),
    "adam": (lambda: keras.optimizers.Adam(amsgrad=True), 3),
    "wrapped": (wrapped_adam, 2),
    "adamw": (lambda: keras.optimizers.AdamW(), 2),
    "nadam": (lambda: keras.optimizers.Nadam(), 2),
    "adamax": (lambda: keras.optimizers.Adamax(), 2),
    "rmsprop": (lambda: keras.optimizers.RMSprop(momentum=0.9, centered=True), 3),
    "adagrad": (lambda: keras.optimizers.Adagrad(initial_accumulator_value=0.25), 1),
    "adadelta": (lambda: keras.optimizers.Adadelta(), 2),
    "ftrl": (lambda: keras.optimizers.Ftrl(initial_accumulator_value=0.25), 2),
    "lion": (lambda: keras.optimizers.Lion(), 1),
    "accumulated": (lambda: keras.optimizers.SGD(0.1, momentum=0.9, gradient_accumulation_steps=4), 2),
    "averaged": (lambda: keras.optimizers.SGD(0.1, use_ema=True), 1),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_optimizer_begins_anew_for_what_was_set(name: str) -> None:
    make, count = OPTIMIZERS[name]
    model = sequential((5,), hidden(), last())
    optimizer = make()
    model.compile(optimizer, "mse")
    optimizer.build(model.trainable_variables)
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    disturb(model)
    rng = np.random.default_rng(2)
    slots = [one for one in inner.variables if len(one.shape) > 0]
    assert len(slots) == count * 4
    for slot in slots:
        slot.assign(rng.uniform(1, 2, slot.shape))
    scalars = [one.numpy() for one in optimizer.variables if len(one.shape) == 0]
    before = [one.numpy() for one in slots]
    revive(model)
    rest = [one.numpy() for one in optimizer.variables if len(one.shape) == 0]
    assert rest == scalars
    weights = values(model)
    for slot, old in zip(slots, before, strict=True):
        (of,) = [one for one in weights if one.replace("/", "_") in slot.path]
        expected = old.copy()
        initial = (
            0.25 if "accumulator" in slot.path and "initial" not in slot.path and name in ("adagrad", "ftrl") else 0.0
        )
        fresh = weights[of] if name == "averaged" else np.full_like(old, initial)
        if of == "hidden/kernel":
            expected[:, DEAD] = fresh[:, DEAD]
        elif of in ("hidden/bias", "after/kernel"):
            expected[DEAD] = fresh[DEAD]
        assert slot.numpy().tobytes() == expected.tobytes(), slot.path


@pytest.mark.skipif(not hasattr(keras.optimizers, "ScheduleFreeAdamW"), reason="Keras has no ScheduleFreeAdamW yet")
def test_an_optimizer_that_keeps_weights() -> None:
    model = sequential((5,), hidden(), last())
    optimizer = keras.optimizers.ScheduleFreeAdamW()
    model.compile(optimizer, "mse")
    optimizer.build(model.trainable_variables)
    disturb(model)
    revive(model)
    kernel = model.layers[0].kernel.numpy()
    (kept,) = [one for one in optimizer.variables if "hidden_kernel_momentum" in one.path]
    np.testing.assert_array_equal(kept.numpy()[:, DEAD], kernel[:, DEAD])
    assert np.all(kept.numpy()[:, 1] != kernel[:, 1])


def test_optimizers_that_keep_something_of_several_units_together_are_named() -> None:
    model = sequential((5,), hidden(), last())
    optimizer = keras.optimizers.Adafactor(name="factored")
    model.compile(optimizer, "mse")
    model.fit(rows(model), np.ones((16, 4)), verbose=0)
    reviver = Reviver(model, np.random.default_rng(0))
    reviver.revive([(around(model), DEAD)])
    assert reviver.partly_reset == {"factored"}
    for slot in optimizer.variables:
        if "velocity" in slot.path and "hidden_kernel" in slot.path:
            assert np.all(slot.numpy()[:, DEAD] == 0) and np.all(slot.numpy()[:, 1] != 0)


def test_optimizers_that_are_attributes_of_the_model() -> None:
    model = sequential((5,), hidden(), last())
    model.own_optimizer = optimizer = keras.optimizers.SGD(0.1, momentum=0.9)
    optimizer.build(model.trainable_variables)
    optimizer.apply([tf.ones(one.shape) for one in model.trainable_variables])
    revive(model)
    moments = optimizer.momentums[0].numpy()
    assert np.all(moments[:, DEAD] == 0) and np.all(moments[:, 1] != 0)


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16", "float16", "bfloat16", "float64"])
def test_dtypes(policy: str) -> None:
    first = layers.Dense(3, activation="relu", name="hidden", dtype=policy)
    model = keras.Sequential([keras.Input((5,)), first, layers.Dense(4, name="after", dtype=policy)])
    disturb(model)
    kill(around(model))
    x = rows(model)
    before, weights = model(x), values(model)
    dtypes = [one.dtype for one in model.weights]
    revive(model)
    assert [one.dtype for one in model.weights] == dtypes
    expected_of_dense(weights, values(model), DEAD)
    np.testing.assert_array_equal(np.asarray(model(x), np.float64), np.asarray(before, np.float64))


def test_only_the_incoming_side_where_what_follows_is_uncertain() -> None:
    model = sequential((5,), hidden(), layers.Activation("sigmoid"), last())
    disturb(model)
    before = values(model)
    assert revive(model) == [[]]
    after = values(model)
    assert after["after/kernel"].tobytes() == before["after/kernel"].tobytes()
    assert np.all(after["hidden/kernel"][:, DEAD] != before["hidden/kernel"][:, DEAD])


def test_a_real_architecture() -> None:
    """Units of all layers at once: depthwise convolutions, batch normalization, and residual sums of linear layers."""
    keras.utils.set_random_seed(0)
    model = keras.applications.MobileNetV2((32, 32, 3), alpha=0.35, weights=None, classes=5, classifier_activation=None)
    successors = Successors(model)
    found = [successors.around(target) for target in discovery.find_targets(model).targets]
    assert len(found) == 35 and all(one.uncertain is None and one.refused is None for one in found)
    units = [np.array([0, 3]) for _ in found]
    for one, dead in zip(found, units, strict=True):
        kill(one, dead)
    x = np.random.default_rng(0).normal(size=(4, 32, 32, 3)).astype(np.float32)
    for layer in model.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.momentum = 0.0
    # So that signals get through.
    model(x, training=True)
    before = model(x, training=False).numpy()
    assert before.std() > 1e-3
    assert Reviver(model, np.random.default_rng(0)).revive(zip(found, units, strict=True)) == [[]] * len(found)
    np.testing.assert_allclose(model(x, training=False), before, atol=1e-6 * np.abs(before).max())
