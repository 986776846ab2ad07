"""For Keras: the callback `ReviveDeadUnits`, which re-initialises dead units while a model trains."""

from __future__ import annotations

import fnmatch
import operator
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import absl.logging
import keras
import numpy as np

from tb_deadrelu_plugin import verdict
from tb_deadrelu_plugin.instrument import train_function, variables
from tb_deadrelu_plugin.instrument.repairs import NOT_QUITE, Repair, Repairs
from tb_deadrelu_plugin.tensorflow import Monitor

if TYPE_CHECKING:
    from tb_deadrelu_plugin.keras import DeadReLU


class ReviveDeadUnits(keras.callbacks.Callback):
    """Re-initialises units that `DeadReLU` finds dead, as ReDo does (Sokar et al. 2023, arXiv:2302.12902).

    ```python
    deadrelu = DeadReLU("logs/run1")
    model.fit(x, y, callbacks=[deadrelu, ReviveDeadUnits(deadrelu)])
    ```

    A unit's incoming weights, its bias and its channel of a batch
    normalization on the way to the activation get initial values from the
    layer's own initializers. The weights by which other layers take it as
    their input are zeroed, so that the network's output is as before. What
    the optimizer keeps beside all of these (moments, accumulated gradients)
    begins anew. All is assigned in place, and nothing is built again.

    Outgoing weights are zeroed where the model is Functional or Sequential,
    or holds such models, and units go to Dense, convolutional and recurrent
    layers on a way on which they stay apart: pooling, Flatten, Dropout,
    concatenation, activations, batch normalization. Elsewhere, at residual
    sums for instance, only the incoming side is re-initialised, and
    `Repair.reason` says why; then the network's output changes. So it does,
    by little, where batch normalization makes a constant of dead units that
    no bias can take up, at padded borders for instance. Units of
    recurrent and frozen layers, and those whose weights are shared with other
    layers, are left as they are: see `refused`.

    Rounds are made right after a record of `DeadReLU`, before the next batch:
    no more often than it makes records, and not after the last one of `fit`.

    Attributes:
      rounds: A `Repair` per round and layer, over all calls of `fit`.
      refused: {layer: reason} of layers with dead units that can't be
        re-initialised.
    """

    def __init__(
        self,
        deadrelu: DeadReLU | None = None,
        every: str | int = "epoch",
        *,
        max_units: int | None = None,
        max_share: float = 1.0,
        seed: int | None = None,
        layers: str | Sequence[str] | None = None,
        thresholds: verdict.Thresholds = verdict.Thresholds(),
        verbose: bool = True,
    ) -> None:
        """Makes a callback, to be put after its `DeadReLU` in the list of callbacks.

        Args:
          deadrelu: Tells which units are dead; the one that watches the model
            if None.
          every: "epoch", or the number of batches that lie between two rounds
            at least.
          max_units: Units per round, of all layers together, at least 1; None
            for any number. Those go first that have been inactive longest.
          max_share: Share of a layer's units per round, in (0, 1]; one unit
            may always be.
          seed: For the same weights in every run. They are drawn by a
            generator of its own, so that nothing else random changes. None
            for others each time; with several workers it must be given.
          layers: Names or patterns ("encoder/*") of the watched layers to
            repair; all if None.
          thresholds: What counts as dead.
          verbose: Whether to print a line per round.

        Raises:
          ValueError: An argument does not fit.
          TypeError: `deadrelu` is no `DeadReLU`.
        """
        super().__init__()
        if deadrelu is not None and not hasattr(deadrelu, "monitor"):
            raise TypeError(f"deadrelu must be a DeadReLU callback, got {type(deadrelu).__name__}: {deadrelu!r}.")
        if max_units is not None and _positive(max_units) is None:
            raise ValueError(f"max_units must be a positive integer or None, got {max_units!r}.")
        if not 0 < max_share <= 1:
            raise ValueError(f"max_share must be above 0 and at most 1, got {max_share!r}.")
        if every != "epoch" and _positive(every) is None:
            raise ValueError(f'every must be "epoch" or a positive integer number of batches, got {every!r}.')
        self.rounds: list[Repair] = []
        self.refused: dict[str, str] = {}
        self._deadrelu = deadrelu
        self._every = None if every == "epoch" else _positive(every)
        self._max_units = max_units
        self._max_share = max_share
        self._seed = seed
        self._layers = None if layers is None else [layers] if isinstance(layers, str) else list(layers)
        self._thresholds = thresholds
        self._verbose = verbose
        self._generator = np.random.default_rng(seed)
        self._monitor: Monitor | None = None
        self._is_due = False
        self._batches_before = 0
        self._records: dict[str, Any] = {}
        self._repairs: Repairs | None = None
        self._is_bar_open = False

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Looks for the `DeadReLU`.

        Raises:
          RuntimeError: It is not before this callback in the list.
          ValueError: A name in `layers` does not exist, or there are several
            workers and no seed.
        """
        self._monitor = self._find_monitor()
        if self._seed is None and variables.workers(self.model.distribute_strategy) > 1:
            raise ValueError(
                "seed must be given where several workers train, for all to draw the same weights, got None."
            )
        names = list(self._monitor.watched.targets)
        missing = [name for name in self._layers or [] if not any(_fits(name, one) for one in names)]
        if missing:
            raise ValueError(
                f"layers must be names or patterns of watched layers, got {', '.join(map(repr, missing))}; "
                f"watched are: {', '.join(map(repr, names))}."
            )
        # The weights may not be those that the last record is of.
        self._records = self._last_records(self._monitor)
        self._is_due, self._batches_before, self._repairs = False, self._monitor.batches, None

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Makes a round due; before the next epoch it is made, so that there is none after the last."""
        self._is_due |= self._every is None

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Makes a round if one is due and `DeadReLU` has just made a record."""
        if self._monitor is None:
            return
        if self._every is not None:
            self._is_due |= self._monitor.batches - self._batches_before >= self._every
        records = self._last_records(self._monitor)
        new = [name for name, record in records.items() if record is not self._records.get(name)]
        self._records = records
        if self._is_due and new:
            self._is_due, self._batches_before = False, self._monitor.batches
            self._is_bar_open = batch > 0 and (self.params or {}).get("verbose") in (1, "auto")
            self._make_round(self._monitor, new)

    def _find_monitor(self) -> Monitor:
        at_work = train_function.watcher_at_work(self.model)
        monitor = at_work if isinstance(at_work, Monitor) else None
        wanted = None if self._deadrelu is None else self._deadrelu.monitor
        if monitor is not None and (self._deadrelu is None or wanted is monitor):
            return monitor
        which = "a DeadReLU" if self._deadrelu is None else "the DeadReLU that it is given"
        other = getattr(self._deadrelu, "model", None)
        if other is not None and other is not self.model:
            got = f"one that watches another model, {other.name!r}"
        elif monitor is not None:
            got = "another one"
        else:
            got = "none"
        raise RuntimeError(
            f"ReviveDeadUnits needs {which} before it among the callbacks of model {self.model.name!r}, got {got}: "
            "callbacks=[deadrelu, ReviveDeadUnits(deadrelu)]."
        )

    def _last_records(self, monitor: Monitor) -> dict[str, Any]:
        return {name: layer.last for name, layer in monitor.watched.layers.items()}

    def _make_round(self, monitor: Monitor, names: list[str]) -> None:
        """Makes a round in the layers that have just had a record."""
        wanted = [name for name in names if self._is_wanted(name)]
        dead = {name: units for name, units in monitor.dead_units(self._thresholds).items() if len(units)}
        dead = {name: units for name, units in dead.items() if name in wanted}
        if not dead:
            return
        if self._repairs is None:
            self._repairs = Repairs(self.model, monitor.watched, self._generator)
        made, refused = self._repairs.make(dead, self._max_units, self._max_share)
        self.rounds += made
        news = {name: reason for name, reason in refused.items() if self.refused.get(name) != reason}
        self.refused |= news
        if self._verbose and train_function.is_chief(self.model):
            self._say(made, news)

    def _say(self, made: list[Repair], refused: dict[str, str]) -> None:
        assert self._repairs is not None
        lines = []
        if made:
            what = ", ".join(map(_of_repair, made))
            if self._repairs.partly_reset:
                names = ", ".join(sorted(self._repairs.partly_reset))
                what += f"; optimizer {names} goes on with what it keeps of several units together"
            lines.append(f"Dead units re-initialised at step {made[0].step}: {what}.")
        lines += [f"Dead units of {name} can't be re-initialised: {reason}." for name, reason in refused.items()]
        if lines:
            _print_lines(lines, self._is_bar_open)

    def _is_wanted(self, name: str) -> bool:
        return self._layers is None or any(_fits(one, name) for one in self._layers)


def _of_repair(repair: Repair) -> str:
    text = f"{len(repair.units)} in {repair.layer}"
    if repair.reason is None:
        return text
    is_zeroed = repair.outgoing_zeroed or repair.reason.startswith(NOT_QUITE)
    return f"{text} ({'' if is_zeroed else 'incoming weights only: '}{repair.reason})"


def _print_lines(lines: list[str], is_bar_open: bool) -> None:
    """Prints lines of their own also where Keras' progress bar waits to be overwritten."""
    text = "\n".join(lines)
    if keras.config.is_interactive_logging_enabled():
        print(f"\n{text}" if is_bar_open else text, flush=True)
    else:
        absl.logging.info(text)


def _fits(name: str, path: str) -> bool:
    return path == name or path.startswith(f"{name}/") or fnmatch.fnmatchcase(path, name)


def _positive(number: Any) -> int | None:
    try:
        count = operator.index(number)
    except TypeError:
        return None
    return count if count >= 1 and not isinstance(number, bool) else None
