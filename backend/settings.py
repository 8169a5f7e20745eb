"""Every setting of the service, read once from the environment (prefix RISKMAP_)."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, HttpUrl, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from backend.obstacle import Obstacle


def web_address(text: str) -> str:
    """An address that paths can be put behind.

    >>> web_address("https://map.bureau.lan:8443"), web_address("http://[::1]/")
    ('https://map.bureau.lan:8443/', 'http://[::1]/')
    """
    fault = "应为 http:// 或 https:// 加主机名和端口，后面没有路径，如 https://map.bureau.lan:8443/"
    try:
        url = HttpUrl(text)
    except ValidationError as error:
        raise ValueError(fault) from error
    if url != HttpUrl.build(scheme=url.scheme, host=url.host or "", port=url.port):
        raise ValueError(fault)
    return str(url)


class Settings(BaseSettings):
    """The README's table of settings is generated from these fields; a test keeps both equal."""

    model_config = SettingsConfigDict(env_prefix="RISKMAP_", extra="ignore")

    database_url: str | None = Field(
        default=None, description="Existing PostGIS (≥ 3.3) server; unset: private cluster in the data folder"
    )
    data_dir: Path = Field(
        default_factory=lambda: default_data_dir(),
        description="Cluster, logs and files; `/var/lib/riskmap` for root, else the XDG data folder",
    )
    district: str = Field(default="410411", description="Code (GB/T 2260) of the district on the map")
    host: str = Field(default="127.0.0.1", description="Address that the service listens on")
    allowed_hosts: list[str] = Field(
        default=[],
        description="Names under which the service is reached besides `localhost` and the machine's own (JSON list)",
    )
    public_address: Annotated[str, AfterValidator(web_address)] | None = Field(
        default=None,
        description="Where people reach the service, such as `https://map.bureau.lan:8443/`: printed links lead there",
    )
    port: int = Field(default=8000, ge=1, le=65535, description="Port that the service listens on")
    owner_database_url: str | None = Field(
        default=None,
        description="The same server as `RISKMAP_DATABASE_URL`, as the owner of the tables; unset: one role is both",
    )
    tls_cert: Path | None = Field(
        default=None, description="Certificate (PEM, with its chain) to serve HTTPS with"
    )
    tls_key: Path | None = Field(default=None, description="Private key (PEM) of `RISKMAP_TLS_CERT`")
    trusted_proxies: list[str] = Field(
        default=[], description="Addresses of proxies whose `X-Forwarded-*` headers are believed (JSON list)"
    )
    insecure_http: bool = Field(
        default=False,
        description="Let people sign in over plain HTTP from other machines: passwords travel in the clear",
    )
    alarm_distance_m: float = Field(
        default=500.0,
        gt=0,
        le=1_000,
        description="A red or orange zone nearer to a school, hospital or home than this raises an alarm (screening)",
    )
    public_view: bool = Field(
        default=False, description="Let anybody see areas, corridors and receptors without signing in"
    )
    password_policy: Literal["dengbao", "asvs"] = Field(
        default="dengbao",
        description="`dengbao`: 12 characters of 3 classes, changed every 90 days; `asvs`: 12 characters, no expiry",
    )
    idle_minutes: int = Field(
        default=30, ge=1, le=240, description="A session ends when nothing was asked for so long"
    )
    session_hours: int = Field(
        default=12, ge=1, le=24, description="A session ends at the latest after so long"
    )
    lock_minutes: int = Field(
        default=30, ge=1, le=1440, description="How long five failed sign-ins lock an account"
    )

    @property
    def address(self) -> str:
        """What to type into a browser on this machine.

        >>> Settings(host="0.0.0.0", port=8000).address, Settings(host="::1", port=80).address
        ('http://127.0.0.1:8000/', 'http://[::1]:80/')
        """
        return self.address_at({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host))  # noqa: S104

    @property
    def link_address(self) -> str:
        """Where a link for somebody else leads; by this machine's name where nobody has said how it is reached.

        >>> Settings(host="192.168.0.7").link_address, Settings(public_address="https://map.lan").link_address
        ('http://192.168.0.7:8000/', 'https://map.lan/')
        """
        listens_everywhere = self.host in ("0.0.0.0", "::")  # noqa: S104
        host = socket.gethostname() if listens_everywhere else self.host
        return self.public_address or self.address_at(host)

    def address_at(self, host: str) -> str:
        """The service's address under one of the names that its machine has."""
        named = f"[{host}]" if ":" in host else host
        return f"{'https' if self.tls_cert else 'http'}://{named}:{self.port}/"


def default_data_dir() -> Path:
    """Where a service keeps its data: the system's place for root, the user's own otherwise."""
    if os.geteuid() == 0:
        return Path("/var/lib/riskmap")
    return Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share")) / "riskmap"


def read_settings(
    *,
    host: str | None = None,
    port: int | None = None,
    data_dir: Path | None = None,
    tls_cert: Path | None = None,
    tls_key: Path | None = None,
) -> Settings:
    """Read the environment; options that were given (not None) on the command line win.

    Raises
    ------
    Obstacle
        Naming each variable that cannot be read.
    """
    options: dict[str, Any] = {
        "host": host, "port": port, "data_dir": data_dir, "tls_cert": tls_cert, "tls_key": tls_key
    }  # fmt: skip
    try:
        return Settings(**{name: value for name, value in options.items() if value is not None})
    except (ValidationError, SettingsError) as error:
        raise Obstacle(f"设置有误：{'；'.join(faults(error))}") from error


def faults(error: ValidationError | SettingsError) -> Iterator[str]:
    """Each variable that is wrong, and why."""
    if isinstance(error, ValidationError):
        for fault in error.errors():
            yield f"RISKMAP_{str(fault['loc'][0]).upper()}：{fault['msg'].removeprefix('Value error, ')}"
    else:
        yield str(error)
