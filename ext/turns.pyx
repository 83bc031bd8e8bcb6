# cython: boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
"""Turn-taking from the lengths of turns. The stub beside this file documents the module."""

from libc.math cimport NAN, log, sqrt
from libc.stdint cimport int32_t, int64_t
from libc.stdlib cimport qsort
from libc.string cimport memcpy, memset

import numpy as np


cdef int ascending(const void *a, const void *b) noexcept nogil:
    cdef int32_t x = (<const int32_t *> a)[0], y = (<const int32_t *> b)[0]
    return (x > y) - (x < y)


cdef void sort_lengths(int32_t *lengths, int64_t n) noexcept nogil:
    """Sort in place: turns are short, so that counting them by length is quickest."""
    cdef int32_t counts[1024]
    cdef int32_t longest = 0, value
    cdef int64_t k, i = 0
    for k in range(n):
        longest = lengths[k] if lengths[k] > longest else longest
    if longest >= 1024:
        qsort(lengths, n, sizeof(int32_t), ascending)
        return
    memset(counts, 0, (longest + 1) * sizeof(int32_t))
    for k in range(n):
        counts[lengths[k]] += 1
    for value in range(longest + 1):
        for k in range(counts[value]):
            lengths[i] = value
            i += 1


cdef inline double ratio(double above, double below) noexcept nogil:
    return above / below if below != 0.0 else NAN


cdef double entropy_of_counts(const int64_t *counts, int64_t bins) noexcept nogil:
    cdef int64_t i, total = 0
    cdef double sum = 0.0
    for i in range(bins):
        total += counts[i]
    if total == 0:
        return NAN
    for i in range(bins):
        if counts[i] and counts[i] != total:
            sum -= counts[i] * log(<double> counts[i] / <double> total)
    return sum / total


cdef inline int length_bin(int32_t length) noexcept nogil:
    """Bins 1, 2, 3-4, 5-8, ..., 33-64, 65 and more."""
    cdef int bin = 0
    cdef int32_t top = 1
    while bin < 7 and length > top:
        top *= 2
        bin += 1
    return bin


cdef void lengths_of(const int32_t *lengths, int64_t n, int32_t *order, LengthFigures *out) noexcept nogil:
    cdef int64_t k, i, total = 0, short = 0
    cdef int64_t bins[8]
    cdef int64_t seen[65]
    cdef int64_t value, count
    cdef double mean, d, before, squares = 0.0, products = 0.0, ranks = 0.0, sd, r, root_up, root_down, place
    out.mean = out.median = out.sd = out.p90 = out.cv = out.burstiness = out.burstiness_finite = NAN
    out.gini = out.short_share = out.lag1 = out.entropy = NAN
    if n == 0:
        return
    memset(bins, 0, sizeof(bins))
    for k in range(n):
        total += lengths[k]
        short += lengths[k] <= 2
        if lengths[k] > 0:
            bins[length_bin(lengths[k])] += 1
    mean = <double> total / n
    before = 0.0
    for k in range(n):
        d = lengths[k] - mean
        squares += d * d
        if k:
            products += d * before
        before = d
    sd = sqrt(squares / n)
    memcpy(order, lengths, n * sizeof(int32_t))
    sort_lengths(order, n)
    for k in range(n):
        ranks += <double> (2 * (k + 1) - n - 1) * order[k]
    out.mean = mean
    out.sd = sd
    out.median = (order[(n - 1) // 2] + order[n // 2]) / 2.0
    place = 0.9 * (n - 1)
    i = <int64_t> place
    out.p90 = order[i] + (place - i) * (order[i + 1] - order[i]) if i + 1 < n else order[n - 1]
    out.cv = ratio(sd, mean)
    out.burstiness = ratio(sd - mean, sd + mean)
    if mean > 0.0:
        r = sd / mean
        root_up = sqrt(n + 1.0)
        root_down = sqrt(n - 1.0)
        out.burstiness_finite = ratio(root_up * r - root_down, (root_up - 2.0) * r + root_down)
    out.gini = ratio(ranks, <double> n * <double> total)
    out.short_share = <double> short / n
    # where every turn is as long, rounding alone would leave something of the deviations
    out.lag1 = products / squares if order[0] != order[n - 1] else NAN
    out.entropy = entropy_of_counts(bins, 8)


def length_figures(lengths):
    cdef const int32_t[::1] row = np.ascontiguousarray(lengths, np.int32)
    cdef int32_t[::1] room = np.empty(len(row) + 1, np.int32)
    cdef LengthFigures out
    lengths_of(&row[0] if len(row) else NULL, len(row), &room[0], &out)
    return {
        "words_per_turn": out.mean,
        "words_per_turn_median": out.median,
        "words_per_turn_sd": out.sd,
        "words_per_turn_p90": out.p90,
        "cv": out.cv,
        "burstiness": out.burstiness,
        "burstiness_finite": out.burstiness_finite,
        "gini": out.gini,
        "short_turn_share": out.short_share,
        "lag1": out.lag1,
        "length_entropy": out.entropy,
    }
