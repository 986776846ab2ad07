"""The language of `--fail-on`: one comparison of a number of a report, such as `dead_share>0.2`.

    [layer.]NAME OPERATOR VALUE

NAME is `dead`, `dead_share`, `flagged_share` or `severity`: of the run, or with
`layer.` before it of any of its layers. Spaces may stand between the parts.
"""

from __future__ import annotations

import dataclasses
import operator
import re
from collections.abc import Callable, Sequence
from typing import Any

from tb_deadrelu_plugin.report import LayerReport, RunReport
from tb_deadrelu_plugin.verdict import Severity

SHARES = ("dead_share", "flagged_share")
NAMES = ("dead", *SHARES, "severity")
OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
}

# ASCII throughout: float and int would take other digits and underscores too.
_FORM = re.compile(r"\s*(layer\.)?([A-Za-z_]+)\s*(>=|<=|==|>|<)\s*([A-Za-z]+|[0-9.eE+-]+)\s*")
_SHARE = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_COUNT = re.compile(r"[0-9]{1,18}")
_SEVERITIES = list(Severity)


class ConditionError(ValueError):
    """The text is no condition; the message says what is expected."""


@dataclasses.dataclass(frozen=True)
class Condition:
    """A comparison that a report fulfils or not.

    Attributes:
      of_layer: Whether it is asked of each layer, not of the run.
      name: One of `NAMES`.
      operator: One of `OPERATORS`.
      value: A number of units for `dead`, from 0 to 1 for shares, a severity
        for `severity`.
    """

    of_layer: bool
    name: str
    operator: str
    value: int | float | Severity

    def __str__(self) -> str:
        value = self.value.value if isinstance(self.value, Severity) else self.value
        return f"{'layer.' if self.of_layer else ''}{self.name}{self.operator}{value}"


def parse(text: str) -> Condition:
    """Reads a condition.

    Raises:
      ConditionError: The text is none.
    """
    found = _FORM.fullmatch(text)
    if found is None:
        raise ConditionError(
            f'expected [layer.]NAME OPERATOR VALUE such as "dead_share>0.2", got {text!r}; '
            f"NAME is one of {', '.join(NAMES)}, OPERATOR one of {' '.join(OPERATORS)}."
        )
    layer, name, sign, value = found.groups()
    if name not in NAMES:
        raise ConditionError(f"expected one of {', '.join(NAMES)} before {sign!r}, got {name!r} in {text!r}.")
    return Condition(layer is not None, name, sign, _value(name, value, text))


def reasons(condition: Condition, run: RunReport, layers: Sequence[LayerReport]) -> list[str]:
    """Says where a condition holds.

    Args:
      condition: The condition.
      run: The run with all its layers.
      layers: The layers that conditions on layers are asked of.

    Returns:
      One line for the run, or one for each layer; none where it does not hold.
    """
    asked: list[tuple[str, RunReport | LayerReport]] = [(f"run {run.run!r}", run)]
    if condition.of_layer:
        asked = [(f"layer {layer.layer!r} of run {run.run!r}", layer) for layer in layers]
    return [f"{who} {_saying(condition.name, what, run)}" for who, what in asked if _holds(condition, what)]


def _holds(condition: Condition, asked: RunReport | LayerReport) -> bool:
    value: Any = condition.value
    if isinstance(value, Severity):
        return OPERATORS[condition.operator](_SEVERITIES.index(asked.severity), _SEVERITIES.index(value))
    if condition.name == "flagged_share":
        flagged, units = _flagged(asked)
        return OPERATORS[condition.operator](flagged / max(1, units), value)
    return OPERATORS[condition.operator](getattr(asked, condition.name), value)


def _value(name: str, value: str, text: str) -> int | float | Severity:
    if name == "severity":
        if value not in {severity.value for severity in Severity}:
            expected = ", ".join(severity.value for severity in Severity)
            raise ConditionError(f"expected one of {expected} after severity, got {value!r} in {text!r}.")
        return Severity(value)
    if name == "dead":
        if not _COUNT.fullmatch(value):
            raise ConditionError(f"expected a number of units after dead, got {value!r} in {text!r}.")
        return int(value)
    # A percentage would never be reached, and the build never fail.
    if not _SHARE.fullmatch(value) or not float(value) <= 1:
        raise ConditionError(f"expected a share from 0 to 1 after {name}, got {value!r} in {text!r}.")
    return float(value)


def _saying(name: str, asked: RunReport | LayerReport, run: RunReport) -> str:
    if name == "severity":
        return f"has severity {asked.severity.value}, {asked.dead:,} of {asked.units:,} units dead"
    if name == "flagged_share":
        flagged, units = _flagged(asked)
        return f"has {flagged:,} of {units:,} units flagged by {run.preset!r}, a share of {flagged / max(1, units):.6g}"
    return f"has {asked.dead:,} of {asked.units:,} units dead, a share of {asked.dead_share:.6g}"


def _flagged(asked: RunReport | LayerReport) -> tuple[int, int]:
    """Flagged units and all units: presets also look at layers whose units can't be dead."""
    layers = (asked,) if isinstance(asked, LayerReport) else asked.layers
    return sum(layer.flagged for layer in layers), sum(layer.units for layer in layers)
