"""Training time by turns of a few batches, which tells small differences on machines that are not quiet.

All variants train in one process, 16 batches each in turn, so that whatever
slows the machine down for longer than that slows all of them. An epoch is
put together from the median turn and the median of what callbacks do at its
end.
"""

from __future__ import annotations

import dataclasses
import statistics
import sys
import tempfile
import time
from typing import Any

import keras
import tensorflow as tf

from tests.benchmarks import turns, variants
from tests.benchmarks.tables import Table
from tests.benchmarks.workloads import WORKLOADS, Workload

TURN = 16
COMPARED = {
    "again": ("alone again", ""),
    "default": ("DeadReLU", "1.03"),
    "all": ('DeadReLU, coverage="all"', "1.15"),
    "dead": ("DeadReLU, a third of the units dead", ""),
    "histograms": ("TensorBoard, histogram_freq=1", ""),
    "prediction": ("prediction pass", ""),
}
VARIANTS = [
    variants.PLAIN,
    variants.DEFAULT,
    variants.AGAIN,
    variants.ALL,
    variants.DEAD,
    variants.HISTOGRAMS,
    variants.PREDICTION,
]


@dataclasses.dataclass
class _Trained:
    """One variant in training, and what was measured of it in seconds."""

    model: keras.Model
    callbacks: keras.callbacks.CallbackList
    batches: Any
    turns: list[float] = dataclasses.field(default_factory=list)
    ends: list[float] = dataclasses.field(default_factory=list)


def measure(workload: Workload, jit: bool, rounds: int) -> dict[str, tuple[list[float], float]]:
    """Returns {variant: (seconds of each turn, seconds at an epoch's end)}; in a process of its own."""
    trained: dict[str, _Trained] = {}
    with tempfile.TemporaryDirectory() as logs:
        for variant in VARIANTS:
            if variant.dead and not workload.with_dead_units:
                continue
            model = workload.compiled(jit)
            variants.kill(model, variant.dead)
            x, y = workload.data(model)
            dataset = tf.data.Dataset.from_tensor_slices((x, y)).batch(workload.batch_size).cache().repeat()
            callbacks = keras.callbacks.CallbackList(
                variant.callbacks(f"{logs}/{variant.key}", x), model=model, epochs=rounds + 2, steps=workload.batches
            )
            model.make_train_function()
            callbacks.on_train_begin()
            trained[variant.key] = _Trained(model, callbacks, iter(dataset))
        for epoch in range(rounds + 2):
            for one in trained.values():
                one.callbacks.on_epoch_begin(epoch)
            for start in range(0, workload.batches, TURN):
                for one in trained.values():
                    began = time.perf_counter()
                    for batch in range(start, start + TURN):
                        one.callbacks.on_train_batch_begin(batch)
                        metrics = one.model.train_function(one.batches)
                        one.callbacks.on_train_batch_end(batch, metrics)
                    one.turns.append(time.perf_counter() - began)
            for one in trained.values():
                began = time.perf_counter()
                one.callbacks.on_epoch_end(epoch, {"loss": 0.0})
                one.ends.append(time.perf_counter() - began)
        for one in trained.values():
            one.callbacks.on_train_end()
    # The first two epochs build what is needed.
    skipped = 2 * workload.batches // TURN
    return {name: (one.turns[skipped:], statistics.median(one.ends[2:])) for name, one in trained.items()}


def tables(quick: bool) -> list[Table]:
    """Trains every model with and without `jit_compile`."""
    rows = []
    for workload in WORKLOADS:
        for jit in (False, True):
            rounds = 1 if quick else max(2, workload.rounds // 2)
            measured = turns.in_own_process(measure, workload, jit, rounds)
            count = workload.batches // TURN
            alone = measured["plain"][0]
            epoch = count * statistics.median(alone)
            figures = []
            for name in COMPARED:
                if name in measured:
                    seconds, end = measured[name]
                    ratios = sorted(one / other for one, other in zip(seconds, alone))
                    low, middle, high = (ratios[len(ratios) * k // 4] + end / epoch for k in (1, 2, 3))
                    figures.append(f"{middle:.3f} ({low:.2f} to {high:.2f})")
                else:
                    figures.append("")
            rows.append([f"{workload.name}; jit {'on' if jit else 'off'}", f"{epoch:.2f} s", *figures])
            print(" | ".join(rows[-1]), file=sys.stderr, flush=True)
    rows.append(["budget", "", *[budget for _, budget in COMPARED.values()]])
    title = (
        f"How many times as long an epoch takes as alone, by turns of {TURN} batches: median and quartiles of pairs of "
        "turns, and what is done at the epoch's end"
    )
    return [Table(title, ["model", "alone", *[title for title, _ in COMPARED.values()]], rows)]
