"""What is a good criterion for dead ReLUs, checked in my code, so that I can refit?

A unit is dead when it put out zero for *every row* of the training data
during an epoch, and no gradient reached it: not when it was zero on one
batch. `DeadReLU` applies that criterion while it records, and the training
script can ask it at any time:

    deadrelu.monitor.dead_units()          # {layer: indices}
    deadrelu.monitor.verdict()             # that, with the evidence, the cause and what to do

This script trains a classifier of scikit-learn's digits that breaks (a
learning rate far too high), asks which units are dead and on how many samples
that rests, and refits if a layer has lost 10 % of its units or more: from
other starting values, at a lower rate, and with leaky ReLU. It prints what
became of each, and says what helped. All runs are there to be compared in
TensorBoard, biases included:

    python examples/dead_criterion.py
    tensorboard --logdir logs/dead_criterion
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
import textwrap

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
from sklearn import datasets

from tb_deadrelu_plugin.keras import DeadReLU
from tb_deadrelu_plugin.report import LayerReport, RunReport
from tb_deadrelu_plugin.verdict import Severity

TRAINING_ROWS = 1437


@dataclasses.dataclass(frozen=True)
class Settings:
    """How the network is built and trained.

    Attributes:
      run: Name of the run.
      change: What is different from the first fit.
    """

    run: str
    change: str
    activation: str = "relu"
    learning_rate: float = 0.05
    initializer: str = "glorot_uniform"
    bias: float = 0.0


FIRST = Settings("first", "as it is")
REFITS = (
    Settings("other_start", "He initialisation, biases from 0.1", initializer="he_normal", bias=0.1),
    Settings("lower_rate", "learning rate 0.002", learning_rate=0.002),
    Settings("leaky", "leaky ReLU", activation="leaky_relu"),
)


@dataclasses.dataclass(frozen=True)
class Fit:
    """A network that was trained.

    Attributes:
      settings: How.
      dead: {layer: int64 [n]}, as `monitor.dead_units()` gives them.
      verdict: As `monitor.verdict()` gives it.
      accuracy: On the rows that it was not trained on.
    """

    settings: Settings
    dead: dict[str, np.ndarray]
    verdict: RunReport
    accuracy: float

    @property
    def needs_refit(self) -> bool:
        """The criterion: whether any layer has lost 10 % of its units or more."""
        return self.verdict.severity != Severity.OK


def load_digits() -> tuple[np.ndarray, np.ndarray]:
    """Pixels, float32 [rows, 64], centred and scaled by the training rows, and digits, int64 [rows]."""
    x, y = datasets.load_digits(return_X_y=True)
    return ((x - x[:TRAINING_ROWS].mean()) / x[:TRAINING_ROWS].std()).astype(np.float32), y


def build_network(settings: Settings) -> keras.Model:
    """Two hidden layers of 64 units."""
    model = keras.Sequential([keras.Input((64,))])
    for name in ("hidden_1", "hidden_2"):
        model.add(
            keras.layers.Dense(
                64,
                settings.activation,
                kernel_initializer=settings.initializer,
                bias_initializer=keras.initializers.Constant(settings.bias),
                name=name,
            )
        )
    model.add(keras.layers.Dense(10, "softmax", name="digit"))
    model.compile(
        keras.optimizers.Adam(settings.learning_rate), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    return model


def fit(logdir: str, settings: Settings, *, seed: int, rows: int = TRAINING_ROWS, epochs: int = 15) -> Fit:
    """Trains once, recorded in a directory of its own in `logdir`."""
    keras.utils.set_random_seed(seed)
    x, y = load_digits()
    # What is to be done is decided below: nothing needs to be said while it trains.
    deadrelu = DeadReLU(os.path.join(logdir, settings.run), on_sick=None)
    model = build_network(settings)
    model.fit(x[:rows], y[:rows], batch_size=32, epochs=epochs, verbose=0, callbacks=[deadrelu])
    _, accuracy = model.evaluate(x[TRAINING_ROWS:], y[TRAINING_ROWS:], verbose=0)
    return Fit(settings, deadrelu.monitor.dead_units(), deadrelu.monitor.verdict(), accuracy)


def describe(layer: LayerReport) -> str:
    """One layer's verdict in words: which units, what it rests on, why, and what to do."""
    share = f"{layer.layer}: {layer.dead} of {layer.units} units dead ({layer.dead_share:.0%})"
    if not layer.dead:
        return share
    texts = [
        f"{share}: {', '.join(map(str, layer.dead_units))}",
        f"each 0 of at least {layer.samples:,} samples since it was last active: with 95 % confidence it fires in "
        f"fewer than {layer.bound:.2g} of them",
        *(f"{finding.cause.value}: {finding.evidence} {finding.advice}" for finding in layer.findings),
    ]
    return "\n".join(
        textwrap.fill(text, 110, initial_indent="    " if i else "", subsequent_indent="    ")
        for i, text in enumerate(texts)
    )


def table(fits: list[Fit]) -> str:
    """A line per fit: what was different, dead units by layer, accuracy."""
    lines = [f"{'':36} {'dead in hidden_1':>17} {'in hidden_2':>12} {'accuracy':>9}"]
    for one in fits:
        counts = [f"{layer.dead} of {layer.units}" for layer in one.verdict.layers]
        lines.append(f"{one.settings.change:36} {counts[0]:>17} {counts[1]:>12} {one.accuracy:>9.1%}")
    return "\n".join(lines)


def conclude(fits: list[Fit]) -> str:
    """What the refits show beside the first fit."""
    cured = [one for one in fits[1:] if not one.needs_refit]
    not_cured = [one.settings.change for one in fits[1:] if one.needs_refit]
    parts = []
    if cured:
        best = max(cured, key=lambda one: one.accuracy)
        changes = "; ".join(one.settings.change for one in cured)
        parts.append(f"No layer has lost 10 % of its units any more with: {changes}.")
        parts.append(f"The most accurate of these is: {best.settings.change}, {best.accuracy:.1%};")
        parts.append(f"it was {fits[0].accuracy:.1%} at first.")
    if not_cured:
        parts.append(f"It did not help to change: {'; '.join(not_cured)}.")
    return textwrap.fill(" ".join(parts), 110)


def main(arguments: list[str] | None = None) -> int:
    """Trains, asks for dead units, refits where the criterion says so, and compares."""
    parser = argparse.ArgumentParser(description="Find dead ReLUs in a training script, and refit.")
    parser.add_argument("--logdir", default="logs/dead_criterion", help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=0, help="default: %(default)s")
    options = parser.parse_args(arguments)

    first = fit(options.logdir, FIRST, seed=options.seed)
    counts = ", ".join(f"{len(units)} in {name}" for name, units in first.dead.items())
    print(f"deadrelu.monitor.dead_units(): {counts}\n")
    for layer in first.verdict.layers:
        print(describe(layer))
    if not first.needs_refit:
        print("\nNo layer has lost 10 % of its units with this seed; there is no need to refit.")
        return 0

    fits = [first, *(fit(options.logdir, settings, seed=options.seed) for settings in REFITS)]
    print(f"\n{table(fits)}\n\n{conclude(fits)}")
    print(f"\nCompare them with: tensorboard --logdir {options.logdir}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
