"""Loads the scripts in `examples/`, which are no package."""

from __future__ import annotations

import importlib.util
import pathlib
import sys
from types import ModuleType

_EXAMPLES = pathlib.Path(__file__).parent.parent / "examples"


def load_example(name: str) -> ModuleType:
    """Returns the script `examples/NAME.py` as a module."""
    spec = importlib.util.spec_from_file_location(f"examples_{name}", _EXAMPLES / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their module up.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
