"""Amounts as people write them: 12k, €12,000, 1.234,50 kr, 12 000 SEK, EUR 1.5m, 3 mio."""

import re
from decimal import Decimal
from typing import Final

from bot.domain.errors import BadInput
from bot.domain.money import CURRENCIES, Money, currency_code
from bot.domain.words import excerpt, fold

_EXAMPLES: Final = "Write an amount such as 12k, €12,000 or 1,234.50 SEK."

_THOUSAND, _MILLION, _BILLION = 10**3, 10**6, 10**9
_SCALES: Final = (
    dict.fromkeys(("k", "thousand", "thousands", "tsd"), _THOUSAND)
    | dict.fromkeys(("m", "mm", "mn", "mio", "mln", "mill", "million", "millions"), _MILLION)
    | dict.fromkeys(("b", "bn", "bln", "mrd", "billion", "billions", "milliard", "milliards"), _BILLION)
    | dict.fromkeys(("lac", "lakh", "lakhs"), 10**5)
    | dict.fromkeys(("cr", "crore", "crores"), 10**7)
)

_CURRENCY_WORDS: Final = {
    **dict.fromkeys(("€", "euro", "euros"), "EUR"),
    **dict.fromkeys(("£", "pound", "pounds", "quid"), "GBP"),
    **{"us$": "USD", "a$": "AUD", "au$": "AUD", "c$": "CAD", "ca$": "CAD", "nz$": "NZD", "hk$": "HKD"},
    **{
        "s$": "SGD",
        "sg$": "SGD",
        "nt$": "TWD",
        "r$": "BRL",
        "mx$": "MXN",
        "rmb": "CNY",
        "元": "CNY",
        "円": "JPY",
        "₹": "INR",
    },
    **dict.fromkeys(("zł", "zl", "zloty", "złoty", "złotych"), "PLN"),
    **dict.fromkeys(("sfr", "fr", "franken"), "CHF"),
    **{"₹": "INR", "kč": "CZK", "₴": "UAH", "₪": "ILS", "₩": "KRW", "₫": "VND", "₺": "TRY", "₽": "RUB", "₱": "PHP"},
    **{"฿": "THB", "₦": "NGN", "₡": "CRC", "₲": "PYG", "₸": "KZT", "₾": "GEL", "₵": "GHS", "yen": "JPY"},
}

# Signs shared by several currencies: the process's own currency where it is one of them, else the first.
# For kr that is the Swedish krona, the krone or krona with the most people paying in it.
_SHARED_SIGNS: Final = {
    **dict.fromkeys(("kr", "kronor", "kroner", "krona", "krone"), ("SEK", "NOK", "DKK", "ISK")),
    **dict.fromkeys(
        ("$", "dollar", "dollars"),
        ("USD", "AUD", "CAD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP", "UYU", "JMD", "NAD", "FJD"),
    ),
    **dict.fromkeys(("¥",), ("JPY", "CNY")),
    **dict.fromkeys(("rs", "rupee", "rupees"), ("INR", "PKR", "LKR", "NPR", "MUR", "SCR")),
}

_PARTS: Final = re.compile(r"(?P<before>\D*?)(?P<number>(?<!\w)[.,]\d+|\d(?:[\d.,' ]*\d)?)(?P<after>\D*)")
_TOKEN: Final = re.compile(r"[^\W\d_]{1,3}\$|[^\W\d_]+|\S")
_NO_CENTS: Final = re.compile(r"[.,:] ?-{1,2}$")

_PLAIN: Final = re.compile(r"\d+")
_THOUSANDS: Final = re.compile(r"[1-9]\d{0,2}([.,])\d{3}(?:\1\d{3})*")
_THOUSANDS_AND_DECIMALS: Final = re.compile(r"\d{1,3}(?:([.,])\d{3}(?:\1\d{3})*)(?!\1)[.,]\d+")
_SPACED: Final = re.compile(r"\d{1,3}([ '])\d{3}(?:\1\d{3})*(?:[.,]\d+)?")
_INDIAN: Final = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?")
_DECIMALS: Final = re.compile(r"\d*[.,]\d+")


def read_amount(text: str, default_currency: str) -> Money:
    """The one amount that the text is, exactly; raises BadInput with what to write instead.

    Separators: with both dot and comma the last one starts the decimals. Alone, one that is followed by exactly
    three digits groups thousands, and any other starts the decimals. Spaces and apostrophes only group. With k, m or
    bn behind it "1.234" has two sensible readings that are a thousandfold apart, so it is asked for again.
    """
    line = " ".join(fold(text).split())
    if not line:
        raise BadInput(f"There is no amount. {_EXAMPLES}")
    parts = _PARTS.fullmatch(_NO_CENTS.sub("", line).rstrip(".,;!")) if len(line) <= 60 else None
    if parts is None:
        numbers = len(re.findall(r"\d+", line[:200]))
        problem = "has more than one number" if numbers > 1 else "is not an amount"
        raise BadInput(f"“{excerpt(text)}” {problem}. {_EXAMPLES}")
    scale, currency = _read_tokens(parts, text, default_currency)
    value = _read_number(parts["number"], scale, text)
    return Money.from_decimal(value * scale, currency)


def _read_tokens(parts: re.Match[str], text: str, default_currency: str) -> tuple[int, str]:
    """The scale (1 without a suffix) and the currency that the words around the number name."""
    before = _TOKEN.findall(parts["before"].casefold())
    after = _TOKEN.findall(parts["after"].casefold())
    if "-" in before or (before[:1] == ["("] and after[-1:] == [")"]):
        raise BadInput("An amount cannot be negative. Write it without the minus sign.")
    scale = 0
    currencies: set[str] = set()
    for token in [t for t in before if t not in ".+"]:
        currencies.add(_currency(token, default_currency, text))
    for token in [t for t in after if t != "."]:
        factor, sign = (None, token) if scale else _split_scale(token)
        scale = factor or scale
        if sign:
            currencies.add(_currency(sign, default_currency, text))
    if len(currencies) > 1:
        raise BadInput(f"“{excerpt(text)}” names two currencies. Keep one of them.")
    return scale or 1, currencies.pop() if currencies else currency_code(default_currency)


def _split_scale(word: str) -> tuple[int | None, str]:
    """What a word after the number multiplies by, and the rest of it that should be a currency: kEUR, mkr, tkr."""
    if word in _SCALES:
        return _SCALES[word], ""
    if word == "tkr":
        return _THOUSAND, "kr"
    if word[0] in "kmb" and _find_currency(word) is None and _find_currency(word[1:]) is not None:
        return _SCALES[word[0]], word[1:]
    return None, word


def _find_currency(word: str) -> tuple[str, ...] | None:
    """The currencies that a word or sign can mean, the likeliest first."""
    if word.upper() in CURRENCIES:
        return (word.upper(),)
    if word in _CURRENCY_WORDS:
        return (_CURRENCY_WORDS[word],)
    return _SHARED_SIGNS.get(word)


def _currency(word: str, default_currency: str, text: str) -> str:
    candidates = _find_currency(word)
    if candidates is None:
        raise BadInput(f"I do not understand “{excerpt(word, 20)}” in “{excerpt(text)}”. {_EXAMPLES}")
    return default_currency if default_currency in candidates else candidates[0]


def _read_number(number: str, scale: int, text: str) -> Decimal:
    if _PLAIN.fullmatch(number):
        return Decimal(number)
    if _THOUSANDS.fullmatch(number):
        grouped = Decimal(re.sub(r"[.,]", "", number))
        if scale > 1 and len(re.findall(r"[.,]", number)) == 1:
            low, high = grouped * scale / 1000, grouped * scale
            raise BadInput(f"“{excerpt(text)}” can mean {low:,.0f} or {high:,.0f}. Write it out in full.")
        return grouped
    if scale > 1 and " " in number:  # "Boeing 737 500k" is no 737,500k
        raise BadInput(f"“{excerpt(text)}” has more than one number. {_EXAMPLES}")
    if any(pattern.fullmatch(number) for pattern in (_THOUSANDS_AND_DECIMALS, _SPACED, _INDIAN, _DECIMALS)):
        return _with_decimals(number)
    raise BadInput(f"I cannot tell where the thousands are in “{excerpt(text)}”. {_EXAMPLES}")


def _with_decimals(number: str) -> Decimal:
    """The last dot or comma starts the decimals, unless the number is grouped by commas alone, as lakhs are."""
    only_digits = number.replace(" ", "").replace("'", "")
    mark = max(only_digits.rfind("."), only_digits.rfind(","))
    if mark < 0 or (only_digits.count(",") > 1 and "." not in only_digits):
        return Decimal(only_digits.replace(",", ""))
    whole = re.sub(r"[.,]", "", only_digits[:mark])
    return Decimal(f"{whole or 0}.{only_digits[mark + 1 :]}")
