"""Keeps other web sites away from the page: it listens on loopback, where any site in the same browser can reach it.

The Host header must name loopback (against DNS rebinding), a POST must come from the page itself, and nothing may be
framed or loaded from elsewhere.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Request, Response

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def refusal(request: Request) -> str | None:
    """Why this request is not answered, as a sentence; None when it may pass."""
    if urlsplit(f"//{request.host}").hostname not in LOOPBACK:
        return "The local workspace answers only at 127.0.0.1 or localhost."
    if request.method in ("GET", "HEAD"):
        embedded = request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate"
        foreign = request.headers.get("Sec-Fetch-Site") == "cross-site"
        return "Other sites may not load this page." if embedded and foreign else None
    if not _from_this_page(request):
        return "This was not sent by the local workspace's own page."
    return None


def _from_this_page(request: Request) -> bool:
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return False
    source = request.headers.get("Origin") or request.headers.get("Referer") or ""
    parts = urlsplit(source)
    return (parts.scheme, parts.netloc) == (request.scheme, request.host)


def protect(response: Response) -> Response:
    """Add the headers that a browser obeys; what a route has set itself stays."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
