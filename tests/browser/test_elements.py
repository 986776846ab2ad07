"""What becomes of the page where an answer can't be drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.tab import Tab

pytestmark = pytest.mark.browser

BROKEN = '{"steps": [1, 2], "run": "nan"}'


def test_what_could_not_be_drawn_comes_back(fast_board: str, context: Any, open_tab: Callable[..., Tab]) -> None:
    spoilt: list[str] = []

    def answer(route: Any) -> None:
        if len(spoilt) == 2:
            route.fallback()
            return
        spoilt.append(route.request.url)
        route.fulfill(body=BROKEN, content_type="application/json")

    context.route("**/timeline?*", answer)
    try:
        tab = open_tab(fast_board, layer="dense", runs="first,second")
        expect(tab.frame.get_by_role("alert")).to_contain_text("had an error", timeout=15_000)
        tab.page.wait_for_timeout(500)
        assert len(spoilt) == 2 and tab.problems
        tab.reload()
        for run in ("first", "second"):
            tab.heatmap(run)
        # An answer that comes sooner than the other is drawn beside the broken one once more.
        tab.settle()
        tab.frame.get_by_role("alert").get_by_role("button", name="Close").click()
        expect(tab.frame.get_by_role("alert")).to_have_count(0)
        expect(tab.frame.locator("dr-run-head h2 .name")).to_have_text(["first", "second"])
        for ribbon in tab.frame.locator("dr-ribbon").all():
            expect(ribbon.locator("canvas")).to_be_visible()
        expect(tab.frame.locator("dr-ribbon")).to_have_count(2)
        expect(tab.frame.locator("dr-run-head").first).to_contain_text("showing 30 of 30 records")
        tab.settle()
        tab.problems.clear()
        tab.choose("axis", "relative")
    finally:
        context.unroute("**/timeline?*", answer)
