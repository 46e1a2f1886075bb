"""What people share in the tour: a draft, a page of the newsroom, and a URL that must not be fetched.

Both articles are fiction.
"""

import threading
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

HOSTILE = "http://169.254.169.254/latest/meta-data/"
"""The metadata endpoint of cloud machines, which holds secrets: a bot that follows every link would leak them."""

_MANUSCRIPT = """\
---
title: 広報紙の下書きに生成AI、白樺町が庁内の手引きを公開
date: {date}
author: 田中千佳
tags: [生成AI, 自治体, ガイドライン]
---
白樺町は1日、広報紙の下書きに生成AIを使うための庁内の手引きを公開した。下書きはAI、事実の確認と仕上げは職員という分担を定め、町民の個人情報を入力することを禁じた。

手引きは全12ページで、広報係の職員3人が半年の試行をもとに書いた。試行では、行事の案内文を書く時間が1本あたり40分から25分に減った。一方で、日付と会場の取り違えが4件見つかり、公開前の読み合わせを必須にした。

町は4月から全課で手引きを使い、半年ごとに見直す。担当者は「速さより、誰が確かめたかを残すことを大事にした」と話している。
"""
_PAGE = """\
<!doctype html><html lang="ja"><head><meta charset="utf-8"><title>{title}</title>
<meta property="og:title" content="{title}"><meta property="article:published_time" content="{date}">
</head><body><article><h1>{title}</h1>
<p>浅間印刷は、刷り上がりの検品に画像認識AIを入れた結果を公開した。導入から3カ月で、目視では見落としていた色むらを月に約1,200枚見つけたという。</p>
<p>カメラは印刷機の出口に2台あり、AIは1枚を0.3秒で判定する。疑わしい紙は捨てずに別の棚へ送り、検品係が最後に判断する。誤って止めた割合は、初月の6%から1%未満に下がった。</p>
<p>学習には自社の不良品の写真8,000枚だけを使い、客の原稿は使っていない。同社は今後、インクの交換時期の予測にも同じ仕組みを広げる。</p>
</article></body></html>
"""
_TITLE = "印刷所の検品に画像認識AI、見落としを月1,200枚拾う"


def manuscript(at: datetime) -> tuple[str, bytes]:
    """A Markdown file as a colleague would share it: its name and its bytes."""
    return f"{at:%Y-%m-%d}-koho-tebiki.md", _MANUSCRIPT.format(date=f"{at:%Y-%m-%d %H:%M:%S %z}").encode()


class House:
    """The newsroom's own web server on loopback, with one article."""

    def __init__(self, at: datetime) -> None:
        page = _PAGE.format(title=_TITLE, date=f"{at:%Y-%m-%dT%H:%M:%S%z}").encode()

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(page)))
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, *args: object) -> None:
                """Log nothing: the terminal belongs to the newsroom."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.host = f"127.0.0.1:{self._server.server_port}"
        self.article = f"http://{self.host}/news/kenpin-ai"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
