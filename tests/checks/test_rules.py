from bot.checks import RULES, check
from bot.domain.findings import SEVERITIES
from bot.japanese import read
from tests.japanese.drafts import draft

ENOUGH = "".join(f"水槽{n}には案内端末が置かれ、質問に答えます。" for n in range(12))
LONG = (
    "案内端末は来館者の声を聞き取り、魚の名前や餌の時間を八つの言語で答え、"
    "館内の混み具合まで伝えるので、窓口の列は夏休みの間も短いままでした。"
)


def found(body: str, rule: str, **more: object) -> list[tuple[str, int | None, int]]:
    post = draft(f"{ENOUGH}\n\n{body}", **more)  # type: ignore[arg-type]
    return [(f.quote, f.paragraph, f.line) for f in check(post, read(post)) if f.rule == rule]


def test_findings_come_worst_first_and_speak_calmly() -> None:
    post = draft(f"{LONG}\n\n{LONG}\n\n---END---\n\n{ENOUGH}")
    findings = check(post, read(post))
    assert [f.rule for f in findings] == ["end-marker", "repeated-passage"]
    assert [SEVERITIES.index(f.severity) for f in findings] == [0, 1]
    for rule in RULES:
        for said in (rule.message, rule.remedy):
            assert said.endswith(("です。", "ます。", "ません。", "ください。"))
            assert said.count("。") == 1
            assert "！" not in said
            assert "誤り" not in said
