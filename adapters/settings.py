"""What a bureau sets from outside, read once: `HONGDUN_` variables of the environment."""

from __future__ import annotations

from datetime import time
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from platformdirs import user_data_path
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from schemas.errors import Rejected

APPLICATION = "hongdun"
BATCH_EVENTS_MAX = 5_000

OfficeHours = tuple[tuple[time, time], ...]


class SettingRefused(Rejected):
    """A setting has a value that cannot be meant."""


class Settings(BaseSettings):
    """Every setting, with the value that counts where the environment says nothing."""

    model_config = SettingsConfigDict(env_prefix="HONGDUN_", frozen=True, extra="ignore")

    database_url: str = ""
    workflows: Path | None = None
    lang: Literal["zh", "en"] = "zh"
    sealing_key_file: Path | None = None
    signing_key_file: Path | None = None
    zone: ZoneInfo = ZoneInfo("Asia/Shanghai")
    office_hours: Annotated[OfficeHours, NoDecode] = (
        (time(9), time(12)),
        (time(13, 30), time(17, 30)),
    )
    batch_events: int = Field(default=500, ge=1, le=BATCH_EVENTS_MAX)
    kafka_bootstrap: str = ""
    kafka_security: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    kafka_mechanism: Literal["", "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = ""
    kafka_user: str = ""
    kafka_password_file: Path | None = None
    kafka_ca_file: Path | None = None
    kafka_certificate_file: Path | None = None
    kafka_key_file: Path | None = None
    kafka_prefix: str = Field(default="hongdun.", pattern=r"^[A-Za-z0-9._-]{0,100}$")
    kafka_group: str = Field(default="hongdun", pattern=r"^[A-Za-z0-9._-]{1,200}$")
    kafka_instance: str = Field(default="", pattern=r"^[A-Za-z0-9._-]{0,200}$")
    kafka_session_seconds: int = Field(default=45, ge=6, le=1_800)
    health_port: int = Field(default=8912, ge=0, le=65_535)

    @field_validator("zone", mode="before")
    @classmethod
    def _read_zone(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("name a zone such as Asia/Shanghai") from error

    @field_validator("office_hours", mode="before")
    @classmethod
    def _read_hours(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return tuple(_stretch(part) for part in value.split(","))
        except ValueError as error:
            raise ValueError("write stretches such as 09:00-12:00,13:30-17:30") from error

    @property
    def url(self) -> str:
        """Give the database's SQLAlchemy URL; by default a file in the user's data folder."""
        return self.database_url or f"sqlite:///{self.default_database}"

    @property
    def default_database(self) -> Path:
        """Name the SQLite file that is used where no URL is set."""
        return data_folder() / "hongdun.sqlite"


def read_settings() -> Settings:
    """Read the environment, or refuse with the variable, its value and the remedy."""
    try:
        return Settings()
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        name = f"HONGDUN_{fault['loc'][0]}".upper() if fault["loc"] else "HONGDUN_*"
        remedy = str(fault["msg"]).removeprefix("Value error, ")
        raise SettingRefused(f"{name} is {str(fault['input'])[:80]!r}: {remedy}") from error


def data_folder() -> Path:
    """Name the user's data folder."""
    return user_data_path(APPLICATION, appauthor=False)


def _stretch(text: str) -> tuple[time, time]:
    start, _, end = text.strip().partition("-")
    return time.fromisoformat(start), time.fromisoformat(end)
