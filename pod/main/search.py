"""Text as the lists search and sort it: without case and accents, each word once."""

from __future__ import annotations

import unicodedata
from functools import reduce
from operator import and_, or_

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

TITLE = 250  # characters by which titles are sorted
# Letters that Unicode does not take apart, but people type apart.
APART = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "’": "'"}
)


def fold(text: str) -> str:
    """Return the text in lower case, without accents, each run of white space one space.

    The database then needs no collation and no extension: equal letters are equal bytes, on
    SQLite (whose LIKE knows the case of ASCII only), PostgreSQL and MariaDB alike.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    parts = unicodedata.normalize("NFKD", text.casefold())
    # the accents of Latin, Greek and Cyrillic; the vowel signs of other scripts are letters
    bare = "".join(letter for letter in parts if not "\u0300" <= letter <= "\u036f")
    return " ".join(unicodedata.normalize("NFC", bare).translate(APART).split())


def words_of(*texts: str) -> str:
    """Return each different word of the texts once, folded.

    A search asks for words, never for their order: said a hundred times, a word is read once.
    """
    return " ".join(dict.fromkeys(word for text in texts for word in fold(text).split()))


class SearchText(models.Model):
    """What is searched of one row of a list; beside it, so that no list reads it with its rows.

    `words` stands before `slides`: SQLite reads a long row up to the column that it needs.
    """

    title_key = models.CharField(_("title, as it is sorted"), max_length=TITLE, blank=True, default="")
    words = models.TextField(_("words that are searched"), blank=True, default="")
    slides = models.TextField(_("text of the slides"), blank=True, default="")

    class Meta:
        """Each list has a table of its own."""

        abstract = True

    def prepare(self, title: str, *more: str) -> None:
        """Fill in the prepared columns from the row's title, what else is found of it, and the slides."""
        self.title_key = fold(title)[:TITLE]
        self.words = words_of(title, *more, self.slides)


def found_by(query: str, prepared: str, columns: tuple[str, ...]) -> Q:
    """Return the condition that each word of `query` is somewhere in the row; % and _ are letters.

    `prepared` is the relation to the row's SearchText. A row that was written without one (SQL,
    a dump of Pod's) is searched in its own `columns`, as well as the database can.
    """
    typed = dict.fromkeys(query.split())
    # the longest word first: it rules out most
    folded = sorted(dict.fromkeys(fold(query).split()), key=len, reverse=True)
    ready = [Q(**{f"{prepared}__words__contains": word}) for word in folded]
    plain = [reduce(or_, (Q(**{f"{column}__icontains": word}) for column in columns)) for word in typed]
    if not ready:
        return Q()
    return reduce(and_, ready) | (Q(**{f"{prepared}__isnull": True}) & reduce(and_, plain))


def keep(model: type[SearchText], key: int, title: str, *more: str) -> None:
    """Write the prepared text of one row anew; the text of its slides stays."""
    text = model._default_manager.filter(pk=key).first() or model(pk=key)
    before = (text.title_key, text.words)
    text.prepare(title, *more)
    if before != (text.title_key, text.words):
        # two requests may have come here at once: the second updates what the first has made
        model._default_manager.update_or_create(
            pk=key, defaults={"title_key": text.title_key, "words": text.words}
        )


def keep_slides(model: type[SearchText], key: int, slides: str) -> None:
    """Write the slides' text of one row; `keep` prepares it."""
    model._default_manager.update_or_create(pk=key, defaults={"slides": slides})


def concerns(update_fields: frozenset[str] | None, *columns: str) -> bool:
    """Whether a save (Django's signal) wrote one of the columns."""
    return update_fields is None or bool(update_fields & frozenset(columns))


def slides_of(row: models.Model) -> str:
    """Return the text of a row's slides, "" when nothing is known of them; one query if not joined."""
    text = getattr(row, "text", None)
    return text.slides if text is not None else ""
