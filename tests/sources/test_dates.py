"""Dates in more than two hundred layouts, each with the only time that it can mean."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sources.dates import parse_date

TOKYO = ZoneInfo("Asia/Tokyo")

# 17 January 2026, 20:07:09 in Tokyo
TO_THE_SECOND = """
2026-01-17T20:07:09+09:00
2026-01-17T20:07:09+0900
2026-01-17T20:07:09+09
2026-01-17T20:07:09 +09:00
2026-01-17T20:07:09 +0900
2026-01-17T20:07:09
2026-01-17T20:07:09JST
2026-01-17T11:07:09Z
2026-01-17T11:07:09z
2026-01-17T11:07:09.123Z
2026-01-17T11:07:09.123456789Z
2026-01-17T20:07:09.123+09:00
2026-01-17T20:07:09,123+09:00
2026-01-17T20:07:09:123+09:00
2026-01-17T20:07:09.000+0900
2026-01-17T11:07:09+00:00
2026-01-17T11:07:09-00:00
2026-01-17T06:07:09-05:00
2026-01-17T20:07:09+09:00[Asia/Tokyo]
2026-01-17T12:07:09+01:00[Europe/Berlin]
2026-01-17T20:07:09[Asia/Tokyo]
2026-01-17T11:07:09Z[UTC]
2026-01-17 20:07:09
2026-01-17 20:07:09.0
2026-01-17 20:07:09.123
2026-01-17 20:07:09 +0900
2026-01-17 20:07:09 +09:00
2026-01-17 20:07:09+09
2026-01-17 20:07:09 JST
2026-01-17 20:07:09 Asia/Tokyo
2026-01-17 11:07:09 UTC
2026-01-17 11:07:09 GMT
2026-01-17 11:07:09Z
2026-01-17 11:07:09 +0000 UTC
2026-1-17 20:07:09
2026-1-17T20:07:09+09:00
2026-01-17 at 20:07:09
2026-01-17, 20:07:09
2026-01-17 - 20:07:09
2026-01-17 (土) 20:07:09
2026-01-17 8:07:09 PM
2026/01/17 20:07:09
2026/1/17 20:07:09
2026/01/17 20:07:09 +0900
2026/01/17 20:07:09 JST
2026/01/17 午後 8:07:09
2026/01/17(土) 20:07:09
2026/1/17（土）20:07:09
2026.01.17 20:07:09
2026年01月17日 20時07分09秒
2026年1月17日 20時7分9秒
2026年1月17日20時07分09秒
2026年1月17日 20:07:09
2026年1月17日 20:07:09 JST
2026年1月17日(土) 20:07:09
2026年1月17日土曜日 20:07:09
2026年1月17日土曜日 20時07分09秒 日本標準時
2026年1月17日土曜日 20時07分09秒 JST
2026年1月17日 午後8時07分09秒
2026年1月17日 午後8:07:09
２０２６年１月１７日　２０時０７分０９秒
令和8年1月17日 20時07分09秒
令和８年１月１７日（土）午後８時７分９秒
土, 17 1月 2026 20:07:09 +0900
土, 17 1月 2026 11:07:09 GMT
土, 17 1月 2026 11:07:09 Z
土, 17 01月 2026 20:07:09 +0900
土, 17 1 2026 20:07:09 +0900
土曜日, 17 1月 2026 20:07:09 +0900
土 1月 17 20:07:09 JST 2026
土, 1月 17 2026 20:07:09 +0900
1月 17, 2026 8:07:09 午後
1月 17, 2026 8:07:09 PM
周六, 17 1月 2026 20:07:09 +0900
토, 17 1월 2026 20:07:09 +0900
2026년 1월 17일 20시 07분 09초
2026년 1월 17일 오후 8:07:09
Sat, 17 Jan 2026 20:07:09 +0900
Sat, 17 Jan 2026 20:07:09 +09:00
Sat, 17 Jan 2026 20:07:09 JST
Sat, 17 Jan 2026 20:07:09 +0900 (JST)
Sat, 17 Jan 2026 20:07:09
Sat, 17 Jan 2026 11:07:09 GMT
Sat, 17 Jan 2026 11:07:09 UT
Sat, 17 Jan 2026 11:07:09 UTC
Sat, 17 Jan 2026 11:07:09 Z
Sat, 17 Jan 2026 11:07:09 +0000 GMT
Sat, 17 Jan 2026 20:07:09 GMT+9
Sat, 17 Jan 2026 20:07:09 GMT+09:00
Sat, 17 Jan 2026 20:07:09 UTC+9
Sat, 17 Jan 2026 04:07:09 -700
Sat, 17 Jan 2026 12:07:09 +1:00
Sat, 17 Jan 2026 12:07:09 CET
Sat, 17 Jan 2026 12:07:09 MET
Sat, 17 Jan 2026 13:07:09 EET
Sat, 17 Jan 2026 14:07:09 MSK
Sat, 17 Jan 2026 16:37:09 IST
Sat, 17 Jan 2026 19:07:09 SGT
Sat, 17 Jan 2026 19:07:09 HKT
Sat, 17 Jan 2026 20:07:09 KST
Sat, 17 Jan 2026 21:07:09 AEST
Sat, 17 Jan 2026 22:07:09 AEDT
Sat, 17 Jan 2026 06:07:09 EST
Sat, 17 Jan 2026 07:07:09 EDT
Sat, 17 Jan 2026 06:07:09 ET
Sat, 17 Jan 2026 05:07:09 CT
Sat, 17 Jan 2026 04:07:09 MST
Sat, 17 Jan 2026 03:07:09 PST
Sat, 17 Jan 2026 03:07:09 PT
Sat, 17 Jan 2026 06:07:09 America/New_York
Sat, 17 Jan 2026 8:07:09 PM +0900
Sat, 17 Jan 2026 08:07:09 PM JST
Sat, 17 Jan 2026 8:07:09 pm
Sat, 17 Jan 2026 8:07:09 p.m.
Sat, 17 Jan 2026 8:07:09PM
Sat, 17 Jan 2026, 20:07:09
Sat, 17 January 2026 20:07:09 +0900
Sat, 17 January 2026, 20:07:09 JST
Saturday, 17 January 2026 20:07:09
Saturday 17 January 2026 20:07:09
Saturday, 17-Jan-26 20:07:09 JST
Saturday, 17-Jan-2026 20:07:09 JST
Sat, 17-Jan-2026 11:07:09 GMT
Sat, 17 Jan 26 20:07:09 +0900
sat, 17 jan 2026 20:07:09 +0900
SAT, 17 JAN 2026 20:07:09 +0900
Sat,17 Jan 2026 20:07:09 +0900
Sat , 17 Jan 2026 20:07:09 +0900
Sat, 17  Jan  2026  20:07:09  +0900
Sat. 17 Jan. 2026 20:07:09 +0900
17 Jan 2026 20:07:09 +0900
17 Jan 2026 20:07:09
17 January 2026 20:07:09 JST
17th January 2026 20:07:09
17-Jan-2026 20:07:09
17/Jan/2026:20:07:09 +0900
Sat Jan 17 20:07:09 2026
Sat Jan 17 20:07:09 JST 2026
Sat Jan 17 11:07:09 UTC 2026
Sat Jan 17 20:07:09 +0900 2026
Sat Jan 17 20:07:09 2026 +0900
Sat Jan 17 2026 20:07:09 GMT+0900 (日本標準時)
Sat Jan 17 2026 20:07:09 GMT+0900 (Japan Standard Time)
Sat Jan 17 2026 20:07:09 GMT+0900
Sat Jan 17 2026 20:07:09
Sat, Jan 17 2026 20:07:09 +0900
Sat, Jan 17, 2026 20:07:09 +0900
Sat, January 17, 2026 20:07:09 JST
Saturday, January 17, 2026 20:07:09 JST
Saturday, January 17, 2026 8:07:09 PM
Saturday, January 17, 2026 at 8:07:09 PM JST
Saturday, January 17, 2026, 8:07:09 PM JST
January 17, 2026 20:07:09
January 17, 2026 20:07:09 JST
January 17, 2026 8:07:09 PM
January 17th, 2026 8:07:09 PM
January 17, 2026, 20:07:09
Jan 17, 2026 8:07:09 PM
Jan 17, 2026, 8:07:09 PM
Jan. 17, 2026 8:07:09 p.m.
Jan 17 2026 20:07:09
17.01.2026 20:07:09
17.1.2026 20:07:09
17.01.2026, 20:07:09
17/01/2026 20:07:09
17/01/2026 - 20:07:09
17-01-2026 20:07:09
1/17/2026 8:07:09 PM
01/17/2026 20:07:09
01/17/2026 20:07:09 +0900
20:07:09 17.01.2026
20:07:09 17 Jan 2026
20:07:09 JST 17 January 2026
Samstag, 17. Januar 2026 20:07:09
samedi 17 janvier 2026 20:07:09
sábado, 17 de enero de 2026 20:07:09
sabato 17 gennaio 2026 20:07:09
20260117T200709
20260117T200709+0900
20260117T110709Z
20260117200709
20260117 200709
1768648029
1768648029000
1768648029123456
/Date(1768648029000)/
/Date(1768648029000+0900)/
Published: 2026-01-17 20:07:09
公開日時: 2026/01/17 20:07:09
""".strip().splitlines()
TO_THE_MINUTE = """
2026-01-17T20:07+09:00
2026-01-17T20:07
2026-01-17T11:07Z
2026-01-17 20:07
2026-1-17 20:07
2026/01/17 20:07
2026/1/17 20:07
2026/1/17(土) 20:07
2026/1/17（土） 20:07
2026/1/17(土)20:07
2026.1.17 20:07
2026. 1. 17. 20:07
2026年1月17日 20:07
2026年1月17日 20時07分
2026年1月17日 20時7分
2026年1月17日(土) 20時07分
2026年1月17日（土・祝）20:07
2026年1月17日午後8時07分
2026年1月17日 午後8時7分
2026年1月17日(土) 午後8:07
2026年 1月 17日 20:07
令和8年1月17日 午後8時7分
2026/01/17 20:07 更新
2026年1月17日 20:07 公開
公開日：2026年1月17日 20:07
Sat, 17 Jan 2026 20:07 +0900
Sat, 17 Jan 2026 20:07 JST
Sat, 17 Jan 2026 20:07
17 Jan 26 20:07 JST
17 Jan 2026 20:07
17 January 2026 - 20:07
January 17, 2026 8:07 PM
January 17, 2026 at 8:07 PM
January 17, 2026 at 8:07 pm JST
Saturday, January 17, 2026 - 20:07
Jan 17, 2026 08:07 PM
17.01.2026 20:07
17.01.2026 - 20:07
20:07 17.01.2026
17/01/2026 20:07
17/01/2026 - 20:07
1/17/2026 8:07 PM
Samstag, 17. Januar 2026 - 20:07 Uhr
samedi 17 janvier 2026 à 20h07
17 de janeiro de 2026 20:07
202601172007
""".strip().splitlines()
DAYS = """
2026-01-17
2026-1-17
2026/01/17
2026/1/17
2026.01.17
2026.1.17
2026. 1. 17
20260117
2026年1月17日
2026年01月17日
2026年1月17日(土)
2026年1月17日（土曜日）
2026年 1月 17日
２０２６年１月１７日
二〇二六年一月十七日
令和8年1月17日
令和８年１月１７日
令和八年一月十七日
R8.1.17
2026/01/17(Sat)
Sat, 17 Jan 2026
17 Jan 2026
17 January 2026
17th January 2026
17th of January 2026
17. Januar 2026
17 janvier 2026
17 de enero de 2026
17 gennaio 2026
January 17, 2026
January 17 2026
January 17th, 2026
Jan 17, 2026
Jan. 17, 2026
Saturday, January 17, 2026
Saturday 17 January 2026
Sat Jan 17 2026
17-Jan-2026
2026 January 17
2026-Jan-17
17.01.2026
17/01/2026
17-01-2026
01/17/2026
2026년 1월 17일
2026-01-17 (Sat)
公開日:2026年1月17日
Updated January 17, 2026
""".strip().splitlines()
OTHER_TIMES = {
    "Fri, 18 Jul 2025 12:07:09 BST": "2025-07-18T11:07:09",
    "Fri, 18 Jul 2025 13:07:09 CEST": "2025-07-18T11:07:09",
    "Fri, 18 Jul 2025 07:07:09 ET": "2025-07-18T11:07:09",
    "Fri, 18 Jul 2025 04:07:09 PT": "2025-07-18T11:07:09",
    "Fri, 18 Jul 2025 21:07:09 AET": "2025-07-18T11:07:09",
    "18 Jul 2025 13:07:09 Europe/Paris": "2025-07-18T11:07:09",
    "Sat, 17 Jan 2026 12:00:00 AM +0900": "2026-01-16T15:00:00",
    "Sat, 17 Jan 2026 12:30:00 PM +0900": "2026-01-17T03:30:00",
    "2026年1月17日 午後0時30分": "2026-01-17T03:30:00",
    "2026年1月17日 午前0時": "2026-01-16T15:00:00",
    "2026年1月17日 8時": "2026-01-16T23:00:00",
    "2026年1月17日 24:00": "2026-01-17T15:00:00",
    "2016-12-31T23:59:60Z": "2016-12-31T23:59:59",
    "土, 10 1 2026 20:07:09 +0900": "2026-01-10T11:07:09",
    "Sat, 10/1/2026": "2026-01-09T15:00:00",
    "Thu, 10/1/2026": "2026-09-30T15:00:00",
    "5/5/2026": "2026-05-04T15:00:00",
    "10.1.2026": "2026-01-09T15:00:00",
    "17 Jan 99 20:07 JST": "1999-01-17T11:07:00",
    "令和元年5月1日": "2019-04-30T15:00:00",
    "平成31年4月30日": "2019-04-29T15:00:00",
    "昭和64年1月7日": "1989-01-06T15:00:00",
    "Tue, 1 May 2026": "2026-04-30T15:00:00",
}
NO_DATES = """
0001-01-01T00:00:00Z
0001-01-01
Mon, 01 Jan 0001 00:00:00 +0000
月, 01 1月 0001 00:00:00 GMT
Mon, 30 Nov -0001 00:00:00 +0000
-0001-11-30T00:00:00+00:00
0000-00-00 00:00:00
0000-00-00
1970-01-01T00:00:00Z
1970-01-01
Thu, 01 Jan 1970 00:00:00 GMT
Thu, 01 Jan 1970 09:00:00 +0900
1970年1月1日 9時00分
Wed, 31 Dec 1969 16:00:00 PST
1900-01-01T00:00:00
9999-12-31T23:59:59Z
2026-02-30
2026年13月1日
2026-01-17 25:00
2026-01-17 20:67
2026-01-17 20:07 AM
10/1/2026
01-02-2026
26/1/17 20:07
Sat, 17 Jan 20:07:09 JST
17 January
1月17日
2026年1月
January 2026
2026
20:07:09
3時間前
昨日
Yesterday at 8:07 PM
2026-01-17 20:07:09 XYZ
2026-01-17 20:07:09 Mars/Olympus
2026-01-17 20:07:09 +99:00
2026-01-17 - 2026-02-01
2026年1月17日から19日
全17回 2026年1月17日 3号
Sept 99 was no month
0
""".strip().splitlines()


@pytest.mark.parametrize("written", TO_THE_SECOND)
def test_a_layout_with_seconds(written: str) -> None:
    assert parse_date(written, TOKYO) == datetime(2026, 1, 17, 11, 7, 9, tzinfo=UTC)


@pytest.mark.parametrize("written", TO_THE_MINUTE)
def test_a_layout_with_minutes(written: str) -> None:
    assert parse_date(written, TOKYO) == datetime(2026, 1, 17, 11, 7, tzinfo=UTC)


@pytest.mark.parametrize("written", DAYS)
def test_a_day_is_its_midnight_in_the_newsroom(written: str) -> None:
    assert parse_date(written, TOKYO) == datetime(2026, 1, 16, 15, tzinfo=UTC)


@pytest.mark.parametrize(("written", "utc"), OTHER_TIMES.items())
def test_another_time(written: str, utc: str) -> None:
    assert parse_date(written, TOKYO) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize("written", NO_DATES)
def test_what_is_no_date_or_could_be_two(written: str) -> None:
    assert parse_date(written, TOKYO) is None


def test_there_are_two_hundred_layouts() -> None:
    layouts = [*TO_THE_SECOND, *TO_THE_MINUTE, *DAYS]
    assert len(set(layouts)) == len(layouts) > 250


@given(st.text(alphabet="0123456789:/-.+ TZ年月日時分秒午前後土APMJanSat,()[]", max_size=60))
def test_no_text_is_too_much(text: str) -> None:
    found = parse_date(text, TOKYO)
    assert found is None or found.tzinfo is UTC


@given(
    st.integers(40_000_000, 6_900_000_000),
    st.sampled_from(
        ("%Y-%m-%dT%H:%M:%S", "%Y年%m月%d日 %H時%M分%S秒", "%Y/%m/%d %I:%M:%S %p", "%d %b %Y %H:%M:%S",
         "%a %b %d %H:%M:%S %Y", "%A, %B %d, %Y %I:%M:%S %p", "%d.%m.%Y %H:%M:%S", "%a, %d %m月 %Y %H:%M:%S")
    ),
)  # fmt: skip
def test_every_day_of_a_layout_is_that_day(seconds: int, layout: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    assert parse_date(at.astimezone(TOKYO).strftime(layout), TOKYO) == at
