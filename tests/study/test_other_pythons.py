"""Every Python that evalkit supports and that is found here gives the expected numbers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VERSIONS = ("3.11", "3.12", "3.13")
OWN = f"{sys.version_info[0]}.{sys.version_info[1]}"


def find_pythons() -> dict[str, str]:
    """Return the interpreters of supported versions other than this one, by version."""
    paths = [path for version in VERSIONS if (path := shutil.which(f"python{version}"))]
    paths += map(str, sorted(Path.home().glob(".pyenv/versions/3.*/bin/python")))
    found = {version_of(path): path for path in reversed(paths)}
    return {version: found[version] for version in VERSIONS if version in found and version != OWN}


def version_of(python: str) -> str:
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip()


@pytest.mark.slow
def test_numbers_are_as_expected_on_every_other_python_that_is_found(tmp_path):
    pythons = find_pythons()
    if not pythons:
        pytest.skip(f"only Python {OWN} is here, of {', '.join(VERSIONS)}")
    said = {version: verify_with(python, tmp_path / version) for version, python in pythons.items()}
    assert {version: text for version, text in said.items() if not text.endswith("all as expected\n")} == {}


def verify_with(python: str, place: Path) -> str:
    """Install the locked packages for a Python, and return what it says of the numbers of judges."""
    subprocess.run([python, "-m", "venv", str(place)], check=True, capture_output=True)
    install = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes")
    own = str(place / "bin" / "python")
    subprocess.run([own, *install, "-r", "requirements.lock"], cwd=ROOT, check=True, capture_output=True)
    done = subprocess.run(
        [own, "-m", "evalkit", "verify", "judges", "--all"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + ("" if done.returncode == 0 else done.stderr)
