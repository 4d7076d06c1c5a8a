"""Django system checks of the site's address and of Pod's own database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 - Django's name
from django.db import connections
from django.http.request import split_domain_port, validate_host
from django.utils.translation import gettext as _

from pod.bbb.transfer.client import host_of


@register
def the_site_answers_at_its_address(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001 - Django's signature
    **_kwargs: Any,  # noqa: ANN401 - Django's signature
) -> list[CheckMessage]:
    """Report a SITE_URL that is no address, or one whose requests this site refuses."""
    is_address = bool(host_of(settings.SITE_URL))
    host, _port = split_domain_port(urlsplit(settings.SITE_URL).netloc if is_address else "")
    if host and (settings.DEBUG or validate_host(host, settings.ALLOWED_HOSTS)):
        return []
    refused = _("The site would answer 400 to everybody who asks for %(url)s, which is SITE_URL.")
    unread = _("SITE_URL=%(url)s is no address.")
    return [
        Warning(
            (refused if host else unread) % {"url": settings.SITE_URL},
            hint=_("Write it with https://; if ALLOWED_HOSTS is set, add its host there."),
            id="pod.W001",
        )
    ]


@register(Tags.database)
def all_letters_fit(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001 - Django's signature
    databases: Sequence[str] | None = None,
    **_kwargs: Any,  # noqa: ANN401 - Django's signature
) -> list[CheckMessage]:
    """Report a MariaDB or MySQL database whose tables would refuse letters that titles have.

    Older Pods were installed with the character set utf8 (utf8mb3): the first emoji in a title stops there.
    """
    return [
        _too_narrow(alias, charset) for alias, charset in _charsets(databases or ()) if charset != "utf8mb4"
    ]


def _charsets(databases: Sequence[str]) -> list[tuple[str, str]]:
    found = []
    for alias in databases:
        if connections[alias].vendor == "mysql":
            with connections[alias].cursor() as cursor:
                cursor.execute("SELECT @@character_set_database")
                found.append((alias, str(cursor.fetchone()[0])))
    return found


def _too_narrow(alias: str, charset: str) -> CheckMessage:
    return Error(
        _("The database of %(alias)s stores its texts as %(charset)s, which cannot hold every character.")
        % {"alias": f"DATABASES[{alias!r}]", "charset": charset},
        hint=_(
            "ALTER DATABASE … CHARACTER SET utf8mb4; then, for each existing table: "
            "ALTER TABLE … CONVERT TO CHARACTER SET utf8mb4."
        ),
        id="pod.E001",
    )
