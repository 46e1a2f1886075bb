"""What the operator sets, in the environment and .env."""

from datetime import time
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings import Settings


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_nothing_set_means_the_defaults(folder: Path) -> None:
    chosen = Settings()
    assert (chosen.database, chosen.digest_at, chosen.flag_emoji, chosen.zone.key) == (
        f"sqlite:///{folder / 'data' / 'kawaraban.db'}", time(8), ("triangular_flag_on_post",), "Asia/Tokyo",
    )  # fmt: skip


def test_a_dotenv_is_read_and_its_foreign_keys_and_empty_lines_are_passed_over(folder: Path) -> None:
    (folder / ".env").write_text(
        "SLACK_BOT_TOKEN=xoxb-1\nAWS_SECRET=hidden\nKAWARABAN_DIGEST_AT=\nKAWARABAN_DIGEST_LIMIT=\nSLACK_API_URL=\n"
        "KAWARABAN_FLAG_EMOJI=:eyes:, 旗 ,,\nKAWARABAN_PRIVATE_HOSTS=cms.local:8080,wiki.local\n"
    )
    chosen = Settings()
    assert (chosen.slack_bot_token, chosen.digest_at, chosen.digest_limit) == (
        "xoxb-1",
        time(8),
        10,
    )
    assert chosen.slack_api_url == "https://slack.com/api/"
    assert chosen.flag_emoji == ("eyes", "旗")
    assert chosen.private_hosts == ("cms.local:8080", "wiki.local")


def test_the_environment_outweighs_the_dotenv(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / ".env").write_text("KAWARABAN_DIGEST_LIMIT=3\n")
    monkeypatch.setenv("KAWARABAN_DIGEST_LIMIT", "4")
    monkeypatch.setenv("kawaraban_digest_at", "07:30")
    assert (Settings().digest_limit, Settings().digest_at) == (4, time(7, 30))


def test_secrets_are_not_shown() -> None:
    secret = "s3cret-value"
    chosen = Settings(
        slack_bot_token=secret,
        slack_app_token=secret,
        slack_signing_secret=secret,
        database_url=f"postgres://u:{secret}@h/d",
    )
    assert secret not in repr(chosen) + str(chosen)


def test_a_wrong_value_is_refused_without_being_shown() -> None:
    with pytest.raises(ValidationError) as wrong:
        Settings(digest_limit="s3cret", digest_at="s3cret")
    assert "s3cret" not in str(wrong.value)
    assert wrong.value.error_count() == 2


@pytest.mark.parametrize("zone", ["Asia/Nowhere", "../etc/passwd", "", "/etc/localtime"])
def test_a_zone_that_does_not_exist_is_refused(zone: str) -> None:
    with pytest.raises(ValidationError):
        Settings(timezone=zone)


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("postgresql://u:p@h/d?sslmode=require", "postgresql+psycopg://u:p@h/d?sslmode=require"),
        ("postgresql+psycopg://u@h/d", "postgresql+psycopg://u@h/d"),
        ("sqlite:////tmp/a.db", "sqlite:////tmp/a.db"),
    ],
)
def test_a_database_is_named_with_its_driver(given: str, used: str) -> None:
    assert Settings(database_url=given).database == used
