"""The fonts that whiteboard text is drawn with; all come with Python packages.

A bare machine has no font at all, so each family that BigBlueButton's players
use is mapped to the same font, or to its nearest relative, from a package:

* shapes.svg asks for Arial, for which Chromium on Linux takes Liberation Sans;
  Arimo is the same design with the same widths.
* tldraw v1 (BBB 2.6, 2.7): Caveat Brush, Source Sans Pro, Crimson Pro, Source Code Pro.
* tldraw v2 (BBB >= 3.0): Shantell Sans, and IBM Plex Sans, Serif and Mono, in weight 500.

Other characters are found one by one. Those that a face of tldraw v1, or the
serif one of v2, lacks are in Times, as wherever a page names no other face: all
faces of v1 lack mathematical signs, for Google serves them as letters only, and
two lack Greek and Cyrillic.
What is left is in packaged Noto fonts, else in the fonts installed on the system.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Final

import numpy as np
import uharfbuzz as hb
from numpy.typing import NDArray

from pod.bbb.errors import RenderError
from pod.bbb.render.canvas import Path as Outline
from pod.bbb.render.text import installed
from pod.bbb.render.text.hinting import Hinted
from pod.bbb.render.text.kerning import Kerning, bare
from pod.bbb.render.text.likeness import CAVEAT_BRUSH, SHANTELL_MORE, SHANTELL_SANS, TIMES, Likeness
from pod.bbb.render.text.marks import Composed, composed
from pod.bbb.render.text.pen import GlyphPen

log = logging.getLogger(__name__)

# How far a letter is bent to another font's width; beyond, it stands in the middle of it.
_NARROWEST, _WIDEST = 0.7, 1.1
_OUTLINE_TABLES: Final = {"glyf", "CFF ", "CFF2"}


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a packaged font is, and which instance of it."""

    package: str
    file: str
    weight: int | None = None  # of a variable font; None: its default
    likeness: Likeness | None = None
    metrics: tuple[float, float] | None = None  # ascent and descent of the player's version, if they differ
    lacks: frozenset[str] = frozenset()  # characters that the file has, but not the player's version
    times: bool = False  # whether the player shows what it lacks in Times
    more: str = ""  # the family that has what the file lacks of the player's font


PAGE: Final = frozenset({"arial", "arial-bold"})  # families of the pages round the whiteboards
_SIGNS: Final = frozenset(map(chr, range(0x2100, 0x2C00))) - frozenset("ℓ™↑↓−∕")
_GREEK_CYRILLIC: Final = frozenset(map(chr, range(0x370, 0x530)))
_ARIMO = _Source("fontpkg_arimo", "files/Arimo[wght].ttf")
_FAMILIES: Final[dict[str, _Source]] = {
    "arial": _ARIMO,
    "arial-bold": replace(_ARIMO, weight=700),
    "script": _Source(
        "fontpkg_kalam",
        "files/Kalam-Bold.ttf",
        likeness=CAVEAT_BRUSH,
        lacks=_SIGNS | _GREEK_CYRILLIC,
        times=True,
    ),
    "unloaded": replace(_ARIMO, likeness=TIMES, times=True),
    "sans-v1": _Source(
        "fontpkg_source_sans_3",
        "files/SourceSans3[wght].ttf",
        400,
        metrics=(0.984, 0.273),
        lacks=_SIGNS,
        times=True,
    ),
    "serif-v1": _Source(
        "fontpkg_crimson_pro",
        "files/CrimsonPro[wght].ttf",
        400,
        lacks=_SIGNS | _GREEK_CYRILLIC,
        times=True,
    ),
    "mono-v1": _Source(
        "fontpkg_source_code_pro", "files/SourceCodePro[wght].ttf", 400, lacks=_SIGNS, times=True
    ),
    "draw": _Source("fontpkg_delius", "files/Delius-Regular.ttf", likeness=SHANTELL_SANS, more="draw-more"),
    "draw-more": _Source("fontpkg_comfortaa", "files/Comfortaa[wght].ttf", 700, likeness=SHANTELL_MORE),
    "sans": _Source("fontpkg_ibm_plex_sans", "files/IBMPlexSans[wdth,wght].ttf", 500),
    "serif": _Source("fontpkg_ibm_plex_serif", "files/IBMPlexSerif-Medium.ttf", times=True),
    "mono": _Source("fontpkg_ibm_plex_mono", "files/IBMPlexMono-Medium.ttf"),
}
_NOTO: Final = tuple(
    f"{name}[wght].ttf"
    for name in (
        "NotoSans", "NotoSansHebrew", "NotoSansArabic", "NotoSansSymbols", "NotoEmoji", "NotoSansThai",
        "NotoSansDevanagari", "NotoSansArmenian", "NotoSansGeorgian", "NotoSansBengali", "NotoSansTamil",
        "NotoSansTelugu", "NotoSansKannada", "NotoSansMalayalam", "NotoSansGujarati", "NotoSansGurmukhi",
        "NotoSansOriya", "NotoSansSinhala", "NotoSansEthiopic", "NotoSansKhmer", "NotoSansLao",
        "NotoSansMyanmar",
    )
)  # fmt: skip
_TIMES_FILES: Final = {"times new roman", "times", "liberationserif-regular", "tinos-regular"}
# Chinese, Japanese, Korean: 20 MB.
_OPTIONAL: Final = (("manimgx_fonts_cjk", "NotoSansCJK-VF.otf.ttc"),)


class Font:
    """One font at one weight. Lengths are in em (1.0 = the font size), y upwards."""

    def __init__(self, path: Path, *, weight: int | None = None, likeness: Likeness | None = None) -> None:
        """Open the font file; raises OSError or RuntimeError if it is none."""
        self.path = path
        self.lacks: frozenset[str] = frozenset()  # characters of the file that are not to be used
        self.times = False  # whether characters that it lacks are looked for in Times first
        self.more = ""  # the family that completes it, if it is bent towards a font that has more
        self._face = hb.Face(hb.Blob.from_file_path(str(path)))
        if not _OUTLINE_TABLES & set(self._face.table_tags):
            raise RuntimeError(f"{path} has no outlines")
        self.hb = hb.Font(self._face)
        if weight is not None:
            self.hb.set_variations({"wght": weight})
        self.em = float(self._face.upem)
        extents = self.hb.get_font_extents("ltr")
        self.ascent = extents.ascender / self.em
        self.descent = -extents.descender / self.em
        self.line_gap = extents.line_gap / self.em
        self._outlines: dict[int, Outline] = {}
        self._weight = weight
        self._widths: dict[int, tuple[float, float, float]] = {}  # by glyph: its width, stretch and shift
        self._alike: dict[int, int] = {}  # by glyph: the one that is drawn for it
        self._fits: dict[int, NDArray[np.float32]] = {}  # by glyph: matrix and shift
        self._composed: dict[str, Composed | None] = {}
        self.bent = likeness is not None
        self._kerning: Kerning = likeness.kerning if likeness is not None else {}
        if likeness is not None:
            self._bend(likeness)

    def _bend(self, likeness: Likeness) -> None:
        for character, width in likeness.widths.items():
            glyph = self.glyph_of(character)
            if glyph:
                self._alike[glyph] = self.glyph_of(likeness.alike.get(character, character))
                own = self.hb.get_glyph_h_advance(self._alike[glyph]) / self.em
                stretch = min(_WIDEST, max(_NARROWEST, width / own)) if own > 0 else 1.0
                self._widths[glyph] = width, stretch, (width - own * stretch) / 2
            fit = likeness.fits.get(character)
            if glyph and fit is not None:
                self._fits[glyph] = np.array(fit, np.float32).reshape(3, 2)
        self.hb.scale = (round(self.em), round(self.em * likeness.higher))
        self.hb.synthetic_bold = (likeness.bolder, likeness.bolder, True)
        self.hb.synthetic_slant = likeness.slant
        self.ascent, self.descent, self.line_gap = likeness.ascent, likeness.descent, 0.0

    def glyph_of(self, character: str) -> int:
        """The number of a character's glyph; 0 if there is none."""
        return int(self.hb.get_nominal_glyph(ord(character)) or 0)

    def width(self, glyph: int) -> float | None:
        """The advance width, in em, of a glyph that is bent to another font's width; None of other glyphs."""
        found = self._widths.get(glyph)
        return found and found[0]

    def kern(self, first: str, second: str) -> float:
        """The kerning of two characters of a bent font, in em, negative for closer; 0 of other fonts."""
        return self._kerning.get((bare(first), bare(second)), 0.0) if self._kerning else 0.0

    def covers(self, character: str) -> bool:
        """Whether the font has a glyph for the character."""
        return character not in self.lacks and bool(self.glyph_of(character))

    def completed(self, character: str) -> Font | None:
        """The font that has a character of the player's font which this one lacks; None of others."""
        other = font(self.more) if self.more else None
        return other if other and other.width(other.glyph_of(character)) is not None else None

    def composed(self, character: str) -> Composed | None:
        """How a bent font shows a letter with a mark that it lacks; None of other characters and fonts."""
        if not self.bent or character in self.lacks or self.covers(character):
            return None
        if character not in self._composed:
            self._composed[character] = composed(self, character)
        return self._composed[character]

    def outline(self, glyph: int) -> Outline:
        """The glyph's outline in em, y upwards; kept once made."""
        found = self._outlines.get(glyph)
        if found is None:
            pen = GlyphPen()
            self.hb.draw_glyph(self._alike.get(glyph, glyph), _draw_functions(), pen)
            designed = pen.outline(self.em)
            points = designed.points
            _, stretch, shift = self._widths.get(glyph, (0.0, 1.0, 0.0))
            points[:, 0] = points[:, 0] * np.float32(stretch) + np.float32(shift)
            fit = self._fits.get(glyph)
            if fit is not None:
                points = points @ fit[:2] + fit[2]
            found = self._outlines[glyph] = Outline(designed.commands, points)
        return found

    @functools.cached_property
    def hinted(self) -> Hinted | None:
        """The outlines as FreeType hints them; None if it cannot read the file, or the font is bent."""
        if self.bent:
            return None
        try:
            return Hinted(self.path, self._weight)
        except OSError as error:
            log.debug("Font %s is drawn without hinting: %s", self.path.name, error)
            return None


@functools.cache
def _draw_functions() -> hb.DrawFuncs:
    functions = hb.DrawFuncs()
    functions.set_move_to_func(lambda x, y, pen: pen.move_to(x, y))
    functions.set_line_to_func(lambda x, y, pen: pen.line_to(x, y))
    functions.set_quadratic_to_func(lambda cx, cy, x, y, pen: pen.quadratic_to(cx, cy, x, y))
    functions.set_cubic_to_func(lambda ax, ay, bx, by, x, y, pen: pen.cubic_to(ax, ay, bx, by, x, y))
    functions.set_close_path_func(lambda pen: pen.close_path())
    return functions


def path_of(package: str, file: str) -> Path:
    """The path of a packaged font; RenderError if the package is not installed."""
    try:
        return Path(str(resources.files(package))) / file
    except ModuleNotFoundError as error:
        message = f"Looking for the font {file}: package {package} is missing; install requirements.txt."
        raise RenderError(message) from error


@functools.cache
def font(family: str) -> Font:
    """The font of a family name as `pod.bbb.playback.drawing.Text` uses it; an unknown name gives Arial's."""
    source = _FAMILIES.get(family.lower(), _ARIMO)
    path = path_of(source.package, source.file)
    found = Font(path, weight=source.weight, likeness=source.likeness)
    found.lacks, found.times, found.more = source.lacks, source.times, source.more
    if source.metrics is not None:
        found.ascent, found.descent = source.metrics
        found.line_gap = 0.0
    return found


def packaged_files() -> tuple[str, ...]:
    """Paths of the packaged fonts for a renderer that wants files: three faces, upright and slanted."""
    sources = [_FAMILIES[name] for name in ("arial", "serif-v1", "mono-v1")]
    files = [(source.package, source.file) for source in sources]
    files += [(package, file.replace("[wght]", "-Italic[wght]")) for package, file in files]
    return tuple(str(path_of(package, file)) for package, file in files)


@functools.lru_cache(maxsize=4096)
def fallback(character: str, *, times: bool = False) -> Font | None:
    """A font for a character that the asked-for font lacks: Times, a packaged one, the system's, or None."""
    if times and _times().covers(character):
        return _times()
    for candidate in _packaged():
        if candidate.covers(character):
            return candidate
    for candidate in _system():
        if candidate.covers(character):
            return candidate
    return None


@functools.cache
def _times() -> Font:
    """Times or an installed font that stands for it in browsers; else one of its widths, without serifs."""
    for path in installed.files():
        if path.stem.lower() in _TIMES_FILES:
            with contextlib.suppress(OSError, RuntimeError, hb.HarfBuzzError):
                return Font(path)
    return font("unloaded")


@functools.cache
def _packaged() -> tuple[Font, ...]:
    fonts = [font("arial")]
    fonts += [Font(path_of("manimgx_fonts", name)) for name in _NOTO]
    # They have a check mark, the Noto fonts here lack it.
    fonts += [Font(font("sans-v1").path, weight=400), font("sans")]
    return tuple(fonts)


@functools.cache
def _system() -> tuple[Font, ...]:
    fonts: list[Font] = []
    for path in (*_optional_files(), *installed.files()):
        try:
            fonts.append(Font(path))
        except (OSError, RuntimeError, hb.HarfBuzzError) as error:
            log.debug("Font %s left out: %s", path, error)
    return tuple(fonts)


def _optional_files() -> Iterator[Path]:
    """Fonts too large to be required, where somebody installed their package."""
    for package, file in _OPTIONAL:
        if importlib.util.find_spec(package) is not None:
            yield path_of(package, file)
