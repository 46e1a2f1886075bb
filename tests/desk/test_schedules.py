"""A post that is dated in the future waits in its folder."""

from pathlib import Path

from tests.conftest import Clock, StoredDesk

POST = "---\ntitle: 潮見台の朝\ndate: 2026-02-01 12:00:00 +0900\n---\n港町の水族館は案内にAIを使い始めた。\n"


def test_a_scheduled_post_comes_in_when_its_time_comes_and_counts_as_news_then(
    desk: StoredDesk, clock: Clock, tmp_path: Path
) -> None:
    (tmp_path / "_config.yml").write_text("title: 港の新聞\n")
    post = tmp_path / "_posts" / "2026-02-01-minato.md"
    post.parent.mkdir()
    post.write_text(POST)
    assert (desk.intake.import_path(tmp_path).new, list(desk.store.posts.all())) == (0, [])
    clock.forward(hours=4, minutes=2)  # two minutes past noon in Tokyo
    assert desk.intake.import_path(tmp_path).new == 1
    ((stored, _),) = desk.store.posts.all()
    assert (stored.title, stored.news_at) == ("潮見台の朝", clock())


def test_a_post_that_is_put_off_is_withdrawn_until_then(desk: StoredDesk, clock: Clock, tmp_path: Path) -> None:
    (tmp_path / "_config.yml").write_text("title: 港の新聞\n")
    post = tmp_path / "_posts" / "2026-02-01-minato.md"
    post.parent.mkdir()
    post.write_text(POST.replace("02-01 12:00", "02-01 07:00"))
    assert desk.intake.import_path(tmp_path).new == 1
    post.write_text(POST)
    assert desk.intake.import_path(tmp_path).removed == 1
    clock.forward(hours=5)
    assert (desk.intake.import_path(tmp_path).updated, len(list(desk.store.posts.all()))) == (1, 1)


def test_where_the_site_says_so_a_post_of_the_future_is_out_at_once(desk: StoredDesk, tmp_path: Path) -> None:
    (tmp_path / "_config.yml").write_text("future: true\n")
    (tmp_path / "2026-02-01-minato.md").write_text(POST)
    assert desk.intake.import_path(tmp_path).new == 1
