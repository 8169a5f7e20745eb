"""What people and files call the encoding of a text, and the few of Python's codecs that we let them choose."""

from __future__ import annotations

import codecs
import re

from geodata.errors import UnreadableEncoding

_CODE_PAGES = {"936": "gb18030", "54936": "gb18030", "65001": "utf-8", "950": "big5", "88591": "iso-8859-1"}
_CHINESE_SUBSETS = ("gbk", "gb2312", "gb18030")
# Python also knows codecs that are no encodings (rot13, zip) or that fail on purpose (undefined).
_TEXT = re.compile(
    r"ascii|utf-(8|8-sig|16|16-le|16-be)|gb18030|gbk|gb2312|big5|big5hkscs|cp950|shift_jis|cp932|euc_jp|euc_kr|cp949"
    r"|iso8859-\d+|cp125\d|cp437|cp850|cp866|koi8-[ru]"
)


def python_encoding(name: str) -> str:
    """Translate what a .cpg or a person calls an encoding to Python's name for it.

    Raises
    ------
    UnreadableEncoding
        If it is the name of no encoding of texts.

    Examples
    --------
    >>> python_encoding("ANSI 936"), python_encoding("UTF8"), python_encoding("GB2312")
    ('gb18030', 'utf-8', 'gb18030')
    """
    plain = re.sub(r"^(ansi|oem|ldid/|ms|windows)[ \-]?", "", name.strip().casefold())
    try:
        encoding = codecs.lookup(_CODE_PAGES.get(plain, plain)).name
    except (LookupError, ValueError) as error:
        raise UnreadableEncoding(f"不认识的编码「{name[:40]}」") from error
    if _TEXT.fullmatch(encoding) is None:
        raise UnreadableEncoding(f"不认识的编码「{name[:40]}」")
    # GB18030 holds GBK and GB2312 whole, and the rare characters of names that they lack.
    return "gb18030" if encoding in _CHINESE_SUBSETS else encoding
