"""The import rule: arrows point down, the domain is pure, nothing happens at import, one file reads the environment."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Which parts of the bot each part may import. A part is a package or a module right below `bot`.
DOMAIN = {"domain"}
MAY_IMPORT: dict[str, set[str]] = {
    "domain": set(),
    "definitions": DOMAIN,
    "store": DOMAIN,
    "drawing": DOMAIN,
    "services": {"store", "definitions", "proofs"} | DOMAIN,
    "slack": {"services", "inbound", "drawing"} | DOMAIN,
    "proofs": DOMAIN,
    "inbound": set(),
    "health": set(),
    "metrics": set(),
    "logs": set(),
    "clock": set(),
    "lifecycle": set(),
    "setting_checks": DOMAIN,
    "settings": {"setting_checks"} | DOMAIN,
    "server": {"inbound", "lifecycle"},
    "pages": {"services"} | DOMAIN,
    "web": {"inbound", "health", "metrics", "services"} | DOMAIN,
    "sender": {"services"} | DOMAIN,
    "worker": {"sender", "services"} | DOMAIN,
    "ticking": {"clock", "sender", "services", "setting_checks", "settings", "slack", "wiring"} | DOMAIN,
    "manifest": set(),
    "process_cli": {"definitions", "drawing", "services"} | DOMAIN,
    "inspect_cli": {"definitions"} | DOMAIN,
    "work_cli": {"services"} | DOMAIN,
    "command_errors": {"lifecycle", "logs", "settings"} | DOMAIN,
    "doctor": {"definitions", "manifest", "settings", "services"} | DOMAIN,
    "demo": {"lifecycle", "logs", "manifest", "settings", "wiring"},
    "__main__": {
        "command_errors",
        "definitions",
        "demo",
        "doctor",
        "inspect_cli",
        "lifecycle",
        "logs",
        "manifest",
        "process_cli",
    }
    | {"settings", "ticking", "wiring"}
    | DOMAIN,
}

ANY = {"wiring": "the composition root, the only file that knows every layer"}

# What may be imported against the rule, and why.
EXCEPTIONS: dict[tuple[str, str], str] = {
    ("doctor", "bot.store.database"): "looks at the database where nothing else would start",
    ("doctor", "bot.store.migrate"): "the same",
    ("doctor", "bot.store.workspaces"): "the same",
    ("__main__", "bot.store.database"): "asks for SQLite's version, to warn before a database is opened",
    ("sender", "bot.store.database"): "hands the database through to the services, and never asks it anything",
    ("worker", "bot.store.database"): "the same",
    ("work_cli", "bot.store.database"): "the same",
    ("manifest", "bot.slack.ids"): "every string shared with Slack stands there",
}

# Libraries that a part may not know.
SLACK = {"slack_bolt", "slack_sdk"}
HTTP = {"flask", "werkzeug", "waitress"}
SQL = {"sqlalchemy", "alembic", "psycopg"}
FOREIGN: dict[str, set[str]] = {
    "definitions": SLACK | HTTP | SQL,
    "drawing": SLACK | HTTP | SQL,
    "proofs": SLACK | HTTP | SQL,
    "store": SLACK | HTTP,
    "services": SLACK | HTTP,
    "slack": HTTP | SQL,
    "pages": SLACK | SQL,
    "web": SQL,
    "manifest": SLACK | HTTP | SQL,
}


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def part_of(path: Path) -> str:
    inside = path.relative_to(ROOT / "bot").parts
    return inside[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Every imported module by its full name, wherever the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide where an arrow points"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                is_module = (ROOT / inner.replace(".", "/")).is_dir() or (
                    ROOT / f"{inner.replace('.', '/')}.py"
                ).exists()
                yield inner if is_module else str(node.module)


def in_bot() -> list[Path]:
    return [path for path in modules("bot") if path != ROOT / "bot" / "__init__.py"]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", in_bot(), ids=name_of)
def test_arrows_point_down(path: Path) -> None:
    part = part_of(path)
    if part in ANY:
        return
    assert part in MAY_IMPORT, f"say in this test what {part} may import"
    for name in imports(path):
        root, _, rest = name.partition(".")
        if root == "bot" and rest:
            target = rest.partition(".")[0]
            allowed = target == part or target in MAY_IMPORT[part] or (part, name) in EXCEPTIONS
            assert allowed, f"{name_of(path)} imports {name}"
        assert root not in FOREIGN.get(part, ()), f"{name_of(path)} imports {name}"


@pytest.mark.parametrize("path", modules("bot/domain"), ids=name_of)
def test_the_domain_knows_the_standard_library_and_itself(path: Path) -> None:
    for name in imports(path):
        root = name.partition(".")[0]
        assert root in sys.stdlib_module_names or name.startswith("bot.domain"), f"{name_of(path)} imports {name}"


def test_every_exception_to_the_rule_is_in_use() -> None:
    used = {(part_of(path), name) for path in in_bot() for name in imports(path)}
    assert set(EXCEPTIONS) <= used


def test_the_bot_and_the_local_workspace_do_not_know_each_other() -> None:
    for package, other in (("bot", "sandbox"), ("sandbox", "bot")):
        knowing = [
            name_of(path) for path in modules(package) if other in {name.partition(".")[0] for name in imports(path)}
        ]
        assert knowing == []


def test_one_file_reads_the_environment() -> None:
    reading = [
        name_of(path)
        for path in modules("bot")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Attribute) and node.attr in ("environ", "environb", "getenv"))
        or (isinstance(node, ast.ImportFrom) and node.module == "os")
    ]
    assert set(reading) == {"bot/settings.py"}


def test_no_module_is_named_after_a_pattern() -> None:
    for path in [*modules("bot"), *modules("sandbox")]:
        assert path.stem not in {"utils", "util", "helpers", "helper", "manager", "handler", "base", "common", "misc"}


@pytest.mark.parametrize("path", [*modules("bot"), *modules("sandbox")], ids=name_of)
def test_a_module_opens_with_what_lives_there_and_stays_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if path.parent.name == "versions":
        return
    assert ast.get_docstring(ast.parse(text)), f"{name_of(path)} does not say what lives there"
    assert len(text.splitlines()) <= 350, f"{name_of(path)} is too long"


IMPORT_ALL = """
import importlib, os, sys, threading

seen = []
ROOT = sys.argv[1]
NEVER = ("socket.connect", "socket.bind", "subprocess.Popen", "os.mkdir", "os.rename", "sqlite3.connect")

def watch(event, args):
    if event in NEVER:
        seen.append((event, str(args)))
    elif event == "open" and isinstance(args[0], str):
        writes = isinstance(args[1], str) and set(args[1]) & set("wax+")
        ours = os.path.exists(args[0]) and os.path.abspath(args[0]).startswith(ROOT + "/") and "/.venv/" not in args[0]
        if writes or (ours and not args[0].endswith((".py", ".pyc"))):
            seen.append((event, args[0]))

sys.addaudithook(watch)
for name in sys.argv[2:]:
    importlib.import_module(name)
seen.extend(("thread", thread.name) for thread in threading.enumerate() if thread is not threading.main_thread())
print(*seen, sep="\\n", end="")
"""


def test_importing_every_module_opens_nothing_and_starts_nothing() -> None:
    names = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in [*modules("bot"), *modules("sandbox")]
        if path.name != "env.py"  # alembic's own: it is not imported but run
    ]
    told = subprocess.run(
        [sys.executable, "-B", "-c", IMPORT_ALL, str(ROOT), *names],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    assert told.stdout == ""
