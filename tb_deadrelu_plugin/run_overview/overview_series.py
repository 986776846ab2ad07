"""A run's overviews in the order of their steps, as arrays."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin import restarts, stacking
from tb_deadrelu_plugin.run_overview import overview_rows, training_numbers
from tb_deadrelu_plugin.timeline import Stored
from tb_deadrelu_plugin.wire import codes
from tb_deadrelu_plugin.wire.compression import DamagedRecordError

QUANTILES_OF = ("fraction", "gradient_norm", "mean_activation")
_SAMPLES = ("samples", "screened_samples")

SeriesRecord = tuple[int, float, overview_rows.Rows, list[tuple[str, str]]]
"""A record's step and wall time, its rows, and the name and type of each layer."""


@dataclasses.dataclass(frozen=True)
class LayerHead:
    """What a layer is, as its newest overview says.

    Attributes:
      layer_type, layer_index, can_die: As in `overview.LayerOverview`.
      newest: Index of the newest record with this layer.
    """

    layer_type: str
    layer_index: int | None
    can_die: bool
    newest: int


class OverviewSeries:
    """All overviews of one run. Where a record lacks a layer, its numbers are 0 and its quantiles NaN.

    Attributes:
      run: Name.
      layers: {layer: LayerHead}, in the order of the network as far as it is
        known, then by name.
      steps, window_start_steps, ordinals: int64 [records]; steps are strictly
        increasing.
      wall_times: float64 [records], seconds since the epoch.
      counts: int64 [records, layers, states], units by the number of the state.
      units, samples, screened_samples: int64 [records, layers].
      dead_since, born_dead: int64 [records, layers], as in
        `overview.LayerOverview`; -1 where there is none, or it is not known.
      quantiles: uint16 [records, layers, 7] each, codes as in
        `overview.LayerOverview`, by the names in `QUANTILES_OF`.
      can_die: bool [records, layers].
      training: {name: float64 [records]}, by the names of
        `training_numbers.Training`; NaN where a record has none.
      unreadable: Number of damaged records that were left out.
    """

    def __init__(self, run: str, stored: Iterable[Stored]) -> None:
        """Builds the series; of several overviews at one step, or of overlapping windows, the last written is kept."""
        self.run = run
        self.unreadable = 0
        found: list[SeriesRecord] = []
        names: dict[bytes, list[tuple[str, str]]] = {}
        for item in stored:
            try:
                rows = overview_rows.decode_rows(item.data)
                # The layers hardly ever change between records.
                key = rows.names + rows.layers["name_bytes"].tobytes() + rows.layers["type_bytes"].tobytes()
                if key not in names:
                    names[key] = rows.named()
            except DamagedRecordError:
                self.unreadable += 1
                continue
            found.append((item.step, item.wall_time, rows, names[key]))
        standing = restarts.standing((rows.window_start_step, step, time) for step, time, rows, _ in found)
        self._stack([found[i] for i in standing])
        # A resumed run numbers its records anew, and knows nothing of activity from before.
        anew = (np.diff(self.ordinals, prepend=-1) <= 0) & (self.ordinals >= 0)
        self.dead_since[np.logical_or.accumulate(anew)] = self.born_dead[np.logical_or.accumulate(anew)] = -1

    @classmethod
    def of_records(cls, run: str, records: list[SeriesRecord], *, unreadable: int = 0) -> OverviewSeries:
        """Builds the series of records in the order of their steps, one per step."""
        series = cls(run, ())
        series.unreadable = unreadable
        series._stack(records)
        return series

    def _stack(self, records: list[SeriesRecord]) -> None:
        self.steps = np.array([step for step, _, _, _ in records], np.int64)
        self.wall_times = np.array([wall_time for _, wall_time, _, _ in records], np.float64)
        self.window_start_steps = np.array([rows.window_start_step for _, _, rows, _ in records], np.int64)
        self.ordinals = np.array([rows.ordinal for _, _, rows, _ in records], np.int64)
        self.training = training_numbers.stack([rows.rest for _, _, rows, _ in records])
        self.layers = _heads(records)
        place = {name: i for i, name in enumerate(self.layers)}
        shape = len(records), len(place)
        self.counts = np.zeros((*shape, overview_rows.STATES), np.int64)
        self.units, self.samples, self.screened_samples = (np.zeros(shape, np.int64) for _ in range(3))
        flags = np.zeros(shape, np.uint32)
        self.dead_since, self.born_dead = deaths = np.full((len(overview_rows.DEATHS), *shape), -1, np.int64)
        self.quantiles = {
            name: np.full((*shape, len(overview_rows.QUANTILES)), codes.NAN_CODE, np.uint16) for name in QUANTILES_OF
        }
        matrices: dict[str, npt.NDArray] = {name: getattr(self, name) for name in ("units", *_SAMPLES)}
        matrices |= {"flags": flags, **self.quantiles}
        columns: dict[int, npt.NDArray[np.intp] | slice] = {}
        for r, (_, _, rows, named) in enumerate(records):
            if id(named) not in columns:
                order = [place[name] for name, _ in named]
                columns[id(named)] = slice(None) if order == list(range(shape[1])) else np.array(order, np.intp)
            to = columns[id(named)]
            self.counts[r, to] = rows.counts
            deaths[:, r, to] = rows.deaths.T
            for name, matrix in matrices.items():
                matrix[r, to] = rows.layers[name]
        self.can_die = (flags & overview_rows.CAN_DIE) > 0
        for name, flag in overview_rows.FLAGS.items():
            self.quantiles[name][(flags & flag) == 0] = codes.NAN_CODE

    @property
    def written(self) -> int | None:
        """Overviews written up to the newest one here, or None if they are not numbered."""
        return stacking.written(self.ordinals)


def _heads(records: list[SeriesRecord]) -> dict[str, LayerHead]:
    """Returns {layer: LayerHead} in the order of the network."""
    heads: dict[str, LayerHead] = {}
    seen: set[int] = set()
    for r, (_, _, rows, named) in reversed(list(enumerate(records))):
        # Older records are looked at only where they may have layers that newer ones lack.
        if id(named) in seen:
            continue
        seen.add(id(named))
        for (name, layer_type), row in zip(named, rows.layers):
            if name not in heads:
                index = int(row["layer_index"])
                can_die = bool(row["flags"] & overview_rows.CAN_DIE)
                heads[name] = LayerHead(layer_type, None if index < 0 else index, can_die, r)

    def network_order(name: str) -> tuple[float, str]:
        index = heads[name].layer_index
        return float("inf") if index is None else index, name

    return {name: heads[name] for name in sorted(heads, key=network_order)}
