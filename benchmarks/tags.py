"""How many of the tags that authors gave are found in the text, with theirs withheld, beside plain TF-IDF nouns.

    uv run python benchmarks/tags.py DIR [--sample] [--seed 5]

A tag counts where the text mentions it and at most 10 posts of the folder bear it. --sample lists 100 extracted tags
to be judged by eye. `ok` means that at least 60 % are among the best 12.
"""

import argparse
import json
import math
import random
import sys
import time
from collections import Counter
from dataclasses import replace
from itertools import chain
from pathlib import Path

from _stored_posts import drafts_in
from rich.console import Console
from rich.table import Table

from bot.domain.posts import Draft
from bot.japanese import fold, read
from bot.japanese.article import article
from bot.japanese.names import compounds
from bot.japanese.normalisation import folded_words
from bot.japanese.vocabulary import vocabulary

BEST, RARE, SAMPLE, SEED, LEAST = 12, 10, 100, 5, 0.6


def main() -> int:
    """Run it; 0 where the target is met."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("folder", type=Path)
    options.add_argument("--sample", action="store_true")
    options.add_argument("--seed", type=int, default=SEED)
    chosen = options.parse_args()
    drafts = drafts_in(chosen.folder)
    began = time.perf_counter()
    found = [[tag.name for tag in read(replace(draft, tags=())).tags] for draft in drafts]
    spent = (time.perf_counter() - began) / max(1, len(drafts)) * 1000
    peer = by_tf_idf(drafts)
    wanted = rare_tags(drafts)
    if chosen.sample:
        every = list(chain.from_iterable(found))
        print(*random.Random(chosen.seed).sample(every, min(SAMPLE, len(every))), sep="\n")
    return report(len(drafts), wanted, {"kawaraban": found, "TF-IDF nouns": peer}, spent)


def rare_tags(drafts: list[Draft]) -> list[set[str]]:
    """For each post its author's tags, folded, that its text mentions and few posts bear."""
    borne = [{fold(tag): tag for tag in draft.tags} for draft in drafts]
    posts = Counter(chain.from_iterable(borne))
    return [
        {key for key, tag in tags.items() if posts[key] <= RARE and mentioned(tag, draft)}
        for tags, draft in zip(borne, drafts, strict=True)
    ]


def mentioned(tag: str, draft: Draft) -> bool:
    """Whether the post says the tag or one of its aliases."""
    whole = article(draft)
    text = f" {' '.join(whole.title.folded)} {' '.join(whole.body)} "
    entry = vocabulary().entry(tag)
    phrases = entry.phrases if entry else (tuple(folded_words(tag)),)
    return any(phrase and f" {' '.join(phrase)} " in text for phrase in phrases)


def by_tf_idf(drafts: list[Draft]) -> list[list[str]]:
    """The peer: joined nouns by frequency times rarity in the folder."""
    bags = [compounds(chain.from_iterable(words.tokens for words in article(draft).paragraphs)) for draft in drafts]
    spread = Counter(chain.from_iterable(bags))
    return [sorted(bag, key=lambda n: -bag[n] * math.log(len(bags) / spread[n]))[:BEST] for bag in bags]


def report(posts: int, wanted: list[set[str]], found: dict[str, list[list[str]]], spent: float) -> int:
    """The table, the JSON line, the exit code."""
    table = Table("", f"recall at {BEST}", "found", "of", title=f"Author's tags withheld, {posts} posts")
    total, recalls = sum(map(len, wanted)), {}
    for name, tags in found.items():
        hits = sum(len(want & {fold(tag) for tag in got}) for want, got in zip(wanted, tags, strict=True))
        recalls[name] = round(hits / max(1, total), 3)
        table.add_row(name, str(recalls[name]), str(hits), str(total))
    Console().print(table)
    ok = recalls["kawaraban"] >= LEAST
    print(json.dumps({"posts": posts, "recall": recalls, "tags": total, "ms_a_reading": round(spent, 1), "ok": ok}))
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
