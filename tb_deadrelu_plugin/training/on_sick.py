"""What is done while training runs when a layer has become sick: a line in the output, a stop, or what the user wants."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from typing import Any, Literal, TypeAlias

import keras

from tb_deadrelu_plugin.report import LayerReport, RunReport
from tb_deadrelu_plugin.training import sickness
from tb_deadrelu_plugin.verdict import Severity
from tb_deadrelu_plugin.writing.run_summary import RunAtStep

Action: TypeAlias = "Literal['warn', 'stop'] | Callable[[LayerReport, int], Any] | None"


class OnSick:
    """Looks at each record, and acts on what is new.

    Args:
      action: None, "warn", "stop", or a function of `LayerReport` and step.

    Raises:
      ValueError: It is something else.
    """

    def __init__(self, action: Action) -> None:
        if action not in (None, "warn", "stop") and not callable(action):
            raise ValueError(
                'on_sick must be None, "warn", "stop" or a function of a tb_deadrelu_plugin.report.LayerReport and a '
                f"step, got {action!r}."
            )
        self._action = action
        self._sickness = sickness.Sickness()
        self._has_failed = False

    def reset(self) -> None:
        """Forgets what was told of."""
        self._sickness = sickness.Sickness()

    def look_at(
        self, run: RunAtStep, verdict: Callable[[], RunReport], say: Callable[[str], None], *, final: bool = False
    ) -> bool:
        """Acts on the newest records; whatever goes wrong in it is warned of once, and training goes on.

        Args:
          run: The records.
          verdict: Sums the run up; asked only if there is something to tell.
          say: Prints lines.
          final: Whether training is over, so that there is nothing to stop.

        Returns:
          Whether training is to be stopped.
        """
        if self._action is None:
            return False
        events = self._sickness.note(run)
        stops = self._worst(run) if self._action == "stop" and not final else ""
        try:
            if events:
                self._tell(events, run.step, verdict(), say)
            if stops:
                say(f"deadrelu: training is stopped at step {run.step:,}: {stops}.")
        except Exception as error:
            if not self._has_failed:
                self._has_failed = True
                warnings.warn(
                    f"What on_sick={self._action!r} does at step {run.step:,} has failed, and training goes on: "
                    f"{type(error).__name__}: {error}",
                    RuntimeWarning,
                    stacklevel=2,
                )
        return bool(stops)

    def _tell(self, events: list[sickness.Event], step: int, run: RunReport, say: Callable[[str], None]) -> None:
        if not callable(self._action):
            say("\n".join(f"deadrelu: {line}" for line in sickness.lines(events, run)))
            return
        layers = {layer.layer: layer for layer in run.layers}
        for event in events:
            self._action(layers[event.layer], step)

    def _worst(self, run: RunAtStep) -> str:
        """The sick layer with the largest share of dead units, in words; "" if there is none."""
        sick = {name: layer for name, layer in run.mortal.items() if self._sickness.severity(layer) is Severity.SICK}
        if not sick:
            return ""
        name = max(sick, key=lambda one: sick[one].dead / sick[one].units)
        return f"layer {name} is sick, {sickness.dead_of(sick[name].dead, sick[name].units)}"


def say(lines: str, bar_is_open: bool) -> None:
    """Prints lines where Keras prints its own.

    Args:
      lines: Without a line break at the end.
      bar_is_open: Whether a progress bar stands in the line that is being
        written: it is left as it is, and goes on below.
    """
    if not keras.config.is_interactive_logging_enabled():
        from absl import logging

        logging.info(lines)
        return
    # All at once, for the bar may be drawn by another thread.
    text = f"{chr(10) if bar_is_open else ''}{lines}\n"
    try:
        sys.stdout.write(text)
    except UnicodeEncodeError:
        sys.stdout.write(text.encode("ascii", "replace").decode())
    sys.stdout.flush()
