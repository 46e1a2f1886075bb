"""The Slack app manifest: the app's name, what it may do, what it is told. manifest.json is its default form."""

from collections.abc import Sequence
from typing import Any

COMMANDS = {
    "/summary": ("記事の要約を表示します", "12 [文数] | URL | 語"),
    "/tag": ("タグの本数と最新の記事を表示します", "[タグ名]"),
    "/search": ("記事を検索します", "語 [タグ:… 著者:… 媒体:… 期間:2026-01 状態:レビュー中]"),
    "/review": ("レビューの一覧と経緯を表示します", "[自分 | 番号 | 状態:… 担当:@… 重さ:… 古さ:3日 | 統計]"),
    "/digest": ("ダイジェストを確認、送信、予約します", "確認 | 送信 | 予約 | 一覧 | 停止 N | 再開 N | なぜ 12"),
    "/source": ("記事の取り込み元を管理します", "追加 URL | 停止 N | 再開 N | 削除 N | 確認 N | 保留"),
    "/kawaraban": ("使い方を表示し、動作を診断します", "ヘルプ | 診断 | ルール"),
}
SHORTCUTS = {
    "find_posts": ("記事を探す", "global", "保存済みの記事を検索します"),
    "summarise": ("要約する", "message", "このメッセージの記事の要約を、あなただけに表示します"),
    "review_message": ("レビューに回す", "message", "このメッセージの記事をレビューに回します"),
    "check_message": ("校閲する", "message", "このメッセージの記事や原稿の要確認を、あなただけに表示します"),
    "check_draft": ("校閲する", "global", "原稿を貼り付けて、要確認を表示します"),
}
_MENTIONING = ("/review",)
"""Commands in which people are named: Slack then sends `<@U…>` for `@name`."""
EVENTS = (
    "app_home_opened",
    "app_mention",
    "link_shared",
    "message.channels",
    "message.groups",
    "reaction_added",
    "reaction_removed",
)
SCOPES = (
    "app_mentions:read",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:write",
    "links:read",
    "links:write",
    "metadata.message:read",
    "reactions:read",
    "reactions:write",
    "users:read",
)


def manifest(url: str = "", domains: Sequence[str] = ()) -> dict[str, Any]:
    """The manifest: for HTTP mode with `url` (https://…, where `kawaraban web` is reached), otherwise Socket Mode.

    Links to posts under these `domains` unfurl; Slack takes at most five.
    """
    endpoint = f"{url.rstrip('/')}/slack/events" if url else ""
    at = {"url": endpoint} if endpoint else {}
    request = {"request_url": endpoint} if endpoint else {}
    return {
        "display_information": {
            "name": "Kawaraban",
            "description": "記事の要約・検索・ダイジェスト・レビュー",
            "background_color": "#2b2b2b",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,  # reminders and digests for one person
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": "kawaraban", "always_online": True},
            **({"unfurl_domains": list(domains[:5])} if domains else {}),
            "shortcuts": [
                {"name": name, "type": kind, "callback_id": callback, "description": what}
                for callback, (name, kind, what) in SHORTCUTS.items()
            ],
            "slash_commands": [
                {
                    "command": name,
                    **at,
                    "description": what,
                    "usage_hint": hint,
                    "should_escape": name in _MENTIONING,
                }
                for name, (what, hint) in COMMANDS.items()
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {**request, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **request},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not endpoint,
            "token_rotation_enabled": False,
        },
    }
