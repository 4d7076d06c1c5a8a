"""Pictures of every page for the documentation: `python -m tests.web.screenshots` writes docs/images/.

In French, light and dark, on a site with invented recordings. Each picture is packed to 256
colours; more than 150 KB is an error.
"""

from __future__ import annotations

import io
import logging
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.web.browsing import CHROMIUM_FLAGS, Visitor
from tests.web.site import Site, open_site
from tests.web.views import Step, send

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
MOST_BYTES = 150_000
SCHEMES = {"": "light", "-sombre": "dark"}
log = logging.getLogger("tests.web.screenshots")


@dataclass(frozen=True)
class Picture:
    """One page to be shown; `then` is done on it first."""

    path: str
    name: str = "ada"
    then: Step | None = None
    width: int = 1200
    height: int = 820


def show_preview(page: Page) -> None:
    """Open a preview over the list."""
    page.locator("a[hx-get]").first.click()
    page.locator("dialog[open] .sheets img").first.wait_for()


def look_at_slides(page: Page) -> None:
    """Open the preview of a recording that waits to be claimed, and its chapters."""
    page.locator("a[hx-get]", has_text="Algèbre").first.click()
    page.locator("dialog[open] .sheets img").first.wait_for()
    page.locator("dialog[open] details summary").click()


def ask_to_discard(page: Page) -> None:
    """Tick three rows and ask."""
    for box in page.locator("li.row input[name=id]").all()[6:9]:
        box.check()
    page.locator("button[value=discard]").click()
    page.locator("input[name=confirmed]").wait_for(state="attached")


def play(page: Page) -> None:
    """Play from the second chapter on with captions, until the player's own buttons have faded."""
    page.locator("#captions").select_option("français")
    page.locator("nav.panel a").nth(1).click()
    page.mouse.move(5, 5)
    page.wait_for_timeout(5500)


def wait_for_film(page: Page) -> None:
    """Wait until the first picture of the film is there."""
    for _look in range(100):
        if page.evaluate("document.querySelector('video').readyState >= 2"):
            page.wait_for_timeout(1500)  # the player's sign of waiting fades out
            return
        page.wait_for_timeout(100)


PICTURES = {
    "accueil": Picture("/", name="", height=520),
    "connexion": Picture("/accounts/login/", name="", then=send("main button"), height=560),
    "videos-externes": Picture("/import_video/"),
    "videos-externes-telephone": Picture("/import_video/", width=390),
    "apercu": Picture("/import_video/", then=show_preview),
    "ajouter": Picture("/import_video/add/"),
    "ecarter": Picture("/import_video/", then=ask_to_discard, height=620),
    "revendiquer": Picture("/record/claim_record/"),
    "revendiquer-apercu": Picture("/record/claim_record/", then=look_at_slides),
    "mes-videos": Picture("/video/my/"),
    "modifier-video": Picture("/video/edit/{video}/", height=1000),
    "regarder": Picture("/video/{video}/", then=play, height=1000),
    "regarder-telephone": Picture("/video/{video}/", then=wait_for_film, width=390, height=1000),
    "refus": Picture("/import_video/", name="chloe", height=460),
    "introuvable": Picture("/nothing/", name="", height=460),
    "accessibilite": Picture("/accessibility/", name="", height=560),
}


def take(browser: Browser, site: Site, stem: str, wanted: Picture) -> None:
    """Write the picture of one page, light and dark."""
    visits = Visitor(browser)
    page = visits(site, wanted.name, locale="fr-FR", width=wanted.width)
    page.set_viewport_size({"width": wanted.width, "height": wanted.height})
    for suffix, scheme in SCHEMES.items():
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        page.goto(site.address(wanted.path))
        if wanted.then:
            wanted.then(page)
        page.wait_for_load_state("networkidle")
        write(page.screenshot(), IMAGES / f"{stem}{suffix}.png")
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
