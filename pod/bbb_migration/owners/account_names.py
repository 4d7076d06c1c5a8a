"""The username a new Pod account gets for a front-end's person. Pure."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256

from pod.bbb_migration.owners.base import Person

LONGEST = 150
"""`auth_user.username` holds this many characters."""

FORBIDDEN = re.compile(r"[^\w.@+-]+")
"""What Django's username validator refuses."""


def username_for(person: Person) -> str:
    """Return the username a Pod account of this person has or gets; "" when there is nothing to make it from.

    The front-end's own username wherever Pod can hold it, because single
    sign-on compares it; the mail address for front-ends without usernames. A
    name that has to be changed gets a mark made from the person's key, so that
    it never becomes another person's name and is the same at the next run.
    """
    wanted = unicodedata.normalize("NFKC", person.username.strip() or person.email.strip())
    if not wanted:
        return ""
    usable = FORBIDDEN.sub("_", wanted)
    if usable == wanted and len(usable) <= LONGEST:
        return usable
    mark = sha256(f"{person.source}\0{person.id}".encode()).hexdigest()[:8]
    return f"{usable[: LONGEST - len(mark) - 1]}-{mark}"
