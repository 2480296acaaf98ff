"""Reading the people at the buyer, one a line: `Jane Doe, CFO, jane@example.com`."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Final

from bot.domain.addresses import clean_email
from bot.domain.errors import BadInput
from bot.domain.people import Contact
from bot.domain.words import excerpt

_BULLET: Final = re.compile(r"^(?:[-*•·]|\d{1,2}[.)])\s+")
_MAIL: Final = re.compile(r"<?(?:mailto:)?[^\s,;<>|()]*@[^\s,;<>|()]*>?")
_SEPARATOR: Final = re.compile(r"\s*[,;|]\s*|\s+-\s+")
_ROLE_IN_BRACKETS: Final = re.compile(r"(?P<name>[^()]+)\((?P<role>[^()]+)\)")
_SAME_NAME: Final = 0.8
"""How alike two names are when one is the other with a slip of the finger mended."""


def show_contact(contact: Contact) -> str:
    """The line that `read_contacts` reads back as this person."""
    return ", ".join(filter(None, (contact.name, contact.role, contact.email)))


def read_contacts(text: str, known: Sequence[Contact] = ()) -> tuple[Contact, ...]:
    """The people of a text. Those meant by a line keep their id, so that evidence goes on naming them.

    A line means a known person when it is theirs unchanged, or has their mail, their name or nearly their name.
    Raises BadInput with the line that is wrong and how to write it.
    """
    unchanged = {_one_spaced(show_contact(contact)): contact for contact in known}
    lines = dict.fromkeys(map(_one_spaced, text.splitlines()))
    read = [unchanged.get(line) or _read(_BULLET.sub("", line)) for line in lines if line]
    return _recognised(read, known)


def _one_spaced(line: str) -> str:
    return " ".join(line.split())


def _read(line: str) -> Contact:
    mails = _MAIL.findall(line)
    if len(mails) > 1:
        raise BadInput(f"“{excerpt(line)}” has two mail addresses. Write each person on a line of their own.")
    email = clean_email(mails[0].strip("<>")) if mails else ""
    name, *role = [part for part in _SEPARATOR.split(_MAIL.sub(",", line)) if part.strip()] or [""]
    bracketed = _ROLE_IN_BRACKETS.fullmatch(name)
    if bracketed:
        name, role = bracketed["name"].strip(), [bracketed["role"].strip(), *role]
    if not any(letter.isalpha() for letter in name):
        raise BadInput(f"“{excerpt(line)}” has no name. Write it like Name, role, name@example.com.")
    return Contact(0, name, ", ".join(role), email)


def _recognised(read: Sequence[Contact], known: Sequence[Contact]) -> tuple[Contact, ...]:
    """Give each person read the id of the known one they are; the surest signs first, each known one once."""
    signs: tuple[Callable[[Contact, Contact], bool], ...] = (_same_mail, _same_name, _nearly_same_name)
    found = list(read)
    free = [contact for contact in known if contact not in read]
    for is_same in signs:
        for place, contact in enumerate(found):
            same = next((old for old in free if not contact.id and is_same(contact, old)), None)
            if same is not None:
                found[place] = replace(contact, id=same.id)
                free.remove(same)
    return tuple(found)


def _same_mail(new: Contact, old: Contact) -> bool:
    return bool(new.email) and new.email == old.email


def _same_name(new: Contact, old: Contact) -> bool:
    return new.name.casefold() == old.name.casefold()


def _nearly_same_name(new: Contact, old: Contact) -> bool:
    likeness = SequenceMatcher(None, new.name.casefold()[:200], old.name.casefold()[:200]).ratio()
    return likeness >= _SAME_NAME and not (new.email and old.email)
