"""Make .venv and install the requirements, on a Python that may come without ensurepip.

Debian splits ensurepip off into python3-venv, which needs root to install. Where it is
missing, pip's own wheel is fetched from the package index (checked by its sha256) and
used to install itself. Standard library only. Run by `make setup`; quick when nothing changed.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.request
import venv
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urljoin

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
INDEX = os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple").rstrip("/")
OLDEST = (3, 11)
WHEEL = re.compile(r"pip-(\d+(?:\.\d+)*)-py3-none-any\.whl")  # releases only, no betas


def say(text: str) -> None:
    """Tell the person at the terminal what is being done."""
    sys.stderr.write(f"{text}\n")


def fetch_pip(folder: Path) -> Path:
    """Download the newest pip wheel that the index lists; return its path."""
    request = urllib.request.Request(  # noqa: S310 - the index's address is https or the user's own
        f"{INDEX}/pip/", headers={"Accept": "application/vnd.pypi.simple.v1+json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - see above
        files = json.load(answer)["files"]
    wheels = {
        tuple(int(part) for part in found[1].split(".")): file
        for file in files
        if (found := WHEEL.fullmatch(file["filename"])) and not file.get("yanked")
    }
    chosen = wheels[max(wheels)]
    url = urljoin(request.full_url, chosen["url"])
    with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 - see above
        content = answer.read()
    if hashlib.sha256(content).hexdigest() != chosen["hashes"]["sha256"]:
        raise SystemExit("The package index's pip has not the announced checksum: try again.")
    path = folder / chosen["filename"]
    path.write_bytes(content)
    return path


def make_environment() -> Path:
    """Create .venv with pip in it unless it is there; return its Python."""
    python = VENV / "bin" / "python"
    if (
        python.exists()
        and not subprocess.run(
            [python, "-m", "pip", "--version"], check=False, capture_output=True
        ).returncode
    ):
        return python
    say("Making a virtual environment in .venv")
    if importlib.util.find_spec("ensurepip"):
        venv.create(VENV, with_pip=True, symlinks=True, clear=VENV.exists())
        return python
    venv.create(VENV, with_pip=False, symlinks=True, clear=VENV.exists())
    with tempfile.TemporaryDirectory() as folder:
        wheel = fetch_pip(Path(folder))
        subprocess.run([python, wheel / "pip", "install", "--quiet", wheel], check=True)
    return python


def install(python: Path, requirements: list[Path]) -> None:
    """Install the requirements unless the very same ones were installed already."""
    content = b"".join(path.read_bytes() for path in sorted(ROOT.glob("requirements*.txt")))
    stamp = hashlib.sha256(content + sys.version.encode()).hexdigest()
    mark = VENV / f"installed-{'-'.join(path.stem for path in requirements)}"
    if mark.exists() and mark.read_text(encoding="ascii") == stamp:
        return
    say("Installing what the project needs (the first time takes a minute or two)")
    arguments = [part for path in requirements for part in ("-r", str(path))]
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments], check=True
    )
    mark.write_text(stamp, encoding="ascii")


def compile_sources(python: Path) -> None:
    """Compile our own modules, as pip did with the others.

    Where Python may not write them itself (PYTHONDONTWRITEBYTECODE is common in
    containers), each process of a conversion would compile them again at its start.
    """
    subprocess.run([python, "-m", "compileall", "-q", ROOT / "pod"], check=True)


def main() -> None:
    """Make the environment and install the files that the arguments name."""
    if sys.version_info < OLDEST:
        raise SystemExit("Python 3.11 or newer is needed: call make with PYTHON=python3.11 (or newer).")
    try:
        python = make_environment()
        install(python, [ROOT / name for name in sys.argv[1:] or ["requirements.txt"]])
        compile_sources(python)
    except subprocess.CalledProcessError as error:
        raise SystemExit(
            f"Setting up .venv failed (code {error.returncode}): see the lines above."
        ) from error
    except URLError as error:
        raise SystemExit(f"The package index does not answer ({error.reason}): try again.") from error


if __name__ == "__main__":
    main()
