"""What is asked of the page in the tab's frame: axe-core's judgement, where the focus is, and what could have it."""

from __future__ import annotations

import pathlib
from typing import Any

from tests.browser.tab import Tab

AXE = pathlib.Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"

_VIOLATIONS = """async (options) => {
  const { violations } = await axe.run(document, options);
  return violations.map(({ id, help, nodes }) =>
    `${id}: ${help}; ` + nodes.map(({ target, any }) => `${target.flat()} ${any.map((one) => one.message)}`).join(" | "));
}"""

# In the order of the document; what a browser takes for one stop, such as radio buttons, counts once.
_STOPS = """() => {
  const found = [];
  const visible = (element) => element.checkVisibility({ visibilityProperty: true });
  const isStop = (element) => {
    if (element.matches(":disabled, [tabindex='-1']") || !visible(element)) return false;
    if (element.matches("input[type=radio]:not(:checked)")) return false;
    return element.matches("a[href], button, input, select, summary, [tabindex]");
  };
  const walk = (root) => {
    for (const element of root.children) {
      if (isStop(element)) found.push(element);
      if (element.shadowRoot) walk(element.shadowRoot);
      walk(element);
    }
  };
  walk(document.body);
  window.stops = found;
  return found.length;
}"""

# Which of the stops has the focus, -1 for something else in the frame, null outside of it; and how the focus looks.
_FOCUS = """() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  if (!at || at === document.body || !document.hasFocus()) return null;
  const marked = (element) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 1;
  };
  // A radio button's row is marked in its place.
  const shown = marked(at) || (at.closest("label") !== null && marked(at.closest("label")));
  const { x, y, width, height } = at.getBoundingClientRect();
  const inSight = width > 0 && x >= 0 && y >= 0 && x < innerWidth && y < innerHeight;
  const name = `${at.localName}.${at.className} ${at.ariaLabel ?? at.textContent.trim().slice(0, 40)}`;
  return { stop: window.stops?.indexOf(at) ?? -1, name, shown, inSight };
}"""


def page_frame(tab: Tab) -> Any:
    """The frame that TensorBoard gives the plugin, to evaluate in."""
    return tab.page.wait_for_selector("iframe[src*='dead_relu']").content_frame()


def violations(tab: Tab) -> list[str]:
    """What axe-core finds wrong with the page as it is now, all of its rules on."""
    frame = page_frame(tab)
    if frame.evaluate("typeof axe") == "undefined":
        frame.evaluate(AXE.read_text(encoding="utf-8"))
    return frame.evaluate(_VIOLATIONS, {"rules": {"target-size": {"enabled": True}}})


def find_stops(tab: Tab) -> int:
    """How many elements the tab key should stop at; `focus` refers to them."""
    return page_frame(tab).evaluate(_STOPS)


def focus(tab: Tab) -> dict[str, Any] | None:
    """What has the focus: which of the stops, its name, and whether one sees it; None outside the frame."""
    return page_frame(tab).evaluate(_FOCUS)


def tab_to(tab: Tab, part: str, *, key: str = "Tab", most: int = 120) -> dict[str, Any]:
    """Presses a key until the focus is on something with this in its name."""
    for _ in range(most):
        tab.page.keyboard.press(key)
        found = focus(tab)
        if found and part in found["name"]:
            return found
    raise AssertionError(f"nothing with {part!r} within {most} presses of {key}")
