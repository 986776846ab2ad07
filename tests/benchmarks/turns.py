"""Training of several variants of a model in turn, epoch by epoch, in one process.

Each variant is in one long `fit` in a thread of its own, of which one at a
time goes on, for one epoch. So what is compared was measured within seconds,
nobody's callbacks are begun anew, and building the training step is in the
first epochs, which are told apart.
"""

from __future__ import annotations

import concurrent.futures
import dataclasses
import multiprocessing
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

import keras

from tests.benchmarks.variants import Variant, kill
from tests.benchmarks.workloads import Workload

BUILDING = 2
"""Epochs at the beginning that are not compared."""

T = TypeVar("T")


@dataclasses.dataclass(frozen=True)
class Seconds:
    """What the epochs of one variant took.

    Attributes:
      build: The first epoch, less what an epoch takes later on.
      epochs: Later epochs, with what callbacks do at their ends.
    """

    build: float
    epochs: list[float]

    @property
    def median(self) -> float:
        return statistics.median(self.epochs)


def in_own_process(function: Callable[..., T], *args: Any) -> T:
    """Calls a function in a new process, so that no measurement finds what another has left in memory."""
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as executor:
        return executor.submit(function, *args).result()


def train(workload: Workload, jit: bool, variants: list[Variant]) -> dict[str, Seconds]:
    """Trains all variants on the same data; returns what their epochs took, {key: seconds}."""
    epochs = BUILDING + workload.rounds
    with tempfile.TemporaryDirectory() as logs:
        runs = [_Run(workload, jit, variant, f"{logs}/{variant.key}", epochs) for variant in variants]
        for number in range(epochs):
            # Nobody always comes after the same one, or first.
            start = number % len(runs)
            for run in runs[start:] + runs[:start]:
                run.train_one_epoch()
    return {variant.key: _seconds(run.epochs) for variant, run in zip(variants, runs)}


def ratios(seconds: dict[str, Seconds], key: str, to: str = "plain") -> list[float]:
    """Returns what each epoch of a variant took, over what the other's took in the same round."""
    return [one / other for one, other in zip(seconds[key].epochs, seconds[to].epochs)]


def spread(values: list[float]) -> str:
    """Returns median and quartiles as text."""
    if len(values) < 2:
        return f"{values[0]:.2f}"
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return f"{middle:.3f} ({low:.2f} to {high:.2f})"


class _Run:
    """The `fit` of one variant."""

    def __init__(self, workload: Workload, jit: bool, variant: Variant, logs: str, epochs: int) -> None:
        self.epochs: list[float] = []
        self._go, self._done = threading.Semaphore(0), threading.Semaphore(0)
        self._error: BaseException | None = None
        model = workload.compiled(jit)
        kill(model, variant.dead)
        x, y = workload.data(model)
        callbacks = [_Start(self), *variant.callbacks(logs, x), _Stop(self)]

        def fit() -> None:
            try:
                batch_size = workload.batch_size
                model.fit(x, y, batch_size, epochs, verbose=0, callbacks=callbacks, shuffle=False)
            except BaseException as error:
                self._error = error
            finally:
                self._done.release()

        threading.Thread(target=fit, daemon=True).start()
        self._wait()

    def train_one_epoch(self) -> None:
        """Lets `fit` go on until the next epoch would begin, or to its end."""
        self._go.release()
        self._wait()

    def start(self) -> None:
        self._done.release()
        self._go.acquire()
        self._started = time.perf_counter()

    def stop(self) -> None:
        self.epochs.append(time.perf_counter() - self._started)

    def _wait(self) -> None:
        self._done.acquire()
        if self._error is not None:
            raise self._error


class _Start(keras.callbacks.Callback):
    """Waits for the turn, before all other callbacks."""

    def __init__(self, run: _Run) -> None:
        super().__init__()
        self._run = run

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self._run.start()


class _Stop(keras.callbacks.Callback):
    """Stops the time, after all other callbacks."""

    def __init__(self, run: _Run) -> None:
        super().__init__()
        self._run = run

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self._run.stop()


def _seconds(epochs: list[float]) -> Seconds:
    later = epochs[BUILDING:]
    return Seconds(max(0.0, epochs[0] - statistics.median(later)), later)
