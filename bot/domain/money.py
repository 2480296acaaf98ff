"""Money: an amount in integer minor units with its ISO 4217 currency, and how a person reads it."""

from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Final, Self

from bot.domain.errors import BadInput

# ISO 4217, the codes of money that people pay with (no funds, metals or test codes).
_CODES: Final = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY
COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS
INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP
MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR
SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND
VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
"""
_WITHOUT_MINOR_UNIT: Final = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_WITH_THOUSANDTHS: Final = "BHD IQD JOD KWD LYD OMR TND"

CURRENCIES: Final = frozenset(_CODES.split())
_EXPONENTS: Final = dict.fromkeys(_WITHOUT_MINOR_UNIT.split(), 0) | dict.fromkeys(_WITH_THOUSANDTHS.split(), 3)

# Only signs that are read back as the same currency whatever the default: "$" and "¥" belong to several.
_SIGNS: Final = {"EUR": "€", "USD": "US$", "GBP": "£"}

LIMIT: Final = 10**15
"""Minor units stay below this: a BIGINT holds the sum of thousands of them."""


def currency_code(word: str) -> str:
    """The ISO 4217 code in capitals; raises BadInput for one that does not exist."""
    code = word.strip().upper()
    if code not in CURRENCIES:
        known = "Use its three-letter code, such as EUR or USD."
        raise BadInput(f"I do not know the currency “{word.strip()[:20]}”. {known}")
    return code


def exponent(currency: str) -> int:
    """How many decimals the currency has (ISO 4217): 2, but none for yen and three for dinars."""
    return _EXPONENTS.get(currency, 2)


@dataclass(frozen=True, slots=True)
class Money:
    """`minor` counts the smallest unit (cents, öre, whole yen). Raises BadInput outside of what a deal can be worth."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if self.currency not in CURRENCIES:
            currency_code(self.currency)
            raise BadInput(f"Write the currency in capitals: {self.currency.upper()}.")
        if self.minor < 0:
            raise BadInput("An amount cannot be negative. Write it without the minus sign.")
        if self.minor >= LIMIT:
            most = Money(LIMIT - 1, self.currency).show()
            raise BadInput(f"That amount is too large: the most I can keep is {most}.")

    @classmethod
    def from_decimal(cls, value: Decimal, currency: str) -> Self:
        """Raises BadInput when the value is no number or has more decimals than the currency."""
        if not value.is_finite():
            raise BadInput("That is not a number. Write an amount such as 12,000.")
        if value.adjusted() > 20:
            raise BadInput("That amount is too large. Check the zeros.")
        code = currency_code(currency)
        with localcontext() as context:
            context.prec = max(28, len(value.as_tuple().digits) + 4)
            minor = value.scaleb(exponent(code))
            if minor != minor.to_integral_value():
                raise BadInput(_too_many_decimals(code))
            return cls(int(minor), code)

    def to_decimal(self) -> Decimal:
        """The exact amount in whole units, such as Decimal("12.50")."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def show(self) -> str:
        """Readable and exact: `€12,000`, `12,000.50 SEK`. `read_amount` reads it back as the same money."""
        places = exponent(self.currency)
        whole, rest = divmod(self.minor, 10**places)
        number = f"{whole:,}"
        if rest:
            decimals = f"{rest:0{places}d}"
            if places == 3 and 0 < whole < 1000:
                # "1.234" reads as a thousand and more, so a dinar and its fils are written as 1.2340 or 1.50.
                decimals = decimals[:2] if decimals.endswith("0") else decimals + "0"
            number += f".{decimals}"
        sign = _SIGNS.get(self.currency)
        return f"{sign}{number}" if sign else f"{number} {self.currency}"


def _too_many_decimals(code: str) -> str:
    places = exponent(code)
    if places == 0:
        return f"{code} has no decimals. Round the amount to a whole number."
    return f"{code} has {places} decimals. Round the amount to that."
