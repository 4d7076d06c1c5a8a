"""Logging in, with a limit on guessing; choosing a language."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.views.i18n import set_language

from pod.authentication.languages import remember_language
from pod.authentication.throttle import BLOCKED, forget, is_blocked, log_in, note_failure
from pod.main.visitors import address_of


class ThrottledAuthenticationForm(AuthenticationForm):
    """Django's form, which after too many failures does not even look at the password."""

    def clean(self) -> dict[str, Any]:
        """Check the password unless the name is blocked; count failures."""
        username = str(self.cleaned_data.get("username") or "")
        here, anywhere = log_in(username, address_of(self.request) if self.request else "")
        if username and is_blocked(here, anywhere):
            raise ValidationError(BLOCKED, code="blocked")
        try:
            cleaned = super().clean()
        except ValidationError:
            note_failure(here, anywhere)
            raise
        forget(here)
        return cleaned


class ThrottledAdminForm(ThrottledAuthenticationForm, AdminAuthenticationForm):
    """The administration's own log-in, which lets nobody but staff in: the same limit, the same count."""


class ThrottledLoginView(LoginView):
    """The log-in page."""

    template_name = "authentication/login.html"
    form_class = ThrottledAuthenticationForm
    redirect_authenticated_user = True


def choose_language(request: HttpRequest) -> HttpResponseBase:
    """Change the language of the pages, and of what is written to the user."""
    response = set_language(request)
    if request.method == "POST" and isinstance(request.user, User):
        remember_language(request.user, request.POST.get("language", ""))
    return response
