"""Captions: from BBB's WebVTT files into the video's own tracks, and files beside it."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Iterator, Sequence

from pod.bbb.playback.model import Playback
from pod.bbb.playback.texts import CAPTION_TIMES, caption_text
from pod.bbb.render.media.joiner import CaptionText, Cue

_NUMBER = re.compile(r"\n\d+\n\Z", re.ASCII)  # of the next cue
_TAGS = re.compile(r"<[^<>]*>")
# ISO 639-2 for what MP4 wants, from the first part of BBB's locale.
LANGUAGES = {
    "ar": "ara", "bg": "bul", "ca": "cat", "cs": "ces", "da": "dan", "de": "deu", "el": "ell", "en": "eng",
    "es": "spa", "et": "est", "eu": "eus", "fa": "fas", "fi": "fin", "fr": "fra", "gl": "glg", "he": "heb",
    "hi": "hin", "hr": "hrv", "hu": "hun", "hy": "hye", "id": "ind", "it": "ita", "ja": "jpn", "ka": "kat",
    "ko": "kor", "lt": "lit", "lv": "lav", "nb": "nob", "nl": "nld", "no": "nor", "oc": "oci", "pl": "pol",
    "pt": "por", "ro": "ron", "ru": "rus", "sk": "slk", "sl": "slv", "sr": "srp", "sv": "swe", "th": "tha",
    "tr": "tur", "uk": "ukr", "vi": "vie", "zh": "zho",
}  # fmt: skip

# Of captions that are shown at once, how many and how many characters: no player has room for more.
MOST_JOINED, LONGEST_JOINED = 10, 500


def captions_of(playback: Playback, start: float, end: float) -> list[CaptionText]:
    """Give the tracks that have cues in `[start, end)`, their times from `start`."""
    found = []
    for track in playback.captions:
        cues = cut(list(parse(caption_text(track.path))), round(start * 1000), round(end * 1000))
        if cues:
            found.append(CaptionText(track.locale, track.name, language(track.locale), cues))
    return found


def parse(text: str) -> Iterator[Cue]:
    """Give the cues of WebVTT text in its order, their text without tags and entities.

    What is no cue is passed over. The times of a cue end the one before, also where
    the blank line between them is missing.
    """
    for block in re.split(r"\n[ \t]*\n", text):
        found = list(CAPTION_TIMES.finditer(block))
        for index, match in enumerate(found):
            until = found[index + 1].start() if index + 1 < len(found) else len(block)
            body = block[match.end() : until].partition("\n")[2]
            if until < len(block):
                body = _NUMBER.sub("", body)
            said = html.unescape(_TAGS.sub("", body)).strip()
            start, end = _milliseconds(match.groups()[:4]), _milliseconds(match.groups()[4:])
            if said and end > start:
                yield Cue(start, end, said)


def _milliseconds(parts: Sequence[str | None]) -> int:
    hours, minutes, seconds = (int(part or 0) for part in parts[:3])
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + int((parts[3] or "0").ljust(3, "0"))


def cut(cues: Sequence[Cue], start: int, end: int) -> tuple[Cue, ...]:
    """Keep what lies in `[start, end)`, moved to begin at 0.

    MP4 shows one caption at a time: while several are shown in a browser, they are one here.
    """
    by_start = sorted(cues, key=lambda cue: cue.start)
    moved = [Cue(max(cue.start, start) - start, min(cue.end, end) - start, cue.text) for cue in by_start]
    waiting = [cue for cue in reversed(moved) if cue.end > cue.start]
    edges = sorted({edge for cue in waiting for edge in (cue.start, cue.end)})
    kept: list[Cue] = []
    shown: list[Cue] = []
    for begin, until in itertools.pairwise(edges):
        while waiting and waiting[-1].start <= begin:
            shown.append(waiting.pop())
        text = _together(shown, begin)
        goes_on = kept and kept[-1].end == begin and kept[-1].text == text
        if text:
            kept.append(Cue(kept.pop().start if goes_on else begin, until, text))
    return tuple(kept)


def _together(shown: list[Cue], at: int) -> str:
    """The text of the cues that have not ended, which are taken out where they are met.

    Of many, what was said last counts.
    """
    texts: list[str] = []
    for index in range(len(shown) - 1, -1, -1):
        if shown[index].end <= at:
            del shown[index]
        elif len(texts) < MOST_JOINED:
            texts.append(shown[index].text)
        else:
            break
    return texts[0] if len(texts) == 1 else "\n".join(reversed(texts))[-LONGEST_JOINED:]


def webvtt(track: CaptionText) -> str:
    """Write a track as WebVTT."""
    blocks = [
        f"{_clock(cue.start)} --> {_clock(cue.end)}\n{html.escape(cue.text, quote=False)}\n"
        for cue in track.cues
    ]
    return "\n".join(["WEBVTT\n", *blocks])


def _clock(ms: int) -> str:
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"


def language(locale: str) -> str:
    """Give the three letters that MP4 has for a language; "und" for an unknown one."""
    return LANGUAGES.get(re.split(r"[-_]", locale.lower())[0], "und")
