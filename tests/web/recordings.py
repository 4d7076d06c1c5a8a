"""The recordings on the fake BBB server that the browser tests and the screenshots meet."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tests.samples import Sample, make_recording, slide_colour
from tests.samples.files import chat_xml, write_captions

SIZE = (1600, 1200)
COURSES = {
    "algebra": (
        "Algèbre linéaire",
        ["Espaces vectoriels", "Bases et dimension", "Applications linéaires"],
    ),
    "botany": ("Biologie végétale", ["La feuille", "La photosynthèse"]),
    "history": ("Histoire médiévale", ["Les villes au XIIIe siècle", "Foires et marchands"]),
}
CHAT = (
    (0.05, "Camille", "Bonjour ! On vous entend bien."),
    (0.2, "Sacha", "La dimension, c’est le nombre de vecteurs d’une base ?"),
    (0.3, "Ada Martin", "Oui, et toutes les bases en ont autant."),
    (0.55, "Noor", "Est-ce que l’exercice 3 est à rendre ?"),
    (0.6, "Ada Martin", "Pour lundi : https://example.org/algebre"),
    (0.85, "Camille", "Merci, bonne journée !"),
)
CAPTIONS = {
    "fr": (
        "français",
        ["Bonjour à toutes et à tous.", "Une base engendre l’espace.", "Voyons un exemple.", "À lundi."],
    ),
    "en": (
        "English",
        ["Good morning, everybody.", "A basis spans the space.", "Here is an example.", "Until Monday."],
    ),
}
LINES = ("Définitions et premiers exemples", "Ce qu’il faut retenir", "Exercices pour la semaine prochaine")


@dataclass(frozen=True)
class Published:
    """Record ids by short name, and the pictures of their slides as paths on the server."""

    ids: dict[str, str]


def publish(root: Path, *, camera: bool = False) -> Published:
    """Write three playable recordings and one that lacks its media.

    The first has chat and captions; with `camera` also a camera, drawings and a shared
    screen, which take longer to make.
    """
    samples = {
        "algebra": make_recording(root, "lecture", 40, name="Algèbre linéaire", meeting_id="algebra")
        if camera
        else make_recording(root, "audio-only", 12, name="Algèbre linéaire", meeting_id="algebra"),
        "botany": make_recording(root, "audio-only", 6, name="Biologie végétale", meeting_id="botany"),
        "history": make_recording(root, "audio-only", 6, name="Histoire médiévale", meeting_id="history"),
        "broken": make_recording(root, "missing-media", 6, name="Incomplete", meeting_id="broken"),
    }
    for name, (course, titles) in COURSES.items():
        write_deck(samples[name], course, titles)
    write_talk(samples["algebra"])
    return Published({name: sample.record_id for name, sample in samples.items()})


def write_talk(sample: Sample) -> None:
    """Give the sample a chat and captions in two languages, over its whole length."""
    end = sample.seconds
    lines = [(end * part, name, text) for part, name, text in CHAT]
    (sample.folder / "slides_new.xml").write_text(chat_xml(lines), encoding="utf-8")
    tracks = {
        locale: (name, [(end * k / 4 + 0.1, end * (k + 1) / 4 - 0.1, said[k]) for k in range(4)])
        for locale, (name, said) in CAPTIONS.items()
    }
    write_captions(sample.folder, tracks)


def write_deck(sample: Sample, course: str, titles: list[str]) -> None:
    """Replace the sample's slides by ones that look like a course."""
    deck = next(folder for folder in (sample.folder / "presentation").iterdir() if folder.is_dir())
    texts = {}
    for number, title in enumerate(titles, start=1):
        picture = draw_slide(course, number, title)
        picture.quantize(128).save(deck / f"slide-{number}.png")
        picture.resize((176, 132)).save(deck / "thumbnails" / f"thumb-{number}.png")
        text = "\n".join([title, *LINES])
        (deck / "textfiles" / f"slide-{number}.txt").write_text(text, encoding="utf-8")
        texts[f"slide-{number}"] = text
    (sample.folder / "presentation_text.json").write_text(json.dumps({deck.name: texts}), encoding="utf-8")
    (sample.folder / "deck.txt").write_text(deck.name)


def font(size: int) -> ImageFont.FreeTypeFont:
    """A font with accents; Pillow's own has few."""
    found = ImageFont.truetype(str(files("fontpkg_source_sans_3") / "files" / "SourceSans3[wght].ttf"), size)
    found.set_variation_by_axes([500])
    return found


def draw_slide(course: str, number: int, title: str) -> Image.Image:
    """Return a plain, readable slide: a title, three points, and a drawing."""
    _width, height = SIZE
    colour = slide_colour(number + sum(map(ord, course)) % 5)
    picture = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(picture)
    draw.rectangle([0, 0, 36, height], fill=colour)
    draw.text((110, 90), course, font=font(44), fill=(90, 90, 90))
    draw.text((110, 160), title, font=font(96), fill=(20, 30, 40))
    for line, text in enumerate(LINES):
        y = 390 + 110 * line
        draw.ellipse([112, y + 14, 136, y + 38], fill=colour)
        draw.text((170, y), text, font=font(48), fill=(40, 50, 60))
    for ring in range(4):
        side = 330 - 70 * ring
        centre = (1240, 900)
        draw.ellipse(
            [centre[0] - side, centre[1] - side // 2, centre[0] + side, centre[1] + side // 2],
            outline=colour,
            width=8,
        )
    draw.text((110, height - 90), f"{number}", font=font(40), fill=(120, 120, 120))
    return picture
