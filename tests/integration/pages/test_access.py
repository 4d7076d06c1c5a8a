"""Who may call which address with which method: every address of the site is in the table below."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from pod.import_video.models import ExternalRecording
from pod.recorder.claiming import claim
from pod.recorder.models import RecordingFileTreatment
from pod.recorder.services import ClaimSpec, make_claimable
from pod.video.models import Video
from tests.integration.conftest import MEETING, write_film

METHODS = ("get", "head", "post", "put", "patch", "delete", "options")


@dataclass(frozen=True)
class Rule:
    """What an address answers to `owner`, `other` (staff), `student`, `anonymous`: a status.

    `method` is the one that works; the others answer `wrong` (405, or 403 as Pod's posted pages do).
    "login" stands for the redirect to the log-in page. A superuser gets what the owner gets.
    """

    method: str
    owner: int
    other: int | str
    student: int | str
    anonymous: int | str
    wrong: int = 405
    kwargs: tuple[str, ...] = ()


OWN_LIST = Rule("get", 200, 200, 403, "login")
OWN_POST = Rule("post", 302, 403, 403, "login", 403, ("record_id",))
ANYBODY = Rule("get", 200, 200, 200, 200)
VIDEO_FILE = Rule("get", 200, 403, 403, 403, 405, ("slug",))
VIDEO_POST = Rule("post", 302, 403, 403, "login", 403, ("slug",))
TABLE: dict[str, Rule] = {
    "main:home": Rule("get", 302, 302, 302, 200),
    "main:accessibility": ANYBODY,
    "main:live": ANYBODY,
    "ready": ANYBODY,
    "set_language": Rule("post", 302, 302, 302, 302, 302),
    "authentication:login": Rule("get", 302, 302, 302, 200),
    "authentication:logout": Rule("post", 302, 302, 302, 302),
    "import_video:external_recordings": OWN_LIST,
    "import_video:add_external_recording": OWN_LIST,
    "import_video:bulk": Rule("post", 302, 302, 403, "login", 403),
    "import_video:undo": Rule("post", 302, 302, 403, "login", 403),
    "import_video:moving": OWN_LIST,
    "import_video:edit_external_recording": Rule("get", 200, 403, 403, "login", 405, ("record_id",)),
    "import_video:delete_external_recording": Rule("post", 200, 403, 403, "login", 403, ("record_id",)),
    "import_video:recording_with_token": Rule("get", 302, 403, 403, "login", 405, ("record_id",)),
    "import_video:thumbnail": Rule("get", 302, 403, 403, "login", 405, ("record_id",)),
    "import_video:preview": Rule("get", 200, 403, 403, "login", 405, ("record_id",)),
    "import_video:preview_slide": Rule("get", 404, 403, 403, "login", 405, ("record_id", "number")),
    "import_video:cancel": OWN_POST,
    "import_video:restore": OWN_POST,
    "import_video:upload_external_recording_to_pod": OWN_POST,
    "record:claim_record": OWN_LIST,
    "record:add_recording": Rule("get", 200, 200, 403, "login"),
    "record:delete_record": Rule("post", 403, 403, 403, "login", 403, ("treatment_id",)),
    "record:claim": Rule("post", 302, 302, 403, "login", 403, ("treatment_id",)),
    "record:thumbnail": Rule("get", 200, 403, 403, "login", 405, ("treatment_id",)),
    "record:preview": Rule("get", 200, 403, 403, "login", 405, ("treatment_id",)),
    "record:preview_picture": Rule("get", 200, 403, 403, "login", 405, ("treatment_id", "number")),
    "record:several": Rule("post", 302, 302, 403, "login", 403),
    "record:undo": Rule("post", 302, 302, 403, "login", 403),
    "video:my_videos": Rule("get", 200, 200, 200, "login"),
    "video:video_edit": Rule("get", 200, 403, 403, "login", 405, ("slug",)),
    "video:video_delete": Rule("post", 200, 403, 403, "login", 403, ("slug",)),
    "video:video_restore": VIDEO_POST,
    "video:video_reshare": VIDEO_POST,
    "video:media": VIDEO_FILE,
    "video:download": VIDEO_FILE,
    "video:rendition": Rule("get", 404, 403, 403, 403, 405, ("slug", "height")),
    "video:hls": Rule("get", 404, 403, 403, 403, 405, ("slug",)),
    "video:hls_playlist": Rule("get", 404, 403, 403, 403, 405, ("slug", "height")),
    "video:hls_media": Rule("get", 404, 403, 403, 403, 405, ("slug", "height")),
    "video:slides_download": VIDEO_FILE,
    "video:thumbnail": VIDEO_FILE,
    "video:poster": VIDEO_FILE,
    "video:caption": Rule("get", 404, 403, 403, 403, 405, ("slug", "caption_id")),
    "video:slide": Rule("get", 404, 403, 403, 403, 405, ("slug", "slide_id")),
    "video:video": Rule("get", 200, 403, 403, "login", 405, ("slug",)),
    "video:shared": Rule("get", 200, 403, 403, "login", 405, ("slug", "key")),
}
# What a superuser gets, where it differs from what the owner gets.
SUPERUSER = {"record:delete_record": 200}
# What another member of staff gets with RESTRICT_CLAIMING_TO_PROBABLE_OWNERS, where it differs.
KEPT: dict[str, int | str] = {
    "record:add_recording": 403,
    "record:claim": 403,
    "record:preview": 403,
    "record:preview_picture": 403,
}
# More methods than `method` that work with an address.
ALSO = {
    "set_language": METHODS,
    "authentication:login": METHODS,
    "authentication:logout": ("options",),
    "import_video:add_external_recording": ("post",),
    "import_video:edit_external_recording": ("post",),
    "record:add_recording": ("post",),
    "video:video_edit": ("post",),
    "video:video": ("post",),
    "video:shared": ("post",),
}


def names(resolver: URLResolver, prefix: str = "") -> list[str]:
    """Return the names of all addresses but Django's administration."""
    found: list[str] = []
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                found += names(pattern, f"{pattern.namespace}:" if pattern.namespace else prefix)
        elif isinstance(pattern, URLPattern):
            found.append(f"{prefix}{pattern.name}")
    return found


@dataclass(frozen=True)
class World:
    """One row of each kind, all of the teacher, as far as they are anybody's."""

    values: dict[str, str | int]
    path: str

    def address(self, name: str) -> str:
        """Return the address of the name with the world's rows in it."""
        address = reverse(name, kwargs={key: self.values[key] for key in TABLE[name].kwargs})
        return f"{address}?mediapath={self.path}" if name == "record:add_recording" else address


@pytest.fixture
def world(external: ExternalRecording, video: Video, waiting: RecordingFileTreatment, teacher: User) -> World:
    """Make one row of each kind; the migration names the teacher for what waits."""
    waiting.detail.probable_owners.add(teacher)
    path = write_film(Path(waiting.file).with_name("b.mp4"))
    second = make_claimable(ClaimSpec(path, waiting.recorder_id or 0, MEETING, "Claimed"))
    claim(second.pk, teacher)
    values: dict[str, str | int] = {
        "record_id": external.pk,
        "slug": video.slug,
        "treatment_id": waiting.pk,
        "caption_id": 1,
        "slide_id": 1,
        "number": 1,
        "height": 360,
        "key": "0" * 32,
    }
    return World(values, waiting.file)


def browser(user: User | None) -> Client:
    """Return a browser of the user; failures of the site are answers, not exceptions."""
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user)
    return client


def test_every_address_is_in_the_table() -> None:
    """A new view without a rule here fails."""
    assert sorted(names(get_resolver())) == sorted(TABLE)


def check(expected: int | str, client: Client, method: str, address: str) -> None:
    """Assert that the answer is what the rule says."""
    answer = getattr(client, method)(address)
    if expected == "login":
        assert answer.status_code == 302, address
        assert urlsplit(answer["Location"]).path == "/accounts/login/", address
    else:
        assert answer.status_code == expected, f"{method} {address}"


@pytest.mark.parametrize("name", sorted(TABLE))
def test_the_owner_may(name: str, world: World, teacher: User) -> None:
    """The owner of the row gets what the table says."""
    check(TABLE[name].owner, browser(teacher), TABLE[name].method, world.address(name))


@pytest.mark.parametrize("name", sorted(TABLE))
def test_another_member_of_staff(name: str, world: World, colleague: User) -> None:
    """Somebody else's row is refused."""
    check(TABLE[name].other, browser(colleague), TABLE[name].method, world.address(name))


@pytest.mark.parametrize("name", sorted(TABLE))
def test_a_superuser(name: str, world: World) -> None:
    """Who administers the site may do all that an owner may, and delete what waits."""
    boss = User.objects.create_superuser("root")
    check(SUPERUSER.get(name, TABLE[name].owner), browser(boss), TABLE[name].method, world.address(name))


@pytest.mark.parametrize("name", sorted(name for name in TABLE if name.startswith("video:")))
def test_a_co_owner(name: str, world: World, student: User) -> None:
    """Who is named as one more owner of a video may do all that its owner may, of staff or not."""
    Video.objects.get(slug=world.values["slug"]).additional_owners.add(student)
    check(TABLE[name].owner, browser(student), TABLE[name].method, world.address(name))


@pytest.mark.parametrize("name", sorted(name for name in TABLE if name.startswith("record:")))
@pytest.mark.parametrize("who", ["teacher", "colleague"])
def test_what_is_kept_for_those_named(
    name: str, who: str, world: World, settings: LazySettings, request: pytest.FixtureRequest
) -> None:
    """With the setting, a waiting file is there for whom the migration names and for nobody else."""
    settings.RESTRICT_CLAIMING_TO_PROBABLE_OWNERS = True
    rule = TABLE[name]
    expected = rule.owner if who == "teacher" else KEPT.get(name, rule.other)
    check(expected, browser(request.getfixturevalue(who)), rule.method, world.address(name))


@pytest.mark.parametrize("name", sorted(TABLE))
def test_a_student(name: str, world: World, student: User) -> None:
    """Who is not of staff gets no page of import or claim."""
    check(TABLE[name].student, browser(student), TABLE[name].method, world.address(name))


@pytest.mark.parametrize("name", sorted(TABLE))
def test_nobody(name: str, world: World) -> None:
    """Without logging in there is nothing to see."""
    check(TABLE[name].anonymous, browser(None), TABLE[name].method, world.address(name))


@pytest.mark.parametrize("name", sorted(TABLE))
def test_wrong_methods_are_refused(name: str, world: World, teacher: User) -> None:
    """Each other method is answered with a refusal."""
    rule = TABLE[name]
    working = {rule.method, *ALSO.get(name, ())} | ({"head"} if rule.method == "get" else set())
    for method in METHODS:
        if method not in working:
            check(rule.wrong, browser(teacher), method, world.address(name))


@pytest.mark.parametrize("name", [name for name, rule in TABLE.items() if rule.method == "post"])
def test_a_post_without_token_is_refused(name: str, world: World, teacher: User) -> None:
    """Every form is protected against other sites (CSRF)."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(teacher)
    assert client.post(world.address(name)).status_code == 403


@pytest.mark.parametrize(
    "address",
    [
        "/import_video/999999/",
        "/import_video/delete/999999/",
        "/import_video/cancel/nonsense/",
        "/import_video/restore/999999/",
        "/record/delete_record/999999/",
        f"/record/claim/{'9' * 30}/",
        pytest.param(f"/import_video/cancel/{'9' * 5000}/", id="more digits than Python reads"),
        "/video/delete/9999-nothing/",
    ],
)
def test_unknown_rows_are_404(address: str, house: object, teacher: User) -> None:
    """What is not there is not there, also for who may delete."""
    teacher.is_superuser = True
    teacher.save()
    assert browser(teacher).post(address).status_code == 404


def test_who_sends_a_form_about_what_was_deleted_reads_so(house: object, teacher: User) -> None:
    """Back and once more, or an old window: not that the page, which just stood there, does not exist."""
    answer = browser(teacher).post("/import_video/delete/999999/", headers={"Accept-Language": "fr"})
    said = answer.content.decode()
    assert "Cet élément n’est plus là" in said
    assert "Cette page n’existe pas" not in said


def test_a_superuser_may_act_for_others(world: World, colleague: User) -> None:
    """Staff with the permission sees and acts."""
    colleague.is_superuser = True
    colleague.save()
    client = browser(colleague)
    assert client.get(world.address("import_video:edit_external_recording")).status_code == 200
    assert client.get(world.address("video:video")).status_code == 200


def test_a_request_that_django_refuses_gets_a_page_in_words(
    world: World, teacher: User, settings: LazySettings
) -> None:
    """In the reader's language, with a way back; Django's own is a line of English."""
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 2
    fields = {"verb": "discard", "id": [1, 2, 3]}
    answer = browser(teacher).post("/import_video/bulk/", fields, headers={"Accept-Language": "fr"})
    assert answer.status_code == 400
    assert '<html lang="fr">' in answer.content.decode()
    assert "Cette demande n’a pas été comprise" in answer.content.decode()
    assert "s’est produite" not in answer.content.decode().partition("</title>")[2]


def test_mediapath_only_looks_up_rows(world: World, teacher: User) -> None:
    """A path of the form is never opened: without a row it is a 404."""
    assert browser(teacher).get("/record/add_recording/?mediapath=/etc/passwd").status_code == 404
    assert browser(teacher).get("/record/add_recording/?mediapath=a%00b").status_code == 404


def test_nobody_deletes_an_unclaimed_file_of_others(world: World, teacher: User) -> None:
    """Staff without the permission cannot delete what waits, by no field of any form."""
    client = browser(teacher)
    client.post(world.address("record:delete_record"), {"confirmed": "1"})
    client.post(
        world.address("record:claim"), {"delete": "1", "mediapath": "/etc/hostname", "source_file": "/x"}
    )
    assert not RecordingFileTreatment.objects.filter(pk=world.values["treatment_id"]).exists()
    assert Video.objects.filter(owner=teacher).count() == 3  # claimed, not deleted


@pytest.mark.parametrize(
    "address", ["/import_video/", "/record/claim_record/", "/video/my/", "/video/{slug}/"]
)
def test_no_browser_keeps_a_page_of_who_has_logged_in(address: str, world: World, teacher: User) -> None:
    """After logging out, the Back button shows nothing of it."""
    answer = browser(teacher).get(address.format(**world.values))
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("name", ["video:media", "video:thumbnail", "record:thumbnail"])
def test_a_kept_file_is_nobody_elses(name: str, world: World, teacher: User) -> None:
    """No proxy keeps it, and a browser keeps it for this session alone."""
    answer = browser(teacher).get(world.address(name))
    assert "private" in answer["Cache-Control"]
    assert "Cookie" in answer["Vary"]


def test_the_administration_is_offered_to_those_alone_who_have_something_there(teacher: User) -> None:
    """Pod's teachers are of staff, too."""
    assert "/admin/" not in browser(teacher).get("/video/my/").content.decode()
    teacher.user_permissions.add(Permission.objects.get(codename="view_video"))
    assert "/admin/" in browser(teacher).get("/video/my/").content.decode()
