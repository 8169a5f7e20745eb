"""The district's own time: China keeps one, all year."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

DISTRICT_TIME = ZoneInfo("Asia/Shanghai")


def today() -> date:
    """The day that it is in the district, whatever clock the machine runs on."""
    return datetime.now(DISTRICT_TIME).date()
