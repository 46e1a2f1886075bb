"""Findings of stored posts: stored, silenced when an editor says 誤検知, counted, and announced."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.domain import alerts
from bot.domain.findings import Finding, RuleCount, Silenced
from bot.domain.outbox import NotificationSettings
from bot.domain.outbox_messages import RuleDemoted, WeeklyRuleCounts, findings_key
from bot.domain.readings import VERSION
from storage.engine import StorePart
from storage.locks import Lock, serialise
from storage.mapping import finding_values, to_finding
from storage.posts.stories import choose_lead
from storage.reviews import announcements, reviews
from storage.slack import outbox
from storage.tables import (
    dismissals,
    findings,
    hits,
    posts,
    readings,
    rules,
)

WEEK = timedelta(days=7)
_HOUSE = "house"  # the row of the house rules as a whole


class Earlier(NamedTuple):
    """The findings of a post before a change; `text` is its text then if older rules read it, else None."""

    findings: tuple[Finding, ...] = ()
    text: str | None = None


class FindingStore(StorePart):
    """The part of the Store that knows which findings were dismissed, and how each rule does."""

    def dismiss(self, post_id: int, rule: str, quote: str, by: str) -> Silenced | None:
        """Dismiss a finding as a false positive: its rule is silent for the post while it finds that quotation.

        Return None if the post no longer has this finding.
        """
        with self.writing() as c:
            serialise(c, Lock.NEWS)  # like all who write findings
            if not _found(c, post_id, rule, quote):
                return None
            row = {"post_id": post_id, "rule": rule, "quote": quote}
            known = c.scalar(select(dismissals.c.at).filter_by(**row)) is not None
            if not known:
                c.execute(insert(dismissals).values(**row, by=by, at=self.now()))
            return Silenced(rule, _silence(c, self.now(), post_id, rule), changed=not known)

    def restore(self, post_id: int, rule: str) -> Silenced:
        """Take back every dismissal of a rule for a post: its findings are active again."""
        with self.writing() as c:
            serialise(c, Lock.NEWS)
            gone = delete(dismissals).where(dismissals.c.post_id == post_id, dismissals.c.rule == rule)
            changed = c.execute(gone).rowcount > 0
            _silence(c, self.now(), post_id, rule)
            return Silenced(rule, len(_of_rule(c, post_id, rule)), changed)

    def silent_rules(self, post_id: int) -> tuple[str, ...]:
        """Return the rules that found something in a post and are silent for it."""
        query = select(findings.c.rule).where(findings.c.post_id == post_id, findings.c.dismissed).distinct()
        with self.reading() as c:
            return tuple(sorted(c.scalars(query)))

    def rule_counts(self) -> dict[str, RuleCount]:
        """Return for each rule that ever hit: posts in which it found something, posts for which it was dismissed."""
        dismissed = select(dismissals.c.rule, func.count(dismissals.c.post_id.distinct())).group_by(dismissals.c.rule)
        with self.reading() as c:
            no = {row[0]: row[1] for row in c.execute(dismissed)}
            demoted = set(c.scalars(select(rules.c.name).where(rules.c.demoted_at.is_not(None))))
            rows = c.execute(select(hits.c.rule, func.count()).group_by(hits.c.rule)).all()
            return {row[0]: RuleCount(row[1], no.get(row[0], 0), row[0] in demoted) for row in rows}

    def announce_weekly_rules(self, key: str, since: datetime) -> bool:
        """Write the weekly count of the rules that were demoted before `since`, once under that key, and promote those
        that no longer fire too often. Return False if there is nothing to announce."""
        wanted = select(rules.c.name).where(rules.c.demoted_at < since).order_by(rules.c.name)
        with self.reading() as c:
            if not self.notifications.channel or not c.scalars(wanted).first():
                return False
        with self.writing() as c:
            serialise(c, Lock.NEWS)
            names, now = list(c.scalars(wanted)), self.now()
            total, hit = week(c, now)
            back = {n for n in names if alerts.is_quiet_again(hit.get(n, 0), total)}
            counts = WeeklyRuleCounts(total, tuple((n, hit.get(n, 0), n in back) for n in names))
            if not names or not outbox.add(c, now, counts.to(self.notifications.channel, key)):
                return False
            c.execute(update(rules).where(rules.c.name.in_(back)).values(demoted_at=None, share=None))
            return True

    def sync_house_rules(self, wording: str) -> int:
        """Record the wording of the house rules. If it has changed, mark every stored post to be read again, and return
        how many are."""
        with self.writing() as c:
            serialise(c, Lock.NEWS)
            known = c.scalar(select(rules.c.wording).where(rules.c.name == _HOUSE))
            if wording == (known or ""):
                return 0
            c.execute(_insert_new(c, rules, [{"name": _HOUSE, "wording": wording}]))
            c.execute(update(rules).where(rules.c.name == _HOUSE).values(wording=wording))
            return c.execute(update(readings).values(version=0)).rowcount


def earlier(c: Connection, post_id: int) -> Earlier:
    """Return the findings of a post, dismissed or not; call it before the post is changed."""
    row = c.execute(select(posts.c.raw, readings.c.version).join(readings).where(posts.c.id == post_id)).one()
    rows = c.execute(select(findings).where(findings.c.post_id == post_id))
    return Earlier(tuple(map(to_finding, rows)), row.raw if row.version < VERSION else None)


def write(c: Connection, post_id: int, found: Sequence[Finding], before: Earlier | None = None) -> tuple[Finding, ...]:
    """Insert the findings of a post that has none yet; return those that are active and new or more severe.

    `before`: the findings of the previous revision; None for a new post.
    """
    silent = _silent(c, post_id, found) if before else frozenset()
    if found:
        rows = [{"post_id": post_id, "dismissed": f.rule in silent, **finding_values(f)} for f in found]
        c.execute(insert(findings), rows)
        names = [{"post_id": post_id, "rule": rule} for rule in {f.rule for f in found}]
        if before:
            c.execute(_insert_new(c, hits, names))
        else:
            c.execute(insert(hits), names)
    fresh = alerts.new_or_worse(found, *(before or Earlier()))
    return tuple(finding for finding in fresh if finding.rule not in silent)


def replace(c: Connection, post_id: int, rules_of: Iterable[str], found: Sequence[Finding]) -> tuple[Finding, ...]:
    """Replace the findings of some rules in a post; return those that are active and new or more severe."""
    theirs = (findings.c.post_id == post_id, findings.c.rule.in_(list(rules_of)))
    before = tuple(map(to_finding, c.execute(select(findings).where(*theirs))))
    if not before and not found:
        return ()
    c.execute(delete(findings).where(*theirs))
    fresh = write(c, post_id, found, Earlier(before))
    choose_lead(c, post_id)
    return fresh


def arrived(
    c: Connection,
    now: datetime,
    notifications: NotificationSettings,
    post_id: int,
    revision: int,
    fresh: Sequence[Finding],
) -> None:
    """Announce new or more severe findings in a post that is news or was edited: the one place that does.

    They go on the card of the post's review, else to `notifications.channel`, once a revision and without rules that
    are demoted to a weekly count.
    """
    if reviews.checked(c, now, notifications, post_id, fresh):
        return  # its card shows them
    loud = [finding for finding in fresh if alerts.is_loud(finding)]
    if not notifications.channel or not loud:
        return
    demoted = _demoted(c, now, notifications, {finding.rule for finding in loud if alerts.may_be_demoted(finding)})
    if alert := alerts.alert(post_id, revision, loud, demoted):
        outbox.add(c, now, alert.to(notifications.channel))


def edited(c: Connection, now: datetime, post_id: int, revision: int) -> None:
    """Refresh what was announced of a `revision`: the post was edited, so show which findings are left."""
    outbox.refresh(c, now, findings_key(post_id, revision))


# ---- how often a rule fires
def week(c: Connection, now: datetime) -> tuple[int, dict[str, int]]:
    """Return how many posts were news in the last seven days, and how many of them each rule hit."""
    recent = (posts.c.news_at > now - WEEK, posts.c.news_at <= now)
    total = c.scalar(select(func.count()).where(*recent)) or 0
    query = select(hits.c.rule, func.count()).join(posts, posts.c.id == hits.c.post_id).where(*recent)
    return total, {row[0]: row[1] for row in c.execute(query.group_by(hits.c.rule))}


def _demoted(c: Connection, now: datetime, notifications: NotificationSettings, names: set[str]) -> set[str]:
    """Return those of the rules that are demoted. Demote those that now fire too often, and announce it."""
    if not names:
        return set()
    known = {row.name: row.demoted_at for row in c.execute(select(rules).where(rules.c.name.in_(names)))}
    demoted = {name for name in names if known.get(name)}
    posts_, hit = week(c, now) if names - demoted else (0, {})
    for name in sorted(names - demoted):
        if alerts.too_often(hit.get(name, 0), posts_):
            share = hit[name] / posts_
            c.execute(_insert_new(c, rules, [{"name": name, "wording": ""}]))
            c.execute(update(rules).where(rules.c.name == name).values(demoted_at=now, share=share))
            outbox.add(c, now, RuleDemoted(name, hit[name], posts_).to(notifications.channel, now))
            demoted.add(name)
    return demoted


# ---- silence
def _found(c: Connection, post_id: int, rule: str, quote: str) -> bool:
    return any(finding.quote == quote for finding in _of_rule(c, post_id, rule))


def _of_rule(c: Connection, post_id: int, rule: str) -> tuple[Finding, ...]:
    rows = c.execute(select(findings).where(findings.c.post_id == post_id, findings.c.rule == rule))
    return tuple(map(to_finding, rows))


def _silent(c: Connection, post_id: int, found: Sequence[Finding]) -> frozenset[str]:
    """Return the rules that are silent for a post: a finding that was dismissed is still found."""
    rows = c.execute(select(dismissals.c.rule, dismissals.c.quote).where(dismissals.c.post_id == post_id))
    still = {(finding.rule, finding.quote) for finding in found}
    return frozenset(row.rule for row in rows if (row.rule, row.quote) in still)


def _silence(c: Connection, now: datetime, post_id: int, rule: str) -> int:
    """Make the findings of a rule for a post active or silent, as its dismissals say; return how many are silent."""
    ours = _of_rule(c, post_id, rule)
    silent = rule in _silent(c, post_id, ours)
    where = (findings.c.post_id == post_id, findings.c.rule == rule)
    c.execute(update(findings).where(*where).values(dismissed=silent))
    choose_lead(c, post_id)
    edited(c, now, post_id, c.scalar(select(posts.c.revision).where(posts.c.id == post_id)) or 1)
    announcements.refresh_post(c, now, post_id)
    return len(ours) if silent else 0


def _insert_new(c: Connection, table: Any, rows: Sequence[Mapping[str, Any]]) -> Any:
    """Return an insert of those rows that are not there yet."""
    dialect = postgresql.insert if c.dialect.name == "postgresql" else sqlite.insert
    return dialect(table).values(list(rows)).on_conflict_do_nothing()
