"""External recordings written in bulk: what the migration calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from pod.conversion.hosts import hosts_of
from pod.import_video.errors import ImportVideoError
from pod.import_video.models import (
    ExternalRecording,
    ExternalRecordingDetail,
    ExternalRecordingText,
    ExternalRecordingWords,
    SourceType,
)
from pod.main.search import slides_of, sort_key, words_of
from pod.main.states import State

NAME_LENGTH = 250
URL_LENGTH = 500
BATCH = 500
TEXTS = 50  # of 100,000 letters each: MariaDB refuses a statement of more than 16 MB


@dataclass(frozen=True)
class ExternalSpec:
    """A recording that lives elsewhere, for one owner (None: nobody yet)."""

    owner_id: int | None
    name: str
    start_at: datetime
    source_url: str
    record_id: str = ""
    server: str = ""
    duration_s: float = 0.0
    course: str = ""
    thumbnail_url: str = ""
    slide_text: str = ""
    listed: bool = True
    type: SourceType = SourceType.BIGBLUEBUTTON


def spec_for(owner_id: int | None, row: ExternalRecording) -> ExternalSpec:
    """Return what makes a row of the same recording for somebody else (None: nobody)."""
    detail = row.detail
    return ExternalSpec(
        owner_id=owner_id,
        name=row.name,
        start_at=row.start_at,
        source_url=row.source_url,
        record_id=detail.record_id,
        server=detail.server,
        duration_s=detail.duration_s,
        course=detail.course,
        thumbnail_url=detail.thumbnail_url,
        slide_text=slides_of(row),
        listed=detail.listed,
    )


def create_external_recordings(specs: Sequence[ExternalSpec]) -> list[ExternalRecording]:
    """Write one row and its detail for each spec, in bulk and whole or not at all; the order is kept.

    Raises ImportVideoError for an address longer than Pod's column: cut off it would lead nowhere.
    """
    for spec in specs:
        if len(spec.source_url) > URL_LENGTH:
            raise ImportVideoError(
                f"The address of “{spec.name[:60]}” is longer than {URL_LENGTH} characters, "
                "which Pod's table cannot hold: give a shorter one."
            )
    with transaction.atomic():
        recordings = _insert([_row(spec) for spec in specs])
        ExternalRecordingDetail.objects.bulk_create(
            [_detail(row, spec) for row, spec in zip(recordings, specs, strict=True)], batch_size=BATCH
        )
        _keep_text(recordings, specs)
    return recordings


def _insert(rows: list[ExternalRecording]) -> list[ExternalRecording]:
    if connection.features.can_return_rows_from_bulk_insert:
        return ExternalRecording.objects.bulk_create(rows, batch_size=BATCH)
    for row in rows:  # MySQL does not tell the keys of many rows at once
        row.save_base(raw=True, force_insert=True)  # raw: what is searched is written below, in bulk
    return rows


def _row(spec: ExternalSpec) -> ExternalRecording:
    return ExternalRecording(
        name=spec.name[:NAME_LENGTH],
        start_at=spec.start_at,
        owner_id=spec.owner_id,
        type=spec.type,
        source_url=spec.source_url,
        state=State.AVAILABLE,
    )


def _detail(recording: ExternalRecording, spec: ExternalSpec) -> ExternalRecordingDetail:
    return ExternalRecordingDetail(
        recording_id=recording.pk,  # else `recording.detail` would be this, which on MySQL has no key
        record_id=spec.record_id,
        server=spec.server,
        duration_s=spec.duration_s,
        course=spec.course[:255],
        thumbnail_url=spec.thumbnail_url if len(spec.thumbnail_url) <= URL_LENGTH else "",
        listed=spec.listed,
        title_key=sort_key(recording.name),
        trusted_hosts=hosts_of(spec.source_url, spec.thumbnail_url),
    )


def _keep_text(recordings: Sequence[ExternalRecording], specs: Sequence[ExternalSpec]) -> None:
    """Write what is searched of new rows."""
    pairs = list(zip(recordings, specs, strict=True))
    ExternalRecordingText.objects.bulk_create(
        [
            ExternalRecordingText(recording_id=row.pk, slides=spec.slide_text)
            for row, spec in pairs
            if spec.slide_text
        ],
        batch_size=TEXTS,
    )
    ExternalRecordingWords.objects.bulk_create(
        [
            ExternalRecordingWords(
                recording_id=row.pk, words=words_of(row.name, spec.course, spec.slide_text)
            )
            for row, spec in pairs
        ],
        batch_size=TEXTS,
    )
