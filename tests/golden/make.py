"""Writes the golden files that the Python and the TypeScript tests share.

Run as `python tests/golden/make.py` after a deliberate change of a code; the
tests compare what is committed with what the code gives.
"""

from __future__ import annotations

import json
import pathlib
import struct
from typing import Any

import numpy as np
import numpy.typing as npt

from tb_deadrelu_plugin import metadata, record
from tb_deadrelu_plugin.serving import matrix, value_distribution
from tb_deadrelu_plugin.timeline import Stored, Timeline
from tb_deadrelu_plugin.wire import codes

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


def sample_timeline(run: str = "run", window: int = 20, records: int = 7) -> Timeline:
    """10 units x 7 records: unit 0 born dead, 1 and 2 die, 3 is nearly dead, 7 to 9 are NaN in some records."""
    samples, last_active, stored = 1_000_000_000, np.full(10, -1), []
    for r in range(records):
        step = (r + 1) * window
        active = np.array([0, samples if r < 3 else 0, 7 if r < 1 else 0, 1, 5 * 10**8, samples, 10**8, 10, 3, 4])
        non_finite = np.zeros(10, np.int64)
        if r in (1, 2):
            active[8:] = 0
            non_finite[8:] = samples
        if r == 4:
            active[7], non_finite[7] = 0, samples
        last_active = np.where(active > 0, step - 1, last_active)
        written = record.Record(
            step=step,
            window_start_step=step - window,
            samples=samples,
            batches=20,
            active=active,
            gradient_norm=np.where(active > 0, 2.0 ** (np.arange(10) - r), 0.0),
            last_active_step=last_active,
            non_finite_activations=non_finite,
            ordinal=r,
            total_samples=(r + 1) * samples,
        )
        stored.append(Stored(step, 1_700_000_000.0 + r, record.encode(written)))
    info = metadata.LayerInfo(activation="relu", gradient_at=metadata.PRE_ACTIVATION)
    return Timeline(run, "dense_1", info, stored)


def matrix_sample() -> bytes:
    """The body of `/matrix`, before gzip."""
    return matrix.encode(sample_timeline(), metadata.ZERO_FRACTION, order="death", max_rows=5, max_columns=4)


def matrix_part_sample() -> bytes:
    """The same of a part, less another run's values, which ends before the last record of the part."""
    other = sample_timeline("other", 30, 3)
    return matrix.encode(
        sample_timeline(),
        "gradient_norm",
        order="death",
        minus=other,
        positions=(1, 9),
        records=(2, 6),
        max_rows=4,
        max_columns=3,
    )


def distribution_sample() -> bytes:
    """The body of `/distribution`, before gzip."""
    return value_distribution.encode(sample_timeline(), metadata.ZERO_FRACTION, bins=6, max_columns=4)


def parse_body(body: bytes) -> tuple[dict[str, Any], dict[str, npt.NDArray]]:
    """Reads the body of `/matrix` or `/distribution` by `http_api.md` alone: the header, and the sections by name."""
    magic, length = struct.unpack_from("<4sI", body)
    assert magic == b"DRM1"
    header = json.loads(body[8 : 8 + length].decode("utf-8"))
    sections = {}
    for name, section in header["sections"].items():
        dtype = np.dtype(section["dtype"]).newbyteorder("<")
        count = int(np.prod(section["shape"]))
        sections[name] = np.frombuffer(body, dtype, count, section["offset"]).reshape(section["shape"])
    return header, sections


def matrix_expectation(body: bytes) -> dict[str, Any]:
    """What a reader makes of the body; values as in `code_samples`."""
    header, sections = parse_body(body)
    expected: dict[str, Any] = {"header": header}
    for name, section in sections.items():
        expected[name] = section.tolist()
    decode = {"fraction16": codes.decode_fraction16, "signed_log16": codes.decode_signed_log16}[header["code"]]
    for name in ("maximum", "minimum"):
        expected[f"{name}_values"] = [[_plain(v) for v in row] for row in decode(sections[name])]
    return expected


def distribution_expectation(body: bytes) -> dict[str, Any]:
    """What a reader makes of the body."""
    header, sections = parse_body(body)
    return {"header": header, **{name: section.tolist() for name, section in sections.items()}}


def main() -> None:
    (HERE / "codes.json").write_text(json.dumps(code_samples(), indent=0) + "\n")
    for name, body in {"matrix": matrix_sample(), "matrix_part": matrix_part_sample()}.items():
        (HERE / f"{name}.bin").write_bytes(body)
        (HERE / f"{name}.json").write_text(json.dumps(matrix_expectation(body), indent=1) + "\n")
    body = distribution_sample()
    (HERE / "distribution.bin").write_bytes(body)
    (HERE / "distribution.json").write_text(json.dumps(distribution_expectation(body), indent=1) + "\n")


if __name__ == "__main__":
    main()
