"""Why are my autoencoder's parameter counts not symmetric?

An autoencoder 1602 -> 1024 -> 8 -> 4 -> 3 -> 4 -> 8 -> 1024 -> 1602 for
outlier detection. This script prints a table of its layers with kernel and
bias parameters apart, which shows it: the kernels mirror, the biases do not.
Then it trains for a short while on data made on the spot and shows what the
plugin says of leaky units: never dead, and how often their pre-activation is
not positive.

    python examples/parameter_table.py
    tensorboard --logdir logs/parameter_table
"""

from __future__ import annotations

import argparse
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np

from tb_deadrelu_plugin import Timeline, read
from tb_deadrelu_plugin.keras import DeadReLU, LayerRow, layer_table
from tb_deadrelu_plugin.verdict import layer_severity

FEATURES = 1602
HIDDEN = (1024, 8, 4, 3, 4, 8, 1024)


def build_autoencoder() -> keras.Model:
    """The model of the question."""
    model = keras.Sequential([keras.Input((FEATURES,))])
    for position, units in enumerate(HIDDEN, 1):
        model.add(
            keras.layers.Dense(
                units, activation="leaky_relu", kernel_initializer="glorot_normal", name=f"hidden_{position}_{units}"
            )
        )
    model.add(
        keras.layers.Dense(
            FEATURES, activation="sigmoid", kernel_initializer="glorot_normal", name=f"output_{FEATURES}"
        )
    )
    model.compile(keras.optimizers.Adam(1e-4), "binary_crossentropy")
    return model


def make_rows(rows: int = 512) -> np.ndarray:
    """Rows in [0, 1] that three hidden causes explain, float32 [rows, FEATURES]."""
    rng = np.random.default_rng(0)
    causes, loadings = rng.normal(size=(rows, 3)), rng.normal(size=(3, FEATURES))
    return (1 / (1 + np.exp(-causes @ loadings))).astype(np.float32)


def format_table(rows: list[LayerRow]) -> str:
    """The layer table as text, with a total."""
    lines = [f"{'layer':<15} {'units':>6} {'kernel':>11} {'bias':>7} {'parameters':>11}"]
    for row in rows:
        lines.append(
            f"{row.name:<15} {row.units:>6} {row.kernel_parameters:>11,} {row.bias_parameters:>7,} {row.parameters:>11,}"
        )
    kernel, bias = (sum(getattr(row, name) for row in rows) for name in ("kernel_parameters", "bias_parameters"))
    lines.append(f"{'total':<15} {'':>6} {kernel:>11,} {bias:>7,} {sum(row.parameters for row in rows):>11,}")
    return "\n".join(lines)


def explain(rows: list[LayerRow]) -> str:
    """Why the counts do not mirror, with this model's numbers."""
    encoder, decoder = rows[1], rows[-2]
    return (
        f"The kernels mirror: {encoder.name} and {decoder.name} both have {encoder.kernel_parameters:,} weights, for a "
        f"kernel has\ninputs x outputs of them, whichever way round. A bias belongs to an output: {encoder.name} has "
        f"{encoder.bias_parameters}, {decoder.name}\nhas {decoder.bias_parameters:,}. So the layers' counts can't mirror, "
        "and nothing is wrong."
    )


def describe_units(timeline: Timeline) -> str:
    """What was recorded of one layer's leaky units at the end."""
    negative = timeline.negative_fraction[-1]
    dead = len(timeline.dead_units())
    return (
        f"{timeline.layer}: {dead} dead of {timeline.units}; negative fraction "
        f"{negative.min():.0%} to {negative.max():.0%}, median {np.median(negative):.0%}"
    )


def one_lost_unit(units: int) -> str:
    """How a layer of this width is judged when it loses one unit."""
    return f"one lost unit of {units:,}: {1 / units:.1%} of the layer, severity {layer_severity(1, units).value!r} (1 of {units:,})"


def train(logdir: str, *, seed: int = 0, rows: int = 512, epochs: int = 3) -> dict[str, Timeline]:
    """Trains for a short while, recorded in `logdir`; returns {layer: Timeline}."""
    keras.utils.set_random_seed(seed)
    x = make_rows(rows)
    model = build_autoencoder()
    model.fit(x, x, batch_size=32, epochs=epochs, verbose=0, callbacks=[DeadReLU(logdir, update_freq=4)])
    return read(logdir)["."]


def main(arguments: list[str] | None = None) -> int:
    """Prints the table and the explanation, trains, and prints what became of the units."""
    parser = argparse.ArgumentParser(description="An autoencoder's layers, their kernel and bias parameters apart.")
    parser.add_argument("--logdir", default="logs/parameter_table", help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=0, help="default: %(default)s")
    options = parser.parse_args(arguments)

    model = build_autoencoder()
    rows = layer_table(model)
    print(format_table(rows))
    total = sum(row.parameters for row in rows)
    agrees = total == model.count_params()
    print(f"\nmodel.count_params() is {model.count_params():,}: " + ("the same." if agrees else "NOT THE SAME."))
    print(f"\n{explain(rows)}\n\nAfter a short training on made data:")
    for timeline in train(os.path.join(options.logdir, f"seed_{options.seed}"), seed=options.seed).values():
        print(describe_units(timeline))
    print(
        "\nLeaky units keep a gradient on both sides of zero, so they are never called dead; the negative fraction is"
    )
    print(
        "the share of samples with a pre-activation <= 0. In a ReLU network of these widths it would count for more in"
    )
    print("the bottleneck than elsewhere:")
    for units in (3, 1024):
        print(f"  {one_lost_unit(units)}")
    print(f"\nSee them with: tensorboard --logdir {options.logdir}")
    return 0 if agrees else 1


if __name__ == "__main__":
    sys.exit(main())
