"""Writes the golden files that the Python and the TypeScript tests share.

Run as `python tests/golden/make.py` after a deliberate change of a code; the
tests compare what is committed with what the code gives.
"""

from __future__ import annotations

import json
import pathlib

import numpy as np

from tb_deadrelu_plugin import codes

HERE = pathlib.Path(__file__).parent


def code_samples() -> dict[str, list[list[float | int | None]]]:
    """Pairs [code, decoded value], values as float64 of the float32 result; NaN is None."""
    picked = np.unique(np.concatenate([np.arange(0, 65536, 257), [1, 2, 32766, 32767, 32768, 65532, 65533, 65534]]))
    decoders = {
        "log16": codes.decode_log16,
        "signed_log16": codes.decode_signed_log16,
        "fraction16": codes.decode_fraction16,
    }
    return {name: [[int(c), _plain(v)] for c, v in zip(picked, decode(picked))] for name, decode in decoders.items()}


def _plain(value: np.float32) -> float | str | None:
    if np.isnan(value):
        return None
    if np.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return float(value)


def main() -> None:
    (HERE / "codes.json").write_text(json.dumps(code_samples(), indent=0) + "\n")


if __name__ == "__main__":
    main()
