"""How text is prepared for searching and sorting."""

from __future__ import annotations

import pytest

from pod.main.search import fold, words_of


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Algèbre", "algebre"),
        ("ÉCOLE  d’été\n", "ecole d'ete"),
        ("Œuvre, Straße", "oeuvre, strasse"),
        ("e\u0301te\u0301", "ete"),
        ("\ufb01n", "fin"),
        ("a\u00a0b", "a b"),
        ("한국어", "한국어"),
        ("Ψυχή", "ψυχη"),
        ("हिन्दी", "हिन्दी"),
    ],
)
def test_case_and_accents_go(typed: str, folded: str) -> None:
    """Typed without accents it is found; scripts that have none keep their letters."""
    assert fold(typed) == folded


def test_each_word_is_kept_once() -> None:
    """However often a slide says it."""
    assert words_of("The cell", "BIO204", "the CELL the wall") == "the cell bio204 wall"


def test_a_folded_text_stays_as_it_is() -> None:
    """Folding twice is folding once: what is typed and what is kept meet."""
    for text in ("İstanbul", "Œ", "ﬁ", "ϓ", "Ångström’s"):
        assert fold(fold(text)) == fold(text)
