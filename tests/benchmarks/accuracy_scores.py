"""Trains the planted networks and compares what was recorded with the truth."""

from __future__ import annotations

import collections
import dataclasses
import tempfile
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from tb_deadrelu_plugin import read
from tb_deadrelu_plugin.keras import DeadReLU
from tb_deadrelu_plugin.timeline import Timeline
from tb_deadrelu_plugin.verdict import UnitState
from tests.benchmarks import accuracy_truth
from tests.benchmarks.accuracy_case import Apply, Case
from tests.benchmarks.accuracy_peers import PEERS
from tests.benchmarks.accuracy_truth import Counts, Truth

OURS = "DeadReLU, default settings"


@dataclasses.dataclass(frozen=True)
class Trained:
    """A case that was trained.

    Attributes:
      case: The case.
      timelines: What was recorded, by layer.
      truth: What was so.
    """

    case: Case
    timelines: dict[str, Timeline]
    truth: Truth


def train(case: Case, logs: str | None = None, **options: Any) -> Trained:
    """Trains a case under `DeadReLU` at default settings, silent, but for `options`; recorded in `logs` if given."""
    truth = Truth(case.x, case.y, case.batch_size)
    with tempfile.TemporaryDirectory() as temporary:
        logs = logs or temporary
        case.model.fit(
            case.x,
            case.y,
            batch_size=case.batch_size,
            epochs=case.epochs,
            shuffle=False,
            verbose=0,
            callbacks=[Apply(case.changes), truth, DeadReLU(logs, on_sick=None, **options)],
        )
        timelines = read(logs)["."]
    assert timelines.keys() == truth.batches[0].keys()
    return Trained(case, timelines, truth)


@dataclasses.dataclass(frozen=True)
class AtRecord:
    """One layer at one record that ends with an epoch.

    Attributes:
      epoch: Which one, from 0.
      recorded: object [units], names of the states that were recorded.
      true: object [units], those that are so on all samples of the window.
      doubtful: bool [units], where float32 decides.
      flags: {criterion: bool [units]}, ours first.
      inactive_now: bool [units], whether all rows are zero with the weights
        at the end of the epoch.
    """

    epoch: int
    recorded: np.ndarray
    true: np.ndarray
    doubtful: np.ndarray
    flags: dict[str, np.ndarray]
    inactive_now: np.ndarray

    @property
    def dead(self) -> np.ndarray:
        """bool [units], no activity in the whole window."""
        return self.true == "dead"


def at_records(trained: Trained) -> Iterator[AtRecord]:
    """Yields every layer at the end of every epoch."""
    for name, timeline in trained.timelines.items():
        states = timeline.states()
        for epoch, rows in enumerate(trained.truth.epoch_ends):
            first, last = int(timeline.window_start_steps[epoch]), int(timeline.steps[epoch])
            window, batch = trained.truth.window(first, last)[name], trained.truth.batches[last - 1][name]
            yield AtRecord(
                epoch=epoch,
                recorded=np.array([UnitState(state).name.lower() for state in states[epoch].tolist()], object),
                true=accuracy_truth.states(window),
                doubtful=accuracy_truth.doubtful(window),
                flags={
                    OURS: states[epoch] == UnitState.DEAD,
                    **{peer.name: peer.flags(batch, rows[name]) for peer in PEERS},
                },
                inactive_now=_inactive(rows[name]),
            )


def _inactive(rows: Counts) -> np.ndarray:
    return rows.active == 0


@dataclasses.dataclass
class Score:
    """Right and wrong ones of a yes or no."""

    found: int = 0
    false: int = 0
    missed: int = 0

    def add(self, said: np.ndarray, true: np.ndarray) -> None:
        """Adds units: bool [units] what was said, and what is so."""
        self.found += int(np.count_nonzero(said & true))
        self.false += int(np.count_nonzero(said & ~true))
        self.missed += int(np.count_nonzero(~said & true))

    @property
    def precision(self) -> float:
        """NaN where nothing was said."""
        return self.found / (self.found + self.false) if self.found + self.false else float("nan")

    @property
    def recall(self) -> float:
        """NaN where there is nothing to find."""
        return self.found / (self.found + self.missed) if self.found + self.missed else float("nan")


def score_states(records: Iterable[AtRecord]) -> dict[str, Score]:
    """Scores the states that were recorded against those that are so."""
    scores: dict[str, Score] = collections.defaultdict(Score)
    for one in records:
        for state in sorted({*one.recorded, *one.true}):
            scores[state].add((one.recorded == state) & ~one.doubtful, (one.true == state) & ~one.doubtful)
    return scores


def score_dead(records: Iterable[AtRecord]) -> tuple[dict[str, Score], int]:
    """Scores each criterion for "dead" on the units of which it is beyond question.

    That are those with no active sample in the whole epoch nor on any row
    with the weights at its end, and those with one in both.

    Returns:
      {criterion: Score}, and how many units were left out: those that died or
      came back within the epoch.
    """
    scores: dict[str, Score] = collections.defaultdict(Score)
    left_out = 0
    for one in records:
        clear = (one.dead == one.inactive_now) & ~one.doubtful
        left_out += int(np.count_nonzero(~clear))
        for name, flags in one.flags.items():
            scores[name].add(flags & clear, one.dead & clear)
    return scores, left_out


def false_dead(records: Iterable[AtRecord]) -> tuple[int, int]:
    """Units called dead by us that are active in the record's window; and those that are at the weights of its end."""
    in_window = now = 0
    for one in records:
        said = one.recorded == "dead"
        in_window += int(np.count_nonzero(said & ~one.dead & ~one.doubtful))
        now += int(np.count_nonzero(said & ~one.inactive_now & ~one.doubtful))
    return in_window, now
