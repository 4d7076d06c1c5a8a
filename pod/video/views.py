"""“My videos”, the watch page and the files behind it."""

from __future__ import annotations

from pathlib import Path

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from pod.main.access import login_first, posted_only
from pod.main.asking import ask_to_delete
from pod.main.listing import listing
from pod.main.safe import back_to, signed_in, way_back
from pod.video import access, hls, services
from pod.video.errors import PasswordError, TooManyGuessesError
from pod.video.forms import PasswordForm, VideoForm
from pod.video.listing import COLUMNS, my_videos
from pod.video.models import Video
from pod.video.serving import send_archive, send_file
from pod.video.sidecar import poster_path
from pod.video.watching import watch_context

LIST = "video:my_videos"
KEY = "key"  # of a share link, in the query of the files behind the page


@require_safe
@login_first
def my_videos_page(request: HttpRequest) -> HttpResponse:
    """List the user's videos."""
    context = {
        "heading": _("My videos"),
        "nav": "videos",
        "listing": listing(request, my_videos(signed_in(request)), COLUMNS),
        "row_template": "video/row.html",
        "here": request.get_full_path(),
        "undo": request.session.pop("undo_delete", None),
    }
    return render(request, "video/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def watch(request: HttpRequest, slug: str, key: str = "") -> HttpResponseBase:
    """Show the video with all that is known of it."""
    video = _video(slug)
    refused = _refusal(request, video, key)
    if refused is not None:
        return refused
    if access.wants_password(request, video):
        return _ask_password(request, video)
    return render(request, "video/watch.html", watch_context(request, video, key))


@require_safe
def media(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Send the video's file, in ranges."""
    video = _watchable(request, slug)
    path = Path(video.video.path)
    return send_file(request, path, shown_as=_name(video, path))


@require_safe
def rendition(request: HttpRequest, slug: str, height: int) -> HttpResponseBase:
    """Send a smaller version of the video, in ranges."""
    video = _downloadable(request, slug) if "download" in request.GET else _watchable(request, slug)
    path = Path(get_object_or_404(video.renditions, height=height).file.path)
    name = f"{video.title[:100]} {height}p{path.suffix}"
    return send_file(request, path, download_as=name if "download" in request.GET else "", shown_as=name)


@require_safe
def hls_master(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Send the list of the versions that are offered as HLS."""
    offered = hls.streams(_watchable(request, slug))
    if not offered:
        raise Http404
    return _playlist(hls.master(offered, request.GET.get(KEY, "")))


@require_safe
def hls_playlist(request: HttpRequest, slug: str, height: int) -> HttpResponseBase:
    """Send the playlist of one version."""
    return _playlist(hls.playlist(_stream(request, slug, height), request.GET.get(KEY, "")))


@require_safe
def hls_media(request: HttpRequest, slug: str, height: int) -> HttpResponseBase:
    """Send what the playlist's byte ranges lie in, in ranges."""
    return send_file(request, _stream(request, slug, height).media)


@require_safe
def download(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Send the video's file to be kept: to owners, to others if the owner allows it."""
    video = _downloadable(request, slug)
    path = Path(video.video.path)
    return send_file(request, path, download_as=_name(video, path))


@require_safe
def caption(request: HttpRequest, slug: str, caption_id: int) -> HttpResponseBase:
    """Send one caption file."""
    track = get_object_or_404(_watchable(request, slug).captions, pk=caption_id)
    name = f"{track.video.title[:100]}.{track.locale}.vtt" if "download" in request.GET else ""
    return send_file(request, Path(track.file.path), download_as=name)


@require_safe
def slide(request: HttpRequest, slug: str, slide_id: int) -> HttpResponseBase:
    """Send the picture of one slide."""
    found = get_object_or_404(_watchable(request, slug).slides.exclude(picture=""), pk=slide_id)
    return send_file(request, Path(found.picture.path))


@require_safe
def slides_download(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Send all pictures of the slides in one archive, each once, in their order."""
    video = _downloadable(request, slug)
    pictures = [slide.picture for slide in video.slides.exclude(picture="").defer("text")]
    return send_archive([Path(picture.path) for picture in pictures], f"{video.title[:120]}.zip")


@require_safe
def thumbnail(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Send the small picture of the lists."""
    video = _watchable(request, slug)
    detail = getattr(video, "detail", None)
    if not detail or not detail.thumbnail:
        raise Http404
    return send_file(request, Path(detail.thumbnail.path))


@require_safe
def poster(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Send the picture that the player shows until it plays: large, else that of the lists."""
    video = _watchable(request, slug)
    large = poster_path(Path(video.video.path))
    return send_file(request, large) if large.is_file() else thumbnail(request, slug)


@require_http_methods(["GET", "HEAD", "POST"])
@login_first
def edit(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Change title, date, description and visibility."""
    video = _changeable(request, slug)
    form = VideoForm(request.POST or None, instance=video)
    if request.method == "POST" and form.is_valid():
        form.save()
        told = _("“%(title)s” is saved.")
        if access.in_trash(video):
            told = _(
                "“%(title)s” is saved. It is deleted: restore it under the filter “deleted” of My videos."
            )
        messages.success(request, told % {"title": video.title})
        return back_to(request, LIST)
    words = {"heading": _("Edit a video"), "verb": _("Save")}
    context = {"form": form, "nav": "videos", "back": way_back(request, LIST), **words}
    return render(request, "main/form.html", context)


@login_first
@posted_only
def delete(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Put a video into the trash, after a question; it can be brought back for some days."""
    video = _changeable(request, slug)
    if not request.POST.get("confirmed"):
        days = services.trash_days()
        explanation = ngettext(
            "It disappears for everybody. You can restore it within %(days)d day, under the filter "
            "“deleted” of My videos.",
            "It disappears for everybody. You can restore it within %(days)d days, under the filter "
            "“deleted” of My videos.",
            days,
        )
        return ask_to_delete(
            request, video.dated_title, explanation % {"days": days}, nav="videos", back=LIST
        )
    services.trash(video)
    request.session["undo_delete"] = {"slug": video.slug, "title": video.title}
    messages.success(request, _("“%(title)s” is deleted.") % {"title": video.title})
    return back_to(request, LIST)


@login_first
@posted_only
def restore(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Bring a deleted video back."""
    video = _changeable(request, slug)
    services.untrash(video)
    request.session.pop("undo_delete", None)
    messages.success(request, _("“%(title)s” is back.") % {"title": video.title})
    return back_to(request, LIST)


@login_first
@posted_only
def reshare(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Make the share link anew; older ones stop working."""
    video = _changeable(request, slug)
    services.renew_share_link(video)
    messages.success(request, _("The share link was renewed; the old one no longer works."))
    return redirect(video)


def _name(video: Video, path: Path) -> str:
    """Return the name under which the video's file is saved."""
    return f"{video.title[:120]}{path.suffix}"


def _video(slug: str) -> Video:
    return get_object_or_404(Video.objects.select_related("owner", "detail", "type"), slug=slug)


def _changeable(request: HttpRequest, slug: str) -> Video:
    video = _video(slug)
    if not access.may_change(request.user, video):
        raise PermissionDenied(_("This video belongs to somebody else."))
    return video


def _refusal(request: HttpRequest, video: Video, key: str) -> HttpResponseBase | None:
    """Return what is answered to who may not watch: log in first, or 403; None when they may."""
    if access.may_watch(request, video, key):
        return None
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    raise PermissionDenied(_("This video is private."))


def _watchable(request: HttpRequest, slug: str) -> Video:
    """Return the video behind a file's address; 403 to who may not watch it."""
    video = _video(slug)
    key = request.GET.get(KEY, "")
    if not access.may_watch(request, video, key) or access.wants_password(request, video):
        raise PermissionDenied(_("This video is private."))
    return video


def _downloadable(request: HttpRequest, slug: str) -> Video:
    """Return the video whose file is to be kept; 403 where only owners may and who asks is none."""
    video = _watchable(request, slug)
    if not (video.allow_downloading or access.may_change(request.user, video)):
        raise PermissionDenied(_("Its owner does not offer this video for download."))
    return video


def _stream(request: HttpRequest, slug: str, height: int) -> hls.Stream:
    for stream in hls.streams(_watchable(request, slug)):
        if stream.height == height:
            return stream
    raise Http404


def _playlist(text: str) -> HttpResponse:
    response = HttpResponse(text, content_type=hls.MEDIA_TYPE)
    response.headers["Cache-Control"] = "private, no-cache"  # a version can be added any time
    return response


def _ask_password(request: HttpRequest, video: Video) -> HttpResponseBase:
    form, status = PasswordForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        try:
            access.unlock(request, video, form.cleaned_data["password"])
        except PasswordError as error:
            form.add_error("password", str(error))
            status = 429 if isinstance(error, TooManyGuessesError) else 200
        else:
            return redirect(request.get_full_path())
    context = {"form": form, "heading": video.title, "verb": _("Watch")}
    return render(request, "main/form.html", context, status=status)
