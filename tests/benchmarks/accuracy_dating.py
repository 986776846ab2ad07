"""When units died and came back, as records tell it, also those few that TensorBoard has kept."""

from __future__ import annotations

import dataclasses
import itertools
import tempfile

import numpy as np
from tensorboard.backend.event_processing import data_provider, plugin_event_multiplexer
from tensorboard.context import RequestContext

from tb_deadrelu_plugin.serving.provider import TimelineProvider
from tb_deadrelu_plugin.timeline import Timeline
from tests.benchmarks import accuracy_cases, accuracy_scores

KEPT = 10
LAYER = "planted"


@dataclasses.dataclass(frozen=True)
class Silence:
    """A stretch without activity, a whole epoch at least.

    Attributes:
      since: Last step with activity, -1 for none.
      until: The next step with activity, None for none.
    """

    since: int
    until: int | None


@dataclasses.dataclass(frozen=True)
class Dated:
    """How deaths and revivals are dated; errors are in steps.

    Attributes:
      records: Number of records looked at.
      deaths: Of units that stayed dead: how many there were.
      errors: Of each of these that was found.
      past_deaths: Of units that came back or were born dead and came to life.
      past_errors: Of each of these that was found.
      revivals: Of units whose death was found.
      revivals_told: How many of them are dated by the first record that shows
        activity again.
      false: Deaths that are none.
      within: How many of all that were found are dated within one window.
    """

    records: int
    deaths: int
    errors: list[int]
    past_deaths: int
    past_errors: list[int]
    revivals: int
    revivals_told: int
    false: int
    within: int


@dataclasses.dataclass(frozen=True)
class Run:
    """The run whose deaths are dated, and what TensorBoard keeps of it."""

    trained: accuracy_scores.Trained
    kept: Timeline

    @property
    def all(self) -> Timeline:
        """The timeline with all records."""
        return self.trained.timelines[LAYER]

    @property
    def window(self) -> int:
        """Steps of an epoch."""
        case = self.trained.case
        return -(-len(case.x) // case.batch_size)


def train(epochs: int = 300) -> Run:
    """Trains the case of units that die and come back."""
    with tempfile.TemporaryDirectory() as logs:
        trained = accuracy_scores.train(accuracy_cases.deaths(epochs), logs=logs)
        # As `tensorboard --load_fast=false --samples_per_plugin dead_relu=10`.
        multiplexer = plugin_event_multiplexer.EventMultiplexer(tensor_size_guidance={"dead_relu": KEPT})
        multiplexer.AddRunsFromDirectory(logs)
        multiplexer.Reload()
        provider = TimelineProvider(data_provider.MultiplexerDataProvider(multiplexer, logs))
        kept = provider.read(RequestContext(), "", ".", LAYER).timeline
    return Run(trained, kept)


def silences(run: Run) -> list[list[Silence]]:
    """The truth: each unit's stretches without activity that last for a whole window at least."""
    last_active = run.trained.truth.last_active(LAYER)
    steps = len(last_active)
    found = []
    for unit in range(last_active.shape[1]):
        active = np.unique(last_active[:, unit])
        # Before the first step, where there is none, and after the last.
        bounds = [*(() if active[0] == -1 else (-1,)), *active.tolist(), steps + 1]
        stretches = [
            Silence(since, None if until > steps else until)
            for since, until in itertools.pairwise(bounds)
            if _has_whole_window(max(since, 0), until - 1, run.window)
        ]
        found.append(stretches)
    return found


def _has_whole_window(after: int, last: int, window: int) -> bool:
    return -(-after // window) * window + window <= last


def date(run: Run, timeline: Timeline) -> Dated:
    """Compares the histories of all units with the truth."""
    errors: list[int] = []
    past_errors: list[int] = []
    deaths = past_deaths = revivals = revivals_told = false = 0
    for unit, true in enumerate(silences(run)):
        history = timeline.history(unit)
        told = [*([-1] if history.born_dead else []), *history.died_at]
        for silence in true:
            near = [abs(step - silence.since) for step in told if (step < 0) == (silence.since < 0)]
            near = [error for error in near if error <= 2 * run.window]
            if silence.until is None:
                deaths += 1
                errors.extend(near[:1])
            else:
                past_deaths += 1
                past_errors.extend(near[:1])
                if near:
                    revivals += 1
                    shown = int(timeline.steps[np.searchsorted(timeline.steps, silence.until)])
                    revivals_told += any(silence.until <= step <= shown for step in history.revived_at)
        false += sum(all(abs(step - silence.since) > 2 * run.window for silence in true) for step in told)
    within = sum(error <= run.window for error in [*errors, *past_errors])
    return Dated(len(timeline.steps), deaths, errors, past_deaths, past_errors, revivals, revivals_told, false, within)
