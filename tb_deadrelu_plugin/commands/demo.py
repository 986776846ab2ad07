"""What `deadrelu demo` trains: one small network, three ways, on scikit-learn's handwritten digits."""

from __future__ import annotations

import dataclasses
import os
from typing import Any

import keras
import numpy as np
import rich.box
import rich.console
import rich.progress
import rich.table
import tensorflow as tf
from sklearn import datasets

from tb_deadrelu_plugin.keras import DeadReLU
from tb_deadrelu_plugin.reader import read
from tb_deadrelu_plugin.timeline import Timeline
from tb_deadrelu_plugin.verdict import Severity

_TRAINING_ROWS = 1437
_BATCH_SIZE = 32
_UPDATE_FREQ = 5
_STYLES = {Severity.OK: "default", Severity.WATCH: "yellow", Severity.SICK: "red"}


@dataclasses.dataclass(frozen=True)
class Run:
    """One way of training the network.

    Attributes:
      name: Name of the run and of its directory.
      activation: Activation of all hidden layers.
      learning_rate: Of SGD with momentum.
    """

    name: str
    activation: str
    learning_rate: float


RUNS = (
    Run("healthy", "relu", 0.05),
    Run("high_lr", "relu", 0.4),
    Run("leaky_relu", "leaky_relu", 0.4),
)


@dataclasses.dataclass(frozen=True)
class Digits:
    """8 x 8 images of handwritten digits, centred and scaled by the training rows' mean and deviation."""

    x: np.ndarray
    y: np.ndarray
    x_validation: np.ndarray
    y_validation: np.ndarray


def load_digits() -> Digits:
    """Loads the digits that scikit-learn comes with."""
    bunch = datasets.load_digits()
    images = bunch.images.astype(np.float32)[..., None]
    x, x_validation = images[:_TRAINING_ROWS], images[_TRAINING_ROWS:]
    mean, deviation = x.mean(axis=0), x.std()
    return Digits(
        (x - mean) / deviation,
        bunch.target[:_TRAINING_ROWS],
        (x_validation - mean) / deviation,
        bunch.target[_TRAINING_ROWS:],
    )


def build_network(activation: str) -> keras.Model:
    """Two convolutional and two dense hidden layers."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(16, 3, padding="same", activation=activation, name="conv_1"),
            layers.Conv2D(32, 3, padding="same", activation=activation, name="conv_2"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(128, activation=activation, name="dense_1"),
            layers.Dense(64, activation=activation, name="dense_2"),
            layers.Dense(10, activation="softmax", name="digit"),
        ]
    )


class _ShowProgress(keras.callbacks.Callback):
    """Keeps one run's progress bar up to date."""

    def __init__(self, bar: rich.progress.Progress, task: rich.progress.TaskID, deadrelu: DeadReLU) -> None:
        super().__init__()
        self._bar = bar
        self._task = task
        self._deadrelu = deadrelu

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Moves the bar on; the numbers change as often as a record is written."""
        self._bar.advance(self._task)
        if (batch + 1) % _UPDATE_FREQ or logs is None or self._deadrelu.monitor is None:
            return
        dead = sum(len(units) for units in self._deadrelu.monitor.dead_units().values())
        self._bar.update(
            self._task, numbers=f"loss {logs['loss']:7.3f}  accuracy {logs['accuracy']:5.1%}  dead units {dead:3d}"
        )


def train(logdir: str, console: rich.console.Console, *, seed: int, epochs: int) -> dict[str, float]:
    """Trains every run.

    Args:
      logdir: Directory of the runs' directories.
      console: Where the progress bars go.
      seed: Random seed; each run begins with the same weights and sees the
        same batches.
      epochs: Passes over the training rows.

    Returns:
      {run: accuracy on the validation rows}.
    """
    digits = load_digits()
    columns = (
        rich.progress.TextColumn("{task.description:10}"),
        rich.progress.BarColumn(bar_width=24),
        rich.progress.TaskProgressColumn(),
        rich.progress.TextColumn("{task.fields[numbers]}"),
    )
    accuracies = {}
    # TensorFlow says things to stderr when it first looks for devices, which would break the bars apart.
    tf.config.list_logical_devices()
    with rich.progress.Progress(*columns, console=console) as bar:
        batches = epochs * -(-_TRAINING_ROWS // _BATCH_SIZE)
        tasks = {run: bar.add_task(run.name, total=batches, numbers="") for run in RUNS}
        for run, task in tasks.items():
            keras.utils.set_random_seed(seed)
            # Training on the verge of breaking down makes much of every last bit.
            tf.config.experimental.enable_op_determinism()
            model = build_network(run.activation)
            model.compile(
                # Without a bound on the gradient the leaky run's loss overflows.
                keras.optimizers.SGD(run.learning_rate, momentum=0.9, global_clipnorm=1.0),
                "sparse_categorical_crossentropy",
                metrics=["accuracy"],
            )
            deadrelu = DeadReLU(os.path.join(logdir, run.name), update_freq=_UPDATE_FREQ)
            show = _ShowProgress(bar, task, deadrelu)
            model.fit(digits.x, digits.y, batch_size=_BATCH_SIZE, epochs=epochs, verbose=0, callbacks=[deadrelu, show])
            _, accuracies[run.name] = model.evaluate(digits.x_validation, digits.y_validation, verbose=0)
    return accuracies


def summary_table(logdir: str, accuracies: dict[str, float]) -> rich.table.Table:
    """What became of the units, layers x runs, read back from the event files."""
    runs = read(logdir, progress=False)
    table = rich.table.Table(
        box=rich.box.SIMPLE_HEAD,
        show_footer=True,
        caption="dead units, and the steps of their last activity; leaky ones can't die",
        caption_justify="left",
    )
    table.add_column("layer", footer="validation\naccuracy")
    for run in RUNS:
        settings = f"{run.activation}, lr {run.learning_rate:g}"
        table.add_column(f"{run.name}\n[dim]{settings}[/]", footer=f"\n{accuracies[run.name]:.1%}")
    for layer in next(iter(runs.values())):
        table.add_row(layer, *(_cell(runs[run.name][layer]) for run in RUNS))
    return table


def _cell(timeline: Timeline) -> str:
    dead = timeline.dead_units()
    if timeline.zero_fraction is None:
        return f"{len(dead)} of {timeline.units} (leaky)"
    text = f"{len(dead)} of {timeline.units}"
    if len(dead):
        text += f" ({len(dead) / timeline.units:.0%}), {when_last_active(timeline)}"
    return f"[{_STYLES[timeline.severity()]}]{text}[/]"


def when_last_active(timeline: Timeline) -> str:
    """Says when the units that are dead at the end were last active."""
    last_active = timeline.last_active_step[-1][timeline.dead_units()]
    never = int(np.sum(last_active < 0))
    died = last_active[last_active >= 0]
    parts = [f"{never} never"] if never else []
    if len(died):
        parts.append(f"{died.min()}–{died.max()}" if died.min() < died.max() else str(died[0]))
    return ", ".join(parts)
