"""Money keeps every digit, refuses what a deal cannot be worth, and is read back as it was shown."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.errors import BadInput
from bot.domain.money import CURRENCIES, LIMIT, Money, currency_code, exponent
from bot.domain.reading import read_amount

moneys = st.builds(
    Money,
    st.one_of(st.integers(0, 10_000_000), st.integers(0, LIMIT - 1)),
    st.sampled_from(sorted(CURRENCIES)),
)


@pytest.mark.parametrize(
    ("minor", "currency", "shown"),
    [
        (1_200_000, "EUR", "€12,000"),
        (1_200_050, "SEK", "12,000.50 SEK"),
        (5, "GBP", "£0.05"),
        (120_050, "USD", "US$1,200.50"),
        (12_000, "JPY", "12,000 JPY"),
        (1_500, "KWD", "1.50 KWD"),
        (1_234, "KWD", "1.2340 KWD"),
        (1_234_567, "KWD", "1,234.567 KWD"),
        (500, "KWD", "0.500 KWD"),
        (0, "EUR", "€0"),
    ],
)
def test_money_is_shown_with_every_digit(minor: int, currency: str, shown: str) -> None:
    assert Money(minor, currency).show() == shown


@settings(deadline=None)
@given(moneys, st.sampled_from(["EUR", "AUD", "NOK", "CNY", "LKR", "KWD"]))
def test_any_money_is_read_back_as_it_was_shown_whatever_the_default(money: Money, default: str) -> None:
    assert read_amount(money.show(), default) == money


@settings(deadline=None)
@given(moneys)
def test_whole_units_and_back_lose_nothing(money: Money) -> None:
    assert Money.from_decimal(money.to_decimal(), money.currency) == money


@pytest.mark.parametrize("code", ["JPY", "ISK", "KRW", "CLP", "VND"])
def test_some_currencies_have_no_decimals(code: str) -> None:
    assert exponent(code) == 0
    with pytest.raises(BadInput, match=f"{code} has no decimals"):
        Money.from_decimal(Decimal("1.5"), code)


@pytest.mark.parametrize("code", ["KWD", "BHD", "OMR", "JOD", "TND"])
def test_dinars_have_three_decimals_and_not_four(code: str) -> None:
    assert Money.from_decimal(Decimal("1.234"), code).minor == 1234
    with pytest.raises(BadInput, match="has 3 decimals"):
        Money.from_decimal(Decimal("1.2345"), code)


def test_the_largest_amount_fits_and_the_next_is_refused_with_the_limit() -> None:
    assert Money(LIMIT - 1, "EUR").show() == "€9,999,999,999,999.99"
    with pytest.raises(BadInput, match=r"too large: the most I can keep is €9,999,999,999,999\.99"):
        Money(LIMIT, "EUR")


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1E+999999", "-1", "0.001"])
def test_what_is_no_amount_is_refused(value: str) -> None:
    with pytest.raises(BadInput):
        Money.from_decimal(Decimal(value), "EUR")


def test_a_currency_is_found_in_any_case_and_an_unknown_one_is_named() -> None:
    assert currency_code(" eur ") == "EUR"
    with pytest.raises(BadInput, match="“doubloon”"):
        currency_code("doubloon")


@pytest.mark.parametrize("code", ["eur", "XYZ", ""])
def test_money_has_a_currency_that_exists(code: str) -> None:
    with pytest.raises(BadInput):
        Money(1, code)
