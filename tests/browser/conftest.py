"""A real Chromium, pages of it on the tab, and TensorBoards that serve the usual runs."""

from __future__ import annotations

import collections
import pathlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright import sync_api as playwright

import tb_deadrelu_plugin
from tb_deadrelu_plugin.timeline import Timeline
from tests import serving
from tests.browser.runs import write_runs
from tests.browser.tab import FLAGS, Tab, chromium_path
from tests.serving import serve


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


@pytest.fixture(scope="session")
def context(browser: Any) -> Iterator[Any]:
    """One profile for all tests, so that TensorBoard itself is loaded from the cache."""
    made = browser.new_context()
    yield made
    made.close()


class IdlePages:
    """Pages to use again: loading TensorBoard takes six times as long as loading the tab anew in it."""

    _MOST = 3

    def __init__(self, context: Any) -> None:
        self._context = context
        self._idle: collections.OrderedDict[str, Any] = collections.OrderedDict()

    def take(self, url: str) -> Any:
        """A page, with TensorBoard in it if one at this address was given back."""
        return self._idle.pop(url, None) or self._context.new_page()

    def give_back(self, tab: Tab) -> None:
        """Keeps a tab's page for another test, unless that would find it changed."""
        if tab.page.is_closed():
            return
        # Themes and open folds are remembered.
        tab.page.evaluate("localStorage.clear()")
        if not tab.let_go() or tab.url in self._idle:
            tab.page.close()
            return
        self._idle[tab.url] = tab.page
        if len(self._idle) > self._MOST:
            self._idle.popitem(last=False)[1].close()


@pytest.fixture(scope="session")
def idle_pages(context: Any) -> IdlePages:
    """Pages that tests have given back."""
    return IdlePages(context)


@pytest.fixture()
def open_tab(idle_pages: IdlePages) -> Iterator[Callable[..., Tab]]:
    """Opens the tab of a TensorBoard; at the end there must have been no error on any page."""
    tabs: list[Tab] = []

    def open_at(url: str, width: int = 1400, height: int = 900, **selection: str) -> Tab:
        page = idle_pages.take(url)
        page.set_viewport_size({"width": width, "height": height})
        tabs.append(Tab(page, url))
        return tabs[-1].open(**selection)

    yield open_at
    problems = [problem for tab in tabs for problem in [*tab.problems, *tab.error_panels()]]
    for tab in tabs:
        idle_pages.give_back(tab)
    assert problems == []


@pytest.fixture(scope="package", autouse=True)
def without_tensorflow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Hides TensorFlow from TensorBoard, which starts sooner for it."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in serving.without_tensorflow(tmp_path_factory.mktemp("absent")).items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="package")
def logdir(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """The usual runs; see tests/browser/runs.py."""
    directory = tmp_path_factory.mktemp("logs")
    write_runs(directory)
    return directory


@pytest.fixture(scope="package")
def recorded(logdir: pathlib.Path) -> dict[str, dict[str, Timeline]]:
    """What the usual runs recorded."""
    return tb_deadrelu_plugin.read(logdir, progress=False)


@pytest.fixture(scope="package")
def fast_board(logdir: pathlib.Path) -> Iterator[str]:
    """URL of a TensorBoard with its data server."""
    with serve(logdir, "--load_fast=true") as url:
        yield url


@pytest.fixture(scope="package")
def slow_board(logdir: pathlib.Path) -> Iterator[str]:
    """URL of a TensorBoard that reads by itself, below a path prefix."""
    with serve(logdir, "--load_fast=false", "--path_prefix=/x") as url:
        yield url


@pytest.fixture(params=["fast_board", "slow_board"])
def board(request: pytest.FixtureRequest) -> str:
    """Both of them, one after the other."""
    return request.getfixturevalue(request.param)
