"""What reps say is wrong with the process, stage by stage, for the managers at its next revision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

LONGEST = 600


@dataclass(frozen=True, slots=True)
class Feedback:
    """One note. Without a `stage` it is about the whole process, without a `criterion` about the whole stage.

    `version` is that of the process when it was said.
    """

    id: int
    process: str
    version: str
    stage: str
    criterion: str
    text: str
    by: str
    at: datetime
