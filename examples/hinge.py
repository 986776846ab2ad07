"""My ReLU behaves like the identity: does it ever clip?

One input, Dense(1, relu, weight 1, bias 0), Dense(1, weight 1, bias 0), on the
grid -5..5 of 1000 points, and the prediction plots as a straight line instead
of a hinge. The hidden unit's zero fraction on that grid tells: at 0.5 it
clips as it should, and the fault is elsewhere; at 0.0 it never clips, the unit
is always on, and the layer is linear on this data. Here it is asked of the
grid as it is, and of one that is shifted so that nothing is below 0.

    python examples/hinge.py

The same from R, where Keras comes through reticulate, and `model` and `grid`
(a matrix of one column) are those of the session:

    library(reticulate)
    dead_relu <- import("tb_deadrelu_plugin.keras")
    hinge <- dead_relu$check_units(model, grid)$hinge
    hinge$fraction     # 0.5: share of points at which the unit gives 0
    hinge$always_on    # empty; 0, the unit's index, where it never clips
"""

from __future__ import annotations

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np

from tb_deadrelu_plugin.keras import UnitCheck, check_units


def build_model() -> keras.Model:
    """The model of the question."""
    return keras.Sequential(
        [
            keras.Input((1,)),
            keras.layers.Dense(1, "relu", kernel_initializer="ones", name="hinge"),
            keras.layers.Dense(1, kernel_initializer="ones", name="output"),
        ]
    )


def grid(low: float = -5.0, high: float = 5.0, points: int = 1000) -> np.ndarray:
    """The points that the prediction is plotted on, float32 [points, 1]."""
    return np.linspace(low, high, points, dtype=np.float32)[:, None]


def explain(check: UnitCheck) -> str:
    """What the hidden unit does on the points."""
    share = f"zero fraction {float(check.fraction[0]):.1f} on {check.samples:,} points"
    if len(check.always_on):
        return f"{share}: always on, the layer is linear on this data. Look at what it is given, and at its bias."
    return f"{share}: the ReLU clips. If the plot is straight all the same, look at what is plotted."


def main() -> None:
    """Asks of both grids."""
    model = build_model()
    # A hair above 0, for at 0 itself a ReLU gives 0.
    for name, points in (("-5..5", grid()), ("shifted to 0..10", grid(0.01, 10.0))):
        print(f"{name}: {explain(check_units(model, points)['hinge'])}")


if __name__ == "__main__":
    main()
