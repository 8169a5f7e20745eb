"""The README's table of settings, made from the fields of `Settings`; `python -m tests.settings_table` renews it."""

import re
from pathlib import Path

from pydantic.fields import FieldInfo

from backend.settings import Settings

README = Path(__file__).parent.parent / "README.md"
BETWEEN_MARKS = re.compile(r"(?<=<!-- settings -->\n).*?(?=<!-- /settings -->)", re.DOTALL)
HEAD = "| Variable | Default | Meaning |\n| --- | --- | --- |\n"


def settings_table() -> str:
    """Markdown, one row per environment variable."""
    return HEAD + "".join(row(name, field) for name, field in Settings.model_fields.items())


def row(name: str, field: FieldInfo) -> str:
    """One variable: its name, its default where it is the same on every machine, its meaning."""
    default = "" if field.default_factory or field.default is None else f"`{field.default}`"
    return f"| `RISKMAP_{name.upper()}` | {default} | {field.description} |\n"


if __name__ == "__main__":
    README.write_text(BETWEEN_MARKS.sub(lambda _: settings_table(), README.read_text()))
