"""`make` sets up what it needs, also after a first try that went wrong half-way."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def runs(folder: Path, *command: str) -> str:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


def test_a_virtual_environment_that_was_left_without_pip_is_completed(tmp_path: Path) -> None:
    """As Debian leaves it behind where the package python3-venv is missing, which people then install."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    runs(tmp_path, sys.executable, "-m", "venv", "--without-pip", ".venv")
    runs(tmp_path, "make", ".venv/pip", f"PYTHON={sys.executable}")
    assert runs(tmp_path, ".venv/bin/python", "-m", "pip", "--version").startswith("pip ")
