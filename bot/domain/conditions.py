"""For which deals something holds."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.money import Money


@dataclass(frozen=True, slots=True)
class Condition:
    """When a criterion applies: the deal's amount, in the process's currency, lies in [at_least, below)."""

    amount_at_least: Money | None = None
    amount_below: Money | None = None

    def applies(self, amount: Money | None) -> bool:
        """True unless the amount is known, in the same currency, and outside the bounds.

        An unknown amount, or one in another currency, cannot excuse a deal from a criterion.
        """
        low, high = self.amount_at_least, self.amount_below
        if amount is None:
            return True
        if low is not None and amount.currency == low.currency and amount.minor < low.minor:
            return False
        return not (high is not None and amount.currency == high.currency and amount.minor >= high.minor)

    @property
    def words(self) -> str:
        """As a person says it: "amount of at least €10,000"."""
        parts = []
        if self.amount_at_least is not None:
            parts.append(f"of at least {self.amount_at_least.show()}")
        if self.amount_below is not None:
            parts.append(f"below {self.amount_below.show()}")
        return "an amount " + " and ".join(parts)
