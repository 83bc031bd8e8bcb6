"""Every measure as its formula says, in plain Python: slow, short, obviously right; the core is held against it."""

import itertools
import math
from collections import Counter
from collections.abc import Sequence

NAN = math.nan
Words = Sequence[str]


def over(above: float, below: float) -> float:
    return above / below if below else NAN


def spectrum_figures(words: Words) -> dict[str, float]:
    n, counts = len(words), Counter(words)
    v = len(counts)
    return {
        "n_words": n,
        "n_types": v,
        "ttr": over(v, n),
        "rttr": over(v, math.sqrt(n)),
        "cttr": over(v, math.sqrt(2 * n)),
        "herdan_c": over(math.log(v), math.log(n)) if n else NAN,
        "summer": math.log(math.log(v)) / math.log(math.log(n)) if v > 1 else NAN,
        "dugast": math.log(n) ** 2 / (math.log(n) - math.log(v)) if v < n else NAN,
        "maas_a2": (math.log(n) - math.log(v)) / math.log(n) ** 2 if n > 1 else NAN,
        "yule_k": over(1e4 * (sum(f * f for f in counts.values()) - n), n * n),
        "simpson_d": over(sum(f * (f - 1) for f in counts.values()), n * (n - 1)),
        "hapax_share": over(sum(f == 1 for f in counts.values()), v),
    }


def msttr(words: Words, segment: int = 50) -> float:
    whole = [words[i : i + segment] for i in range(0, len(words) - segment + 1, segment)]
    return over(sum(len(set(part)) / segment for part in whole), len(whole))


def mattr(words: Words, window: int = 50) -> float:
    if len(words) <= window:
        return over(len(set(words)), len(words))
    parts = [words[i : i + window] for i in range(len(words) - window + 1)]
    return sum(len(set(part)) / window for part in parts) / len(parts)


def hdd(words: Words, sample: int = 42) -> float:
    n = len(words)
    if n < sample:
        return NAN
    return sum(1 - math.comb(n - f, sample) / math.comb(n, sample) for f in Counter(words).values()) / sample


def vocd_misfit(words: Words, d: float) -> float:
    """The sum of squares that voc-D makes smallest."""
    n, counts = len(words), Counter(words)
    total = 0.0
    for size in range(35, 51):
        expected = sum(1 - math.comb(n - f, size) / math.comb(n, size) for f in counts.values()) / size
        total += (expected - d / size * (math.sqrt(1 + 2 * size / d) - 1)) ** 2
    return total


def mtld_one_way(words: Words, inclusive: bool, least: int) -> float:
    factors, begin = 0.0, 0
    for i in range(len(words)):
        stretch = words[begin : i + 1]
        types, length = len(set(stretch)), len(stretch)
        if (25 * types < 18 * length or (inclusive and 25 * types == 18 * length)) and length >= least:
            factors += 1
            begin = i + 1
    rest = words[begin:]
    if rest:
        factors += (1 - len(set(rest)) / len(rest)) / (1 - 0.72)
    return len(words) / factors if factors else NAN


def mtld(words: Words, inclusive: bool = False, least: int = 0) -> float:
    return (mtld_one_way(words, inclusive, least) + mtld_one_way(words[::-1], inclusive, least)) / 2


def factor_length(words: Words, least: int) -> int | None:
    """Words of the first stretch, from the start, whose type-token ratio is below 0.72."""
    for n in range(least, len(words) + 1):
        if 25 * len(set(words[:n])) < 18 * n:
            return n
    return None


def mtld_ma_wrap(words: Words, least: int = 10) -> float:
    lengths = [factor_length([*words[i:], *words[:i]], least) for i in range(len(words))]
    closed = [length for length in lengths if length]
    return over(sum(closed), len(closed))


def mtld_ma_bid(words: Words, least: int = 10) -> float:
    means = []
    for way in (words, words[::-1]):
        closed = [length for i in range(len(way)) if (length := factor_length(way[i:], least))]
        means.append(over(sum(closed), len(closed)))
    return sum(means) / 2


def ngrams(words: Words, n: int) -> list[tuple[str, ...]]:
    return [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]


def distinct(turns: Sequence[Words], n: int) -> float:
    grams = [gram for turn in turns for gram in ngrams(turn, n)]
    return over(len(set(grams)), len(grams))


def bleu(words: Words, others: Sequence[Words]) -> float:
    product = 1.0
    for n in range(1, 5):
        counts = Counter(ngrams(words, n))
        most: Counter[tuple[str, ...]] = Counter()
        for other in others:
            most |= Counter(ngrams(other, n))
        matches = sum(min(count, most[gram]) for gram, count in counts.items())
        if n == 1 and not matches:
            return 0.0
        product *= (matches or 0.1) / max(1, sum(counts.values()))
    closest = min((len(other) for other in others), key=lambda length: (abs(length - len(words)), length))
    return product**0.25 * (1 if len(words) > closest else math.exp(1 - closest / len(words)))


def self_bleu(turns: Sequence[Words]) -> float:
    spoken = [turn for turn in turns if turn]
    if len(spoken) < 2:
        return NAN
    return sum(bleu(turn, spoken[:i] + spoken[i + 1 :]) for i, turn in enumerate(spoken)) / len(spoken)


def entropy(counts: Sequence[int]) -> float:
    total = sum(counts)
    return abs(-sum(c / total * math.log(c / total) for c in counts if c)) if total else NAN


def length_figures(lengths: Sequence[int]) -> dict[str, float]:
    n = len(lengths)
    names = [
        "words_per_turn",
        "words_per_turn_median",
        "words_per_turn_sd",
        "words_per_turn_p90",
        "cv",
        "burstiness",
        "burstiness_finite",
        "gini",
        "short_turn_share",
        "lag1",
        "length_entropy",
    ]
    if not n:
        return dict.fromkeys(names, NAN)
    mean = sum(lengths) / n
    sd = math.sqrt(sum((k - mean) ** 2 for k in lengths) / n)
    order = sorted(lengths)
    place = 0.9 * (n - 1)
    low = math.floor(place)
    high = min(low + 1, n - 1)
    ratio = over(sd, mean)
    up, down = math.sqrt(n + 1), math.sqrt(n - 1)
    bins = Counter(min(7, math.ceil(math.log2(k))) for k in lengths if k)
    pairs = sum((a - mean) * (b - mean) for a, b in itertools.pairwise(lengths))
    differences = sum(abs(a - b) for a in lengths for b in lengths)
    return {
        "words_per_turn": mean,
        "words_per_turn_median": (order[(n - 1) // 2] + order[n // 2]) / 2,
        "words_per_turn_sd": sd,
        "words_per_turn_p90": order[low] + (place - low) * (order[high] - order[low]),
        "cv": ratio,
        "burstiness": over(sd - mean, sd + mean),
        "burstiness_finite": over(up * ratio - down, (up - 2) * ratio + down) if mean else NAN,
        "gini": over(differences, 2 * n * n * mean),
        "short_turn_share": sum(k <= 2 for k in lengths) / n,
        "lag1": over(pairs, sum((k - mean) ** 2 for k in lengths)) if len(set(lengths)) > 1 else NAN,
        "length_entropy": entropy(list(bins.values())),
    }


def run_figures(speakers: Sequence[int]) -> dict[str, float]:
    runs = [len(list(group)) for _, group in itertools.groupby(speakers)]
    return {
        "switch_rate": over(len(runs) - 1, len(speakers) - 1) if len(speakers) > 1 else NAN,
        "run_entropy": entropy(list(Counter(runs).values())),
    }


def longest_match(words: Words, at: int, entries: dict[tuple[str, ...], int]) -> tuple[int, int]:
    for length in range(len(words) - at, 0, -1):
        if (term := entries.get(tuple(words[at : at + length]))) is not None:
            return length, term
    return 0, -1


def is_backchannel(words: Words, entries: dict[tuple[str, ...], int]) -> bool:
    if not 1 <= len(words) <= 3:
        return False
    at = 0
    while at < len(words):
        length, _ = longest_match(words, at, entries)
        if not length:
            return False
        at += length
    return True


def uptake(turns: Sequence[Words], content: set[str]) -> float:
    shares = []
    for before, turn in itertools.pairwise(turns):
        spoken = [word for word in turn if word in content]
        if spoken:
            shares.append(sum(word in before for word in spoken) / len(spoken))
    return over(sum(shares), len(shares))


def coherence(words: Words, content: set[str]) -> float:
    counts = Counter(word for word in words if word in content)
    top = [word for word, _ in counts.most_common(10)]  # ties in the order of first occurrence
    if len(top) < 2:
        return NAN
    windows = [set(words[i : i + 10]) for i in range(max(1, len(words) - 9))]
    values = []
    for a, b in itertools.combinations(top, 2):
        p_a, p_b, p = (sum(wanted <= window for window in windows) / len(windows) for wanted in ({a}, {b}, {a, b}))
        values.append(-1.0 if p == 0 else 1.0 if p == 1 else math.log(p / (p_a * p_b)) / -math.log(p))
    return sum(values) / len(values)


def drift(words: Words, content: set[str]) -> float:
    third = len(words) // 3
    first = Counter(word for word in words[:third] if word in content)
    last = Counter(word for word in words[len(words) - third :] if word in content)
    a, b = sum(first.values()), sum(last.values())
    if not a or not b:
        return NAN
    total = 0.0
    for word in first | last:
        p, q = first[word] / a, last[word] / b
        mean = (p + q) / 2
        total += sum(share / 2 * math.log(share / mean) for share in (p, q) if share)
    return max(0.0, total)


def term_figures(turns: Sequence[Words], entries: dict[tuple[str, ...], int], terms: int) -> dict[str, float]:
    words = sum(len(turn) for turn in turns)
    found, seen, quarters, begin = 0, set(), set(), 0
    for turn in turns:
        at = 0
        while at < len(turn):
            length, term = longest_match(turn, at, entries)
            if length:
                found += 1
                seen.add(term)
                quarters.add(4 * (begin + at) // words)
            at += length or 1
        begin += len(turn)
    return {
        "term_coverage": over(len(seen), terms),
        "term_density": over(100 * found, words) if terms else NAN,
        "term_spread": len(quarters) / 4 if terms and words else NAN,
    }
