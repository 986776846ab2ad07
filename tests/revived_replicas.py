"""`ReviveDeadUnits` under a strategy, in a process of its own: one that runs can't change its devices.

    python -m tests.revived_replicas DIRECTORY

trains on two logical processors, or, with TF_CONFIG set, as one worker of several; prints what came of it, as JSON.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tb_deadrelu_plugin.keras import DeadReLU, ReviveDeadUnits
from tests.distributed import LogsOfOneEntry
from tests.test_reviving import DEAD, Watcher, _After, data, fit, kill

layers = keras.layers
INITIAL = {"after": [1, 0, 0, 1], "norm": [1, 1, 0, 1]}
"""Gamma, beta, moving mean and variance."""


def network(strategy: tf.distribute.Strategy) -> keras.Model:
    """Two hidden layers with dead units, batch normalization after one activation and before the other."""
    keras.utils.set_random_seed(0)
    positive = keras.initializers.RandomUniform(0.0, 0.5)
    own = [
        layers.Dense(6, activation="relu", bias_initializer="ones", name="first"),
        layers.BatchNormalization(name="after"),
        layers.Dense(5, kernel_initializer=positive, name="second_kernel"),
        layers.BatchNormalization(beta_initializer="ones", name="norm"),
        layers.ReLU(name="second"),
        layers.Dense(2, name="last"),
    ]
    # With several workers Keras' `fit` can't use models that were made within the scope.
    model = LogsOfOneEntry(own) if "TF_CONFIG" in os.environ else None
    with strategy.scope():
        model = model or keras.Sequential(own)
        model.build((None, 4))
        kill(model, {"first": DEAD["first"]})
        beta = model.get_layer("norm").beta
        beta.assign(np.where(np.isin(np.arange(5), DEAD["second"]), -1e3, 1.0))
        model.compile(keras.optimizers.SGD(2.0**-10, momentum=0.9), "mse", jit_compile=False)
    return model


class Moments(keras.callbacks.Callback):
    """Looks at the moments of what was revived, right after the round."""

    def __init__(self, revive: ReviveDeadUnits) -> None:
        super().__init__()
        self.revive = revive
        self.seen: float | None = None

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        if self.revive.rounds and self.seen is None:
            moments = self.model.optimizer.momentums[0].numpy()
            self.seen = float(np.abs(moments[:, DEAD["first"]]).max())
            assert np.any(moments)
            for name, units in {"after": DEAD["first"], "norm": DEAD["second"]}.items():
                for weight, initial in zip(self.model.get_layer(name).weights, INITIAL[name], strict=True):
                    for copy in self.model.distribute_strategy.experimental_local_results(weight.value):
                        assert np.all(copy.numpy()[units] == initial), (name, weight.name)
                        assert np.all(np.delete(copy.numpy(), units) != initial), (name, weight.name)


def main(directory: str) -> None:
    """Trains, and prints."""
    if "TF_CONFIG" in os.environ:
        strategy: tf.distribute.Strategy = tf.distribute.MultiWorkerMirroredStrategy()
    else:
        processor = tf.config.list_physical_devices("CPU")[0]
        tf.config.set_logical_device_configuration(processor, [tf.config.LogicalDeviceConfiguration()] * 2)
        strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    model = network(strategy)
    deadrelu = DeadReLU(directory)
    revive = ReviveDeadUnits(deadrelu, seed=0)
    watcher, moments = Watcher(), Moments(revive)
    after: _After = watcher.after
    said = io.StringIO()
    # Keras needs it with several workers.
    scope = strategy.scope() if "TF_CONFIG" in os.environ else contextlib.nullcontext()
    with scope, contextlib.redirect_stdout(said):
        fit(model, watcher, deadrelu, revive, after, moments, epochs=2)
    copies = [
        [copy.numpy() for copy in strategy.experimental_local_results(getattr(one, "value", one))]
        for one in [*model.weights, *model.optimizer.variables]
        # Each replica has moving statistics of its own.
        if "moving" not in one.name
    ]
    unseeded = ""
    try:
        with strategy.scope():
            fit(model, DeadReLU(f"{directory}.unseeded"), ReviveDeadUnits(), epochs=1)
    except ValueError as error:
        unseeded = str(error)
    result = {
        "rounds": [[one.step, one.layer, one.units, one.outgoing_zeroed] for one in revive.rounds],
        "copies": len(copies[0]),
        "same": all(np.array_equal(one, group[0]) for group in copies for one in group),
        "difference": max(float(np.abs(after - before).max()) for before, after in watcher.pairs),
        "moments": moments.seen,
        "values": [np.asarray(group[0], np.float64).ravel().tolist() for group in copies],
        "unseeded": unseeded,
        "lines": said.getvalue().count("Dead units re-initialised"),
    }
    assert len(data()[0]) == 64
    print(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1])
