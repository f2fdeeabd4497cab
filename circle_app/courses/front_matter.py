"""The YAML at the head of a page and in a course's settings: only flat words and numbers are taken from it."""

from __future__ import annotations

from collections.abc import Mapping

import yaml

from circle_app.errors import RuleBroken

YAML_CHARS_MAX = 16 * 1024
WORD_CHARS_MAX = 1_000


def split_page(text: str) -> tuple[str, str]:
    """(front matter without its fences, body): joined with the fences they are the page again, verbatim.

    A page without front matter, or with one that never ends, is all body.
    """
    lines = text.splitlines(keepends=True)
    if not lines or lines[0].rstrip() != "---":
        return "", text
    end = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() in ("---", "...")), None)
    if end is None:
        return "", text
    return "".join(lines[1:end]), "".join(lines[end + 1 :])


def read_yaml(text: str, name: str) -> Mapping[str, object]:
    """The settings in `text`, or an empty mapping; RuleBroken with the file's name when it is too long or no YAML."""
    if len(text) > YAML_CHARS_MAX:
        raise RuleBroken(f"The settings of “{name}” are too long.", "Shorten them.", code="course")
    try:
        # Aliases and merge keys can grow a few lines into gigabytes; no course needs them.
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.SafeLoader)):
            raise yaml.YAMLError("alias")
        loaded = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        # A date like 2019-99-99 is a ValueError, a thousand brackets a RecursionError.
        raise RuleBroken(
            f"The settings at the top of “{name}” cannot be read.", "Check the lines between ---.", code="course"
        ) from error
    return {str(k): v for k, v in loaded.items()} if isinstance(loaded, dict) else {}


def word(settings: Mapping[str, object], *names: str) -> str:
    """The first of these settings that is a word or a number, on one line; else ""."""
    return next((flat for name in names if (flat := _flat(settings.get(name)))), "")


def words(settings: Mapping[str, object], name: str) -> list[str]:
    """The words in the flat list of this setting; else empty."""
    value = settings.get(name)
    return [flat for v in value if (flat := _flat(v))] if isinstance(value, list) else []


def _flat(value: object) -> str:
    match value:
        case bool():
            return ""
        case int() if value.bit_length() > 64:
            return ""
        case str() | int() | float():
            return " ".join(str(value).split())[:WORD_CHARS_MAX]
        case _:
            return ""
