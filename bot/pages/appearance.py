"""How our pages look: one style sheet in the company's colour, readable on it, and the hash that lets it in."""

from __future__ import annotations

import base64
import hashlib
import re

READABLE = 4.5
"""The least contrast of text, by WCAG 2.2 (success criterion 1.4.3)."""

_STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1b; --paper: #ffffff; --line: #767676; --wrong: #a3000b; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #f0f0f0; --paper: #191919; --line: #9a9a9a; --wrong: #ff9c9c; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.55 system-ui, sans-serif; }
header { background: %(colour)s; color: %(on_colour)s; font-weight: 600; }
header p, main { max-width: 40rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; }
h2 { font-size: 1.125rem; margin-bottom: .25rem; }
ul { padding-left: 1.25rem; }
fieldset { border: 1px solid var(--line); border-radius: .5rem; margin: 1rem 0; padding: .5rem 1rem 1rem; }
legend { font-weight: 600; padding: 0 .25rem; }
.choice { display: flex; gap: .75rem; align-items: flex-start; padding: .625rem 0; }
.choice input { width: 1.5rem; height: 1.5rem; margin: 0; flex: none; accent-color: %(colour)s; }
.field { margin: 1rem 0; }
.field label { display: block; font-weight: 600; }
.hint { margin: 0 0 .25rem; font-weight: 400; }
.field input, textarea {
  width: 100%%; padding: .625rem; font: inherit; color: inherit; background: var(--paper);
  border: 1px solid var(--line); border-radius: .375rem;
}
button {
  min-height: 3rem; padding: .75rem 1.5rem; font: inherit; font-weight: 600; cursor: pointer;
  color: %(on_colour)s; background: %(colour)s; border: 2px solid var(--ink); border-radius: .375rem;
}
:focus-visible { outline: 3px solid var(--ink); outline-offset: 3px; }
a { color: inherit; }
.wrong { color: var(--wrong); margin: .25rem 0; font-weight: 600; }
.summary { border: 2px solid var(--wrong); border-radius: .5rem; padding: .5rem 1rem; }
.small { font-size: .9375rem; }
@media print { button, .unprinted { display: none; } header { color: #000; background: none; } }
"""


def style(colour: str) -> str:
    """The style sheet. `colour` is #rrggbb; raises ValueError for anything else, which could end the style element."""
    if not re.fullmatch(r"#[0-9a-f]{6}", colour):
        raise ValueError(f"not a colour: {colour!r}")
    return _STYLE % {"colour": colour, "on_colour": text_on(colour)}


def text_on(colour: str) -> str:
    """White, or black where white could not be read on this colour."""
    return "#ffffff" if contrast("#ffffff", colour) >= READABLE else "#000000"


def contrast(one: str, other: str) -> float:
    """How well two colours tell apart, 1 to 21: the contrast ratio of WCAG 2.2."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def policy(sheet: str) -> str:
    """The Content-Security-Policy: this one style sheet, forms to ourselves, and nothing else from anywhere."""
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )


def _luminance(colour: str) -> float:
    """Relative luminance by WCAG 2.2, 0 for black to 1 for white."""
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
