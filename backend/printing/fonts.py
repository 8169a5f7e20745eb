"""The Chinese font that printed sheets are set in: Noto Sans CJK, as the distribution installs it (SIL OFL 1.1)."""

from pathlib import Path

from backend.errors import DomainError

FAMILY = "Noto Sans CJK SC"
FONTS = Path("/usr/share/fonts")
REGULAR, BOLD = "NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc"


class MissingFont(DomainError):
    """The machine cannot set Chinese text; a sheet with empty boxes helps nobody."""

    status = 501
    code = "missing_font"


def font_files(folder: Path | None = None) -> list[Path]:
    """The files of the font, regular and bold.

    Parameters
    ----------
    folder : where fonts are installed; by default the system's.

    Raises
    ------
    MissingFont
        With the package that brings it.
    """
    there = folder or FONTS
    found = [next(iter(sorted(there.rglob(name))), None) for name in (REGULAR, BOLD)]
    if None in found:
        raise MissingFont(
            "服务器上没有中文字体 Noto Sans CJK，不能生成报告（PDF 和 Word 中的地图要用它）。"
            "请管理员安装软件包 fonts-noto-cjk（apt-get install fonts-noto-cjk）后重试。"
        )
    return [path for path in found if path is not None]
