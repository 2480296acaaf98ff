"""Fillers are found and real words are not; links and mail addresses are usable, and known again."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.addresses import clean_email, clean_link, is_within, link_key, mail_domain
from bot.domain.errors import BadInput
from bot.domain.junk import looks_like_placeholder, looks_like_placeholder_name, normalised


@pytest.mark.parametrize(
    "text",
    [
        *("", "  ", "n/a", "N / A", "n.a.", "NA", "none", "tbd", "T.B.D.", "todo", "to do", "to be confirmed"),
        *("asdf", "ASDFGH", "qwerty", "qwertz", "1234", "hjkl", "abc", "x", "xx", "x x x", "aaaaaa", "hahaha"),
        *("asdasd", "testtest", "...", "-", "—", "?", "!!!", "👍", "test", "this is a test", "same", "same as above!"),
        *("ok", "OK.", "yes", "Yes, done", "done", "Lorem ipsum dolor", "don’t know", "ｔｂｄ", "t\u200bb\u200bd"),
    ],
)
def test_fillers_are_found_in_any_disguise(text: str) -> None:
    assert looks_like_placeholder(text)


@pytest.mark.parametrize(
    "text",
    [
        *("PO", "PO 4500012345", "SOW signed", "42 seats", "The test went well", "Jane said yes to the budget"),
        *("ok from legal on 3 Nov", "Done deal, says Jane", "mama", "CFO", "是的", "अच्छा", "подписано", "Q3 numbers"),
    ],
)
def test_short_real_words_are_no_fillers(text: str) -> None:
    assert not looks_like_placeholder(text)


@pytest.mark.parametrize("name", ["ABC", "X", "3M", "Nana", "Test Ltd", "Great Co", "李"])
def test_a_name_may_be_short_or_an_ordinary_word(name: str) -> None:
    assert not looks_like_placeholder_name(name)


@pytest.mark.parametrize("name", ["", "-", "...", "n/a", "tbd", "asdf", "xxx", "qwerty", "👍", "?"])
def test_a_name_is_no_filler(name: str) -> None:
    assert looks_like_placeholder_name(name)


def test_the_same_text_is_known_again_however_it_was_typed() -> None:
    first = normalised("Jane’s reply: “We  confirm, €5 Straße!”")
    assert first == normalised("JANE'S REPLY - we confirm €5 STRASSE")
    assert first != normalised("Jane's reply: we confirm $5 Strasse")
    assert normalised("👍") != normalised("👎")


@settings(deadline=None)
@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalised(normalised(text)) == normalised(text)
    assert looks_like_placeholder(text) in (True, False)
    assert looks_like_placeholder_name(text) in (True, False)


@pytest.mark.parametrize(
    ("written", "cleaned"),
    [
        (" https://acme.com/a?b=1#c ", "https://acme.com/a?b=1#c"),
        ("<https://acme.com>", "https://acme.com"),
        ("HTTPS://Acme.com/Path", "https://Acme.com/Path"),
        ("http://10.0.0.1/wiki", "http://10.0.0.1/wiki"),
        ("https://bücher.example/ü", "https://bücher.example/ü"),
        ("https://acme.com/a|b>c", "https://acme.com/a%7Cb%3Ec"),
    ],
)
def test_a_link_is_kept_as_it_was_pasted_and_cannot_break_a_message(written: str, cleaned: str) -> None:
    assert clean_link(written) == cleaned


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("", "There is no link."),
        ("acme.com", "Start it with https://."),
        ("ftp://acme.com/x", "Start it with https://."),
        ("javascript:alert(1)", "Start it with https://."),
        ("n/a", "Start it with https://."),
        ("https://", "has no website in it"),
        ("https:///x", "has no website in it"),
        ("https://acme", "has no website in it"),
        ("https://a..b/", "has no website in it"),
        ("https://1.2.3/", "has no website in it"),
        ("https://-a.com/", "has no website in it"),
        ("https://localhost:8000/x", "opens on your own computer only"),
        ("http://127.0.0.1/x", "opens on your own computer only"),
        ("http://[::1]/x", "opens on your own computer only"),
        ("https://[bad", "is not a complete link"),
        ("https://acme.com:99999/", "is not a complete link"),
        ("https://me:secret@acme.com/", "has a user name or password in it"),
        ("https://acme.com/a b", "is not one link"),
        ("https://evil.com\\@acme.com", "is not one link"),
        ("https://acme.com/\u202egpj", "is not one link"),
        ("https://acme.com/\x00", "is not one link"),
        ("https://acme.com/" + "a" * 3000, "longer than 3,000 characters"),
    ],
)
def test_a_link_that_others_cannot_open_is_refused(written: str, sentence: str) -> None:
    with pytest.raises(BadInput) as refused:
        clean_link(written)
    assert sentence in str(refused.value)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "same",
    [
        *("http://acme.com/a?b=1&c=2", "https://www.ACME.com/a/?c=2&b=1", "https://acme.com:443/a?b=1&c=2#top"),
        *("https://acme.com/a?utm_source=x&b=1&c=2&gclid=y", "https://acme.com./a?b=1&c=2"),
    ],
)
def test_links_to_the_same_place_have_one_key(same: str) -> None:
    assert link_key(same) == link_key("https://acme.com/a?b=1&c=2")


@pytest.mark.parametrize(
    "other",
    [
        *("https://acme.com/A?b=1&c=2", "https://acme.com/a?b=1", "https://eu.acme.com/a?b=1&c=2"),
        *("https://acme.com:8443/a?b=1&c=2", "https://acme.com/a?b=1&c=2#inbox/1"),
    ],
)
def test_links_to_other_places_have_other_keys(other: str) -> None:
    assert link_key(other) != link_key("https://acme.com/a?b=1&c=2")


def test_a_web_mail_link_is_told_apart_by_its_fragment() -> None:
    assert link_key("https://mail.example.com/mail/u/0/#inbox/A") != link_key(
        "https://mail.example.com/mail/u/0/#inbox/B"
    )


@pytest.mark.parametrize(
    "written",
    ["Jane@Acme.com", " jane@acme.com ", "Jane D <jane@ACME.com>", "mailto:jane@acme.com", "<jane@acme.com>"],
)
def test_a_mail_address_is_read_as_people_paste_it(written: str) -> None:
    assert clean_email(written) == "jane@acme.com"


@pytest.mark.parametrize(
    "written",
    [
        *(
            "",
            "jane",
            "jane@",
            "@acme.com",
            "jane@acme",
            "a b@acme.com",
            "a..b@acme.com",
            ".a@acme.com",
            "a@b@acme.com",
        ),
        *("jane@acme..com", "jane@1.2.3.4", "jane@acme.com\x00", "a" * 65 + "@acme.com", "a@" + "b" * 260 + ".com"),
    ],
)
def test_what_is_no_mail_address_is_refused(written: str) -> None:
    with pytest.raises(BadInput, match=r"is not a mail address\. Write it like"):
        clean_email(written)


def test_the_domain_of_an_address_is_compared_with_its_subdomains() -> None:
    assert mail_domain("Jane@EU.Acme.com") == "eu.acme.com"
    assert mail_domain("jane@bücher.example") == "xn--bcher-kva.example"
    assert is_within("eu.acme.com", ["other.com", "Acme.com"])
    assert is_within("xn--bcher-kva.example", ["bücher.example"])
    assert not is_within("notacme.com", ["acme.com", ""])


@settings(deadline=None)
@given(st.one_of(st.text(), st.text("htps:/.@[]<>|#?&=a1é -"), st.text().map("https://acme.com/".__add__)))
def test_any_text_is_a_link_or_an_address_or_a_sentence(text: str) -> None:
    for read in (clean_link, link_key, clean_email, mail_domain):
        try:
            answer = read(text)
        except BadInput as refused:
            answer = str(refused)
        assert answer


@settings(deadline=None)
@given(st.text().map("https://acme.com/".__add__))
def test_cleaning_a_link_twice_changes_nothing(text: str) -> None:
    try:
        cleaned = clean_link(text)
    except BadInput:
        return
    assert clean_link(cleaned) == cleaned
    assert link_key(cleaned) == link_key(text)
