"""The pictures that the documentation shows: `python -m tests.web.screenshots` writes docs/images/.

In French, on a site with invented recordings. Each picture is packed to 256 colours; more than
150 KB is an error.
"""

from __future__ import annotations

import io
import logging
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.web.browsing import CHROMIUM_FLAGS, Visitor
from tests.web.site import Site, open_site
from tests.web.views import Step

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
MOST_BYTES = 150_000
log = logging.getLogger("tests.web.screenshots")


@dataclass(frozen=True)
class Picture:
    """One page to be shown; `then` is done on it first."""

    path: str
    then: Step | None = None
    width: int = 1200
    height: int = 820
    scheme: Literal["light", "dark"] = "light"


def show_preview(page: Page) -> None:
    """Open a preview over the list."""
    page.locator("a[hx-get]").first.click()
    page.locator("dialog[open] .sheets img").first.wait_for()


def look_at_slides(page: Page) -> None:
    """Open the preview of a recording that waits to be claimed, and its chapters."""
    page.locator("a[hx-get]", has_text="Algèbre").first.click()
    page.locator("dialog[open] .sheets img").first.wait_for()
    page.locator("dialog[open] details summary").click()


def play(page: Page) -> None:
    """Play from the second chapter on with captions, until the player's own buttons have faded."""
    page.locator("#captions").select_option("français")
    page.locator("nav.panel a").nth(1).click()
    page.mouse.move(5, 5)
    page.wait_for_timeout(5500)


PICTURES = {
    "videos-externes": Picture("/import_video/"),
    "videos-externes-telephone-sombre": Picture("/import_video/", width=390, scheme="dark"),
    "apercu": Picture("/import_video/", then=show_preview),
    "ajouter": Picture("/import_video/add/"),
    "revendiquer": Picture("/record/claim_record/"),
    "revendiquer-apercu": Picture("/record/claim_record/", then=look_at_slides),
    "mes-videos": Picture("/video/my/"),
    "modifier-video": Picture("/video/edit/{video}/", height=1000),
    "regarder": Picture("/video/{video}/", then=play, height=1000),
}


def take(browser: Browser, site: Site, stem: str, wanted: Picture) -> None:
    """Write the picture of one page."""
    visits = Visitor(browser)
    page = visits(site, "ada", locale="fr-FR", width=wanted.width)
    page.set_viewport_size({"width": wanted.width, "height": wanted.height})
    page.emulate_media(color_scheme=wanted.scheme, reduced_motion="reduce")
    page.goto(site.address(wanted.path))
    if wanted.then:
        wanted.then(page)
    page.wait_for_load_state("networkidle")
    write(page.screenshot(), IMAGES / f"{stem}.png")
    visits.close()


def write(picture: bytes, path: Path) -> None:
    """Pack a picture and write it whole; SystemExit when it is too large."""
    packed = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as image:
        image.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(packed, "PNG", optimize=True)
    size = packed.tell()
    if size > MOST_BYTES:
        raise SystemExit(
            f"{path.name} would have {size} bytes, more than {MOST_BYTES}: show less of the page."
        )
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(packed.getvalue())
    part.replace(path)
    log.info("%s: %d KB", path.name, size // 1000)


def main(names: list[str]) -> int:
    """Take the named pictures, or all."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    IMAGES.mkdir(parents=True, exist_ok=True)
    chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    with (
        tempfile.TemporaryDirectory(prefix="pod-pictures-") as folder,
        open_site(Path(folder), "states", size="1280x720", camera=True) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=[*CHROMIUM_FLAGS, "--lang=fr-FR"])
        for stem, wanted in PICTURES.items():
            if not names or stem in names:
                take(browser, site, stem, wanted)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
