"""What the routes answer: pure functions from timelines and metadata to JSON values. See `http_api.md`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin import layer_statistics, metadata, report
from tb_deadrelu_plugin.run_overview import overview_rows, run_verdict
from tb_deadrelu_plugin.run_overview.overview_series import OverviewSeries
from tb_deadrelu_plugin.serving import layer_words, marks, ordering
from tb_deadrelu_plugin.timeline import Timeline
from tb_deadrelu_plugin.verdict import UnitHistory, UnitState
from tb_deadrelu_plugin.wire import codes

_DECODERS = {
    "fraction": codes.decode_fraction16,
    "gradient_norm": codes.decode_log16,
    "mean_activation": codes.decode_log16,
}

DEFAULT_UNITS = 100

STATE_NAMES = {state: state.name.lower() for state in UnitState}


def layers_json(runs: Mapping[str, Mapping[str, Any]], models: Mapping[str, metadata.RunInfo]) -> dict[str, Any]:
    """The answer of `/layers`.

    Args:
      runs: {run: {layer: TensorTimeSeries}}.
      models: {run: what is known of its model}.
    """
    return {
        "version": metadata.VERSION,
        "runs": {run: {layer: _layer_json(series) for layer, series in layers.items()} for run, layers in runs.items()},
        "models": {run: _model_json(model) for run, model in models.items()},
    }


def _model_json(model: metadata.RunInfo) -> dict[str, Any]:
    return {
        "parameters": model.model_parameters,
        "other_layers": [
            {
                "name": layer.name,
                "layer_type": layer.layer_type,
                "activation": layer.activation,
                "units": layer.units or None,
                "kernel_parameters": layer.kernel_parameters,
                "bias_parameters": layer.bias_parameters,
                "other_parameters": layer.other_parameters,
                "index": layer.layer_index,
            }
            for layer in model.other_layers
        ],
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
        "other_parameters": "other_parameters",
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


def report_json(run: str, timelines: Mapping[str, Timeline], series: OverviewSeries) -> dict[str, Any]:
    """The answer of `/report`: one run of what `report.to_json` gives."""
    return report.to_json([report.report(run, timelines, series)])["runs"][0]


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
        "marks": {
            name: {"steps": found.steps.tolist(), "units": found.units.tolist()}
            for name, found in marks.of_timeline(timeline).items()
        },
        "facts": layer_words.facts(timeline),
        "notes": layer_words.notes(timeline),
        "unreadable": timeline.unreadable,
        "statistics": layer_statistics.statistics_of(timeline),
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
    for name in layer_statistics.statistics_of(timeline):
        answer[name] = _numbers(getattr(timeline, name)[:, unit])
    return {
        **answer,
        "active": timeline.narrow_active[:, unit].tolist(),
        "last_active_step": timeline.narrow_last_active_step[:, unit].tolist(),
        "samples_since_active": timeline.samples_since_active[:, unit].tolist(),
        "history": {
            "born_dead": history.born_dead,
            "died_at": list(history.died_at),
            "revived_at": list(history.revived_at),
            "repaired_at": list(history.repaired_at),
        },
    }


def units_json(timeline: Timeline, limit: int) -> dict[str, Any]:
    """The answer of `/units`: the worst units at the newest record, at most `limit`."""
    units = ordering.worst_first(timeline)
    answer: dict[str, Any] = {
        "run": timeline.run,
        "layer": timeline.layer,
        "step": int(timeline.steps[-1]) if len(timeline.steps) else None,
        "of": len(units),
        "units": [],
    }
    if len(units) == 0:
        return answer
    units = units[:limit]
    columns: dict[str, list] = {
        "unit": units.tolist(),
        "state": [STATE_NAMES[UnitState(state)] for state in timeline.states()[-1, units].tolist()],
        "fraction": _numbers(layer_statistics.fraction_at(timeline, -1)[units]),
    }
    for name in layer_statistics.OPTIONAL:
        values = getattr(timeline, name)
        columns[name] = [None] * len(units) if values is None else _numbers(values[-1, units])
    columns["last_active_step"] = timeline.narrow_last_active_step[-1, units].tolist()
    columns["samples_since_active"] = timeline.samples_since_active[-1, units].tolist()
    # Most units never die, and then there is nothing to look for record by record.
    died = (timeline.states()[:, units] == UnitState.DEAD).any(axis=0).tolist()
    none = UnitHistory(born_dead=False, died_at=(), revived_at=())
    histories = [timeline.history(unit) if dead else none for unit, dead in zip(columns["unit"], died)]
    columns["born_dead"] = [history.born_dead for history in histories]
    columns["died_at"] = [history.died_at[-1] if history.died_at else None for history in histories]
    columns["revivals"] = [len(history.revived_at) for history in histories]
    return {**answer, "units": [dict(zip(columns, row)) for row in zip(*columns.values())]}


def overview_json(series: OverviewSeries, layer: str | None = None) -> dict[str, Any]:
    """The answer of `/overview`.

    Args:
      series: The run's overviews.
      layer: The layer to answer for at every record; all layers if None.

    Raises:
      KeyError: There is no such layer.
    """
    chosen = list(series.layers) if layer is None else [layer]
    column = {name: i for i, name in enumerate(series.layers)}
    verdicts, whole = run_verdict.of_layers(series), run_verdict.of_run(series)
    # Those that can't die are not in the sums.
    dead = np.where(series.can_die, series.counts[:, :, UnitState.DEAD], 0)
    return {
        "run": series.run,
        "shown": len(series.steps),
        "written": series.written,
        "steps": series.steps.tolist(),
        "window_start_steps": series.window_start_steps.tolist(),
        "wall_times": _numbers(series.wall_times),
        "dead": dead.sum(axis=1).tolist(),
        "units": np.where(series.can_die, series.units, 0).sum(axis=1).tolist(),
        "quantiles": list(overview_rows.QUANTILES),
        "layers": {
            name: {
                **_layer_overview_json(series, name, column[name], layer is not None),
                "severity": verdicts[name].severity.value,
                "dead_since": verdicts[name].dead_since,
                "born_dead": verdicts[name].born_dead,
            }
            for name in chosen
        },
        "unreadable": series.unreadable,
        "verdict": whole and {"severity": whole.severity.value, "sentence": whole.sentence},
    }


def _layer_overview_json(series: OverviewSeries, name: str, column: int, every_record: bool) -> dict[str, Any]:
    head = series.layers[name]
    counts = series.counts[:, column]
    occurring = set(np.flatnonzero(counts.any(axis=0)).tolist())
    answer: dict[str, Any] = {
        "index": head.layer_index,
        "layer_type": head.layer_type,
        "can_die": head.can_die,
        "units": int(series.units[head.newest, column]),
        "states": {state: counts[:, number].tolist() for number, state in STATE_NAMES.items() if number in occurring},
        "newest": {
            statistic: _numbers(_DECODERS[statistic](all_codes[head.newest, column]))
            for statistic, all_codes in series.quantiles.items()
        },
    }
    if every_record:
        answer["samples"] = series.samples[:, column].tolist()
        answer["screened_samples"] = series.screened_samples[:, column].tolist()
        for statistic, all_codes in series.quantiles.items():
            answer[statistic] = [_numbers(row) for row in _DECODERS[statistic](all_codes[:, column])]
    return answer


def _number(value: float | None) -> float | None:
    """JSON has neither NaN nor infinity."""
    return value if value is not None and math.isfinite(value) else None


def _numbers(values: npt.NDArray[np.floating]) -> list[float | None]:
    return [_number(value) for value in values.tolist()]
