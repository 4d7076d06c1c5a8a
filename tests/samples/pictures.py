"""Pictures made with Pillow and numpy: slides, a person before a camera, a screen full of text."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from functools import cache
from io import BytesIO

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from tests.samples.media import Picture

WORDS = """course notes on measure theory graphs energy matter light proof lemma axis vector field
sample error model signal noise history language grammar economy market water cell plant atom table
index method""".split()  # noqa: SIM905 - a list of words reads best as text
# The band at the top of slide n has the n-th of these colours: a test knows a slide by it.
COLOURS = (
    (200, 30, 40),
    (30, 90, 200),
    (20, 140, 70),
    (150, 60, 170),
    (220, 130, 20),
    (20, 150, 160),
    (110, 80, 40),
    (90, 90, 100),
)


def slide_colour(number: int) -> tuple[int, int, int]:
    """RGB of the band (the top 12 %) of slide `number` (1-based)."""
    return COLOURS[(number - 1) % len(COLOURS)]


@cache
def font(size: int) -> ImageFont.ImageFont | ImageFont.FreeTypeFont:
    """The font that Pillow brings along: no font of the system is needed."""
    return ImageFont.load_default(size)


def png(picture: Image.Image) -> bytes:
    """The picture as a PNG file's bytes."""
    file = BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def slide(
    number: int, width: int = 1600, height: int = 1200, seed: int = 0, *, photo: bool = False
) -> Image.Image:
    """A slide with a coloured band, bullet points, a curve and, when asked, a photo-like area."""
    rng = random.Random(seed * 1000 + number)  # noqa: S311 - the same slide for the same seed
    picture = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(picture)
    band = round(height * 0.12)
    draw.rectangle([0, 0, width, band], fill=slide_colour(number))
    draw.text((width * 0.04, band * 0.25), f"Slide {number}", font=font(round(band * 0.45)), fill="white")
    for line in range(8):
        y = band + height * (0.05 + 0.055 * line)
        draw.ellipse([width * 0.04, y + 8, width * 0.05, y + 8 + width * 0.01], fill=slide_colour(number))
        words = " ".join(rng.choices(WORDS, k=rng.randint(5, 9)))
        draw.text((width * 0.07, y), words, font=font(round(height * 0.03)), fill=(30, 30, 30))
    box = [width * 0.52, height * 0.68, width * 0.96, height * 0.96]
    draw.rectangle(box, outline=(90, 90, 90), width=3)
    curve = [
        (box[0] + k * (box[2] - box[0]) / 90, height * 0.82 + height * 0.1 * math.sin(k / 9 + number))
        for k in range(91)
    ]
    draw.line(curve, fill=slide_colour(number), width=5)
    if photo:
        noise = Image.effect_noise((width // 3, height // 4), 60).convert("RGB")
        picture.paste(noise.filter(ImageFilter.GaussianBlur(3)), (round(width * 0.08), round(height * 0.69)))
    return picture


def _room(width: int, height: int, rng: np.random.Generator) -> Image.Image:
    """A wall with book shelves, softly lit: what stands still behind the speaker."""
    light = rng.uniform(110, 180, (9, 12, 1)) + rng.uniform(0, 14, (9, 12, 3))
    room = Image.fromarray(light.astype(np.uint8)).resize((width, height), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(room)
    for shelf in (0.12, 0.31, 0.5):
        top = height * shelf
        draw.rectangle(
            [width * 0.03, top + height * 0.14, width * 0.97, top + height * 0.155], fill=(90, 70, 50)
        )
        x = width * 0.04
        while x < width * 0.94:
            book = rng.uniform(0.014, 0.04) * width
            colour = tuple(int(c) for c in rng.integers(50, 190, 3))
            draw.rectangle(
                [x, top + rng.uniform(0, 0.05) * height, x + book - 2, top + height * 0.14], fill=colour
            )
            x += book
    return room.filter(ImageFilter.GaussianBlur(1.2))


def _head(width: int, height: int, rng: np.random.Generator) -> Image.Image:
    """A textured face with an alpha channel, about a third of the picture wide."""
    w, h = round(width * 0.36), round(height * 0.64)
    skin = (rng.uniform(0, 25, (14, 10, 3)) + np.array([195, 150, 125])).astype(np.uint8)
    face = Image.fromarray(skin).resize((w, h), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(face)
    draw.rectangle([0, 0, w, h * 0.2], fill=(50, 35, 25))
    for x in (0.32, 0.68):
        draw.ellipse([w * (x - 0.08), h * 0.37, w * (x + 0.08), h * 0.44], fill=(240, 240, 240))
        draw.ellipse([w * (x - 0.03), h * 0.38, w * (x + 0.03), h * 0.43], fill=(60, 40, 30))
    draw.ellipse([w * 0.36, h * 0.7, w * 0.64, h * 0.78], fill=(150, 60, 60))
    mask = Image.new("L", (w, h), 0)
    ImageDraw.Draw(mask).ellipse([w * 0.04, h * 0.03, w * 0.96, h * 0.97], fill=255)
    face.putalpha(mask.filter(ImageFilter.GaussianBlur(3)))
    return face


def speaker(width: int, height: int, rate: int, frames: int, seed: int = 3) -> Iterator[Picture]:
    """A speaker who sways before shelves, with the noise of a camera's sensor; the loop closes smoothly."""
    rng = np.random.default_rng(seed)
    room, head = _room(width, height, rng), _head(width, height, rng)
    grain = [rng.normal(0, 4, (height, width, 1)).astype(np.int16) for _ in range(6)]
    whole = max(1, round(frames / rate * 0.15))
    for k in range(frames):
        turn = 2 * math.pi * k / frames
        x = width * (0.32 + 0.07 * math.sin(whole * turn) + 0.012 * math.sin(5 * whole * turn))
        y = height * (0.24 + 0.04 * math.sin(2 * whole * turn))
        picture = room.copy()
        picture.paste(head, (round(x), round(y)), head)
        noise = np.roll(grain[k % 6], int(rng.integers(0, width)), axis=1)
        yield np.clip(np.asarray(picture, dtype=np.int16) + noise, 0, 255).astype(np.uint8)


def plain(
    width: int, height: int, colour: tuple[int, int, int] = (255, 255, 255), frames: int = 1
) -> Iterator[Picture]:
    """`frames` pictures of one colour: BBB writes white where no camera and no screen is shared."""
    picture = np.full((height, width, 3), colour, dtype=np.uint8)
    for _ in range(frames):
        yield picture


def screen(width: int, height: int, rate: int, frames: int, seed: int = 5) -> Iterator[Picture]:
    """A dark editor full of text: it rests five seconds, then scrolls for one."""
    rng = random.Random(seed)  # noqa: S311 - the same screen for the same seed
    step = 90
    scrolls = frames // (6 * rate) + 2
    sheet = Image.new("RGB", (width, height + step * scrolls), (30, 30, 40))
    draw = ImageDraw.Draw(sheet)
    inks = [(220, 220, 220), (120, 200, 120), (200, 150, 90), (110, 160, 230)]
    for y in range(0, sheet.height, 25):
        words = " ".join(rng.choices(WORDS, k=rng.randint(3, 9)))
        draw.text((20 + 40 * rng.randint(0, 4), y), words, font=font(20), fill=rng.choice(inks))
    pixels = np.asarray(sheet)
    for k in range(frames):
        turn, within = divmod(k, 6 * rate)
        top = turn * step + max(0, within - 5 * rate) * step // rate
        yield np.ascontiguousarray(pixels[top : top + height])
