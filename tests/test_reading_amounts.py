"""Amounts as people write them, and what they are asked when the amount can mean two things."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.errors import BadInput
from bot.domain.money import Money
from bot.domain.reading import read_amount


def euros(text: str, currency: str = "EUR") -> Money:
    return Money.from_decimal(Decimal(text), currency)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("12k", euros("12000")),
        ("12K", euros("12000")),
        ("1.5m", euros("1500000")),
        ("1,5m", euros("1500000")),
        ("0.125m", euros("125000")),
        ("2mio", euros("2000000")),
        ("2 Mio. €", euros("2000000")),
        ("3bn", euros("3000000000")),
        ("3 million euros", euros("3000000")),
        ("€12,000", euros("12000")),
        ("€ 12k", euros("12000")),
        ("12k€", euros("12000")),
        ("12kEUR", euros("12000")),
        ("12k EUR", euros("12000")),
        ("EUR 12k", euros("12000")),
        ("eur 12k", euros("12000")),
        ("€12k EUR", euros("12000")),
        ("1.234,50 kr", euros("1234.50", "SEK")),
        ("kr.500", euros("500", "SEK")),
        ("3 mkr", euros("3000000", "SEK")),
        ("12 tkr", euros("12000", "SEK")),
        ("12 000 SEK", euros("12000", "SEK")),
        ("12\u00a0000\u202f000 SEK", euros("12000000", "SEK")),
        ("$1,200.50", euros("1200.50", "USD")),
        ("US$ 5k", euros("5000", "USD")),
        ("12kA$", euros("12000", "AUD")),
        ("£3m", euros("3000000", "GBP")),
        ("1'200 CHF", euros("1200", "CHF")),
        ("1’200.50 CHF", euros("1200.50", "CHF")),
        ("12 zł", euros("12", "PLN")),
        ("₹1,00,000", euros("100000", "INR")),
        ("₹ 2 crore", euros("20000000", "INR")),
        ("¥1200", euros("1200", "JPY")),
        ("12000,-", euros("12000")),
        ("0", euros("0")),
        (".5", euros("0.50")),
        ("+12k", euros("12000")),
        ("12k.", euros("12000")),
        ("１２ｋ", euros("12000")),
        ("١٢٣٤", euros("1234")),
    ],
)
def test_amounts_are_read_as_people_write_them(written: str, meant: Money) -> None:
    assert read_amount(written, "EUR") == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1.234", "1234"),
        ("1,234", "1234"),
        ("12.345", "12345"),
        ("123,456", "123456"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("1.23", "1.23"),
        ("1,2", "1.2"),
        ("12,5", "12.5"),
        ("1,234.5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("1.234.567,89", "1234567.89"),
        ("1 234,50", "1234.5"),
        ("12 000.50", "12000.5"),
        ("0.500", "0.5"),
    ],
)
def test_one_separator_before_exactly_three_digits_means_thousands(written: str, meant: str) -> None:
    assert read_amount(written, "EUR") == euros(meant)


@pytest.mark.parametrize(
    ("written", "low", "high"), [("1.234m", "1,234,000", "1,234,000,000"), ("1,250k", "1,250", "1,250,000")]
)
def test_a_thousandfold_doubt_is_asked_about(written: str, low: str, high: str) -> None:
    with pytest.raises(BadInput, match=f"can mean {low} or {high}. Write it out in full."):
        read_amount(written, "EUR")


@pytest.mark.parametrize(
    ("written", "default", "currency"),
    [
        ("12 kr", "EUR", "SEK"),
        ("12 kr", "NOK", "NOK"),
        ("12 kr", "DKK", "DKK"),
        ("$12", "EUR", "USD"),
        ("$12", "AUD", "AUD"),
        ("US$12", "AUD", "USD"),
        ("¥12", "CNY", "CNY"),
        ("12", "SEK", "SEK"),
    ],
)
def test_a_sign_of_several_currencies_means_the_teams_own(written: str, default: str, currency: str) -> None:
    assert read_amount(written, default).currency == currency


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("", "There is no amount."),
        ("   ", "There is no amount."),
        ("about 12", "I do not understand “about” in “about 12”."),
        ("12 bananas", "I do not understand “bananas”"),
        ("12%", "I do not understand “%”"),
        ("12²", "I do not understand “²”"),
        ("12kk", "I do not understand “kk”"),
        ("12 k m", "I do not understand “m”"),
        ("-5", "An amount cannot be negative."),
        ("−12k", "An amount cannot be negative."),
        ("(500)", "An amount cannot be negative."),
        ("nan", "“nan” is not an amount."),
        ("inf", "“inf” is not an amount."),
        ("10-12k", "has more than one number."),
        ("1e5", "has more than one number."),
        ("737 500k", "has more than one number."),
        ("12 13", "I cannot tell where the thousands are"),
        ("1.2.3", "I cannot tell where the thousands are"),
        ("12,34,56", "I cannot tell where the thousands are"),
        ("€12k USD", "names two currencies."),
        ("12.3456", "EUR has 2 decimals."),
        ("1234.567", "EUR has 2 decimals."),
        ("¥1200.5", "JPY has no decimals."),
        ("1.2345 KWD", "KWD has 3 decimals."),
        ("99999999999999", "That amount is too large"),
        ("9" * 60, "That amount is too large"),
        ("9" * 5000, "is not an amount."),
    ],
)
def test_what_is_not_one_amount_is_refused_with_what_to_do(written: str, sentence: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_amount(written, "EUR")
    assert sentence in str(refused.value)
    assert len(str(refused.value)) < 200


@settings(deadline=None, max_examples=300)
@given(st.one_of(st.text(), st.text("0123456789.,' k€$mr-"), st.from_regex(r"[€$]?\d+[ .,']\d+ ?(k|m|kr|EUR)?")))
def test_any_text_is_an_amount_or_a_sentence(text: str) -> None:
    try:
        answer = read_amount(text, "EUR").show()
    except BadInput as refused:
        answer = str(refused)
    assert 0 < len(answer) < 300


@settings(deadline=None)
@given(st.integers(0, 10**12), st.sampled_from([",", ".", " ", "'", "\u00a0"]))
def test_whole_amounts_read_the_same_with_any_separator(whole: int, separator: str) -> None:
    assert read_amount(f"{whole:,}".replace(",", separator), "EUR") == euros(str(whole))
