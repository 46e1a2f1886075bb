"""Articles for the tests: distinct, repeatable, and long enough to be read."""

from pathlib import Path

_PLACES = ["港", "駅前", "山手", "川沿い", "北町", "南台", "西口", "東浜", "湖畔", "丘上"]
_THINGS = ["水族館", "図書館", "病院", "工場", "大学", "市役所", "農園", "空港", "劇場", "書店"]
_WORKS = ["案内", "翻訳", "採点", "検品", "予約", "配送", "要約", "点検", "録音", "警備"]


def article(number: int, *, front: str = "", tail: str = "") -> str:
    """A whole post. Numbers that differ by 1000 tell of the same thing."""
    n = number % 1000
    place, thing, work = _PLACES[n % 10], _THINGS[n // 10 % 10], _WORKS[n // 100 % 10]
    subject = f"{place}の{thing}"
    return (
        f"---\ntitle: {subject}、{work}に生成AIを導入 第{number}号\n{front}"
        f"tags: [生成AI, {thing}]\nauthor: 宮里航\n---\n\n"
        f"{subject}は{work}の仕事に生成AIの使用を始めた。大規模言語モデルが{thing}の職員を助け、{work}の時間は半分になった。"
        f"開発したのは市内の会社で、機械学習の研究者が{number}日をかけて仕上げた。\n\n"
        f"{thing}の職員は「AIは{work}をよく覚える」と話す。誤りは人が直し、その記録から言語モデルが学び直す。"
        f"来年度は{place}の他の施設にも広げる計画だ。費用は{number + 3}万円で、国の補助を受けた。\n\n"
        f"{place}の住民に聞くと、{work}が速くなったという声と、人の手が減るのを惜しむ声が半ばする。{thing}は月に一度の説明会で、"
        f"AIが何を覚え、何を覚えないかを見せている。答えに迷ったときは必ず職員が代わる決まりで、"
        f"その数は先月{number % 7 + 2}件だった。\n{tail}"
    )


def publish(folder: Path, number: int, day: int | None = None, **more: str) -> Path:
    """Put an article into a Jekyll folder of January 2026 and return its file."""
    posts = folder / "_posts"
    posts.mkdir(parents=True, exist_ok=True)
    day = number % 28 + 1 if day is None else day
    file = posts / f"2026-01-{day:02}-{number}.md"
    file.write_text(article(number, front=f"date: 2026-01-{day:02} 09:00:00 +0900\n" + more.pop("front", ""), **more))
    return file


def newsroom(folder: Path, posts: int = 0) -> Path:
    """A Jekyll folder with so many articles."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "_config.yml").write_text(
        "title: 港の新聞\nurl: https://news.example\npermalink: /:year/:month/:day/:title/\ntimezone: Asia/Tokyo\n"
    )
    for number in range(1, posts + 1):
        publish(folder, number)
    return folder
