"""The run's overview: all layers at one step, by counts of states and quantiles, without per-unit data.

One record of it is written beside the layers' own, under the tag `TAG`, so
that a first view of a run reads one tag and not all of them. It stands alone
as every record does: the layers' names are in each. The bytes are laid out in
`overview_rows.py`.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin import metadata
from tb_deadrelu_plugin.record import Record
from tb_deadrelu_plugin.run_overview import training_numbers
from tb_deadrelu_plugin.run_overview.overview_rows import (
    CAN_DIE,
    DEATHS,
    HAS_GRADIENT_NORM,
    HAS_MEAN_ACTIVATION,
    MAX_LAYERS,
    NO_INDEX,
    QUANTILES,
    ROW,
    STATES,
    decode_rows,
    encode_rows,
)
from tb_deadrelu_plugin.run_overview.training_numbers import Training
from tb_deadrelu_plugin.verdict import UnitState
from tb_deadrelu_plugin.wire import codes
from tb_deadrelu_plugin.wire.compression import DamagedRecordError as DamagedRecordError

TAG = "dead_relu/overview"
"""Where it is written, in every run."""


@dataclasses.dataclass(frozen=True, eq=False)
class LayerOverview:
    """One layer at one step.

    Quantiles are at `QUANTILES`; each is the value of some unit, kept as its
    16-bit code, so that a fraction of 0 or 1 is exactly that.

    Attributes:
      name: The layer's tag.
      layer_type: For example "Dense"; "" where not known.
      layer_index: Position of the layer in the network, from 0, or None.
      units: Number of units.
      can_die: False where the negative fraction is recorded.
      samples, screened_samples: As in `record.Record`.
      counts: int64 [STATES], units in each state, by the state's number.
      fraction_codes: uint16 [7], of the zero or negative fraction, in
        `fraction16`; NaN where no unit has one.
      gradient_norm_codes, mean_activation_codes: uint16 [7] in `log16`, or
        None where not recorded.
      dead_since: Step at which the first of the dead units was last active, or
        None where none ever was.
      born_dead: How many of the dead units were never active, or None where
        neither is known.
    """

    name: str
    layer_type: str
    layer_index: int | None
    units: int
    can_die: bool
    samples: int
    screened_samples: int
    counts: npt.NDArray[np.int64]
    fraction_codes: npt.NDArray[np.uint16]
    gradient_norm_codes: npt.NDArray[np.uint16] | None = None
    mean_activation_codes: npt.NDArray[np.uint16] | None = None
    dead_since: int | None = None
    born_dead: int | None = None

    @property
    def dead(self) -> int:
        """Number of dead units."""
        return int(self.counts[UnitState.DEAD])

    @property
    def fraction(self) -> npt.NDArray[np.float32]:
        """float32 [7], quantiles of the zero or negative fraction."""
        return codes.decode_fraction16(self.fraction_codes)

    @property
    def gradient_norm(self) -> npt.NDArray[np.float32] | None:
        """float32 [7], quantiles of the gradient norm, or None."""
        return None if self.gradient_norm_codes is None else codes.decode_log16(self.gradient_norm_codes)

    @property
    def mean_activation(self) -> npt.NDArray[np.float32] | None:
        """float32 [7], quantiles of the mean activation, or None."""
        return None if self.mean_activation_codes is None else codes.decode_log16(self.mean_activation_codes)


@dataclasses.dataclass(frozen=True, eq=False)
class Overview:
    """All layers of a run at one step.

    Attributes:
      step, window_start_step, ordinal: As in `record.Record`.
      layers: In the order of the network.
      training: Numbers of the training in the record's window, or None where
        none is known.
    """

    step: int
    window_start_step: int
    ordinal: int
    layers: tuple[LayerOverview, ...]
    training: Training | None = None

    @property
    def dead(self) -> int:
        """Number of dead units of all layers."""
        return sum(layer.dead for layer in self.layers if layer.can_die)

    @property
    def units(self) -> int:
        """Number of units of all layers whose units can die."""
        return sum(layer.units for layer in self.layers if layer.can_die)

    @property
    def dead_share(self) -> float:
        """Share of dead units among those that can die; 0 where none can."""
        return self.dead / self.units if self.units else 0.0


def layer_overview(
    name: str, info: metadata.LayerInfo, record: Record, states: npt.NDArray[np.integer]
) -> LayerOverview:
    """Sums a layer's record up.

    Args:
      name: The layer's tag.
      info: What is the same for every record of the layer.
      record: Its record.
      states: Integers [units] of `UnitState`; absent units are in no count.
    """
    states = np.asarray(states)
    if states.shape != (record.units,):
        raise ValueError(f"states must be one per unit, ({record.units},), got shape {states.shape}.")
    last = None if record.last_active_step is None else record.last_active_step[states == UnitState.DEAD]
    return LayerOverview(
        name=name,
        layer_type=info.layer_type,
        layer_index=info.layer_index,
        units=record.units,
        can_die=info.fraction == metadata.ZERO_FRACTION,
        samples=record.samples,
        screened_samples=record.screened_samples,
        counts=np.bincount(states[states >= 0], minlength=STATES)[:STATES].astype(np.int64),
        fraction_codes=_fraction_quantiles(record),
        gradient_norm_codes=_quantiles(record.gradient_norm),
        mean_activation_codes=_quantiles(record.mean_activation),
        dead_since=None if last is None else min(last[last >= 0].tolist(), default=None),
        born_dead=None if last is None else int(np.count_nonzero(last < 0)),
    )


def encode(overview: Overview) -> bytes:
    """Encodes an overview.

    Raises:
      ValueError: There are more layers than `MAX_LAYERS`.
    """
    layers = overview.layers
    if len(layers) > MAX_LAYERS:
        raise ValueError(f"an overview must have at most {MAX_LAYERS} layers, got {len(layers)}.")
    rows = np.zeros(len(layers), np.dtype([*ROW.descr, ("counts", "<u4", STATES), *DEATHS]))
    texts = []
    for row, layer in zip(rows, layers):
        name, layer_type = layer.name.encode(), layer.layer_type.encode()
        texts += [name, layer_type]
        for field in ("samples", "screened_samples", "units", "counts"):
            row[field] = getattr(layer, field)
        row["layer_index"] = NO_INDEX if layer.layer_index is None else layer.layer_index
        row["name_bytes"], row["type_bytes"] = len(name), len(layer_type)
        for field, _ in DEATHS:
            value = getattr(layer, field)
            row[field] = -1 if value is None else value
        row["flags"] = CAN_DIE if layer.can_die else 0
        row["fraction"] = layer.fraction_codes
        if layer.gradient_norm_codes is not None:
            row["flags"] |= HAS_GRADIENT_NORM
            row["gradient_norm"] = layer.gradient_norm_codes
        if layer.mean_activation_codes is not None:
            row["flags"] |= HAS_MEAN_ACTIVATION
            row["mean_activation"] = layer.mean_activation_codes
    rest = training_numbers.encode(overview.training)
    return encode_rows(overview.step, overview.window_start_step, overview.ordinal, rows, b"".join(texts), rest)


def decode(data: bytes) -> Overview:
    """Decodes what `encode` gave.

    Raises:
      DamagedRecordError: It is not a whole overview of a version known here.
    """
    rows = decode_rows(data)
    layers = (
        _layer(name, layer_type, row, counts, *deaths)
        for (name, layer_type), row, counts, deaths in zip(rows.named(), rows.layers, rows.counts, rows.deaths.tolist())
    )
    training = training_numbers.decode(rows.rest)
    return Overview(rows.step, rows.window_start_step, rows.ordinal, tuple(layers), training)


def _layer(
    name: str, layer_type: str, row: np.void, counts: npt.NDArray[np.int64], dead_since: int, born_dead: int
) -> LayerOverview:
    flags, index = int(row["flags"]), int(row["layer_index"])
    return LayerOverview(
        name=name,
        layer_type=layer_type,
        layer_index=None if index == NO_INDEX else index,
        units=int(row["units"]),
        can_die=bool(flags & CAN_DIE),
        samples=int(row["samples"]),
        screened_samples=int(row["screened_samples"]),
        counts=counts,
        fraction_codes=row["fraction"],
        gradient_norm_codes=row["gradient_norm"] if flags & HAS_GRADIENT_NORM else None,
        mean_activation_codes=row["mean_activation"] if flags & HAS_MEAN_ACTIVATION else None,
        dead_since=None if dead_since < 0 else dead_since,
        born_dead=None if born_dead < 0 else born_dead,
    )


def _fraction_quantiles(record: Record) -> npt.NDArray[np.uint16]:
    """Codes of the quantiles of the share of finite samples that are not active."""
    bad = record.non_finite_activations
    finite = np.broadcast_to(np.int64(record.samples), record.active.shape) if bad is None else record.samples - bad
    seen = record.seen_active
    with np.errstate(divide="ignore", invalid="ignore"):
        # Shares of active samples next to 0 are told apart where their complements are not.
        share = record.active / finite
    # Active, but in none of the samples that the share is of.
    share = np.where((share == 0) & seen, np.nextafter(0, 1), share)
    units = _at_quantiles(-share)
    if len(units) == 0:
        return np.full(len(QUANTILES), codes.NAN_CODE, np.uint16)
    chosen = codes.encode_fraction16(finite[units] - record.active[units], finite[units])
    return chosen - ((chosen == codes.FRACTION16_ONE) & seen[units])


def _quantiles(values: npt.NDArray[np.floating] | None) -> npt.NDArray[np.uint16] | None:
    if values is None:
        return None
    units = _at_quantiles(values)
    if len(units) == 0:
        return np.full(len(QUANTILES), codes.NAN_CODE, np.uint16)
    return codes.encode_log16(np.asarray(values)[units])


def _at_quantiles(values: npt.NDArray[np.floating]) -> npt.NDArray[np.intp]:
    """The units whose values are the quantiles (nearest rank), NaN left out; none where all are NaN."""
    known = np.flatnonzero(~np.isnan(values))
    if len(known) == 0:
        return known
    ranks = np.rint(np.array(QUANTILES) * (len(known) - 1)).astype(np.intp)
    return known[np.argpartition(values[known], np.unique(ranks))[ranks]]
