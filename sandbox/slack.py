"""The parts of the pretend Slack, held together for the Web API, the deliveries and the people."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.limits import RateLimits
from sandbox.recording import Recording
from sandbox.tickets import Tickets
from sandbox.workspace import Workspace


@dataclass
class Slack:
    """``web_url`` and ``socket_url`` are where this Slack listens, without a slash at the end.

    ``uploads`` are those under way: the secret part of the upload's address -> (file id, promised length in bytes).
    ``socket_tickets`` admit one Socket Mode connection each.
    """

    workspace: Workspace
    recording: Recording = field(default_factory=Recording)
    tickets: Tickets = field(default_factory=Tickets)
    faults: Faults = field(default_factory=Faults)
    limits: RateLimits = field(default_factory=RateLimits)
    clock: Clock = field(default_factory=Clock)
    web_url: str = ""
    socket_url: str = ""
    uploads: dict[str, tuple[str, int]] = field(default_factory=dict)
    socket_tickets: set[str] = field(default_factory=set)

    def response_url(self, user_id: str, channel_id: str, message_ts: str | None = None) -> str:
        """A new response_url for this person in this channel."""
        team, key = self.workspace.team.id, self.tickets.response_url(user_id, channel_id, message_ts)
        return f"{self.web_url}/actions/{team}/{key}"
