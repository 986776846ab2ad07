"""Training of several variants of a model by turns, in one process.

Each variant trains a few batches in turn, so that whatever slows the machine
down for longer than that slows all of them: this tells small differences on
machines that are not quiet, where whole epochs, measured one after the other,
do not. An epoch is put together from the median pair of turns and the median
of what callbacks do at its end.
"""

from __future__ import annotations

import concurrent.futures
import dataclasses
import math
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Callable
from typing import Any, TypeVar

import keras
import tensorflow as tf

from tests.benchmarks.variants import Variant, kill
from tests.benchmarks.workloads import Workload

TURN = 16
"""Batches in a turn."""

BUILDING = 2
"""Epochs at the beginning that are not compared."""

T = TypeVar("T")


@dataclasses.dataclass(frozen=True)
class Seconds:
    """What one variant took, in seconds.

    Attributes:
      build: Its first epoch, less what an epoch takes later on.
      turns: Its later turns by (epoch, turn).
      end: Median of what its callbacks do at the end of an epoch.
      count: Turns in an epoch.
    """

    build: float
    turns: dict[tuple[int, int], float]
    end: float
    count: int

    @property
    def epoch(self) -> float:
        """Seconds of an epoch."""
        return self.count * statistics.median(self.turns.values()) + self.end


def in_own_process(function: Callable[..., T], *args: Any) -> T:
    """Calls a function in a new process, so that no measurement finds what another has left in memory."""
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as executor:
        return executor.submit(function, *args).result()


def train(workload: Workload, jit: bool, variants: list[Variant], rounds: int) -> dict[str, Seconds]:
    """Trains all variants on the same data for some epochs that count; returns {key: seconds}."""
    with tempfile.TemporaryDirectory() as logs:
        runs = [_Run(workload, jit, variant, f"{logs}/{variant.key}", BUILDING + rounds) for variant in variants]
        for epoch in range(BUILDING + rounds):
            training = [
                run for run, one in zip(runs, variants) if epoch < BUILDING or (epoch - BUILDING) % one.every == 0
            ]
            for run in training:
                run.callbacks.on_epoch_begin(epoch)
            for turn in range(workload.batches // TURN):
                # Nobody always comes after the same one, or first.
                first = turn % len(training)
                for run in training[first:] + training[:first]:
                    run.train_one_turn(epoch, turn)
            for run in training:
                run.end_epoch(epoch)
        for run in runs:
            run.callbacks.on_train_end()
    return {variant.key: run.seconds() for variant, run in zip(variants, runs)}


def ratio(seconds: dict[str, Seconds], key: str, to: str = "plain") -> str:
    """Returns how many times as long an epoch takes as another variant's: median of pairs of turns with its standard error, and quartiles."""
    other = seconds[to]
    pairs = [seconds_of_one / other.turns[when] for when, seconds_of_one in seconds[key].turns.items()]
    end = (seconds[key].end - other.end) / other.epoch
    low, middle, high = (quartile + end for quartile in statistics.quantiles(pairs, n=4, method="inclusive"))
    # Of the median of normal values, their deviation told by the quartiles, which no outlier moves.
    error = math.sqrt(math.pi / 2) * (high - low) / 1.349 / math.sqrt(len(pairs))
    return f"{middle:.3f} ± {error:.3f} ({low:.2f} to {high:.2f})"


class _Run:
    """One variant in training."""

    def __init__(self, workload: Workload, jit: bool, variant: Variant, logs: str, epochs: int) -> None:
        self._model = workload.compiled(jit)
        kill(self._model, variant.dead)
        x, y = workload.data(self._model)
        # On its own, a model's data set makes its batches ahead in threads, which would take turns with others' training.
        self._batches = iter(tf.data.Dataset.from_tensor_slices((x, y)).batch(workload.batch_size).cache().repeat())
        self.callbacks = keras.callbacks.CallbackList(
            variant.callbacks(logs, x), model=self._model, epochs=epochs, steps=workload.batches
        )
        self._model.make_train_function()
        self.callbacks.on_train_begin()
        self._count = workload.batches // TURN
        self._turns: dict[tuple[int, int], float] = {}
        self._ends: list[float] = []

    def train_one_turn(self, epoch: int, turn: int) -> None:
        began = time.perf_counter()
        for batch in range(turn * TURN, (turn + 1) * TURN):
            self.callbacks.on_train_batch_begin(batch)
            metrics = self._model.train_function(self._batches)
            self.callbacks.on_train_batch_end(batch, metrics)
        self._turns[epoch, turn] = time.perf_counter() - began

    def end_epoch(self, epoch: int) -> None:
        began = time.perf_counter()
        self.callbacks.on_epoch_end(epoch, {"loss": 0.0})
        self._ends.append(time.perf_counter() - began)

    def seconds(self) -> Seconds:
        turns = {(epoch, turn): one for (epoch, turn), one in self._turns.items() if epoch >= BUILDING}
        end = statistics.median(self._ends[BUILDING:])
        first = sum(one for (epoch, _), one in self._turns.items() if epoch == 0) + self._ends[0]
        build = first - self._count * statistics.median(turns.values()) - end
        return Seconds(max(0.0, build), turns, end, self._count)
