"""A layer's records as CSV: one row per record and unit."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin import layer_statistics
from tb_deadrelu_plugin.timeline import Timeline
from tb_deadrelu_plugin.verdict import UnitState

_END = "\r\n"
_STATE_NAMES = {int(state): state.name.lower() for state in UnitState}

# Statistics are of at most 65536 different values, biases of more only where another writer keeps them exactly.
_MOST_TEXTS = 1 << 17


def columns(timeline: Timeline) -> list[str]:
    """Names of the columns."""
    return [
        *("run", "layer", "step", "window_start_step", "wall_time", "unit", "state"),
        *("samples", "screened_samples", "active", timeline.info.fraction, *layer_statistics.OPTIONAL),
        *("last_active_step", "samples_since_active", "non_finite_activations", "non_finite_gradients"),
    ]


def lines(timeline: Timeline, unit: int | None = None) -> Iterator[str]:
    """Yields the CSV piece by piece: the names of the columns, then one record after the other.

    Numbers are as short as they can be and still be read back as the same ones.
    What is NaN or infinite is "nan", "inf" or "-inf"; the columns of statistics
    that the layer does not have are empty.

    Args:
      timeline: The layer.
      unit: The unit to write; all that a record has if None.
    """
    yield _csv(columns(timeline)) + _END
    texts = _Texts()
    for r in range(len(timeline.steps)):
        width = int(timeline.widths[r])
        if unit is None or unit < width:
            units = slice(0, width) if unit is None else slice(unit, unit + 1)
            # Names are all that may need quotes, so that the csv module need not look at every number.
            yield "".join(",".join(row) + _END for row in _rows(timeline, r, units, texts))


def file_name(run: str, layer: str, unit: int | None = None) -> str:
    """A name for the file that is safe everywhere, whatever the run and the layer are called."""
    parts = [run, layer] + ([] if unit is None else [f"unit-{unit}"])
    safe = [re.sub(r"[^A-Za-z0-9._-]+", "_", part).strip("._-")[:80] for part in parts]
    return "-".join(filter(None, safe)) + ".csv" if any(safe) else "layer.csv"


class _Texts(dict[int, str]):
    """Texts of float32 by their bits: to make them is what takes the time."""

    def __missing__(self, bits: int) -> str:
        if len(self) >= _MOST_TEXTS:
            self.clear()
        text = self[bits] = str(np.uint32(bits).view(np.float32))
        return text

    def of(self, values: npt.NDArray[np.float32]) -> list[str]:
        return [self[bits] for bits in values.view(np.uint32).tolist()]


def _rows(timeline: Timeline, record: int, units: slice, texts: _Texts) -> Iterable[tuple[str, ...]]:
    """The rows of one record."""
    steps = int(timeline.steps[record]), int(timeline.window_start_steps[record])
    statistics = []
    for name in layer_statistics.OPTIONAL:
        values = getattr(timeline, name)
        statistics.append(itertools.repeat("") if values is None else texts.of(values[record, units]))
    counts = (
        timeline.narrow_last_active_step,
        timeline.samples_since_active,
        timeline.non_finite_activations,
        timeline.non_finite_gradients,
    )
    return zip(
        itertools.repeat(_csv([timeline.run, timeline.layer, *steps, float(timeline.wall_times[record])])),
        map(str, range(units.start, units.stop)),
        [_STATE_NAMES[state] for state in timeline.states()[record, units].tolist()],
        itertools.repeat(f"{timeline.samples[record]},{timeline.screened_samples[record]}"),
        map(str, timeline.narrow_active[record, units].tolist()),
        texts.of(layer_statistics.fraction_at(timeline, record)[units]),
        *statistics,
        *(map(str, matrix[record, units].tolist()) for matrix in counts),
    )


def _csv(row: Iterable) -> str:
    """One row, without its end."""
    text = io.StringIO()
    csv.writer(text, lineterminator=_END).writerow(row)
    return text.getvalue().removesuffix(_END)
