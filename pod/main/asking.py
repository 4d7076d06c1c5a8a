"""The page that asks before something is done, with a form that does it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from pod.main.safe import way_back


def ask(request: HttpRequest, question: Mapping[str, Any], *, nav: str, back: str) -> HttpResponse:
    """Ask; "yes" sends the form again with `confirmed`, "no" leads to where `next` says, or to `back`.

    `question` is what main/confirm.html shows; `nav` is the entry of the menu, `back` the name of a list.
    """
    place = {"nav": nav, "action": request.path, "back": way_back(request, back)}
    return render(request, "main/confirm.html", {**question, **place})


def ask_to_delete(request: HttpRequest, name: str, explanation: str, *, nav: str, back: str) -> HttpResponse:
    """Ask whether the thing of this name is to be deleted."""
    question = {
        "question": _("Delete “%(name)s”?") % {"name": name},
        "explanation": explanation,
        "verb": _("Delete"),
        "danger": True,
    }
    return ask(request, question, nav=nav, back=back)
