"""Process definitions: the YAML files in process_definitions/, read, checked and turned into the domain's processes."""

from bot.definitions.beside import CheckedBeside, check_beside, check_one_beside
from bot.definitions.content import from_json, to_json
from bot.definitions.fields import nearest
from bot.definitions.loading import (
    Checked,
    check_file,
    check_folder,
    load_process,
    load_processes,
)
from bot.definitions.methodologies import load_methodologies
from bot.definitions.sets import CheckedSet, shipped_directory
from bot.definitions.shape import json_schema

__all__ = [
    "Checked",
    "CheckedBeside",
    "CheckedSet",
    "check_beside",
    "check_file",
    "check_folder",
    "check_one_beside",
    "from_json",
    "json_schema",
    "load_methodologies",
    "load_process",
    "load_processes",
    "nearest",
    "shipped_directory",
    "to_json",
]
