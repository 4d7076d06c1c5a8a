"""axe-core with its RGAA and WCAG 2.1 A and AA rules, from the package that brings it."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "RGAAv4", "best-practice"]
WIDE = 1280  # pixels
CONTRAST = ["color-contrast", "link-in-text-block"]
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def faults(
    page: Page, *, contrast: bool = True, only_contrast: bool = False, preload: bool = True
) -> list[str]:
    """Return what axe finds on the page as it is shown now: rule, help and the elements.

    `preload=False` where stylesheets import others (Django's administration does): axe would copy
    them into the page, which our policy refuses; only its rule on locked orientation needs that.
    """
    if not page.evaluate("typeof axe === 'object'"):
        script = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
        page.evaluate(script)
    chosen = {"type": "rule", "values": CONTRAST} if only_contrast else {"type": "tag", "values": TAGS}
    left_out = {} if contrast else {rule: {"enabled": False} for rule in CONTRAST}
    found = page.evaluate(
        "options => axe.run(document, options)",
        {"runOnly": chosen, "rules": left_out, "resultTypes": ["violations"], "preload": preload},
    )
    return [f"{fault['id']}: {fault['help']}: {_places(fault['nodes'])}" for fault in found["violations"]]


def _places(nodes: list[dict[str, Any]]) -> str:
    return ", ".join(str(node["target"]) for node in nodes[:5])


def all_faults(page: Page, *, preload: bool = True) -> list[str]:
    """Look at the page wide and narrow, light and dark, and at 200 % zoom.

    Contrast, which takes axe the longest, is looked at once a colour scheme: no width changes colours.
    """
    found = []
    page.emulate_media(reduced_motion="reduce")  # else colours are met half way from light to dark
    for width in (WIDE, 640, 320):  # 640 CSS pixels are what 200 % zoom leaves of 1280
        page.set_viewport_size({"width": width, "height": 800})
        if page.evaluate(SIDEWAYS):
            found.append(f"{width} px: scrolls sideways: {', '.join(page.evaluate(TOO_WIDE, width))}")
        if width == 640:
            continue
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        light = faults(page, contrast=width == WIDE, preload=preload)
        found += [f"{width} px, light: {fault}" for fault in light]
        if width == WIDE:
            page.emulate_media(color_scheme="dark", reduced_motion="reduce")
            dark = faults(page, only_contrast=True, preload=preload)
            found += [f"{width} px, dark: {fault}" for fault in dark]
    return found


TOO_WIDE = """width => [...document.querySelectorAll('body *')]
  .filter(element => element.getBoundingClientRect().right > width + 1)
  .slice(0, 5).map(element => element.tagName + '.' + element.className)"""
