"""Which of a revision's new findings the newsroom is alerted to."""

import pytest

from bot.domain.alerts import alert
from bot.domain.findings import Finding, Severity
from bot.domain.outbox_messages import FindingsAlert


def finding(rule: str, severity: Severity) -> Finding:
    return Finding(rule, severity, f"「{rule}」", 1, 3, "message", "remedy")


BLOCK, WARN, NOTE = finding("leftovers", "block"), finding("tone", "warn"), finding("endings", "note")


@pytest.mark.parametrize(
    ("fresh", "demoted", "named"),
    [
        ((BLOCK, WARN, NOTE), (), (("leftovers", "「leftovers」"), ("tone", "「tone」"))),
        ((BLOCK, WARN), {"tone"}, (("leftovers", "「leftovers」"),)),
        ((WARN,), {"tone"}, None),
        ((NOTE,), (), None),
        ((), (), None),
    ],
)
def test_an_alert_names_what_is_loud_and_not_counted_weekly(
    fresh: tuple[Finding, ...], demoted: set[str], named: tuple[tuple[str, str], ...] | None
) -> None:
    assert alert(3, 2, fresh, demoted) == (FindingsAlert(3, 2, named) if named else None)
