"""My ReLU network's loss is constant, and leaky ReLU does not help. Are the units dead?

A convolutional network as it was asked about on a forum, in a graph and a
session of TensorFlow 1: four convolutions, one hidden dense layer, a softmax
over 50 classes, the sum of squared differences as loss, Adam, and pixels from
0 to 255. Its author reduced it to four numbers as input and two layers of
four units, with gradients at or near zero all the same.

The answer: no, the units are alive, and no gradient reaches them
(`no_gradient`). Inputs of this size make logits that are far apart, the
softmax puts out one 1 and 49 zeros, and there it is flat. A leaky ReLU can't
help, for the fault is behind it. Dividing the pixels by 255 does. Weights from
a normal distribution with a negative mean give the other picture: inactive on
every sample, which is `dead`, and which no scale of the inputs would cure.

    python examples/conv_net_tf1.py
    tensorboard --logdir logs/conv_net_tf1

Hidden weights and biases are drawn from a normal distribution with a positive
mean, as the question's author tried it, but of 0.012. With a mean of 0.1 the
softmax is still saturated after the division: weights have a scale, too.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
from collections.abc import Callable

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
import tensorflow as tf
from sklearn import datasets

from tb_deadrelu_plugin import Timeline, UnitState, read, summary

v1 = tf.compat.v1

SIZE, CLASSES, BATCH_SIZE = 32, 50, 64

Watched = dict[str, tuple[tf.Tensor, tf.Tensor]]
"""{layer: (pre-activations, activations)}"""


@dataclasses.dataclass(frozen=True)
class Run:
    """What is trained, and what is to be expected of it.

    Attributes:
      title: In words.
      outcome: What `judge` should find.
      four_numbers: Whether it is the reduction to four numbers.
      divisor: What the inputs are divided by.
      mean, stddev: Of the hidden weights and biases of the convolutional network.
    """

    title: str
    outcome: str
    four_numbers: bool = False
    divisor: float = 1.0
    mean: float = 0.012
    stddev: float = 0.02


RUNS = {
    "conv_raw": Run("convolutional network, pixels 0 to 255", "no_gradient"),
    "conv_scaled": Run("convolutional network, pixels divided by 255", "clear", divisor=255),
    "conv_negative": Run(
        "convolutional network, pixels divided by 255, weights and biases around -0.1", "dead", divisor=255, mean=-0.1
    ),
    "four_raw": Run("four numbers, leaky ReLU", "no_gradient", four_numbers=True),
    "four_scaled": Run("four numbers divided by 255, leaky ReLU", "clear", four_numbers=True, divisor=255),
}

CONCLUSIONS = {
    "no_gradient": "The units are alive, but no gradient reaches them: the softmax behind them is saturated.",
    "dead": "The units are dead: not active on any sample, so that they get no gradient and can't come back.",
    "clear": "Gradients reach the active units, and the loss falls.",
    "unclear": "None of this holds for the whole network; the table says what its units do.",
}


@dataclasses.dataclass(frozen=True)
class Network:
    """The tensors and ops of a graph.

    Attributes:
      inputs, targets: Placeholders [batch, ...].
      loss: Mean over the batch of the sum of squared differences; what Adam minimizes.
      watched: {layer: (activations, gradients of `loss` at the pre-activations)}.
      summaries: All summaries, merged.
      train: One step of Adam.
    """

    inputs: tf.Tensor
    targets: tf.Tensor
    loss: tf.Tensor
    watched: Watched
    summaries: tf.Tensor
    train: tf.Operation


def build_network(run: Run) -> Network:
    """Builds a run's network in the default graph."""
    shape, classes = ([None, 4], 4) if run.four_numbers else ([None, SIZE, SIZE, 1], CLASSES)
    inputs = v1.placeholder(tf.float32, shape, name="inputs")
    targets = v1.placeholder(tf.float32, [None, classes], name="targets")
    logits, layers = (four_numbers if run.four_numbers else conv_net)(inputs / run.divisor, run)
    # tf.nn.softmax can fall short of 1 by a rounding error of 6e-8, and Adam makes whole steps of that.
    outputs = tf.exp(tf.nn.log_softmax(logits))
    loss = tf.reduce_mean(tf.reduce_sum(tf.math.squared_difference(outputs, targets), axis=1))

    # One backward pass gives the gradients at the pre-activations and those of the variables.
    variables = v1.trainable_variables()
    gradients = v1.gradients(loss, [z for z, _ in layers.values()] + variables)
    watched = {name: (a, gradient) for (name, (_, a)), gradient in zip(layers.items(), gradients)}
    for name, (a, gradient) in watched.items():
        summary.op(name, a, gradient)
    train = v1.train.AdamOptimizer().apply_gradients(zip(gradients[len(layers) :], variables))
    return Network(inputs, targets, loss, watched, v1.summary.merge_all(), train)


def conv_net(x: tf.Tensor, run: Run) -> tuple[tf.Tensor, Watched]:
    """The network of the question; returns its logits and its ReLU layers."""
    layers: Watched = {}
    normal = v1.random_normal_initializer(run.mean, run.stddev)

    def relu(name: str, x: tf.Tensor, units: int, size: int = 0) -> tf.Tensor:
        z = affine(name, x, units, size, normal)
        layers[name] = z, tf.nn.relu(z)
        return layers[name][1]

    x = tf.nn.max_pool2d(relu("conv_1", x, 20, 3), 2, 2, "VALID")
    x = relu("conv_3", relu("conv_2", x, 24, 3), 24, 3)
    x = relu("conv_4", tf.nn.max_pool2d(x, 2, 2, "VALID"), 32, 5)
    x = relu("dense_1", tf.reshape(x, [-1, int(np.prod(x.shape[1:]))]), 100)
    return affine("output", x, CLASSES), layers


def four_numbers(x: tf.Tensor, run: Run) -> tuple[tf.Tensor, Watched]:
    """The reduction: Dense(4, leaky_relu), Dense(4, softmax); returns its logits and its leaky layer."""
    z = affine("dense_1", x, 4)
    a = tf.nn.leaky_relu(z)
    return affine("output", a, 4), {"dense_1": (z, a)}


def affine(name: str, x: tf.Tensor, units: int, size: int = 0, normal: Callable | None = None) -> tf.Tensor:
    """A layer before its activation: dense, or a convolution if it has a size; Glorot's weights if none are given."""
    window = [size, size] if size else []
    w = v1.get_variable(f"{name}_kernel", [*window, int(x.shape[-1]), units], initializer=normal)
    b = v1.get_variable(f"{name}_bias", [units], initializer=normal or v1.zeros_initializer())
    return (tf.nn.conv2d(x, w, 1, "VALID") if size else tf.matmul(x, w)) + b


def load_data(run: Run) -> tuple[np.ndarray, np.ndarray]:
    """Inputs float32 [rows, ...] from 0 to 255, and targets float32 [rows, classes]."""
    if run.four_numbers:
        return np.array([[3, 211, 123, 78]], np.float32), np.array([[0.5, 0.5, 0, 0]], np.float32)
    # scikit-learn's digits have 8 x 8 pixels from 0 to 16.
    digits = datasets.load_digits()
    pixels = np.kron(digits.images * (255 / 16), np.ones((SIZE // 8, SIZE // 8)))
    return pixels[..., None].astype(np.float32), np.eye(CLASSES, dtype=np.float32)[digits.target]


def train(
    logdir: str, run: Run, *, steps: int, seed: int = 0, observe: Callable[[Watched], None] | None = None
) -> list[float]:
    """Trains one run, and records every step in `logdir`.

    Args:
      logdir: Directory of the run.
      run: What to train.
      steps: Number of steps.
      seed: Random seed of weights and batches.
      observe: Called in every step with the values of `Network.watched`.

    Returns:
      The loss of every step, before the step.
    """
    x, y = load_data(run)
    batch_size = min(BATCH_SIZE, len(x))
    rng = np.random.default_rng(seed)
    losses = []
    with tf.Graph().as_default(), v1.Session() as session, v1.summary.FileWriter(logdir) as writer:
        v1.set_random_seed(seed)
        network = build_network(run)
        session.run(v1.global_variables_initializer())
        for step in range(1, steps + 1):
            rows = rng.choice(len(x), batch_size, replace=False)
            fetches = [network.train, network.loss, network.summaries, network.watched if observe else {}]
            _, loss, value, watched = session.run(fetches, {network.inputs: x[rows], network.targets: y[rows]})
            writer.add_summary(value, step)
            losses.append(float(loss))
            if observe:
                observe(watched)
    return losses


def judge(layers: dict[str, Timeline], losses: list[float]) -> str:
    """What became of a run: a key of `CONCLUSIONS`."""
    states = np.concatenate([timeline.states()[-1] for timeline in layers.values()])
    if np.all(states == UnitState.DEAD):
        return "dead"
    if np.all(states == UnitState.NO_GRADIENT):
        return "no_gradient"
    # Some batches are harder than others, so that a few are taken together.
    some = max(1, len(losses) // 4)
    falls = np.mean(losses[-some:]) < 0.99 * np.mean(losses[:some])
    return "clear" if falls and not np.any(states == UnitState.NO_GRADIENT) else "unclear"


def format_table(layers: dict[str, Timeline]) -> str:
    """Units by state at the last record, a line per layer."""
    states = {name: timeline.states()[-1] for name, timeline in layers.items()}
    found = [state for state in UnitState if any(state in row for row in states.values())]
    lines = [f"  {'layer':<8} {'units':>5}" + "".join(f"{state.name.lower():>13}" for state in found)]
    for name, row in states.items():
        lines.append(f"  {name:<8} {len(row):>5}" + "".join(f"{np.sum(row == state) or '-':>13}" for state in found))
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Trains all runs, prints what became of them, and returns 1 if that is not what the docstring says."""
    parser = argparse.ArgumentParser(description="Units that are alive but get no gradient, and units that are dead.")
    parser.add_argument("--logdir", default="logs/conv_net_tf1", help="default: %(default)s")
    parser.add_argument("--steps", type=int, default=100, help="16 or more to tell dead units; default: %(default)s")
    parser.add_argument("--seed", type=int, default=0, help="default: %(default)s")
    options = parser.parse_args(arguments)

    as_expected = True
    for name, run in RUNS.items():
        logdir = os.path.join(options.logdir, name)
        losses = train(logdir, run, steps=options.steps, seed=options.seed)
        layers = read(logdir)["."]
        outcome = judge(layers, losses)
        as_expected &= outcome == run.outcome
        print(f"{name}: {run.title}\n  loss {losses[0]:.3f} at the first step, {losses[-1]:.3f} at the last")
        print(f"{format_table(layers)}\n  {CONCLUSIONS[outcome]}\n", flush=True)
    print(f"See them with: tensorboard --logdir {options.logdir}")
    return 0 if as_expected else 1


if __name__ == "__main__":
    sys.exit(main())
