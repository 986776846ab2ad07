"""Runs whose units are known to have died, and why: records as a writer would have made them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from tb_deadrelu_plugin import metadata, record
from tb_deadrelu_plugin.timeline import Stored, Timeline

BATCH = 128
NEVER = -1
ALIVE = 10**9

Bias = Callable[[np.ndarray], np.ndarray]
"""Steps -> the bias at their ends."""


@dataclasses.dataclass
class Layer:
    """A layer of a run of which all is known.

    Attributes:
      units: Number of units.
      died: {unit: step at which it is last active}, `NEVER` for one born dead;
        all others live on.
      bias: {unit: its bias over steps}; 0 for all others.
      on: Units that are active in every sample as long as they live.
      value: Mean of active samples.
      gradient: Steps -> gradient norm of units that are alive.
      inputs: The watched layers before; None where not known.
      changes: Other fields of its `LayerInfo`.
      repaired: {unit: step of its last repair}.
    """

    units: int = 32
    died: Mapping[int, int] = dataclasses.field(default_factory=dict)
    bias: Mapping[int, Bias] = dataclasses.field(default_factory=dict)
    on: Sequence[int] = ()
    value: float = 0.8
    gradient: Callable[[np.ndarray], np.ndarray] = lambda steps: np.full(len(steps), 0.01)
    inputs: tuple[str, ...] | None = ()
    changes: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    repaired: Mapping[int, int] = dataclasses.field(default_factory=dict)


def records_of(layer: Layer, steps: int = 3000, every: int = 10, start: int = 0) -> list[record.Record]:
    """A record at every `every` steps, of all batches."""
    rng = np.random.default_rng(0)
    share = rng.uniform(0.3, 0.7, layer.units)
    share[list(layer.on)] = 1.0
    died = np.full(layer.units, ALIVE)
    died[list(layer.died)] = list(layer.died.values())
    repaired = np.full(layer.units, -1)
    repaired[list(layer.repaired)] = list(layer.repaired.values())
    made = []
    for ordinal, end in enumerate(range(start + every, start + steps + 1, every)):
        begin, samples = end - every, every * BATCH
        living = np.clip(died - begin, 0, every) * BATCH
        active = np.rint(share * living).astype(np.int64)
        ends = np.full(1, end)
        bias = np.array([layer.bias[u](ends)[0] if u in layer.bias else 0.0 for u in range(layer.units)])
        made.append(
            record.Record(
                step=end,
                window_start_step=begin,
                samples=samples,
                batches=every,
                active=active,
                gradient_norm=np.where(active > 0, layer.gradient(ends)[0], 0.0),
                mean_activation=active * layer.value / samples,
                last_active_step=np.where(died < 0, -1, np.minimum(died, end)),
                bias=bias,
                ordinal=ordinal,
                total_samples=(ordinal + 1) * samples,
                epoch_samples=10 * every * BATCH,
                revivals=(repaired >= 0) & (repaired <= end) if layer.repaired else None,
                last_revival_step=np.where(repaired <= end, repaired, -1) if layer.repaired else None,
            )
        )
    return made


def timeline_of(name: str, index: int, layer: Layer, keep: Sequence[int] | None = None, **arguments: int) -> Timeline:
    """The layer's records, or those at the positions in `keep`."""
    records = records_of(layer, **arguments)
    info = metadata.LayerInfo(
        gradient_at=metadata.PRE_ACTIVATION,
        activation="relu",
        layer_type="Dense",
        layer_index=index,
        input_layers=layer.inputs,
    )
    kept = records if keep is None else [records[position] for position in keep]
    items = [Stored(one.step, 0.0, record.encode(one)) for one in kept]
    return Timeline("run", name, dataclasses.replace(info, **layer.changes), items)


def run_of(layers: Mapping[str, Layer], keep: Sequence[int] | None = None, **arguments: int) -> dict[str, Timeline]:
    """All layers of a run, in this order."""
    return {name: timeline_of(name, i, layer, keep, **arguments) for i, (name, layer) in enumerate(layers.items())}


def ten_of(records: int, seed: int = 0) -> list[int]:
    """Ten positions as TensorBoard's reservoir keeps them: the newest, and any others."""
    rng = np.random.default_rng(seed)
    return sorted([*rng.choice(records - 1, 9, replace=False).tolist(), records - 1])
