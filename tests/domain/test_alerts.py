"""What alerts: the new, the worse, the loud, and not what comes all the time."""

from dataclasses import replace

import pytest

from bot.domain.alerts import alert, is_loud, is_quiet_again, may_be_demoted, new_or_worse, too_often
from bot.domain.findings import MASK, Finding, Severity
from bot.domain.outbox_messages import FindingsAlert


def finding(quote: str = "港の店", severity: Severity = "warn", rule: str = "placeholder") -> Finding:
    return Finding(rule, severity, quote, 1, 4, "文", "策")


WARN = finding()


@pytest.mark.parametrize(
    ("found", "before", "told"),
    [
        ([], [], []),
        ([WARN], [], [WARN]),
        ([WARN], [WARN], []),
        ([], [WARN], []),
        ([replace(WARN, line=9)], [WARN], []),
        ([replace(WARN, severity="block")], [WARN], [replace(WARN, severity="block")]),
        ([replace(WARN, severity="note")], [WARN], []),
        ([WARN], [finding(rule="hype")], [WARN]),
        ([WARN, finding("駅の店")], [WARN], [finding("駅の店")]),
        ([WARN], [replace(WARN, severity="note"), replace(WARN, severity="block")], []),
    ],
)
def test_only_what_is_new_or_more_severe_is_told(
    found: list[Finding], before: list[Finding], told: list[Finding]
) -> None:
    assert list(new_or_worse(found, before)) == told


@pytest.mark.parametrize(
    ("quote", "text", "is_told"),
    [
        ("港の店", None, True),
        ("港の店", "駅前の店だ。", True),
        ("港の店", "朝の港の店だ。", False),
        (f"港の{MASK}{MASK}員", "朝の港の店番員だ。", False),
        (f"港の{MASK}{MASK}員", "朝の港の店員だ。", True),
        (f"({MASK}", "(店", False),
        ("", "朝の港の店だ。", True),
    ],
)
def test_what_an_earlier_text_held_when_older_rules_read_it_is_not_new(
    quote: str, text: str | None, is_told: bool
) -> None:
    assert bool(new_or_worse([finding(quote)], [], text)) == is_told


@pytest.mark.parametrize(
    ("severity", "alerts", "demotable"), [("block", True, False), ("warn", True, True), ("note", False, True)]
)
def test_a_note_alerts_nobody_and_what_blocks_is_never_demoted(
    severity: Severity, alerts: bool, demotable: bool
) -> None:
    found = finding(severity=severity)
    assert (is_loud(found), may_be_demoted(found)) == (alerts, demotable)


@pytest.mark.parametrize(
    ("hits", "posts", "often", "quiet"),
    [(9, 9, False, False), (2, 10, False, True), (3, 10, True, False), (0, 10, False, True), (0, 0, False, False)],
)
def test_more_than_a_fifth_of_ten_posts_and_more_is_too_often(hits: int, posts: int, often: bool, quiet: bool) -> None:
    assert (too_often(hits, posts), is_quiet_again(hits, posts)) == (often, quiet)


def about(rule: str, severity: Severity) -> Finding:
    return Finding(rule, severity, f"「{rule}」", 1, 3, "message", "remedy")


BLOCKING, WARNING, NOTE = about("leftovers", "block"), about("tone", "warn"), about("endings", "note")


@pytest.mark.parametrize(
    ("fresh", "demoted", "named"),
    [
        ((BLOCKING, WARNING, NOTE), (), (("leftovers", "「leftovers」"), ("tone", "「tone」"))),
        ((BLOCKING, WARNING), {"tone"}, (("leftovers", "「leftovers」"),)),
        ((WARNING,), {"tone"}, None),
        ((NOTE,), (), None),
        ((), (), None),
    ],
)
def test_an_alert_names_what_is_loud_and_not_counted_weekly(
    fresh: tuple[Finding, ...], demoted: set[str], named: tuple[tuple[str, str], ...] | None
) -> None:
    assert alert(3, 2, fresh, demoted) == (FindingsAlert(3, 2, named) if named else None)
