"""How many samples an epoch has, which is not known before one is over."""

from __future__ import annotations

from collections.abc import Mapping

from tb_deadrelu_plugin.instrument.readout import Readout
from tb_deadrelu_plugin.instrument.watched import WatchedLayer


class Epochs:
    """Tells layers how many samples an epoch has.

    Args:
      readout: Reads what was screened in the open window.
      layers: The watched layers.
    """

    def __init__(self, readout: Readout, layers: Mapping[str, WatchedLayer]) -> None:
        self._readout = readout
        self._layers = layers
        self._ticks_before = 0
        self._batches = 0
        self._ticks = 0
        self._samples: dict[str, int] = {}

    def window_ended(self, ticks: int) -> None:
        """Says that a window is over, in which `ticks` batches were watched."""
        self._ticks_before += ticks

    def begin(self, batches: int) -> None:
        """Says that an epoch begins after `batches` batches."""
        self._batches = batches
        self._ticks, self._samples = self._so_far()

    def end(self, batches: int) -> None:
        """Says that an epoch is over after `batches` batches."""
        ticks, samples = self._so_far()
        trained, watched = batches - self._batches, ticks - self._ticks
        for name, layer in self._layers.items():
            seen = samples.get(name, 0) - self._samples.get(name, 0)
            if seen > 0 and watched > 0:
                # Batches that were not watched are taken to be as large as those that were.
                layer.end_epoch(seen if watched == trained else round(seen / watched * trained))
        self._batches, self._ticks, self._samples = batches, ticks, samples

    def _so_far(self) -> tuple[int, dict[str, int]]:
        """Batches watched, and samples screened per unit in each layer, over the whole run."""
        ticks, screened = self._readout.screened()
        return self._ticks_before + ticks, {
            name: self._layers[name].total_samples + samples for name, samples in screened.items()
        }
