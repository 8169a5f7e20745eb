"""Options of the command line as a file's shape: pairs taken apart, words looked up."""

from collections.abc import Iterable
from dataclasses import replace

from backend.importing.errors import CannotImport
from backend.importing.fields import Field, Kind, Value
from backend.importing.kinds import kind_named
from backend.importing.request import FileShape


def read_shape(
    kind_name: str,
    *,
    columns: Iterable[str],
    constants: Iterable[str],
    grades: Iterable[str],
    words: Iterable[str],
    accuracy_m: float | None,
    plain: FileShape,
) -> FileShape:
    """Make a file's shape of what was said on the command line.

    Parameters
    ----------
    columns, constants : `field=…`.
    grades : `value=1..4` or `value=null`.
    words : `field:value=our word`.
    plain : the shape's other fields.

    Raises
    ------
    CannotImport
        Naming the option that cannot be understood.
    """
    kind = kind_named(kind_name)
    given = dict(_pair("--set", text) for text in constants)
    if accuracy_m is not None:
        given["accuracy_m"] = str(accuracy_m)
    return replace(
        plain,
        columns=dict(_pair("--map", text) for text in columns),
        constants=given,
        words=_meanings(kind, [*(f"grade:{text}" for text in grades), *words]),
    )


def _pair(option: str, text: str) -> tuple[str, str]:
    """Take `name=value` apart at the first sign."""
    name, sign, value = text.partition("=")
    if not (name.strip() and sign and value.strip()):
        raise CannotImport(f"{option} {text}：请写成 {option} 字段=值")
    return name.strip(), value.strip()


def _meanings(kind: Kind, texts: Iterable[str]) -> dict[str, dict[str, Value]]:
    meanings: dict[str, dict[str, Value]] = {}
    for text in texts:
        field, word, meaning = _meaning(kind, text)
        meanings.setdefault(field.name, {})[word] = meaning
    return meanings


def _meaning(kind: Kind, text: str) -> tuple[Field, str, Value]:
    """Take `field:word=meaning` apart; a word may hold the sign itself, as in `kind:amenity=school=school`.

    >>> from backend.importing.kinds import RECEPTORS
    >>> _meaning(RECEPTORS, "kind:amenity=school=学校")[1:]
    ('amenity=school', 'school')
    """
    name, _, rest = text.partition(":")
    word, sign, meaning = rest.rpartition("=")
    field = kind.field(name.strip())
    if field is None or field.words is None or not sign or not word.strip():
        able = "、".join(each.name for each in kind.fields if each.words is not None)
        raise CannotImport(f"「{text}」：请写成 字段:文件中的词=我们的词；{kind.label}可用的字段：{able}")
    if meaning.strip().casefold() not in field.words:
        known = "、".join(sorted({str(value) for value in field.words.values()}))
        raise CannotImport(f"「{text}」：{field.label}没有「{meaning}」；有：{known}")
    return field, word.strip(), field.words[meaning.strip().casefold()]
