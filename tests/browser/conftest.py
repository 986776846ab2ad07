"""A real Chromium, and pages of it on the tab."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright import sync_api as playwright

from tests.browser.tab import FLAGS, Tab, chromium_path


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium as Debian packages it."""
    path = chromium_path()
    if path is None:
        pytest.fail("no chromium found; install Debian's package or set CHROMIUM to its path")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()


@pytest.fixture()
def open_tab(browser: Any) -> Iterator[Callable[..., Tab]]:
    """Opens the tab of a TensorBoard; at the end there must have been no error on any page."""
    tabs: list[Tab] = []

    def open_at(url: str, width: int = 1400, height: int = 900, **selection: str) -> Tab:
        tabs.append(Tab(browser.new_page(viewport={"width": width, "height": height}), url))
        return tabs[-1].open(**selection)

    yield open_at
    problems = [problem for tab in tabs for problem in tab.problems]
    for tab in tabs:
        tab.page.close()
    assert problems == []
