"""Reading which of a process's loss reasons a person's words name."""

from bot.domain.junk import normalised
from bot.domain.process import LossReason, Process

_IN_EVERY_SENTENCE = frozenset(("and", "are", "but", "for", "had", "has", "have", "not", "our", "that", "the", "was"))


def read_loss_reason(process: Process, text: str) -> tuple[LossReason | None, str]:
    """The reason that the text names, and what it says besides; None when in doubt.

    That is the one reason whose own words, which no other reason has, occur most in the text.
    """
    exact = [reason for reason in process.loss_reasons if normalised(text) in _names(reason)]
    if exact:
        return exact[0], ""
    said = _words(text)
    words = {reason.key: _words(" ".join(_names(reason))) for reason in process.loss_reasons}
    scores = []
    for reason in process.loss_reasons:
        others = set[str]().union(*(theirs for key, theirs in words.items() if key != reason.key))
        scores.append((len(said & (words[reason.key] - others)), reason))
    best = max((score for score, _ in scores), default=0)
    likely = [reason for score, reason in scores if score == best]
    return likely[0] if best and len(likely) == 1 else None, text


def _names(reason: LossReason) -> tuple[str, str]:
    return normalised(reason.key.replace("_", " ")), normalised(reason.text)


def _words(text: str) -> set[str]:
    return {word for word in normalised(text).split() if len(word) > 2} - _IN_EVERY_SENTENCE
