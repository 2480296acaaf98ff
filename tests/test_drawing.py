"""The picture of a process: nothing overlaps, every text lies in its place, every way is drawn, in all three views."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.definitions import load_processes, shipped_directory
from bot.domain.process import Coaching, Criterion, Duration, LossReason, Party, PlanB, Process, Stage, StageKind
from bot.drawing import Pictures, View, described, layout, painting, picture
from bot.drawing.lanes import Way, routed
from bot.drawing.palette import ASIDE, KINDS, LINE
from bot.drawing.shapes import WIDTH, Arrow, Drawing, Font, Rect
from bot.drawing.typesetting import Typesetter

SHIPPED = load_processes(shipped_directory())
EVERYTHING = [(key, view) for key in SHIPPED for view in View]


def faults(drawing: Drawing) -> Iterator[str]:
    """What nobody wants to see in a picture."""
    page = Rect(0, 0, WIDTH, drawing.height)
    solid = [panel.rect for panel in drawing.panels if panel.solid]
    yield from (f"{panel.rect} leaves the page" for panel in drawing.panels if not page.holds(panel.rect))
    yield from (f"{one} lies on {other}" for one, other in combinations(solid, 2) if one.overlaps(other))
    yield from faults_of_labels(drawing, page)
    yield from faults_of_arrows(drawing, page)


def faults_of_labels(drawing: Drawing, page: Rect) -> Iterator[str]:
    for label in drawing.labels:
        if not page.holds(label.rect) or not label.within.holds(label.rect):
            yield f"“{label.text}” leaves its place"
        if painting.measure(label.text, label.font) > label.rect.width + 0.5:
            yield f"“{label.text}” is wider than it was taken for"
    for one, other in combinations(drawing.labels, 2):
        if one.rect.overlaps(other.rect):
            yield f"“{one.text}” lies on “{other.text}”"


def faults_of_arrows(drawing: Drawing, page: Rect) -> Iterator[str]:
    for arrow in drawing.arrows:
        for (x, y), (to_x, to_y) in pairwise(arrow.points):
            if x != to_x and y != to_y:
                yield f"{arrow} is crooked"
            line = Rect(min(x, to_x), min(y, to_y), abs(x - to_x), abs(y - to_y))
            if not page.holds(line):
                yield f"{arrow} leaves the page"
            yield from (f"{arrow} runs over “{text.text}”" for text in drawing.labels if text.rect.overlaps(line))


@pytest.mark.parametrize(("key", "view"), EVERYTHING)
def test_every_shipped_process_fits_in_every_view(key: str, view: View) -> None:
    drawing = layout(SHIPPED[key], view)
    assert list(faults(drawing)) == []
    said = " ".join(label.text for label in drawing.labels)
    for stage in SHIPPED[key].stages:
        assert stage.name in said
        if view is not View.FLOW:
            assert all(criterion.text in said for criterion in stage.criteria)


def spread(process: Process) -> str:
    """The words of the flowchart, one text."""
    return " ".join(label.text for label in layout(process, View.FLOW).labels)


def stage(key: str, kind: StageKind = StageKind.OPEN, **more: object) -> Stage:
    return replace(Stage(key, key.title(), "The buyer did it.", kind), **more)  # type: ignore[arg-type]


def process_of(*stages: Stage) -> Process:
    return Process("mine", "Mine", "EUR", stages, (LossReason("price", "Price"),), "1")


def lines(drawing: Drawing, colour: str) -> list[Arrow]:
    return [arrow for arrow in drawing.arrows if arrow.colour == colour]


def test_ways_on_are_solid_and_plans_b_dashed() -> None:
    drawn = layout(
        process_of(
            stage("a", next=("b", "c")),
            stage("b", otherwise=PlanB(stage="a")),
            stage("c", otherwise=PlanB(park=Duration(90))),
            stage("won", StageKind.WON),
        ),
        View.FLOW,
    )
    solid, dashed = lines(drawn, LINE), lines(drawn, ASIDE.strong)
    assert len(solid) == 4, "a→b, b→c, c→won, and a→c beside them"
    assert not any(arrow.dashed for arrow in solid)
    assert len(dashed) == 2, "b back to a, and c put aside"
    assert all(arrow.dashed and arrow.head for arrow in dashed)
    box = {label.text: label.within for label in drawn.labels}
    past = next(arrow for arrow in solid if len(arrow.points) == 4)
    assert box["A"].y < past.points[0][1] < box["A"].bottom
    assert box["C"].y < past.points[-1][1] < box["C"].bottom
    back = next(arrow for arrow in dashed if len(arrow.points) == 4)
    assert box["B"].y < back.points[0][1] < box["B"].bottom
    assert box["A"].y < back.points[-1][1] < box["A"].bottom


def test_a_stage_that_leads_elsewhere_has_no_arrow_to_the_one_below() -> None:
    drawn = layout(process_of(stage("a", next=("c",)), stage("b"), stage("c", StageKind.WON)), View.FLOW)
    box = {label.text: label.within for label in drawn.labels}
    straight = [arrow for arrow in drawn.arrows if len(arrow.points) == 2]
    assert [arrow.points[0][1] for arrow in straight] == [box["B"].bottom], "only b leads to the box below it"


def test_the_ends_are_drawn_and_the_phases_have_their_colours() -> None:
    process = process_of(
        stage("list", StageKind.PREPARATION, otherwise=PlanB(park=Duration(0, months=3))),
        stage("won", StageKind.WON),
        stage("live", StageKind.POST_SALE),
    )
    drawing = layout(process, View.FLOW)
    said = spread(process)
    for words in ("parked for 3 months", "Lost from any stage before the win", "preparation", "the deal is won"):
        assert words in said
    grounds = {panel.fill for panel in drawing.panels if panel.solid}
    assert {KINDS[one.kind].ground for one in process.stages} <= grounds


def test_the_two_sides_stand_beside_each_other_and_third_parties_are_marked() -> None:
    def proof(text: str, party: Party) -> Criterion:
        return Criterion(text.casefold(), text, "Ask.", "A mail.", party)

    criteria = (proof("Theirs", Party.BUYER), proof("Ours", Party.SELLER), proof("Outside", Party.THIRD_PARTY))
    process = process_of(stage("a", coaching=Coaching(do=("Call",)), criteria=criteria), stage("won", StageKind.WON))
    drawing = layout(process, View.SIDES)
    cards = {label.text: label.within for label in drawing.labels}
    assert cards["Call"] == cards["You do"]
    assert cards["Ours"] == cards["The seller does"]
    assert cards["Theirs"].x > cards["Call"].right
    assert cards["Outside"].x == cards["Theirs"].x
    marked = next(panel for panel in drawing.panels if panel.rect == cards["Outside"])
    assert marked.dashed
    assert "A third party does" in cards


def test_before_there_is_a_buyer_everything_is_the_sellers_own_work() -> None:
    work = Criterion("listed", "Listed", "Ask.", "A mail.")
    process = process_of(stage("a", StageKind.PREPARATION, criteria=(work,)), stage("b", StageKind.PREPARATION))
    cards = {label.text: label.within for label in layout(process, View.SIDES).labels}
    assert "The buyer does" not in cards
    assert cards["Listed"].x < WIDTH / 2


NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")), min_size=1, max_size=90
)
WORDS = st.lists(NAMES, min_size=1, max_size=12).map(" ".join)


@st.composite
def processes(draw: st.DrawFn) -> Process:
    """Of any length, with names and ways that nobody would give them."""
    count = draw(st.integers(1, 9))
    keys = [f"s{n}" for n in range(count)]

    def one(n: int) -> Stage:
        others = [key for key in keys if key != keys[n]]
        aside = st.sampled_from(others).map(lambda key: PlanB(stage=key)) if others else st.none()
        parked = st.integers(1, 3650).map(lambda days: PlanB(park=Duration(days, business=True)))
        criteria = tuple(
            Criterion(f"c{m}", draw(WORDS), "Ask.", "A mail.", draw(st.sampled_from(Party)))
            for m in range(draw(st.integers(0, 3)))
        )
        return Stage(
            keys[n], draw(WORDS)[:80], draw(WORDS), draw(st.sampled_from(StageKind)),
            Coaching(do=tuple(draw(st.lists(WORDS, max_size=2)))), criteria,
            next=tuple(draw(st.lists(st.sampled_from(others), max_size=3, unique=True))) if others else (),
            otherwise=draw(st.one_of(st.none(), parked, aside)),
        )  # fmt: skip

    return process_of(*(one(n) for n in range(count)))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(processes(), st.sampled_from(View))
def test_any_process_fits(process: Process, view: View) -> None:
    # Lines that run beside one another may cross; what they must not do is run over a text, or leave the page.
    assert list(faults(layout(process, view))) == []


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 40)), max_size=30))
def test_ways_to_different_targets_never_share_a_stretch(ends: list[tuple[str, int]]) -> None:
    ways = [Way(to, 100.0 * at + 74, 100.0 * ord(to) - 9700 + 42) for to, at in ends]
    arrows = list(routed(ways, 700, 960, LINE))
    upright: dict[float, list[tuple[float, float, float]]] = {}
    for arrow in arrows:
        for (x, y), (to_x, to_y) in pairwise(arrow.points):
            assert 700 <= x <= 960
            if x == to_x:
                upright.setdefault(x, []).append((min(y, to_y), max(y, to_y), arrow.points[-1][1]))
    for stretches in upright.values():
        for (top, bottom, to), (other_top, other_bottom, other_to) in combinations(stretches, 2):
            assert to == other_to or bottom <= other_top or other_bottom <= top


def test_a_word_that_is_too_long_is_cut_and_nothing_of_it_is_lost() -> None:
    setter = Typesetter(lambda text, font: len(text) * font.size)
    assert setter.broken("one twothree", Font(10), 50) == ("one", "twoth", "ree")
    assert setter.broken("", Font(10), 50) == ("",)
    assert setter.broken("abc", Font(10), 5) == ("a", "b", "c")


def test_a_png_is_as_wide_as_a_phone_needs_it_unless_it_is_very_long() -> None:
    def size(content: bytes) -> tuple[int, int]:
        assert content.startswith(b"\x89PNG")
        return int.from_bytes(content[16:20]), int.from_bytes(content[20:24])

    width, height = size(picture(SHIPPED["simple_3"], View.FLOW))
    assert width == painting.PIXELS
    assert height < 3 * width
    asked = tuple(Criterion(f"c{n}", "The buyer wrote it down. " * 6, "Ask.", "A mail.") for n in range(12))
    long = process_of(*(stage(f"s{n}", criteria=asked) for n in range(40)))
    width, height = size(picture(long, View.SIDES))
    assert abs(height - painting.MOST_PIXELS) <= 2
    assert width < painting.PIXELS


@pytest.mark.parametrize("view", View)
def test_an_svg_says_what_it_shows(view: View) -> None:
    process = replace(SHIPPED["simple_3"], name="Sale & <more>")
    content = picture(process, view, "svg")
    root = ElementTree.fromstring(content)
    space = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "img"
    assert root.findtext(f"{space}title") == f"Sale & <more>: {view.words}"
    assert root.findtext(f"{space}desc") == described(process, view)
    assert "1. Qualified; 2. Proposal accepted; 3. Agreed" in described(process, view)
    assert {element.get("id") for element in root if element.tag in (f"{space}title", f"{space}desc")} == set(
        str(root.get("aria-labelledby")).split()
    )
    assert content == picture(process, view, "svg"), "the same process is the same file"


def test_a_price_is_no_formula_and_an_unknown_letter_no_fault() -> None:
    odd = stage("a", name="Pay $5 to $6 \N{HANGUL SYLLABLE HAN}", outcome=r"$\frac{1}{0}$ or \n")
    process = process_of(odd, stage("won", StageKind.WON))
    for view in View:
        assert picture(process, view).startswith(b"\x89PNG")
        assert re.search(rb"<svg", picture(process, view, "svg"))


def test_a_picture_is_painted_once_and_again_when_the_process_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    painted: list[str] = []

    def paint(process: Process, view: View) -> bytes:
        painted.append(f"{process.key} {process.version} {view}")
        return b"picture"

    monkeypatch.setattr("bot.drawing.pictures.picture", paint)
    pictures, first = Pictures(), SHIPPED["simple_3"]
    for process in (first, first, replace(first, version="other"), first):
        assert pictures.png(process, View.FLOW) == b"picture"
    assert painted == [f"simple_3 {first.version} flow", "simple_3 other flow"]
