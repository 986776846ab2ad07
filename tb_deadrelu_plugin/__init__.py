"""Dead ReLU units over the course of training: recorded, read back, shown in TensorBoard.

Importing this package imports neither TensorFlow, Keras nor PyTorch.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

__all__ = ["Severity", "Thresholds", "Timeline", "UnitState", "read", "summary"]

if TYPE_CHECKING:
    from tb_deadrelu_plugin import summary
    from tb_deadrelu_plugin.reader import read
    from tb_deadrelu_plugin.timeline import Timeline
    from tb_deadrelu_plugin.verdict import Severity, Thresholds, UnitState

_HOME = {
    "Severity": "verdict",
    "Thresholds": "verdict",
    "Timeline": "timeline",
    "UnitState": "verdict",
    "read": "reader",
}


def __getattr__(name: str) -> Any:
    if name == "summary":
        return importlib.import_module("tb_deadrelu_plugin.summary")
    if name in _HOME:
        return getattr(importlib.import_module(f"tb_deadrelu_plugin.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
