"""What the page needs of a sandbox."""

from __future__ import annotations

from typing import Protocol

from sandbox.acting import Acting
from sandbox.clock import Clock
from sandbox.living import Living
from sandbox.workspace import Workspace


class Site(Protocol):
    """A running workspace: its state, the ways to act in it, and its clock."""

    acting: Acting
    living: Living

    @property
    def workspace(self) -> Workspace: ...

    @property
    def clock(self) -> Clock: ...
