"""Training time with and without the callback, beside what else there is."""

from __future__ import annotations

import dataclasses
import sys

from tests.benchmarks import turns, variants
from tests.benchmarks.tables import Table
from tests.benchmarks.workloads import WORKLOADS

BUDGETS = {"default": "1.03", "all": "1.15"}
COMPARED = {
    "again": "alone again",
    "default": "DeadReLU",
    "all": 'DeadReLU, coverage="all"',
    "dead": "DeadReLU, a third of the units dead",
    "histograms": "TensorBoard, histogram_freq=1",
    "prediction": "prediction pass",
}
VARIANTS = [
    variants.PLAIN,
    variants.DEFAULT,
    variants.HISTOGRAMS,
    variants.AGAIN,
    variants.ALL,
    variants.PREDICTION,
    variants.DEAD,
]


def tables(quick: bool) -> list[Table]:
    """Trains every model with and without `jit_compile`."""
    rows = []
    for workload in WORKLOADS:
        if quick:
            workload = dataclasses.replace(workload, batches=workload.batches // 4, rounds=3)
        chosen = [one for one in VARIANTS if one.dead == 0 or workload.with_dead_units]
        for jit in (False, True):
            seconds = turns.in_own_process(turns.train, workload, jit, chosen)
            figures = [turns.spread(turns.ratios(seconds, key)) if key in seconds else "" for key in COMPARED]
            alone, watched = seconds["plain"], seconds["default"]
            build = f"{alone.build:.1f} s, {watched.build:.1f} s"
            name = f"{workload.name}; jit {'on' if jit else 'off'}"
            rows.append([name, f"{alone.median:.2f} s", *figures, build])
            print(" | ".join(rows[-1]), file=sys.stderr, flush=True)
    rows.append(["budget", "", *[BUDGETS.get(key, "") for key in COMPARED], ""])
    title = (
        "Seconds of an epoch alone, and how many times as long an epoch takes otherwise: median and quartiles of pairs "
        "from the same round. Last, what the first epoch takes longer than later ones, alone and with DeadReLU"
    )
    return [Table(title, ["model", "alone", *COMPARED.values(), "to build"], rows)]
