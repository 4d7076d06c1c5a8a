"""French is complete: every text in the code has a translation, and the compiled file holds it."""

from __future__ import annotations

import ast
import gettext
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "pod" / "locale" / "fr" / "LC_MESSAGES"
ONE = {"_", "gettext", "gettext_lazy", "gettext_noop"}
MANY = {"ngettext", "ngettext_lazy"}
OF_A_CONTEXT = {"pgettext", "pgettext_lazy"}
CONTEXT_END = "\x04"  # between the context and the text, in a compiled file
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
Text = tuple[str, str | None]  # singular and plural


def texts_of(code: str) -> Iterator[Text]:
    """Yield what Python code gives to gettext as literals."""
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        words = [arg.value for arg in node.args[:2] if isinstance(arg, ast.Constant)]
        if node.func.id in ONE and words:
            yield str(words[0]), None
        elif node.func.id in MANY and len(words) == 2:
            yield str(words[0]), str(words[1])
        elif node.func.id in OF_A_CONTEXT and len(words) == 2:
            yield CONTEXT_END.join(map(str, words)), None


def texts_of_template(source: str) -> Iterator[Text]:
    """Yield what a template translates; Django's own reader turns it into calls of gettext."""
    calls = re.findall(
        r"""\b(n?gettext)\((u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))(?:,\s*(u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")))?""",
        re.sub(r"(?<![\w.])_\(", "gettext(", templatize(source)),
    )
    for name, first, second in calls:
        yield ast.literal_eval(first), ast.literal_eval(second) if name == "ngettext" else None


@cache
def all_texts() -> dict[Text, Path]:
    """Return every text of the project with a file that has it."""
    found: dict[Text, Path] = {}
    for path in sorted((ROOT / "pod").rglob("*")):
        if path.suffix == ".py" and "migrations" not in path.parts:
            found |= dict.fromkeys(texts_of(path.read_text(encoding="utf-8")), path)
        elif "templates" in path.parts and path.is_file():
            found |= dict.fromkeys(texts_of_template(path.read_text(encoding="utf-8")), path)
    return found


@pytest.fixture(scope="module")
def catalogue() -> dict[str | tuple[str, int], str]:
    """The compiled translations."""
    with (FOLDER / "django.mo").open("rb") as file:
        known: dict[str | tuple[str, int], str] = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    return known


def test_texts_are_found() -> None:
    """The reader sees code, templates and plurals."""
    texts = all_texts()
    assert ("My external videos", None) in texts
    assert ("Skip to the content", None) in texts
    assert ("%(total)s recording", "%(total)s recordings") in texts


def test_every_text_has_a_french_translation(catalogue: dict[str | tuple[str, int], str]) -> None:
    """A text that is new in the code fails until it is translated and compiled."""
    missing = [
        f"{path.relative_to(ROOT)}: {singular!r}"
        for (singular, plural), path in all_texts().items()
        if not (catalogue.get(singular) if plural is None else catalogue.get((singular, 1)))
    ]
    assert missing == []


def test_no_translation_is_of_a_text_that_is_gone(catalogue: dict[str | tuple[str, int], str]) -> None:
    """What the code does not name, `make messages` takes out of the file."""
    named = {singular for singular, _plural in all_texts()}
    known = {key if isinstance(key, str) else key[0] for key in catalogue} - {""}
    assert known - named == set()


def test_translations_keep_the_placeholders(catalogue: dict[str | tuple[str, int], str]) -> None:
    """A translation names the same values as the text."""
    for (singular, plural), path in all_texts().items():
        said = catalogue.get(singular, "") if plural is None else catalogue.get((singular, 1), "")
        wanted = set(PLACEHOLDER.findall(plural or singular))
        assert not said or set(PLACEHOLDER.findall(said)) == wanted, (path, singular)


def test_the_compiled_file_is_that_of_the_text(catalogue: dict[str | tuple[str, int], str]) -> None:
    """`django.mo` was compiled from `django.po` as it is now."""
    source = (FOLDER / "django.po").read_text(encoding="utf-8")
    lines = re.findall(r'^msgstr(?:\[\d\])? (".*"(?:\n".*")*)', source, re.MULTILINE)
    written = {"".join(map(ast.literal_eval, text.splitlines())) for text in lines[1:]} - {""}
    assert written == {text for key, text in catalogue.items() if key != ""}


def test_french_marks_stand_with_the_word_before_them(catalogue: dict[str | tuple[str, int], str]) -> None:
    """No line begins with a colon or a question mark: the space before them does not break."""
    loose = re.compile(r" [:;?!»](?=[\s<.,)]|$)|« ")
    assert [said for said in catalogue.values() if loose.search(said)] == []
