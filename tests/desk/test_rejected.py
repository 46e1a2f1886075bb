"""A post that cannot be taken in is set aside, alone, and not tried again until something changes."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.checks import Rule
from bot.desk import analysis
from bot.desk.folder_import import ImportResult
from bot.domain.posts import Draft
from bot.domain.readings import Reading
from bot.domain.sources import RejectedEntry
from storage.posts.posts import PostStore
from tests.conftest import Clock, StoredDesk
from tests.storage.articles import newsroom, publish

OUR_FAULT = "瓦版側の不具合で読み取れませんでした。管理者がログを確認します。ほかの記事はそのまま取り込んでいます。"


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that were read. Number 2 cannot be, as long as it names a certain thing."""
    paths: list[str] = []
    read = analysis.read

    def reading(draft: Draft, rules: Sequence[Rule]) -> Reading:
        paths.append(draft.path or "")
        if "羅針盤" in draft.raw:
            raise RecursionError("a bug of ours")
        return read(draft, rules)

    monkeypatch.setattr(analysis, "read", reading)
    return paths


def test_a_post_we_cannot_read_is_set_aside_and_the_others_are_in(
    desk: StoredDesk, tmp_path: Path, clock: Clock, tried: list[str]
) -> None:
    folder = newsroom(tmp_path / "desk", 3)
    file = publish(folder, 2, tail="\n羅針盤\n")
    assert desk.intake.import_path(folder) == ImportResult(new=2, failed=[(str(file), OUR_FAULT)])
    assert desk.store.sources.rejected() == (RejectedEntry(1, "_posts/2026-01-03-2.md", OUR_FAULT, clock.at),)
    assert desk.sources.all()[0].aside == 1


def test_what_is_set_aside_is_tried_again_only_where_its_words_change_or_somebody_asks(
    desk: StoredDesk, tmp_path: Path, clock: Clock, tried: list[str]
) -> None:
    folder = newsroom(tmp_path / "desk", 1)
    file = publish(folder, 2, tail="\n羅針盤\n")
    desk.sources.add(str(folder), local=True)
    desk.polling.poll_next()
    tried.clear()
    publish(folder, 3)
    clock.forward(hours=1)
    desk.polling.poll_next()
    assert tried == ["_posts/2026-01-04-3.md"]
    desk.sources.retry_rejected(1)
    desk.polling.poll_next()
    assert tried[1:] == ["_posts/2026-01-03-2.md"]
    publish(folder, 2)
    clock.forward(hours=1)
    desk.polling.poll_next()
    assert (desk.store.sources.rejected(), len(list(desk.store.posts.all()))) == ((), 3)
    assert file.exists()


@pytest.mark.both_engines
def test_a_post_the_database_refuses_is_set_aside_and_the_others_are_in(
    desk: StoredDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = newsroom(tmp_path / "desk", 3)
    file = publish(folder, 2, tail="\n羅針盤\n")
    save = PostStore.save

    def refuse(self: PostStore, source: int, batch: list[tuple[Draft, Reading]], **how: object) -> object:
        if any("羅針盤" in draft.raw for draft, _ in batch):
            raise ValueError("out of range")
        return save(self, source, batch, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(PostStore, "save", refuse)
    assert desk.intake.import_path(folder) == ImportResult(new=2, failed=[(str(file), OUR_FAULT)])


def test_a_file_that_is_gone_is_no_longer_set_aside(desk: StoredDesk, tmp_path: Path) -> None:
    folder = newsroom(tmp_path / "desk", 2)
    broken = folder / "_posts" / "2026-01-05-broken.md"
    broken.write_text("---\ntitle: x\n\nbody")
    desk.intake.import_path(folder)
    assert [a.place for a in desk.store.sources.rejected()] == ["_posts/2026-01-05-broken.md"]
    broken.unlink()
    desk.intake.import_path(folder)
    assert desk.store.sources.rejected() == ()
