"""What the routes answer: pure functions from timelines and metadata to JSON values. See `http_api.md`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin import matrix, metadata
from tb_deadrelu_plugin.timeline import Timeline
from tb_deadrelu_plugin.verdict import UnitState

STATE_NAMES = {state: state.name.lower() for state in UnitState}


def layers_json(runs: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The answer of `/layers`.

    Args:
      runs: {run: {layer: TensorTimeSeries}}.
    """
    return {
        "version": metadata.VERSION,
        "runs": {run: {layer: _layer_json(series) for layer, series in layers.items()} for run, layers in runs.items()},
    }


def _layer_json(series: Any) -> dict[str, Any]:
    problem, info = None, None
    try:
        info = metadata.parse_plugin_metadata(series.plugin_content)
    except ValueError as error:
        problem = str(error)
    fields = {
        "index": "layer_index",
        "layer_type": "layer_type",
        "activation": "activation",
        "fraction": "fraction",
        "threshold": "threshold",
        "gradient_at": "gradient_at",
        "kernel_parameters": "kernel_parameters",
        "bias_parameters": "bias_parameters",
        "calls": "calls",
        "upper_bound": "upper_bound",
    }
    values = {name: None if info is None else getattr(info, field) for name, field in fields.items()}
    return {
        **{name: _number(value) if isinstance(value, float) else value for name, value in values.items()},
        "description": series.description,
        "last_step": series.max_step,
        "last_wall_time": _number(series.max_wall_time),
        "problem": problem,
    }


def timeline_json(timeline: Timeline) -> dict[str, Any]:
    """The answer of `/timeline`."""
    states = timeline.states()
    return {
        "run": timeline.run,
        "layer": timeline.layer,
        "units": timeline.units,
        "shown": len(timeline.steps),
        "written": timeline.written,
        "steps": timeline.steps.tolist(),
        "window_start_steps": timeline.window_start_steps.tolist(),
        "wall_times": _numbers(timeline.wall_times),
        "samples": timeline.samples.tolist(),
        "screened_samples": timeline.screened_samples.tolist(),
        "batches": timeline.batches.tolist(),
        "ordinals": timeline.ordinals.tolist(),
        "widths": timeline.widths.tolist(),
        "width_changed": timeline.width_changed,
        "states": {
            name: np.count_nonzero(states == state, axis=1).tolist()
            for state, name in STATE_NAMES.items()
            if state != UnitState.ABSENT
        },
        "non_finite_activations": timeline.non_finite_activations.sum(axis=1).tolist(),
        "non_finite_gradients": timeline.non_finite_gradients.sum(axis=1).tolist(),
        "unreadable": timeline.unreadable,
        "statistics": matrix.statistics_of(timeline),
    }


def unit_json(timeline: Timeline, unit: int) -> dict[str, Any]:
    """The answer of `/unit`.

    Raises:
      IndexError: There is no such unit.
    """
    history = timeline.history(unit)
    answer: dict[str, Any] = {
        "run": timeline.run,
        "layer": timeline.layer,
        "unit": unit,
        "steps": timeline.steps.tolist(),
        "samples": timeline.samples.tolist(),
        "screened_samples": timeline.screened_samples.tolist(),
        "states": [STATE_NAMES[UnitState(state)] for state in timeline.states()[:, unit].tolist()],
    }
    for name in matrix.statistics_of(timeline):
        answer[name] = _numbers(getattr(timeline, name)[:, unit])
    return {
        **answer,
        "active": timeline.active[:, unit].tolist(),
        "last_active_step": timeline.last_active_step[:, unit].tolist(),
        "samples_since_active": timeline.samples_since_active[:, unit].tolist(),
        "history": {
            "born_dead": history.born_dead,
            "died_at": list(history.died_at),
            "revived_at": list(history.revived_at),
        },
    }


def _number(value: float | None) -> float | None:
    """JSON has neither NaN nor infinity."""
    return value if value is not None and math.isfinite(value) else None


def _numbers(values: npt.NDArray[np.floating]) -> list[float | None]:
    return [_number(value) for value in values.tolist()]
