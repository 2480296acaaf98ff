"""Domains in which anybody can have an address, so that an address there says nothing about a company."""

from __future__ import annotations

from typing import Final

from bot.domain.addresses import ascii_domain

_HOST_NAMES: Final = """
gmail.com googlemail.com me.com mac.com aol.com gmx.de gmx.net gmx.at gmx.ch gmx.com web.de t-online.de freenet.de
mail.com mail.ru bk.ru inbox.ru list.ru proton.me protonmail.com protonmail.ch pm.me fastmail.com fastmail.fm
hey.com tutanota.com tuta.com posteo.de mailbox.org qq.com 163.com 126.com yeah.net sina.com naver.com daum.net
rediffmail.com orange.fr wanadoo.fr free.fr sfr.fr laposte.net libero.it virgilio.it tiscali.it seznam.cz centrum.cz
wp.pl onet.pl o2.pl interia.pl btinternet.com sky.com talktalk.net comcast.net verizon.net att.net sbcglobal.net cox.net
bellsouth.net rogers.com shaw.ca bigpond.com telenet.be skynet.be ziggo.nl kpnmail.nl bluewin.ch rocketmail.com
mailinator.com guerrillamail.com yopmail.com simplelogin.com duck.com privaterelay.appleid.com
onmicrosoft.com googlegroups.com groups.io gappssmtp.com amazonses.com sendgrid.net github.io gitlab.io blogspot.com
wordpress.com wixsite.com myshopify.com herokuapp.com netlify.app vercel.app pages.dev web.app firebaseapp.com
duckdns.org
"""
_HOSTS: Final = frozenset(_HOST_NAMES.split())
_IN_MANY_COUNTRIES: Final = frozenset(
    ("yahoo", "ymail", "hotmail", "outlook", "live", "msn", "icloud", "yandex", "zoho")
)
_BEFORE_A_COUNTRY: Final = frozenset(("co", "com", "org", "net", "gov", "edu", "ac", "or", "ne", "go", "gob", "nom"))


def is_anybodys(domain: str) -> bool:
    """Whether strangers have addresses in this domain, or names below it: `gmail.com`, `onmicrosoft.com`, `co.uk`.

    The best known ones by name; the list cannot be complete. A name below one (`acme.onmicrosoft.com`) is its holder's.
    """
    name = ascii_domain(domain)
    first, _, rest = name.partition(".")
    if name in _HOSTS or _is_ending(name):
        return True
    return first in _IN_MANY_COUNTRIES and _is_ending(rest)


def _is_ending(name: str) -> bool:
    """Whether it is what stands behind a name of somebody's own: `com`, `co.uk`, or nothing."""
    first, dot, rest = name.partition(".")
    return not dot or (len(rest) == 2 and first in _BEFORE_A_COUNTRY)
