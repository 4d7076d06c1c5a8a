"""All addresses of the site; each app lists its own."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("pod.main.urls")),
    path("accounts/", include("pod.authentication.urls")),
    path("import_video/", include("pod.import_video.urls")),
    path("record/", include("pod.recorder.urls")),
    path("video/", include("pod.video.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
]
