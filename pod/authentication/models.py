"""The profile that Pod keeps beside each user.

Table `authentication_owner` as in Esup-Pod 4.1. Left out, because their apps are
not part of this project: `userpicture` (podfile) and `accessgroups` (LDAP/CAS groups).
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.sites.models import Site
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

AUTH_TYPES = [("local", "local"), ("CAS", "CAS"), ("OIDC", "OIDC"), ("Shibboleth", "Shibboleth")]
AFFILIATIONS = [
    (word, word)
    for word in (
        "student", "faculty", "staff", "employee", "member", "affiliate", "alum",
        "library-walk-in", "researcher", "retired", "emeritus", "teacher", "registered-reader",
    )
]  # fmt: skip
ESTABLISHMENTS = [("Etab_1", "Etab_1"), ("Etab_2", "Etab_2")]


class Owner(models.Model):
    """What Pod knows of a user beyond Django's own columns; made by signal with each user."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="owner"
    )
    auth_type = models.CharField(_("authentication"), max_length=20, choices=AUTH_TYPES, default="local")
    affiliation = models.CharField(_("affiliation"), max_length=50, choices=AFFILIATIONS, default="student")
    commentaire = models.TextField(_("comment"), blank=True, default="")
    hashkey = models.CharField(_("key of the folder"), max_length=64, unique=True, blank=True, default="")
    establishment = models.CharField(
        _("establishment"), max_length=10, blank=True, choices=ESTABLISHMENTS, default="Etab_1"
    )
    accepts_notifications = models.BooleanField(_("accepts notifications"), null=True, default=None)
    sites = models.ManyToManyField(Site, verbose_name=_("sites"))

    class Meta:
        """Order and names in the admin."""

        ordering = ["user"]
        verbose_name = _("owner")
        verbose_name_plural = _("owners")

    def __str__(self) -> str:
        return str(self.user)

    def save(self, *args: object, **kwargs: object) -> None:
        """Fill in the key that names the user's media folder, once."""
        if not self.hashkey:
            self.hashkey = salted_hmac("pod.owner", str(self.user_id), algorithm="sha256").hexdigest()
        super().save(*args, **kwargs)  # type: ignore[arg-type]


def owner_of(user_id: int) -> Owner:
    """Return the profile of a user, made now when the user came without one (bulk import)."""
    owner, _created = Owner.objects.get_or_create(user_id=user_id)
    return owner


def usual_single_sign_on() -> str:
    """Return how most accounts of the site that have no password here log in; CAS before there are any."""
    theirs = Owner.objects.exclude(auth_type="local").order_by()
    counted = theirs.values_list("auth_type").annotate(many=models.Count("*"))
    return str(max(counted, key=lambda row: row[1], default=("CAS", 0))[0])


class LoginFailure(models.Model):
    """One wrong password, of a digest of the name that was tried."""

    digest = models.CharField(_("digest"), max_length=64, db_index=True)
    at = models.DateTimeField(_("at"), auto_now_add=True, db_index=True)

    class Meta:
        """Names in the admin."""

        verbose_name = _("failed log-in")
        verbose_name_plural = _("failed log-ins")

    def __str__(self) -> str:
        return str(self.at)


class LastLanguage(models.Model):
    """The language of the pages that a user saw last: when logging in, or when choosing another."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.CASCADE,
        related_name="last_language",
    )
    code = models.CharField(_("language"), max_length=10)

    class Meta:
        """Names in the admin."""

        verbose_name = _("language of a user")
        verbose_name_plural = _("languages of users")

    def __str__(self) -> str:
        return self.code
