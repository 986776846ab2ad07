"""How the cost of watching grows with units, batch size and steps."""

from __future__ import annotations

import functools

from tests.benchmarks import turns, variants
from tests.benchmarks.tables import Table
from tests.benchmarks.workloads import Workload, dense_network

UNITS, BATCH_SIZE, BATCHES = 1024, 128, 64
GROWN = [
    {},
    {"units": 256},
    {"units": 4096},
    {"batch_size": 32},
    {"batch_size": 512},
    {"batches": 256},
]


def tables(quick: bool) -> list[Table]:
    """Trains networks that differ in one number each."""
    rows = []
    for one in GROWN:
        sizes = {"units": UNITS, "batch_size": BATCH_SIZE, "batches": BATCHES} | one
        units, batch_size, batches = sizes.values()
        make = functools.partial(dense_network, 256, (units, 256))
        workload = Workload("", make, batch_size, batches, rounds=1 if quick else 6)
        compared = [variants.PLAIN, variants.DEFAULT, variants.ALL]
        seconds = turns.in_own_process(turns.train, workload, False, compared, workload.rounds)
        alone = 1000 * seconds["plain"].epoch
        figures = [turns.ratio(seconds, key) for key in ("default", "all")]
        rows.append([f"{units} units, batches of {batch_size}, {batches} batches", f"{alone:.0f} ms", *figures])
    title = "Growth: epochs of an MLP with layers of so many and of 256 units; jit off"
    return [Table(title, ["sizes", "alone", "DeadReLU", 'DeadReLU, coverage="all"'], rows)]
