"""Settings from the environment and `.env`. docs/configuration.md lists them; a test compares the two."""

import re
from datetime import time
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def known_zone(name: str) -> str:
    """Return the name if it is a time zone. Raises ValueError if not."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError("not a time zone; write for example Asia/Tokyo") from None
    return name


def _weekly_time(text: str) -> str:
    if text != "never" and not re.fullmatch(rf"(?:{'|'.join(_DAYS)}) (?:[01]\d|2[0-3]):[0-5]\d", text):
        raise ValueError("write for example `mon 09:00`, or `never`")
    return text


_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Names = Annotated[tuple[str, ...], NoDecode]
Weights = Annotated[tuple[tuple[str, float], ...], NoDecode]


class Settings(BaseSettings):
    """All settings, frozen. Secrets never appear in `repr`, logs or errors."""

    model_config = SettingsConfigDict(
        env_prefix="KAWARABAN_",
        populate_by_name=True,  # also for those below that have a variable of another name
        env_file=".env",
        extra="ignore",  # a .env may contain keys of other programs
        env_ignore_empty=True,
        frozen=True,
        hide_input_in_errors=True,
    )

    slack_bot_token: str = Field(
        default="",
        validation_alias="SLACK_BOT_TOKEN",
        repr=False,
        description="Bot token (`xoxb-…`) of the installed app.",
    )
    slack_app_token: str = Field(
        default="",
        validation_alias="SLACK_APP_TOKEN",
        repr=False,
        description="App-level token (`xapp-…`); Socket Mode needs it.",
    )
    slack_signing_secret: str = Field(
        default="",
        validation_alias="SLACK_SIGNING_SECRET",
        repr=False,
        description="Signing secret; HTTP mode needs it.",
    )
    slack_api_url: str = Field(
        default="https://slack.com/api/",
        validation_alias="SLACK_API_URL",
        description="Base URL of another Slack, for tests and demos.",
    )
    database_url: str = Field(
        default="",
        validation_alias="DATABASE_URL",
        repr=False,
        description="Default: SQLite in the data folder. `postgresql://…` works.",
    )
    data: Path = Field(default=Path("data"), description="The data folder, which contains the database.")
    timezone: Annotated[str, AfterValidator(known_zone)] = Field(
        default="Asia/Tokyo", description="The newsroom's time zone: for times shown and for dates without an offset."
    )
    digest_channel: str = Field(default="", description="Channel id of the daily digest; empty: no digest.")
    digest_at: time = Field(default=time(8, 0), description="Time of the daily digest, in that time zone.")
    digest_limit: int = Field(default=10, ge=1, le=20, description="Maximum number of entries in one digest.")
    digest_ai_only: bool = Field(default=True, description="Whether the digest contains only AI articles.")
    digest_catch_up_hours: int = Field(
        default=12, ge=0, description="A digest missed while everything was down is sent at most this many hours late."
    )
    weekly_at: Annotated[str, AfterValidator(_weekly_time)] = Field(
        default="mon 09:00",
        description="When the weekly report goes to the digest's channel: `mon 09:00`; `never` to turn it off.",
    )
    digest_weights: Weights = Field(
        default=(),
        description="Weights of sources in the ranking of digests, by name, comma-separated: `霧島新報=1.5,官報=0.5`.",
    )
    flag_emoji: Names = Field(
        default=("triangular_flag_on_post",), description="Emoji names, comma-separated, that flag a post for review."
    )
    take_emoji: Names = Field(default=("eyes",), description="Emoji names, comma-separated, that take a review.")
    resolve_emoji: Names = Field(
        default=("white_check_mark",), description="Emoji names, comma-separated, that resolve a review as fixed."
    )
    checks_open_reviews: bool = Field(
        default=True, description="Whether a new blocking finding opens a review of its post."
    )
    review_channel: str = Field(
        default="", description="Channel id for reviews: their cards are posted there, and its members decide."
    )
    admin_channel: str = Field(
        default="",
        description="Channel id for failure notifications to administrators; empty: only the log.",
    )
    reminder_at: time = Field(
        default=time(9, 0),
        description="Time of the review reminders and the handover, on working days, in that time zone.",
    )
    admins: Names = Field(
        default=(), description="User ids, comma-separated, of admins in addition to the workspace's own."
    )
    watched_channels: Names = Field(
        default=(),
        description="Channel ids, comma-separated, from which shared posts are imported; empty: all the bot is in.",
    )
    unfurl_domains: Names = Field(
        default=(),
        description="Domains, comma-separated, whose links show a summary; print the manifest again after a change.",
    )
    pollers: int = Field(default=8, ge=1, description="Number of sources that one process polls in parallel.")
    hook_secret: str = Field(
        default="",
        repr=False,
        description="Secret that signs calls of `POST /hooks/{source}`; empty: all calls are refused.",
    )
    private_hosts: Names = Field(
        default=(),
        description="Hosts, comma-separated, that may be fetched despite a private address (your own CMS).",
    )
    rules: str = Field(default="", description="YAML file of house rules, for intake and `check`; see docs/checks.md.")
    threads: int = Field(default=24, ge=2, description="Number of threads for slow answers in one process.")

    @field_validator(
        "flag_emoji",
        "take_emoji",
        "resolve_emoji",
        "watched_channels",
        "unfurl_domains",
        "private_hosts",
        "admins",
        mode="before",
    )
    @classmethod
    def _comma_separated(cls, value: Any) -> Any:
        return tuple(v.strip().strip(":") for v in value.split(",") if v.strip()) if isinstance(value, str) else value

    @field_validator("digest_weights", mode="before")
    @classmethod
    def _weights(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        pairs = [part.rpartition("=") for part in value.split(",") if part.strip()]
        if not all(name.strip() and re.fullmatch(r"\d+(\.\d+)?", weight.strip()) for name, _, weight in pairs):
            raise ValueError("write each as name=weight, for example 霧島新報=1.5")
        return tuple((name.strip(), float(weight)) for name, _, weight in pairs)

    @property
    def weekly(self) -> tuple[int, time] | None:
        """The weekday (Monday is 0) and time of the weekly report; None for never."""
        day, _, at = self.weekly_at.partition(" ")
        return (_DAYS.index(day), time.fromisoformat(at)) if at else None

    @property
    def zone(self) -> ZoneInfo:
        """The newsroom's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def database(self) -> str:
        """The SQLAlchemy URL of the database, with the driver named."""
        url = self.database_url or f"sqlite:///{(self.data / 'kawaraban.db').absolute()}"
        for scheme in ("postgres://", "postgresql://"):  # hosting services use the first
            if url.startswith(scheme):
                return "postgresql+psycopg://" + url[len(scheme) :]
        return url


def variable(field: str) -> str:
    """Return the environment variable of a field of Settings."""
    known = Settings.model_fields.get(field)
    alias = known.validation_alias if known else None
    return alias if isinstance(alias, str) else f"KAWARABAN_{field}".upper()
