"""Why are some hidden units of my GRU autoencoder always zero?

A sequence autoencoder of GRUs with ReLU, as it was asked about on a forum:
columns of the encoder's output are zero in every row, for training and
validation data alike. This script trains it on data made on the spot and
says which units are dead, since when, on how many samples that rests, and
what to try. Then it checks itself against the plain definition,
`np.all(output == 0, axis=0)` over all training rows. A recurrent layer's
samples are rows times time steps: all of its states count, also where only
the last one is put out, as in E2.

    python examples/gru_autoencoder.py
    tensorboard --logdir logs/gru_autoencoder

With `--seeds 20` it repeats itself for 20 seeds and exits with 1 if the
verdict ever differs from the plain definition.
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
from tb_deadrelu_plugin.keras import DeadReLU, check_units

LAYERS = ("E1", "E2", "D1", "D2")
TIME_STEPS, FEATURES = 10, 5


@dataclasses.dataclass(frozen=True)
class Verdict:
    """What is known of one layer after training.

    Attributes:
      dead: Units that are zero in every row and time step, int64 [n].
      samples: Number of rows times time steps that `dead` rests on.
      since: {unit: step at which it was last active in training, -1 for never}.
      plain: The same as `dead`, by `np.all(output == 0, axis=0)`.
    """

    dead: np.ndarray
    samples: int
    since: dict[int, int]
    plain: np.ndarray

    @property
    def agrees(self) -> bool:
        """Whether the verdict is that of the plain definition."""
        return np.array_equal(self.dead, self.plain)


def make_sequences(rows: int = 1000) -> np.ndarray:
    """Noisy sine waves of random phase, float32 [rows, TIME_STEPS, FEATURES], around 0.5."""
    rng = np.random.default_rng(0)
    time = 2 * np.pi * np.arange(TIME_STEPS)[None, :, None] / TIME_STEPS
    phase = rng.uniform(0, 2 * np.pi, (rows, 1, FEATURES))
    return (0.5 + 0.5 * np.sin(time + phase) + rng.normal(0, 0.05, (rows, TIME_STEPS, FEATURES))).astype(np.float32)


def build_autoencoder() -> keras.Model:
    """The model of the question."""
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((TIME_STEPS, FEATURES)),
            layers.GRU(8, activation="relu", return_sequences=True, name="E1"),
            layers.GRU(4, activation="relu", name="E2"),
            layers.RepeatVector(TIME_STEPS),
            layers.GRU(4, activation="relu", return_sequences=True, name="D1"),
            layers.GRU(8, activation="relu", return_sequences=True, name="D2"),
            layers.TimeDistributed(layers.Dense(FEATURES), name="output"),
        ]
    )
    model.compile(keras.optimizers.Adam(0.01), "mse")
    return model


def train_and_judge(logdir: str, seed: int, *, rows: int = 1000, epochs: int = 5) -> dict[str, Verdict]:
    """Trains the autoencoder once.

    Args:
      logdir: Directory of the run.
      seed: Random seed.
      rows: Number of training sequences.
      epochs: Passes over them.

    Returns:
      {layer: Verdict}, for the weights at the end of training.
    """
    keras.utils.set_random_seed(seed)
    x = make_sequences(rows)
    model = build_autoencoder()
    model.fit(x, x, batch_size=64, epochs=epochs, verbose=0, callbacks=[DeadReLU(logdir, update_freq=4)])
    # What was recorded in training is over batches, between which the weights
    # moved; which units are dead *now*, over all rows, is a question of its own.
    now = check_units(model, x)
    timelines = read(logdir)["."]
    hidden = keras.Model(model.inputs, [model.get_layer(name).output for name in LAYERS])
    verdicts = {}
    for name, output in zip(LAYERS, hidden.predict(x, batch_size=256, verbose=0)):
        dead = now[name].never_active
        plain = np.flatnonzero(np.all(output.reshape(-1, output.shape[-1]) == 0, axis=0))
        since = {int(unit): last_active(timelines[name], int(unit)) for unit in dead}
        verdicts[name] = Verdict(dead, now[name].samples, since, plain)
    return verdicts


def last_active(timeline: Timeline, unit: int) -> int:
    """The last training step at which the unit was active on any sample; -1 for never."""
    return int(timeline.last_active_step[-1, unit])


def explain(verdicts: dict[str, Verdict]) -> str:
    """The answer to the question, in words."""
    lines = []
    for name, verdict in verdicts.items():
        units = f"{len(verdict.dead)} of {layer_size(name)} units dead"
        lines.append(f"{name}: {units}, on {verdict.samples:,} samples")
        for unit, step in verdict.since.items():
            when = "from the start: it was never active" if step < 0 else f"since step {step}, its last activity"
            lines.append(f"    unit {unit}: {when}")
    if any(len(verdict.dead) for verdict in verdicts.values()):
        lines += [
            "",
            "This is the dying-ReLU problem: a unit whose pre-activation is negative on every sample puts out 0 and",
            "gets no gradient, so that training can't bring it back. It is no property of the data, which is why the",
            "columns are zero for the validation rows as well. What to try, one at a time:",
            "  - activation='leaky_relu', or 'tanh', which is the GRU's own default and can't die",
            "  - a lower learning rate: 0.001 instead of 0.01",
            "  - kernel_initializer='he_normal', recurrent_initializer='orthogonal'",
            "  - gradient clipping: Adam(0.01, clipnorm=1.0)",
        ]
    else:
        lines += ["", "No unit is dead with this seed; try another one: --seed 1."]
    return "\n".join(lines)


def layer_size(name: str) -> int:
    """Units of a layer of the model."""
    return {"E1": 8, "E2": 4, "D1": 4, "D2": 8}[name]


def compare_seeds(logdir: str, seeds: int, **settings: int) -> bool:
    """Repeats the training and prints a line per seed; returns whether the verdict was always the plain one."""
    print(f"{'seed':>4}  " + "  ".join(f"{name:>7}" for name in LAYERS) + "  equal to np.all(output == 0, axis=0)")
    always, some = True, 0
    for seed in range(seeds):
        verdicts = train_and_judge(os.path.join(logdir, f"seed_{seed}"), seed, **settings)
        agrees = all(verdict.agrees for verdict in verdicts.values())
        always &= agrees
        some += any(len(verdict.dead) for verdict in verdicts.values())
        counts = (f"{len(verdict.dead)} of {layer_size(name)}" for name, verdict in verdicts.items())
        print(
            f"{seed:>4}  " + "  ".join(f"{count:>7}" for count in counts) + f"  {'yes' if agrees else 'NO'}", flush=True
        )
    print(f"\nDead units in {some} of {seeds} trainings; " + ("all verdicts agree." if always else "VERDICTS DIFFER."))
    return always


def main(arguments: list[str] | None = None) -> int:
    """Trains, prints the answer, and returns 1 if the check against the plain definition fails."""
    parser = argparse.ArgumentParser(description="Which units of a GRU autoencoder are always zero, and since when?")
    parser.add_argument("--logdir", default="logs/gru_autoencoder", help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=1, help="default: %(default)s")
    parser.add_argument("--seeds", type=int, metavar="N", help="train with seeds 0 to N - 1 and compare the verdicts")
    options = parser.parse_args(arguments)
    if options.seeds is not None:
        return 0 if compare_seeds(options.logdir, options.seeds) else 1
    run = os.path.join(options.logdir, f"seed_{options.seed}")
    verdicts = train_and_judge(run, options.seed)
    print(explain(verdicts))
    agrees = all(verdict.agrees for verdict in verdicts.values())
    print("\nThe same units as np.all(output == 0, axis=0) over all rows: " + ("yes" if agrees else "NO"))
    print(f"See them with: tensorboard --logdir {options.logdir}")
    return 0 if agrees else 1


if __name__ == "__main__":
    sys.exit(main())
