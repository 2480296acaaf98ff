"""Slack's text: what people typed comes out of it, and what goes in stays text."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.text import (
    clean,
    clip,
    clip_markup,
    escape,
    escape_clip,
    link,
    mentions,
    one_line,
    plain,
    quote_block,
    split_words,
    take_quoted,
)

LONE_SURROGATE = "\ud83d"
ENTITY = re.compile("&(?:amp|lt|gt);")


@pytest.mark.parametrize(
    ("delivered", "typed"),
    [
        ("new Smith &amp; Sons &lt;EMEA&gt;", "new Smith & Sons <EMEA>"),
        ("&amp;lt; stays", "&lt; stays"),
        ("assign 3 <@U012AB|jane>", "assign 3 @U012AB"),
        ("assign 3 <@W012AB>", "assign 3 @W012AB"),
        ("see <#C1|general> and <#C2>", "see #general and #C2"),
        ("<https://acme.com/?a=1&amp;b=2|acme.com>", "https://acme.com/?a=1&b=2"),
        ("<https://acme.com/>", "https://acme.com/"),
        ("<mailto:jane@acme.com|jane@acme.com>", "jane@acme.com"),
        ("<tel:+46701|+46 701>", "+46 701"),
        ("<!here> <!channel|channel>", "@here channel"),
        ("<!subteam^S1|@sales> <!date^1^{date}|today>", "@sales today"),
        ("“Acme” ‘x’ it’s", "\"Acme\" 'x' it's"),
        ("12\u00a0000\u202fkr", "12 000 kr"),
        ("Acme – 12k — soon", "Acme - 12k - soon"),
        ("Baden–Baden", "Baden–Baden"),
        ("<not a token", "<not a token"),
    ],
)
def test_what_was_typed_comes_out_of_what_slack_delivers(delivered: str, typed: str) -> None:
    assert plain(delivered) == typed


def test_a_typed_token_is_only_text() -> None:
    typed = "&lt;@U012AB&gt; &lt;!channel&gt; &lt;https://a.com|b&gt;"
    assert plain(typed) == "<@U012AB> <!channel> <https://a.com|b>"
    assert mentions(typed) == []


def test_mentions_are_found_in_order_and_once() -> None:
    assert mentions("<@U2|b> and <@U1> and <@U2|b> <#C1|c>") == ["U2", "U1"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (f"a\x00b\x07c{LONE_SURROGATE}d", "abcd"),
        ("a\u200bb\u2060c\ufeffd\u00ade", "abcde"),
        ("\u202etxt.exe\u202c \u2066x\u2069", "txt.exe x"),
        ("a\ue000@U1\ue001b", "a@U1b"),
        ("a\u200db", "ab"),
        ("👩\u200d💻 ok", "👩\u200d💻 ok"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("one\r\ntwo\u2028three", "one\ntwo\nthree"),
        ("\u3164\u2800", ""),
        ("R&amp;D stays", "R&amp;D stays"),
        ("  tab\there ", "tab here"),
    ],
)
def test_a_field_keeps_what_can_be_seen(typed: str, kept: str) -> None:
    assert clean(typed) == kept


def test_escaped_text_pings_nobody_and_comes_back() -> None:
    assert escape("<!channel> R&D <https://a.com|b>") == "&lt;!channel&gt; R&amp;D &lt;https://a.com|b&gt;"


any_text = st.text(st.characters())


@settings(deadline=None)
@given(any_text)
def test_escaping_leaves_nothing_that_slack_would_interpret(text: str) -> None:
    escaped = escape(text)
    assert not re.search("[<>]", escaped)
    assert "&" not in ENTITY.sub("", escaped)
    assert plain(escaped) == clean(text)


@settings(deadline=None)
@given(any_text)
def test_cleaned_text_can_be_stored_and_cleaning_again_changes_nothing(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()
    assert "\x00" not in cleaned
    assert clean(cleaned) == cleaned
    plain(text).encode()


@settings(deadline=None)
@given(st.one_of(any_text, st.text("&<>a👩\u200d💻 ")), st.integers(0, 60))
def test_clipped_text_fits_and_splits_no_entity(text: str, limit: int) -> None:
    assert len(clip(text, limit)) <= limit
    for cut in (escape_clip(text, limit), quote_block(text, limit)):
        assert len(cut) <= limit
        assert "&" not in ENTITY.sub("", cut)
    assert clip(text, len(text)) == text
    assert escape_clip(text, len(escape(text))) == escape(text)


def test_clipping_shows_that_something_is_missing_and_keeps_emoji_whole() -> None:
    assert clip("abcdef", 4) == "abc…"
    assert clip("abc def", 5) == "abc…"
    assert clip("ab👩\u200d💻", 4) == "ab…"
    assert clip("e\u0301" * 4, 4) == "e\u0301…"
    assert escape_clip("&&&&", 12) == "&amp;&amp;…"


def test_clipped_markup_leaves_no_link_and_no_entity_half() -> None:
    markup = "see <https://a.com|the mail> of R&amp;D"
    assert clip_markup(markup, len(markup)) == markup
    assert clip_markup(markup, 20) == "see…"
    assert clip_markup(markup, 35) == "see <https://a.com|the mail> of R…"


def test_a_quotation_marks_each_line_and_escapes_it() -> None:
    assert quote_block("R&D\n> said <so>\n") == "> R&amp;D\n> &gt; said &lt;so&gt;"
    assert quote_block("  ") == ""


@pytest.mark.parametrize(
    ("url", "label", "markup"),
    [
        ("https://a.com/?x=1&y=2", "R&D <b>", "<https://a.com/?x=1&amp;y=2|R&amp;D &lt;b&gt;>"),
        ("https://a.com/|x>y z", "the\nmail", "<https://a.com/%7Cx%3Ey%20z|the mail>"),
        ("mailto:jane@a.com", "Jane", "<mailto:jane@a.com|Jane>"),
        ("https://a.com", "", "<https://a.com>"),
        ("javascript:alert(1)", "click", "click"),
        ("!channel", "<!here>", "&lt;!here&gt;"),
    ],
)
def test_a_link_holds_its_address_and_its_words_apart(url: str, label: str, markup: str) -> None:
    assert link(url, label) == markup


@settings(deadline=None)
@given(any_text, any_text)
def test_no_text_breaks_out_of_a_link(url: str, label: str) -> None:
    markup = link(f"https://a.com/{url}", label)
    assert re.fullmatch(r"<[^<>|\s]+(?:\|[^<>\n]*)?>", markup)


def test_one_line_is_one_line() -> None:
    assert one_line(" a\n\nb\t c ") == "a b c"


@pytest.mark.parametrize(
    ("line", "quoted", "rest"),
    [
        ('"Acme 2" 12k', "Acme 2", "12k"),
        ("“Acme 2” 12k", "Acme 2", "12k"),
        ("„Acme 2“ 12k", "Acme 2", "12k"),
        ("«Acme 2» 12k", "Acme 2", "12k"),
        ("  'Jane's deal' 12k", "Jane's deal", "12k"),
        ('"Acme"', "Acme", ""),
        ('"Acme", 12k', "Acme", ", 12k"),
        ('"Acme 2 12k', None, '"Acme 2 12k'),
        ("'t Hart BV", None, "'t Hart BV"),
        ('"" x', None, '"" x'),
        ('Acme "2"', None, 'Acme "2"'),
        ("", None, ""),
    ],
)
def test_quoted_text_is_taken_from_the_start_of_a_line(line: str, quoted: str | None, rest: str) -> None:
    assert take_quoted(line) == (quoted, rest)


def test_words_know_their_place() -> None:
    line = 'move  "Acme 2" to\u00a0proposal'
    words = split_words(line)
    assert [word.text for word in words] == ["move", "Acme 2", "to", "proposal"]
    assert [line[word.start : word.end] for word in words] == ["move", '"Acme 2"', "to", "proposal"]
    assert [word.quoted for word in words] == [False, True, False, False]


@settings(deadline=None)
@given(st.one_of(st.text(), st.text("\"' ab“”„«»")))
def test_words_never_overlap_and_leave_out_only_spaces(line: str) -> None:
    at, left = 0, ""
    for word in split_words(line):
        assert word.start >= at
        assert word.text in line[word.start : word.end]
        left += line[at : word.start]
        at = word.end
    assert not (left + line[at:]).strip()
