"""Slack's text markup as HTML: what it shows, and that no text can become anything but text."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.page.mrkdwn import Reader, plain_to_html, safe_url, to_html, to_words

READER = Reader(
    people={"U1": "Rita Solano", "U2": "<b>Bold</b>"},
    channels={"C1": "deals"},
    zone=ZoneInfo("Europe/Madrid"),
    user_id="U1",
)
ALLOWED = re.compile(
    r"</?(?:strong|em|s|code|pre|ul|li|blockquote)>|<br>|</?span(?: class=\"[\w -]+\")?>"
    r"|<a href=\"(?:https?://|mailto:)[^\"<>]*\" target=\"_blank\" rel=\"noopener noreferrer\">|</a>"
)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*bold* and _italic_ and ~gone~", "<strong>bold</strong> and <em>italic</em> and <s>gone</s>"),
        ("*_both_*", "<strong><em>both</em></strong>"),
        ("`*as is*`", "<code>*as is*</code>"),
        ("a &amp; b &lt; c", "a &amp; b &lt; c"),
        ("two\nlines", "two<br>lines"),
        (
            "<@U1> in <#C1>",
            '<span class="mention mention-self">@Rita Solano</span> in <span class="mention">#deals</span>',
        ),
        ("<@U9|gone>", '<span class="mention">@gone</span>'),
        ("<!channel>", '<span class="mention">@channel</span>'),
        (":tada: :no_such_thing:", "🎉 :no_such_thing:"),
        ("<!date^1700000000^{date_short} {time}|then>", "14 Nov 2023 23:13"),
        ("<!date^soon^{date}|then>", "then"),
    ],
)
def test_markup_is_shown_as_slack_shows_it(text: str, html: str) -> None:
    assert to_html(text, READER) == f'<span class="text">{html}</span>'


@pytest.mark.parametrize("text", ["a_b_c", "2*3*4", "* not bold *", "~ no ~", "*one\ntwo*", "snake_case_name"])
def test_what_is_no_markup_stays_as_it_was_typed(text: str) -> None:
    assert to_html(text) == f'<span class="text">{text.replace(chr(10), "<br>")}</span>'


def test_quotes_and_lists_and_code_blocks_stand_apart() -> None:
    html = to_html("Intro\n&gt; said *she*\n> twice\n• one\n• two\n```if a < b:\n    *c*```\nend")
    assert "<blockquote>said <strong>she</strong><br>twice</blockquote>" in html
    assert "<ul><li>one</li><li>two</li></ul>" in html
    assert "<pre>if a &lt; b:\n    *c*</pre>" in html


def test_links_carry_their_label_and_open_apart() -> None:
    html = to_html("<https://a.example/x?a=1&amp;b=2|the *mail*>, <mailto:jo@a.example>, https://b.example/.")
    assert 'href="https://a.example/x?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">the *mail*</a>' in html
    assert 'href="mailto:jo@a.example"' in html
    assert ">https://b.example/</a>." in html


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//a.example",
        "https://",
        "http://[x",
    ],
)
def test_a_dangerous_address_is_never_a_link(url: str) -> None:
    assert safe_url(url) is None
    assert "<a" not in to_html(f"<{url}|press me>")


def test_an_address_of_the_workspace_itself_leads_to_this_page() -> None:
    reader = Reader(here=lambda url: "/as/U1/channel/C1" if "slack.com" in url else None)
    assert to_html("<https://northbeam.slack.com/archives/C1|there>", reader) == (
        '<span class="text"><a href="/as/U1/channel/C1">there</a></span>'
    )


HOSTILE = [
    "<script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    '<https://a.example/"onmouseover="alert(1)|x>',
    "<https://a.example|<img src=x onerror=alert(1)>>",
    "<@U2>",
    '<#C9|"><script>>',
    "*<b>*_<i>_`<u>`~<s onclick=x>~",
    "```</pre><script>```",
    "\x000\x00 <https://a.example|\x000\x00>",
    '<!date^1^{date}^javascript:alert(1)|"><script>>',
    "<!subteam^S1|<script>>",
    "`<https://a.example>` <https://a.example|`code`>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    for html in (to_html(text, READER), plain_to_html(text)):
        left = ALLOWED.sub("", html)
        assert "<" not in left, left
        assert ">" not in left, left


@given(st.text(alphabet=st.sampled_from(list("<>|&;*_~`@#!^{}\"'/:.\n\x00 0ahtps")), max_size=80))
def test_no_text_becomes_an_element(text: str) -> None:
    left = ALLOWED.sub("", to_html(text, READER))
    assert "<" not in left
    assert ">" not in left


@pytest.mark.parametrize(
    "piece", ["*a ", "_a ", "~", "`", "<", "<a|", "> ", "https://a", "* _ ~ ", "```", "• ", ":a", "*_~`<@"]
)
def test_long_hostile_text_is_read_quickly(piece: str) -> None:
    began = time.process_time()
    to_html(piece * (40_000 // len(piece)))
    assert time.process_time() - began < 2


def test_words_are_what_one_reads_aloud() -> None:
    assert to_words("*Acme* by <@U1>", READER) == "Acme by @Rita Solano"


def test_near_days_are_near_to_the_workspaces_time_wherever_that_was_moved() -> None:
    text = "<!date^1700000000^{date_short_pretty}|then>"
    noon = datetime(2023, 11, 14, 12, tzinfo=UTC)
    read = [str(to_html(text, Reader(now=noon + timedelta(days=days)))) for days in (-1, 0, 1, 40)]
    assert ["tomorrow" in read[0], "today" in read[1], "yesterday" in read[2]] == [True, True, True]
    assert "14 Nov 2023" in read[3]
