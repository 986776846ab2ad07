"""Published criteria for units that are dead or nearly so, by name, to count by what others count by.

The project's own states (`verdict.py`) are the first, "default". None of the
others asks for evidence: they look at one record each.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin import metadata, statistics
from tb_deadrelu_plugin.timeline import Timeline
from tb_deadrelu_plugin.verdict import UnitState

Flags = npt.NDArray[np.bool_]


@dataclasses.dataclass(frozen=True)
class Preset:
    """A criterion.

    Attributes:
      name: What it is chosen by.
      source: Where it is published.
      criterion: What it says of a unit, in words.
      thresholds: Its numbers by name.
      layer_share: Share of flagged units above which the source calls a layer
        dead, or None where it has no such cut.
      flags: Timeline -> bool [records, units], the units that it flags in each
        record; never one that a record has not, or that had no finite sample.
    """

    name: str
    source: str
    criterion: str
    thresholds: Mapping[str, float]
    layer_share: float | None
    flags: Callable[[Timeline], Flags]


def get(name: str) -> Preset:
    """Returns the preset of this name.

    Raises:
      ValueError: There is none.
    """
    if name not in PRESETS:
        raise ValueError(f"preset must be one of {', '.join(PRESETS)}, got {name!r}.")
    return PRESETS[name]


def _dead(timeline: Timeline) -> Flags:
    return timeline.states() == UnitState.DEAD


def _active_in_less_than(share: float) -> Callable[[Timeline], Flags]:
    def flags(timeline: Timeline) -> Flags:
        finite = timeline.finite
        return _has_zeros(timeline) & (finite > 0) & (timeline.active < share * finite)

    return flags


def _zero_in_at_least(share: float) -> Callable[[Timeline], Flags]:
    def flags(timeline: Timeline) -> Flags:
        finite = timeline.finite
        return _has_zeros(timeline) & (finite > 0) & (finite - timeline.active >= share * finite)

    return flags


def _dormancy_at_most(tau: float) -> Callable[[Timeline], Flags]:
    def flags(timeline: Timeline) -> Flags:
        mean = timeline.mean_activation
        if mean is None:
            return np.zeros(timeline.active.shape, bool)
        scores = statistics.dormancy_score(np.where(timeline.finite > 0, mean, np.nan))
        return scores <= tau

    return flags


def _has_zeros(timeline: Timeline) -> bool:
    """Whether the layer's activation has an exact zero region, so that not being active is being zero."""
    return timeline.info.fraction == metadata.ZERO_FRACTION


def _preset(*arguments: Any) -> tuple[str, Preset]:
    return arguments[0], Preset(*arguments)


PRESETS: dict[str, Preset] = dict(
    [
        _preset(
            "default",
            "verdict.py",
            "no active sample and no gradient, on at least 1,000 samples or a whole epoch",
            {"min_samples": 1000, "no_gradient": 1e-8},
            None,
            _dead,
        ),
        _preset(
            "sagemaker",
            "Amazon SageMaker Debugger, rule DeadRelu: threshold_inactivity 1 %, threshold_layer 50 %",
            "active in less than 1 % of the samples",
            {"active_share": 0.01},
            0.5,
            _active_in_less_than(0.01),
        ),
        _preset(
            "sokar_0.025",
            "Sokar et al. 2023, arXiv:2302.12902, tau = 0.025",
            "mean activation of at most 0.025 of the layer's",
            {"tau": 0.025},
            None,
            _dormancy_at_most(0.025),
        ),
        _preset(
            "sokar_0.1",
            "Sokar et al. 2023, arXiv:2302.12902, tau = 0.1",
            "mean activation of at most 0.1 of the layer's",
            {"tau": 0.1},
            None,
            _dormancy_at_most(0.1),
        ),
        _preset(
            "dohare",
            "Dohare et al. 2024, Nature 632, doi:10.1038/s41586-024-07711-7",
            "active in less than 1 % of the samples",
            {"active_share": 0.01},
            None,
            _active_in_less_than(0.01),
        ),
        _preset(
            "apoz",
            "Hu et al. 2016, arXiv:1607.03250 (the measure, APoZ; it gives no fixed cut)",
            "zero in at least 99 % of the samples",
            {"zero_share": 0.99},
            None,
            _zero_in_at_least(0.99),
        ),
    ]
)
"""All presets by name, the default first."""
