"""`stagecoach process map`: the picture as a file, and a sentence where it cannot be drawn."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.drawing import NEEDED, View, painting
from bot.process_cli import process
from tests.test_process_cli import Settings, run, settings

__all__ = ["settings"]


@pytest.mark.parametrize("view", View)
def test_each_view_is_drawn_into_a_file_of_its_own(
    settings: Settings, view: View, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("map", "mine", "--view", view.value, settings=settings)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"mine-{view.value}.png  My process: {view.words}\n"
    assert (tmp_path / f"mine-{view.value}.png").read_bytes().startswith(b"\x89PNG")


def test_the_name_of_the_file_says_what_it_is(settings: Settings, tmp_path: Path) -> None:
    assert run("map", "mine", "-o", tmp_path / "mine.svg", settings=settings).exit_code == 0
    assert b"<svg" in (tmp_path / "mine.svg").read_bytes()
    assert run("map", "mine", "-o", tmp_path / "plain", "--format", "svg", settings=settings).exit_code == 0
    assert b"<svg" in (tmp_path / "plain").read_bytes()


def test_a_dash_writes_the_picture_to_standard_output(settings: Settings) -> None:
    result = CliRunner().invoke(process, ["map", "mine", "-o", "-"], obj=settings)
    assert result.exit_code == 0
    assert result.stdout_bytes.startswith(b"\x89PNG")


def test_without_settings_it_draws_what_is_shipped(tmp_path: Path) -> None:
    assert run("map", "simple_3", "-o", tmp_path / "simple.svg").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["map", "mien"], 'There is no process "mien"; did you mean "mine"?'),
        (["map", "mine", "--view", "pie"], "'pie' is not one of 'checklist', 'flow', 'sides'"),
        (["map", "mine", "-o", "mine.pdf"], "I draw png and svg, not pdf."),
        (
            ["map", "mine", "-o", "no/such/folder.png"],
            "no/such/folder.png cannot be written: No such file",
        ),
        (["map"], "Missing argument 'KEY'"),
    ],
)
def test_what_cannot_be_drawn_is_said(settings: Settings, arguments: list[str], said: str) -> None:
    result = run(*arguments, settings=settings)
    assert result.exit_code != 0
    assert said in " ".join(result.stderr.split())
    assert result.stdout == ""


def test_where_the_library_is_missing_it_says_what_to_install(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(painting, "can_paint", lambda: False)
    result = run("map", "mine", "-o", tmp_path / "mine.png", settings=settings)
    assert result.exit_code == 1
    assert result.stderr == f"Error: {NEEDED}\n"
    assert not (tmp_path / "mine.png").exists()
