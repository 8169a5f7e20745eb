"""Reading the product's own vocabulary files, so that a mistake in one is told by its file and field."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any


class BrokenFile(Exception):
    """A file of the product's own vocabulary cannot be used: which file, which field, why."""

    def __init__(self, path: Path, field: str, reason: str) -> None:
        super().__init__(f"{path.name}：{field}：{reason}")
        self.path, self.field, self.reason = path, field, reason


@dataclass
class Reader:
    """An object of a JSON file that knows its place in it; each field is asked for once, none is left unread."""

    path: Path
    place: str
    said: dict[str, Any]

    @classmethod
    def of(cls, path: Path) -> "Reader":
        """Open a file; numbers are kept as they are written."""
        try:
            said = json.loads(path.read_text("utf-8"), parse_float=Decimal)
        except ValueError as error:
            raise BrokenFile(path, "文件", f"不是 JSON：{error}") from error
        if not isinstance(said, dict):
            raise BrokenFile(path, "文件", "应为一个对象")
        return cls(path, "", said)

    def take(self, field: str, *kinds: type) -> Any:  # noqa: ANN401 - one of the kinds
        """The value of a field, which must be there and of one of the kinds."""
        value = self.said.pop(field, None)
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            reason = "缺少这个字段" if value is None else "类型不对"
            raise BrokenFile(self.path, self.place + field, reason)
        return value

    def text(self, field: str) -> str:
        """A text that is not empty."""
        value: str = self.take(field, str)
        if not value.strip():
            raise BrokenFile(self.path, self.place + field, "不能为空")
        return value

    def flag(self, field: str) -> bool:
        """True or false."""
        return bool(self.take(field, bool))

    def whole(self, field: str) -> int:
        """A whole number."""
        return int(self.take(field, int))

    def decimal(self, field: str) -> Decimal:
        """A number, exactly as it is written."""
        return Decimal(self.take(field, int, Decimal))

    def parts(self, field: str) -> "Iterator[Reader]":
        """The objects of a list; each is finished when the next is asked for."""
        said: Sequence[object] = self.take(field, list)
        for index, part in enumerate(said):
            place = f"{self.place}{field}[{index}]"
            if not isinstance(part, dict):
                raise BrokenFile(self.path, place, "应为一个对象")
            reader = Reader(self.path, f"{place}.", part)
            yield reader
            reader.finish()

    def finish(self) -> None:
        """Refuse what nobody asked for: a misspelt field is no field."""
        for field in self.said:
            raise BrokenFile(self.path, self.place + field, "没有这个字段")
