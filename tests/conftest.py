"""Settings that every test shares."""

from __future__ import annotations

import gc
import importlib.util
import os
from collections.abc import Iterator

import pytest

# TensorFlow reads them when it is first imported, which no test module has
# done yet: on the processor the numbers are the same everywhere.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import hypothesis

LONGEST = {
    "test_applications",
    "test_causes_in_training",
    "test_coverage",
    "test_demo",
    "test_distribution",
    "test_inspection",
    "test_keras_identical",
    "test_reviving",
}

# The machines of continuous integration are slow and shared: a deadline per
# example would fail at random. Examples are drawn anew on a developer's
# machine and are the same every time in continuous integration.
hypothesis.settings.register_profile("default", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "default")


def pytest_configure(config: pytest.Config) -> None:
    """Refuses to pass over the tests that need TensorFlow without a word, where it is missing."""
    if importlib.util.find_spec("tensorflow") is None and "not tensorflow" not in config.option.markexpr:
        raise pytest.UsageError(
            "tests need TensorFlow, which is not installed; leave them out with: -m 'not tensorflow'"
        )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the modules first that take longest: begun last, one of them would run on while other processes idle."""
    items.sort(key=lambda item: item.path.stem not in LONGEST)


@pytest.fixture(scope="module", autouse=True)
def _left_by_other_modules() -> Iterator[None]:
    """Keeps what a module's tests leave behind from being looked through at every later collection of garbage.

    TensorFlow keeps graphs for as long as it runs, and to look through those of all modules took a fifth of the time.
    """
    yield
    gc.collect()
    gc.freeze()
