"""All addresses of the site; each app lists its own."""

from django.contrib import admin
from django.urls import include, path

from pod.authentication.views import choose_language
from pod.video.health import ready

urlpatterns = [
    path("", include("pod.main.urls")),
    path("accounts/", include("pod.authentication.urls")),
    path("import_video/", include("pod.import_video.urls")),
    path("record/", include("pod.recorder.urls")),
    path("video/", include("pod.video.urls")),
    path("health/ready/", ready, name="ready"),
    path("i18n/setlang/", choose_language, name="set_language"),
    path("admin/", admin.site.urls),
]
