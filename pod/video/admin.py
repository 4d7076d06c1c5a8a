"""Videos in the administration."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from pod.main.admin_list import ListAdmin
from pod.video.models import Caption, Chapter, Slide, Type, Video, VideoDetail


@admin.register(Type)
class TypeAdmin(ListAdmin[Type]):
    """Kinds of videos."""

    list_display = ("title", "slug")
    search_fields = ("title",)
    prepopulated_fields = {"slug": ("title",)}


class DetailInline(admin.StackedInline[VideoDetail, Video]):
    """Where the video came from."""

    model = VideoDetail
    extra = 0
    can_delete = False
    exclude = ("shared_notes", "source_url")  # long, or with a token
    readonly_fields = ("record_id", "server", "started_at", "duration_s", "thumbnail")


class ChapterInline(admin.TabularInline[Chapter, Video]):
    """Its chapters."""

    model = Chapter
    extra = 0


class CaptionInline(admin.TabularInline[Caption, Video]):
    """Its caption files."""

    model = Caption
    extra = 0


@admin.register(Video)
class VideoAdmin(ListAdmin[Video]):
    """Every owner's videos."""

    list_display = ("title", "owner", "type", "date_evt", "duration", "is_draft", "encoding_in_progress")
    list_filter = ("is_draft", "is_restricted", "encoding_in_progress", "type", "date_added")
    list_select_related = ("owner", "type")
    search_fields = ("title", "owner__username", "detail__record_id", "detail__course")
    autocomplete_fields = ("owner", "additional_owners", "type")
    readonly_fields = ("slug", "duration", "encoding_in_progress", "is_video")
    inlines = (DetailInline, ChapterInline, CaptionInline)
    secrets = ("password",)

    def view_on_site(self, obj: Video) -> str:
        """Lead to the video here, not on the domain in Django's table of sites (example.com at first)."""
        return obj.get_absolute_url()


@admin.register(Slide)
class SlideAdmin(ListAdmin[Slide]):
    """Slides, for support."""

    list_display = ("video", "start", "end", "has_picture")
    list_select_related = ("video",)
    search_fields = ("video__title", "text")
    autocomplete_fields = ("video",)

    @admin.display(description=_("picture"), boolean=True)
    def has_picture(self, slide: Slide) -> bool:
        """Whether there is a picture."""
        return bool(slide.picture)
