"""Help and error replies."""

from zoneinfo import ZoneInfo

from bot import wording
from bot.domain.posts import Post
from handlers.messages import blocks as b

HELP = {
    "/summary": (
        "記事の要約",
        "`/summary 12`　番号の記事を3文で\n`/summary 12 5`　5文で（1〜10）\n`/summary https://…`　URLの記事\n"
        "`/summary 量子 規制`　語に当たる記事（`/summary 量子 規制 5文`）",
    ),
    "/tag": (
        "タグ",
        "`/tag`　直近30日のタグと増減\n`/tag LLM`　タグの本数、最新の記事、関連タグ、別名\n"
        "`/tag 別名`　編集部の別名の一覧\n`/tag 別名 大規模LM = LLM`　別名にして記事をまとめる\n"
        "`/tag 別名 削除 大規模LM`　別名から外す",
    ),
    "/search": (
        "検索",
        '`/search 量子 規制`　すべての語を含む記事\n`/search "量子誤り訂正"`　並びのまま\n'
        "`/search LLM 期間:2026-01 タグ:規制 著者:佐藤 媒体:瓦版 状態:レビュー中`　絞り込み",
    ),
    "/review": (
        "レビュー",
        "`/review`　レビュー待ちの一覧、古い順\n`/review 自分`　自分の担当\n`/review 12`　1つのレビューとその経緯\n"
        "`/review 回す 12`　レビューに回す\n"
        "`/review 状態:未対応 担当:@名前 重さ:止める 古さ:3日 順:重さ`　絞り込みと並べ替え",
    ),
    "/digest": (
        "ダイジェスト",
        "`/digest 確認`　次のダイジェストの下見（何も送信しません）\n`/digest 送信`　前回からの新着をいま送信\n"
        "`/digest 予約`　予定を追加\n`/digest 一覧`　予定と番号（`変更 2`、`停止 2`、`再開 2`、`削除 2`）\n"
        "`/digest なぜ 12`　記事が載る理由、載らない理由",
    ),
    "/source": (
        "ソース（記事の取り込み元）",
        "`/source`　一覧と状態\n`/source 追加 https://…`　サイト、フィード、git、ページを登録（URLなしで入力画面）\n"
        "`/source 停止 3`　`/source 再開 3`　`/source 削除 3`\n`/source 確認 3`　いますぐ確認\n"
        "`/source 保留`　取り込めなかった記事と理由（`/source 再試行 3`）",
    ),
    "/kawaraban": (
        "瓦版について",
        "`/kawaraban ヘルプ`　この一覧\n`/kawaraban 診断`　設定と動作の確認\n"
        "`/kawaraban ルール`　校閲の規則ごとの件数、誤検知、適合率",
    ),
}
_FLAG = (
    "記事の出ているメッセージに🚩を付けるとレビューが開き、最後の🚩を外すと取り下げられます。"
    "👀で担当、✅で修正済みになり、カードのボタンでも同じことができます。"
)
_INTAKE = "記事のリンク、 `.md` ファイル、フロントマター付きの本文を共有すると取り込み、📰で知らせます。"


def command_help(name: str) -> b.Message:
    """A command's short help, with examples."""
    title, examples = HELP[name]
    return {"text": f"{name} {title}\n{examples}", "blocks": [b.section(f"*{name}* {title}\n{examples}")]}


def overview(version: str, posts: int) -> b.Message:
    """The answer to `/kawaraban`: every command, the flag, the intake."""
    body = [b.header("瓦版 Kawaraban"), *(b.section(f"*{name}* {t}\n{x}") for name, (t, x) in HELP.items())]
    body += [b.section(f"*レビュー*\n{_FLAG}"), b.section(f"*取り込み*\n{_INTAKE}")]
    body.append(b.context(f"バージョン {version} · 保存済み {posts}本"))
    text = "瓦版 Kawaraban\n" + "\n".join(f"{name} {title}" for name, (title, _) in HELP.items())
    return {"text": text, "blocks": body}


def failure(sentence: str, reference: str = "") -> b.Message:
    """The error reply: what failed, and a reference id if the log has more."""
    text = f"{sentence}ID: {reference}" if reference else sentence
    return b.message(text, [b.section(f"{'⚠️ ' if reference else ''}{b.escape(text)}")])


def refused(sentence: str, ask: tuple[str, ...]) -> b.Message:
    """The answer to a person without permission: who may do it, and whom to ask."""
    whom = "、".join(f"<@{user}>さん" for user in ask) or "管理者"
    text = f"{b.escape(sentence)}{whom}にご依頼ください。"
    return {"text": text, "blocks": [b.section(text)]}


def broken(reference: str) -> b.Message:
    """The reply after a bug: whose side caused it, what to do, and the reference id in the log."""
    return failure(
        "瓦版側の不具合で処理できませんでした。もう一度お試しになり、続くときは管理者にIDをお知らせください。",
        reference,
    )


def taken_in(post_id: int, title: str, new: bool) -> b.Message:
    """The answer to a person who clicked 「取り込む」."""
    text = f"#{post_id}「{title}」を取り込みました。" if new else f"#{post_id}「{title}」は保存済みです。"
    return b.message(text, [b.section(b.escape(text)), b.actions(b.button("要約", "pick_0", {"post": post_id}))])


def known(post: Post, zone: ZoneInfo) -> b.Message:
    """The answer to a person who shared a stored post: who saved it or where it came from, and when."""
    post_is = b.escape(f"#{post.id}「{post.title}」は")
    when = wording.when(post.first_seen_at, zone)
    if post.shared_by:
        text = f"{post_is}<@{post.shared_by}>さんが{when}に共有し、保存済みです。"
    else:
        text = f"{post_is}保存済みです（{b.escape(post.source)}から、{when}）。"
    return b.ours(text, b.context(text))


def shared_before() -> b.Message:
    """The answer to a second click on 「チャンネルに共有」."""
    text = "このチャンネルには共有済みです。"
    return b.message(text, [b.context(text)])


def working(what: str) -> b.Message:
    """The progress line of a slow request; the outcome replaces it."""
    text = f"{what}…"
    return b.message(text, [b.context(b.escape(text))])
