"""Money: amounts are decimals in a stated currency, and become another by stated rates alone."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field, PlainSerializer, StringConstraints, WithJsonSchema

from config.values import Day, Part, Percent

Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
"""A currency by its ISO 4217 code: SRD, EUR, USD."""

Amount = Annotated[
    Decimal,
    Field(ge=0, max_digits=18, decimal_places=6),
    PlainSerializer(str, when_used="json"),
    WithJsonSchema({"type": ["number", "string"], "minimum": 0}),
]
"""An amount of money, kept as the decimal it is written as."""


Rate = Annotated[
    Decimal,
    Field(gt=0, max_digits=18, decimal_places=9),
    PlainSerializer(str, when_used="json"),
    WithJsonSchema({"type": ["number", "string"], "exclusiveMinimum": 0}),
]
"""An exchange rate, kept as the decimal it is written as."""


class Worth(Part):
    """Money: what one unit of a measure is worth."""

    amount: Amount
    currency: Currency


class Cost(Part):
    """A line of the budget."""

    what: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
    amount: Amount
    """What was planned for it."""
    spent: Amount = Decimal(0)
    """What it has cost so far."""
    currency: Currency | None = None
    """Of both; none: the budget's own."""


class Budget(Part):
    """What the rollout may cost."""

    currency: Currency
    """Currency that totals are told in."""
    lines: tuple[Cost, ...] = ()
    reserve: Percent = 0.1
    """Share of the planned costs kept for what nobody thought of."""
    rates: dict[Currency, Rate] = Field(default_factory=dict)
    """What one unit of another currency costs in the budget's: one for each that is used."""
    rates_of: Day | None = None
    """The day those rates were looked up; needed with them."""

    def own(self, amount: Decimal, currency: str | None) -> Decimal:
        """Give an amount in the budget's currency, by its rates; None is that currency already.

        ValueError where no rate is stated: one is never guessed, and none is taken as 1.
        """
        if currency is None or currency == self.currency:
            return amount
        if currency not in self.rates:
            raise ValueError(
                f"no rate from {currency} to {self.currency}; state it in budget.rates"
            )
        return amount * self.rates[currency]

    @property
    def planned(self) -> Decimal:
        """All that is planned, without the reserve, in the budget's currency."""
        return sum((self.own(c.amount, c.currency) for c in self.lines), Decimal(0))

    @property
    def spent(self) -> Decimal:
        """All that is spent so far, in the budget's currency."""
        return sum((self.own(c.spent, c.currency) for c in self.lines), Decimal(0))
