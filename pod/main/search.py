"""Text as the lists search and sort it: without case and accents, each word once."""

from __future__ import annotations

import unicodedata
from functools import reduce
from operator import and_, or_
from typing import Any, ClassVar, Self

from django.db import models
from django.db.backends.signals import connection_created
from django.db.models import Q
from django.db.models.lookups import Contains
from django.db.models.sql.compiler import SQLCompiler
from django.dispatch import receiver
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
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    # the accents of Latin, Greek and Cyrillic; the vowel signs of other scripts are letters
    bare = "".join(letter for letter in parts if not "\u0300" <= letter <= "\u036f")
    return " ".join(unicodedata.normalize("NFC", bare).translate(APART).split())


def words_of(*texts: str) -> str:
    """Return each different word of the texts once, folded.

    A search asks for words, never for their order: said a hundred times, a word is read once.
    """
    return " ".join(dict.fromkeys(word for text in texts for word in fold(text).split()))


def sort_key(title: str) -> str:
    """Return what a title is sorted by: É beside E, whatever the database's collation."""
    return fold(title)[:TITLE]


class SearchWords(models.Model):
    """The words that are searched of one row of a list, beside it: no list reads them with its rows."""

    words = models.TextField(blank=True, default="")

    objects: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        """Each list has a table of its own."""

        abstract = True


class SlideText(models.Model):
    """The text of a recording's slides as BigBlueButton gave it; `SearchWords` is made of it."""

    slides = models.TextField(_("text of the slides"), blank=True, default="")

    objects: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        """Each list has a table of its own."""

        abstract = True


@models.TextField.register_lookup
class Holds(Contains):
    """Whether a text holds another, letter by letter: no wildcard, no case, no collation.

    PostgreSQL's strpos() skips ahead where LIKE compares at every letter; so does Python, which
    SQLite can ask.
    """

    lookup_name = "holds"

    def get_rhs_op(self, connection: Any, rhs: str) -> str:  # noqa: ANN401 - Django's signature
        """Return the operator of `contains`, which Django looks up by the lookup's name."""
        return str(connection.operators["contains"] % rhs)

    def as_postgresql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, list[Any]]:  # noqa: ANN401 - Django's
        """Return strpos() instead of LIKE."""
        column, params = self.process_lhs(compiler, connection)
        return f"strpos({column}, %s) > 0", [*params, self.rhs]

    def as_sqlite(self, compiler: SQLCompiler, connection: Any) -> tuple[str, list[Any]]:  # noqa: ANN401 - Django's
        """Return our function instead of LIKE."""
        column, params = self.process_lhs(compiler, connection)
        return f"pod_holds({column}, %s)", [*params, self.rhs]


@receiver(connection_created, dispatch_uid="pod.main.search.holds")
def add_holds(connection: Any, **_more: object) -> None:  # noqa: ANN401 - of any database
    """Let each connection to SQLite know the function of `Holds`."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("pod_holds", 2, _holds, deterministic=True)


def _holds(text: str | None, part: str) -> bool | None:
    return None if text is None else part in text


def found_by(
    query: str, prepared: str, columns: tuple[str, ...], title_key: str = "", readable: Q | None = None
) -> Q:
    """Return the condition that each word of `query` is somewhere in the row; % and _ are letters.

    `prepared` is the relation to the row's SearchWords. A row that was written without one (SQL,
    a dump of Pod's) is searched in its own `columns`, as well as the database can. Where not all rows
    are `readable`, the others are searched in these and in `title_key` alone: else who searches word by
    word would learn what stands on the slides.
    """
    typed = dict.fromkeys(query.split())
    # the longest word first: it rules out most
    folded = sorted(dict.fromkeys(fold(query).split()), key=len, reverse=True)
    ready = [Q(**{f"{prepared}__words__holds": word}) for word in folded]
    plain = [reduce(or_, (Q(**{f"{column}__icontains": word}) for column in columns)) for word in typed]
    if not ready:
        return Q()
    known = reduce(and_, ready)
    if readable is not None:
        titled = [
            shown | Q(**{f"{title_key}__contains": fold(word)})
            for shown, word in zip(plain, typed, strict=True)
        ]
        known &= readable | reduce(and_, titled)
    return known | (Q(**{f"{prepared}__isnull": True}) & reduce(and_, plain))


def keep(words: type[SearchWords], texts: type[SlideText], key: int, *told: str) -> None:
    """Write the searched words of one row anew: what is told of it, and its slides."""
    slides = texts.objects.filter(pk=key).values_list("slides", flat=True).first() or ""
    new = words_of(*told, slides)
    if not words.objects.filter(pk=key, words=new).exists():
        # two requests may have come here at once: the second updates what the first has made
        words.objects.update_or_create(pk=key, defaults={"words": new})


def keep_slides(texts: type[SlideText], key: int, slides: str) -> None:
    """Write the slides' text of one row, before `keep` makes words of it; no slides, no row."""
    if slides:
        texts.objects.update_or_create(pk=key, defaults={"slides": slides})
    else:
        texts.objects.filter(pk=key).delete()


def concerns(update_fields: frozenset[str] | None, *columns: str) -> bool:
    """Whether a save (Django's signal) wrote one of the columns."""
    return update_fields is None or bool(update_fields & frozenset(columns))


def slides_of(row: models.Model) -> str:
    """Return the text of a row's slides, "" when nothing is known of them; one query if not joined."""
    text = getattr(row, "text", None)
    return text.slides if text is not None else ""
