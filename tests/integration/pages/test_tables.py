"""Our tables have Pod's columns: names, lengths, NULL and uniqueness, as its schema says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import AutoField, BigAutoField, Field, ManyToManyField

# Columns that need an app or a library which is not part of this project (said in each models.py).
LEFT_OUT = {
    "tags", "discipline", "channel", "theme", "slides", "icon", "thumbnail", "userpicture", "accessgroups",
    "title_fr", "title_en", "description_fr", "description_en",
    "meeting.Meeting.restrict_access_to_groups", "video.Video.restrict_access_to_groups",
}  # fmt: skip
HEADING = re.compile(r"### (\w+\.\w+) -> `(\w+)`")
Column = tuple[str, str, str, str, str, str, str]  # model, table, column, kind, type, null, unique


def columns(schema: str) -> list[Column]:
    """Read the schema page's tables."""
    found: list[Column] = []
    model = table = ""
    for line in schema.splitlines():
        heading = HEADING.match(line)
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if heading:
            model, table = heading.groups()
        elif model and len(cells) >= 7 and cells[0] not in {"column", "---"} and line.startswith("|"):
            name, kind, described, null, _blank, unique = cells[:6]
            found.append((model, table, name.removeprefix("(m2m) "), kind, described, null, unique))
    return found


def ours(model: str, column: str) -> Field[object, object] | None:
    """Return our field of that column."""
    for field in apps.get_model(model)._meta.get_fields():
        if isinstance(field, Field) and column in {field.column, field.name}:
            return field
    return None


@pytest.mark.shared_data
def test_every_column_of_pods_is_there(shared: Path) -> None:
    """What is left out is in the list above, and nothing else."""
    schema = (shared / "domain" / "pod-schema.md").read_text(encoding="utf-8")
    read = columns(schema)
    assert len(read) > 160
    for model, table, column, _kind, described, null, unique in read:
        name = column.removesuffix("_id")
        if {name, column, f"{model}.{name}"} & LEFT_OUT:
            continue
        field = ours(model, column)
        assert field is not None, f"{model}.{column}"
        assert field.model._meta.db_table == table
        if isinstance(field, ManyToManyField):
            wanted = re.search(r"table (\w+)", described)
            assert wanted, column
            assert field.m2m_db_table() == wanted[1]
            continue
        assert field.null == (null == "True"), f"{model}.{column} NULL"
        assert field.unique == (unique == "True"), f"{model}.{column} UNIQUE"
        length = re.search(r"varchar\((\d+)\)", described)
        if length and not isinstance(field, AutoField | BigAutoField):
            assert getattr(field, "max_length", None) == int(length[1]), f"{model}.{column}"


@pytest.mark.django_db
def test_the_migrations_are_those_of_the_models(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is left to make, in whatever language and with whatever settings."""
    call_command("makemigrations", "--check", "--dry-run")
    assert "+" not in capsys.readouterr().out


def test_migrations_hold_nothing_translated_or_of_the_settings() -> None:
    """Their texts are the English ones; no path, host or language of this site is in them."""
    for path in (Path(__file__).resolve().parents[3] / "pod").glob("*/migrations/0*.py"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"[éèàùçê]", text), path
