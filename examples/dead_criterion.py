"""What is a good criterion for dead ReLUs, checked in my code, so that I can refit?

A unit is dead when it put out zero for *every row* of the training data
during an epoch, and no gradient reached it: not when it was zero on one
batch. `DeadReLU` applies that criterion while it records, and the training
script can ask it at any time:

    deadrelu.monitor.dead_units()          # {layer: indices}

This script trains a network that breaks (a learning rate far too high), asks
which units are dead and on how many samples that rests, and refits with
leaky ReLU, a lower learning rate and a small positive bias at the start. The
two runs are there to be compared in TensorBoard, biases included:

    python examples/dead_criterion.py
    tensorboard --logdir logs/dead_criterion
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np

from tb_deadrelu_plugin import Timeline, read
from tb_deadrelu_plugin.keras import DeadReLU

ROWS, FEATURES = 2000, 20


@dataclasses.dataclass(frozen=True)
class Settings:
    """How the network is built and trained."""

    activation: str
    learning_rate: float
    bias: float


FIRST = Settings("relu", learning_rate=0.05, bias=0.0)
REFIT = Settings("leaky_relu", learning_rate=0.003, bias=0.01)


@dataclasses.dataclass(frozen=True)
class LayerVerdict:
    """What is known of one layer at the end of a run.

    Attributes:
      dead: Indices of the dead units, int64 [n].
      units: Number of units.
      evidence: {unit: samples seen since it was last active, all of them zero}.
      largest_gradient: Largest gradient norm of a dead unit in the last epoch; 0 if there is none.
      bias: {unit: its bias}.
    """

    dead: np.ndarray
    units: int
    evidence: dict[int, int]
    largest_gradient: float
    bias: dict[int, float]


def make_regression(rows: int = ROWS) -> tuple[np.ndarray, np.ndarray]:
    """Inputs float32 [rows, FEATURES] and a smooth function of them [rows, 1]."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(rows, FEATURES)).astype(np.float32)
    y = np.sin(x[:, :4]).sum(axis=1) + 0.5 * x[:, 4] * x[:, 5]
    return x, y.astype(np.float32)[:, None]


def build_network(settings: Settings) -> keras.Model:
    """Two hidden layers of 64 units."""
    model = keras.Sequential([keras.Input((FEATURES,))])
    for name in ("hidden_1", "hidden_2"):
        bias = keras.initializers.Constant(settings.bias)
        model.add(keras.layers.Dense(64, activation=settings.activation, bias_initializer=bias, name=name))
    model.add(keras.layers.Dense(1, name="output"))
    model.compile(keras.optimizers.Adam(settings.learning_rate), "mse")
    return model


def fit(logdir: str, settings: Settings, *, seed: int, rows: int = ROWS, epochs: int = 15) -> tuple[DeadReLU, float]:
    """Trains once, recorded in `logdir`.

    Returns:
      The callback, which remains to be asked, and the last epoch's loss.
    """
    keras.utils.set_random_seed(seed)
    x, y = make_regression(rows)
    deadrelu = DeadReLU(logdir, update_freq="epoch")
    history = build_network(settings).fit(x, y, batch_size=32, epochs=epochs, verbose=0, callbacks=[deadrelu])
    return deadrelu, history.history["loss"][-1]


def judge(timeline: Timeline) -> LayerVerdict:
    """Reads the verdict, and what it rests on, from what was recorded."""
    dead = timeline.dead_units()
    gradient = 0.0 if timeline.gradient_norm is None else float(timeline.gradient_norm[-1][dead].max(initial=0.0))
    bias = {} if timeline.bias is None else {int(unit): float(timeline.bias[-1, unit]) for unit in dead}
    evidence = {int(unit): int(timeline.samples_since_active[-1, unit]) for unit in dead}
    return LayerVerdict(dead, timeline.units, evidence, gradient, bias)


def describe(name: str, verdict: LayerVerdict) -> str:
    """One layer's verdict in words."""
    share = f"{len(verdict.dead)} of {verdict.units} units dead ({len(verdict.dead) / verdict.units:.0%})"
    if not len(verdict.dead):
        return f"{name}: {share}"
    least = min(verdict.evidence.values())
    return (
        f"{name}: {share}: {', '.join(map(str, verdict.dead))}\n"
        f"    each 0 of at least {least:,} samples since it was last active: with 95 % confidence it fires in fewer "
        f"than {3 / least:.2g} of them\n"
        f"    their largest gradient norm in the last epoch: {verdict.largest_gradient:g}\n"
        f"    their biases: {min(verdict.bias.values()):.3g} to {max(verdict.bias.values()):.3g}"
    )


def main(arguments: list[str] | None = None) -> int:
    """Trains, asks for dead units, refits, and prints both."""
    parser = argparse.ArgumentParser(description="Find dead ReLUs in a training script, and refit.")
    parser.add_argument("--logdir", default="logs/dead_criterion", help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=0, help="default: %(default)s")
    options = parser.parse_args(arguments)

    deadrelu, loss = fit(os.path.join(options.logdir, "first"), FIRST, seed=options.seed)
    dead = deadrelu.monitor.dead_units()
    print(f"First fit: {FIRST.activation}, learning rate {FIRST.learning_rate}, loss {loss:.4f}")
    print(f"deadrelu.monitor.dead_units(): {', '.join(f'{len(units)} in {name}' for name, units in dead.items())}\n")
    for name, timeline in read(options.logdir)["first"].items():
        print(describe(name, judge(timeline)))
    if not any(len(units) for units in dead.values()):
        print("No unit is dead with this seed; there is nothing to refit.")
        return 0

    _, loss = fit(os.path.join(options.logdir, "refit"), REFIT, seed=options.seed)
    print(
        f"\nRefit: {REFIT.activation}, learning rate {REFIT.learning_rate}, biases that start at {REFIT.bias}, "
        f"loss {loss:.4f}"
    )
    for name, timeline in read(options.logdir)["refit"].items():
        negative = timeline.negative_fraction[-1]
        print(f"{name}: leaky units can't die; pre-activations <= 0 in {negative.min():.0%} to {negative.max():.0%}")
    print(f"\nCompare them with: tensorboard --logdir {options.logdir}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
