"""What stands in the site's database before the browser comes; run inside Django: `-m tests.web.scenes NAME`.

"journeys": a teacher with 10,000 recordings, files to claim; everything is done by hand then.
"states": every page with every state that it can show, standing still.
"nothing": accounts alone, for the administration before its first run.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
from django.conf import settings

from tests.web.office import furnish
from tests.web.site import PASSWORD

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from pod.import_video.models import ExternalRecording
    from pod.import_video.services import ExternalSpec
    from pod.recorder.models import Recorder
    from pod.video.models import Video

PEOPLE = {  # name: (first, last, of staff)
    "ada": ("Ada", "Martin", True),
    "bruno": ("Bruno", "Keller", True),
    "chloe": ("Chloé", "Ndiaye", False),
    "mila": ("Mila", "Rossi", True),
    "noe": ("Noé", "Lambert", True),
}
FIRST = datetime(2023, 9, 18, 8, 0, tzinfo=UTC)
MANY = 10_000
SUBJECTS = (
    ("Algèbre linéaire", "L1 Mathématiques – S1", "algebra"),
    ("Biologie végétale", "L2 Sciences de la vie", "botany"),
    ("Histoire médiévale", "L3 Histoire", "history"),
)
LESSONS = ("cours", "travaux dirigés", "révisions", "questions et réponses", "correction de l’examen")


class Scene:
    """The accounts, the recorder and the addresses that both scenes share."""

    def __init__(self) -> None:
        from django.contrib.auth.models import User  # noqa: PLC0415 - Django is set up by now

        self.published: dict[str, str] = json.loads(
            (Path(settings.DATA_DIR) / "published.json").read_text(encoding="utf-8")
        )
        self.known: dict[str, Any] = {}
        self.users: dict[str, User] = {
            name: User.objects.create_user(
                name, f"{name}@univ.example", PASSWORD, first_name=first, last_name=last, is_staff=staff
            )
            for name, (first, last, staff) in PEOPLE.items()
        }
        User.objects.create_superuser("admin", "admin@univ.example", PASSWORD, first_name="Alex")

    def spec(self, owner: str, name: str, number: int, source: str, **values: Any) -> ExternalSpec:
        """Return a recording of the old server for `owner`; `source` is a published one's short name."""
        from pod.import_video.services import ExternalSpec  # noqa: PLC0415

        record = self.published[source]
        bbb = self.published["bbb"]
        deck = (Path(settings.DATA_DIR) / "bbb" / "presentation" / record / "deck.txt").read_text()
        given: dict[str, Any] = {
            "owner_id": self.users[owner].pk,
            "name": name,
            "start_at": FIRST - timedelta(days=number * 2, hours=number % 5),
            "source_url": f"{bbb}/playback/presentation/2.3/{record}",
            "record_id": f"{record}-{number}",
            "server": "bbb.univ.example",
            "duration_s": 2400.0 + 97 * (number % 40),
            "thumbnail_url": f"{bbb}/presentation/{record}/presentation/{deck}/thumbnails/thumb-1.png",
        }
        return ExternalSpec(**{**given, **values})

    def recorder(self) -> Recorder:
        """Return the recorder whose files are claimed."""
        from django.contrib.sites.models import Site  # noqa: PLC0415

        from pod.recorder.models import Recorder  # noqa: PLC0415
        from pod.video.services import default_type  # noqa: PLC0415

        made = Recorder.objects.create(
            name="BigBlueButton", address_ip="127.0.0.1", directory="bbb", type=default_type()
        )
        made.sites.add(Site.objects.get_current())
        return made

    def convert(self, recording: ExternalRecording, user: User) -> str:
        """Import a recording at once; return the state that it ends in."""
        from pod.conversion.services import run  # noqa: PLC0415
        from pod.import_video.importing import request_import  # noqa: PLC0415

        return str(run(request_import(recording, user).pk))

    def to_claim(
        self, film: Path, count: int, probable: dict[int, str], told: dict[str, str] | None = None
    ) -> list[int]:
        """Put `count` copies of a film into the recorder's folder; return the rows' ids.

        `told` is the converter's report of those of the first subject.
        """
        from pod.recorder.newcomers import NAMED  # noqa: PLC0415
        from pod.recorder.services import ClaimSpec, make_claimable  # noqa: PLC0415

        recorder = self.recorder()
        folder = Path(settings.DEFAULT_RECORDER_PATH) / recorder.directory
        folder.mkdir(parents=True, exist_ok=True)
        ids = []
        for number in range(1, count + 1):
            name, course, source = SUBJECTS[number % 3]
            path = folder / f"waiting-{number:03d}{film.suffix}"
            shutil.copyfile(film, path)
            report: dict[str, object] = dict(told) if told and source == SUBJECTS[0][2] else {}
            if owner := probable.get(number):
                report[NAMED] = [{"username": owner, "name": owner, "via": "", "id": self.users[owner].pk}]
            like = self.spec("ada", name, number, source)
            spec = ClaimSpec(
                path,
                recorder.pk,
                like.start_at,
                f"{name}, séance {number}",
                record_id=f"waiting-{number}",
                duration_s=like.duration_s,
                course=course,
                thumbnail_url=like.thumbnail_url,
                report=report,
            )
            ids.append(make_claimable(spec).pk)
        return ids


def journeys(scene: Scene) -> None:
    """Ten thousand recordings of one teacher, three of which a search for “fluides” finds."""
    from pod.import_video.services import create_external_recordings  # noqa: PLC0415
    from pod.video.models import Video  # noqa: PLC0415

    specs = [
        scene.spec(
            "mila",
            f"{SUBJECTS[n % 3][0]}, séance {n}",
            n % 700,
            SUBJECTS[n % 3][2],
            course=SUBJECTS[n % 3][1],
        )
        for n in range(MANY - 3)
    ]
    sources = ("algebra", "botany", "history")
    specs += [
        scene.spec("mila", f"Mécanique des fluides {n}", 900 + n, source, course="M1 Physique")
        for n, source in enumerate(sources, start=1)
    ]
    create_external_recordings(specs)
    few = [
        scene.spec("noe", f"Optique {n}", n, sources[n % 3], course="M1 Physique") for n in (*range(2, 7), 11)
    ]
    few.append(scene.spec("bruno", "Topologie", 1, "botany", course="M1 Physique"))
    create_external_recordings(few)
    first = create_external_recordings([scene.spec("ada", "Algèbre linéaire, cours", 1, "algebra")])[0]
    scene.convert(first, scene.users["ada"])
    video = Video.objects.get()
    scene.known["video"] = video.slug
    scene.known["claims"] = scene.to_claim(Path(video.video.path), 6, {3: "ada", 4: "ada"})


def states(scene: Scene) -> None:
    """Each page, in each of its states."""
    from django.template.loader import render_to_string  # noqa: PLC0415

    from pod.import_video.models import ExternalRecording  # noqa: PLC0415
    from pod.import_video.services import create_external_recordings  # noqa: PLC0415
    from pod.recorder.claiming import claim  # noqa: PLC0415
    from pod.video.models import Video  # noqa: PLC0415

    ada = scene.users["ada"]
    specs = [
        scene.spec(
            "ada",
            f"{SUBJECTS[n % 3][0]} : {LESSONS[n % 5]}",
            n,
            SUBJECTS[n % 3][2],
            course=SUBJECTS[n % 3][1],
        )
        for n in range(36)
    ]
    rows = create_external_recordings(specs)
    scene.convert(rows[3], ada)
    video = Video.objects.get()
    video.description = video.description.replace("127.0.0.1", "bbb.univ.example")
    video.save()
    scene.known["video"] = video.slug
    stand_still(rows, ada, scene)
    claimable = scene.to_claim(Path(video.video.path), 12, {4: "ada", 5: "noe", 7: "ada"}, told_of(video))
    for number in (9, 10, 11):
        claim(claimable[number], scene.users["noe"])
    more_videos(scene, video, claim(claimable[8], ada))
    odd = {"type": "youtube", "source_url": "https://video.example.org/watch?v=1", "thumbnail_url": ""}
    create_external_recordings(
        [scene.spec("noe", '<script>alert("x")</script> & “guillemets”', 1, "algebra", course="<b>M1</b>"),
         scene.spec("noe", "Un film d’ailleurs", 2, "algebra", **odd)]
    )  # fmt: skip
    scene.known["row"] = rows[0].pk
    scene.known["other"] = ExternalRecording.objects.filter(owner__username="noe")[0].pk
    scene.known.update(waiting=claimable[0], named=claimable[4])
    furnish(scene, rows)
    # the page of an error that nobody foresaw, as Django renders it
    (Path(settings.STATIC_ROOT) / "500.html").write_text(render_to_string("500.html"), encoding="utf-8")


def told_of(video: Video) -> dict[str, str]:
    """Write what a converter would tell of an hour with the slides of `video`; return its report."""
    folder = Path(settings.CONVERSION_DIR) / "told"
    folder.mkdir(parents=True)
    slides = []
    for number, slide in enumerate(video.slides.exclude(picture="")):
        path = Path(slide.picture.path)
        shutil.copyfile(path, folder / path.name)
        slides.append({"start": 540.0 * number, "text": slide.text, "thumbnail": path.name})
    (folder / "told.json").write_text(json.dumps({"slides": slides}), encoding="utf-8")
    return {"folder": str(folder), "sidecar": "told.json"}


def stand_still(rows: list[ExternalRecording], ada: User, scene: Scene) -> None:
    """Queue some, and let them stand as a worker would have them at some moment."""
    from django.utils import timezone  # noqa: PLC0415

    from pod.conversion.models import Conversion  # noqa: PLC0415
    from pod.import_video import editing  # noqa: PLC0415
    from pod.import_video.importing import request_import  # noqa: PLC0415
    from pod.import_video.models import ExternalRecording  # noqa: PLC0415
    from pod.main.states import State  # noqa: PLC0415

    # the converter itself says what is wrong with a recording whose media are gone
    broken = f"{scene.published['bbb']}/playback/presentation/2.3/{scene.published['broken']}"
    ExternalRecording.objects.filter(pk=rows[2].pk).update(source_url=broken)
    rows[2].source_url = broken
    scene.convert(rows[2], ada)
    now = timezone.now()
    told = ((rows[1], State.CONVERTING, 42.0), (rows[4], State.FETCHING, 0.0), (rows[5], State.QUEUED, 0.0))
    for row, state, percent in told:
        job = request_import(row, ada)
        Conversion.objects.filter(pk=job.pk).update(
            state=state, done_s=job.total_s * percent / 100, heartbeat_at=now, started_at=now
        )
    discarded = ExternalRecording.objects.filter(pk__in=[row.pk for row in rows[20:22]])
    editing.discard(list(discarded.select_related("detail")))


def more_videos(scene: Scene, video: Video, claimed: Video) -> None:
    """Give Ada a public video (also as HLS), one behind a password, one being encoded, one in the trash."""
    from pod.video import hls  # noqa: PLC0415
    from pod.video.models import Video  # noqa: PLC0415
    from pod.video.probe import probe  # noqa: PLC0415
    from pod.video.services import NewVideo, create_video, trash  # noqa: PLC0415
    from pod.video.storage import media_path  # noqa: PLC0415

    ada = scene.users["ada"]
    made = {}
    for stem, title in (
        ("public", "Espaces vectoriels, en dix minutes"),
        ("secret", "Correction du partiel"),
        ("slow", "Sortie botanique"),
        ("trashed", "Essai de micro"),
    ):
        path = media_path(ada.pk, stem, ".mp4")
        shutil.copyfile(video.video.path, path)
        made[stem] = create_video(NewVideo(ada.pk, title, path, FIRST, course=SUBJECTS[0][1]))
        made[stem].detail.thumbnail = video.detail.thumbnail.name
        made[stem].detail.save()
    Video.objects.filter(pk=made["public"].pk).update(is_draft=False)
    Video.objects.filter(pk=made["secret"].pk).update(is_draft=False, password="ouvre-toi")
    Video.objects.filter(pk=made["slow"].pk).update(encoding_in_progress=True)
    trash(made["trashed"])
    media = Path(made["public"].video.path)
    stream = hls.media_target(media, probe(media))
    stream.parent.mkdir(parents=True)
    hls.write_playlist(stream, hls.make_stream(media, stream))
    scene.known.update({stem: found.slug for stem, found in made.items()}, claimed=claimed.slug)


def nothing(_scene: Scene) -> None:
    """A site where the accounts stand and nothing else."""


SCENES: dict[str, Callable[[Scene], None]] = {"journeys": journeys, "states": states, "nothing": nothing}


def main(name: str) -> None:
    """Make the database and the scene; write down what the tests must know of it."""
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    scene = Scene()
    SCENES[name](scene)
    (Path(settings.DATA_DIR) / "known.json").write_text(json.dumps(scene.known))


if __name__ == "__main__":
    django.setup()
    main(sys.argv[1])
