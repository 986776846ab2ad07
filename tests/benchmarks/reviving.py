"""What `ReviveDeadUnits` does for the demo's run with a learning rate far too high."""

from __future__ import annotations

import sys
import tempfile
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tb_deadrelu_plugin.commands import demo
from tb_deadrelu_plugin.keras import DeadReLU, ReviveDeadUnits
from tests.benchmarks import turns
from tests.benchmarks.tables import Table

VARIANTS: dict[str, dict[str, Any] | None] = {
    "alone": None,
    "every epoch": {},
    "every 15 batches": {"every": 15},
}


def train(seed: int, epochs: int) -> dict[str, tuple[float, float]]:
    """Trains the demo's network with and without repairs, from the same weights and on the same batches.

    Returns:
      {variant: (dead share at the last record, accuracy on the validation rows)}.
    """
    (run,) = [one for one in demo.RUNS if one.name == "high_lr"]
    digits = demo.load_digits()
    result = {}
    for name, options in VARIANTS.items():
        keras.utils.set_random_seed(seed)
        tf.config.experimental.enable_op_determinism()
        model = demo.build_network(run.activation)
        optimizer = keras.optimizers.SGD(run.learning_rate, momentum=0.9, global_clipnorm=1.0)
        model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"], jit_compile=False)
        with tempfile.TemporaryDirectory() as logs:
            deadrelu = DeadReLU(logs, update_freq=5)
            callbacks: list[keras.callbacks.Callback] = [deadrelu]
            if options is not None:
                callbacks.append(ReviveDeadUnits(deadrelu, seed=seed, verbose=False, **options))
            model.fit(digits.x, digits.y, batch_size=32, epochs=epochs, verbose=0, callbacks=callbacks)
            assert deadrelu.monitor is not None
            dead = sum(map(len, deadrelu.monitor.dead_units().values()))
            units = sum(
                layer.last.units for layer in deadrelu.monitor.watched.layers.values() if layer.last is not None
            )
        _, accuracy = model.evaluate(digits.x_validation, digits.y_validation, verbose=0)
        result[name] = dead / units, accuracy
    return result


def tables(quick: bool) -> list[Table]:
    """Trains with several seeds."""
    seeds = range(1, 2 if quick else 6)
    figures = []
    rows = []
    for seed in seeds:
        result = turns.in_own_process(train, seed, 2 if quick else 10)
        figures.append([[result[name][kind] for name in VARIANTS] for kind in (0, 1)])
        rows.append([f"seed {seed}", *_texts(figures[-1])])
        print(" | ".join(rows[-1]), file=sys.stderr, flush=True)
    rows.append(["mean", *_texts(np.mean(figures, axis=0))])
    title = (
        "Repairs: the demo's run with a learning rate of 0.4, 10 epochs, with and without ReviveDeadUnits. "
        "Dead share of all units at the end, and accuracy on the validation rows"
    )
    return [Table(title, ["run", *[f"{kind}, {name}" for kind in ("dead", "accuracy") for name in VARIANTS]], rows)]


def _texts(figures: Any) -> list[str]:
    return [f"{100 * value:.1f} %" for kind in figures for value in kind]
