"""Lines that run beside a column of boxes: which lane each gets, so that none lies on another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.drawing.shapes import Arrow

FIRST, STEP = 26.0, 22.0
"""How far the first lane lies from the boxes, and each further one from the one before, where there is room."""


@dataclass(frozen=True, slots=True)
class Way:
    """From one height to another; ways to the same target share a lane."""

    to: str
    from_y: float
    to_y: float


@dataclass(frozen=True, slots=True)
class _Trunk:
    """All ways to one target, as one line that the others join."""

    ways: tuple[Way, ...]

    @property
    def top(self) -> float:
        return min(min(way.from_y, way.to_y) for way in self.ways)

    @property
    def bottom(self) -> float:
        return max(max(way.from_y, way.to_y) for way in self.ways)


def routed(ways: Sequence[Way], edge: float, limit: float, colour: str, *, dashed: bool = False) -> Iterator[Arrow]:
    """The lines from and to the boxes' side at x = `edge`, in lanes that lie between it and `limit`."""
    trunks = [_Trunk(tuple(same)) for _, same in groupby(sorted(ways, key=lambda w: w.to), key=lambda w: w.to)]
    trunks.sort(key=lambda trunk: (trunk.bottom - trunk.top, trunk.top))
    lanes = _lanes(trunks)
    count = max(lanes, default=0) + 1
    room = abs(limit - edge) - FIRST
    step = min(STEP, room / count)
    side = 1 if limit > edge else -1
    for trunk, lane in zip(trunks, lanes, strict=True):
        yield from _drawn(trunk, edge, edge + side * (FIRST + lane * step), colour, dashed)


def _lanes(trunks: Sequence[_Trunk]) -> list[int]:
    """The first lane for each in which nothing lies beside it; short ones were sorted to the front."""
    taken: list[list[_Trunk]] = []
    lanes = []
    for trunk in trunks:
        free = (at for at, lane in enumerate(taken) if not any(_meet(trunk, other) for other in lane))
        at = next(free, len(taken))
        if at == len(taken):
            taken.append([])
        taken[at].append(trunk)
        lanes.append(at)
    return lanes


def _meet(one: _Trunk, other: _Trunk) -> bool:
    room = 6.0
    return one.top < other.bottom + room and other.top < one.bottom + room


def _drawn(trunk: _Trunk, edge: float, lane: float, colour: str, dashed: bool) -> Iterator[Arrow]:
    """From the farthest source above and below all the way; what lies between joins it."""
    to_y = trunk.ways[0].to_y
    for side in (
        [way for way in trunk.ways if way.from_y < to_y],
        [way for way in trunk.ways if way.from_y >= to_y],
    ):
        far = max(side, key=lambda way: abs(way.from_y - to_y), default=None)
        for way in side:
            if way is far:
                points = ((edge, way.from_y), (lane, way.from_y), (lane, to_y), (edge, to_y))
                yield Arrow(points, colour, dashed)
            elif far is not None and way.from_y != far.from_y:
                yield Arrow(((edge, way.from_y), (lane, way.from_y)), colour, dashed, head=False)
