# cython: boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
"""Lexical diversity of a row of word ids, each measure in one pass. The stub beside this file documents the module.

``previous[k]`` is where the type of word k was last seen before k, -1 where it was not: a word is new to the stretch that
begins at s exactly where ``previous[k] < s``. That one array, and the same of the text read backwards, serve every measure of
stretches; no set is ever kept.
"""

from libc.math cimport NAN, exp, fabs, log, sqrt
from libc.stdint cimport int16_t, int32_t, int64_t, uint8_t, uint64_t
from libc.stdlib cimport calloc, free, malloc
from libc.string cimport memcpy, memset

import numpy as np


cdef int spectrum_of(const int32_t *frequency, int64_t types, int64_t words, int32_t *room, Spectrum *out) except -1 nogil:
    """Frequency classes; ``room`` holds at least 2 * (sqrt(2 * words) + 2) + 1024 numbers."""
    cdef int64_t i, f, count = 0, hapaxes = 0, distinct = 0
    cdef double squares = 0.0
    cdef int32_t low[1024]
    cdef int32_t *classes = room
    cdef int32_t *members
    cdef int64_t most = <int64_t> sqrt(2.0 * words) + 2
    memset(low, 0, sizeof(low))
    members = room + most
    for i in range(types):
        f = frequency[i]
        squares += <double> f * f
        if f < 1024:
            low[f] += 1
    for f in range(1, 1024):
        if low[f]:
            classes[distinct] = <int32_t> f
            members[distinct] = low[f]
            distinct += 1
    if words >= 1024:
        distinct = frequent_classes(frequency, types, classes, members, distinct)
    out.words = words
    out.types = types
    out.hapaxes = low[1]
    out.squares = squares
    out.classes = classes
    out.members = members
    out.class_count = distinct
    return 0


cdef int64_t frequent_classes(const int32_t *frequency, int64_t types, int32_t *classes, int32_t *members, int64_t distinct) noexcept nogil:
    """Add the classes of 1,024 and more; there are few such types in any text, and the classes stay sorted."""
    cdef int64_t i, j, begin = distinct, middle, high
    cdef int32_t f
    for i in range(types):
        f = frequency[i]
        if f < 1024:
            continue
        j = begin
        high = distinct
        while j < high:
            middle = (j + high) >> 1
            if classes[middle] < f:
                j = middle + 1
            else:
                high = middle
        if j < distinct and classes[j] == f:
            members[j] += 1
            continue
        high = distinct
        while high > j:
            classes[high] = classes[high - 1]
            members[high] = members[high - 1]
            high -= 1
        classes[j] = f
        members[j] = 1
        distinct += 1
    return distinct


cdef void neighbours(const int32_t *ids, int64_t n, int64_t types, int32_t *last, int32_t *previous, int32_t *reversed_previous) noexcept nogil:
    """``previous`` of the text, and of the text read backwards; both have room for n + 1 numbers."""
    cdef int64_t k
    cdef int32_t before
    memset(last, 0xFF, types * sizeof(int32_t))
    memset(reversed_previous, 0xFF, n * sizeof(int32_t))
    for k in range(n):
        before = last[ids[k]]
        previous[k] = before
        # where there is none before, the number goes to the place behind the last
        reversed_previous[n - 1 - before] = <int32_t> (n - 1 - k)
        last[ids[k]] = <int32_t> k


cdef double msttr_of(const int32_t *previous, int64_t n, int64_t segment) noexcept nogil:
    cdef int64_t segments = n // segment, s, k, start, fresh = 0
    if segments == 0:
        return NAN
    for s in range(segments):
        start = s * segment
        for k in range(start, start + segment):
            fresh += previous[k] < start
    return <double> fresh / (<double> segments * segment)


cdef double mattr_of(const int32_t *previous, const int32_t *reversed_previous, int64_t n, int64_t types, int64_t window) noexcept nogil:
    cdef int64_t k, inside = 0, total = 0, start
    if n == 0:
        return NAN
    if n <= window:
        return <double> types / n
    for k in range(window):
        inside += previous[k] < 0
    total = inside
    for k in range(window, n):
        # the window gives up the word at `start`, whose type stays where it comes again, and takes in the word k
        start = k - window
        inside += previous[k] < start
        inside -= reversed_previous[n - 1 - start] < n - 1 - k
        total += inside
    return <double> total / (<double> (n - window + 1) * window)


cdef double hdd_of(const Spectrum *s, int64_t sample) noexcept nogil:
    cdef int64_t i, j, f, n = s.words
    cdef double absent, total = 0.0
    if n < sample or sample < 1:
        return NAN
    for i in range(s.class_count):
        f = s.classes[i]
        absent = 1.0
        for j in range(sample):
            if n - f - j <= 0:
                absent = 0.0
                break
            absent *= <double> (n - f - j) / <double> (n - j)
        total += s.members[i] * (1.0 - absent)
    return total / sample


cdef double vocd_of(const Spectrum *s) noexcept nogil:
    """Gauss-Newton in ln D: its fixed point is where the sum of squares is stationary."""
    cdef double expected[16]
    cdef double inverse[50]
    cdef double absent, d, root, fitted, slope, above, below, step, t
    cdef int64_t i, j, f, n = s.words
    cdef int turn
    if n < 50 or s.types == n:
        return NAN
    for j in range(16):
        expected[j] = 0.0
    for j in range(50):
        inverse[j] = 1.0 / <double> (n - j)
    for i in range(s.class_count):
        f = s.classes[i]
        absent = 1.0
        for j in range(50):
            absent = absent * <double> (n - f - j) * inverse[j] if n - f - j > 0 else 0.0
            if j >= 34:
                expected[j - 34] += s.members[i] * (1.0 - absent)
    for j in range(16):
        expected[j] /= <double> (j + 35)
    t = expected[8]
    if t >= 1.0:
        return NAN
    d = t * t * 43.0 / (2.0 * (1.0 - t))
    for turn in range(200):
        above = below = 0.0
        for j in range(16):
            t = <double> (j + 35)
            root = sqrt(1.0 + 2.0 * t / d)
            fitted = d / t * (root - 1.0)
            slope = fitted - 1.0 / root
            above += (expected[j] - fitted) * slope
            below += slope * slope
        if below == 0.0:
            return NAN
        step = above / below
        step = 1.0 if step > 1.0 else -1.0 if step < -1.0 else step
        d *= exp(step)
        if fabs(step) < 1e-13:
            break
    return d if d < 1e12 else NAN


cdef double factors(const int32_t *previous, int64_t n, int64_t over, int64_t under, bint inclusive, int64_t least) noexcept nogil:
    """How many factors a text holds, the open one at its end in part."""
    cdef int64_t k, start = 0, types = 0, length = 0, closed = 0, slack = 1 if inclusive else 0
    cdef double threshold = <double> over / <double> under
    for k in range(n):
        types += previous[k] < start
        length += 1
        if under * types < over * length + slack and length >= least:
            closed += 1
            start = k + 1
            types = 0
            length = 0
    if length == 0:
        return <double> closed
    return closed + (1.0 - <double> types / <double> length) / (1.0 - threshold)


cdef void three_mtlds(const int32_t *previous, const int32_t *reversed_previous, int64_t n, double *out) noexcept nogil:
    """MTLD at 0.72, with stretches that end below it; at it as well; and not before ten words. Side by side, which keeps a
    processor busier than one after the other.
    """
    cdef double counts[3]
    cdef int64_t k, way
    cdef int32_t p
    cdef int32_t start0, start1, start2, sum0, sum1, sum2, closed0, closed1, closed2
    cdef const int32_t *row
    out[0] = out[1] = out[2] = 0.0
    for way in range(2):
        row = previous if way == 0 else reversed_previous
        start0 = start1 = start2 = sum0 = sum1 = sum2 = closed0 = closed1 = closed2 = 0
        # each new word adds 7, each repeated one takes 18 off: the sum is 25 V - 18 n
        for k in range(n):
            p = row[k]
            sum0 += 7 if p < start0 else -18
            sum1 += 7 if p < start1 else -18
            sum2 += 7 if p < start2 else -18
            if sum0 < 0:
                closed0 += 1
                start0 = <int32_t> (k + 1)
                sum0 = 0
            if sum1 <= 0:
                closed1 += 1
                start1 = <int32_t> (k + 1)
                sum1 = 0
            if sum2 < 0 and k - start2 >= 9:
                closed2 += 1
                start2 = <int32_t> (k + 1)
                sum2 = 0
        counts[0] = with_rest(closed0, sum0, n - start0)
        counts[1] = with_rest(closed1, sum1, n - start1)
        counts[2] = with_rest(closed2, sum2, n - start2)
        for k in range(3):
            out[k] += n / counts[k] / 2.0 if counts[k] > 0.0 else NAN


cdef inline double with_rest(int64_t closed, int64_t sum, int64_t length) noexcept nogil:
    """Factors, the open one of so many words in part; ``sum`` is its 25 V - 18 n."""
    if length == 0:
        return <double> closed
    return closed + (1.0 - <double> ((sum + 18 * length) // 25) / <double> length) / (1.0 - 0.72)


cdef double mtld_of(const int32_t *previous, const int32_t *reversed_previous, int64_t n, int64_t over, int64_t under, bint inclusive, int64_t least) noexcept nogil:
    cdef double forward = factors(previous, n, over, under, inclusive, least)
    cdef double backward = factors(reversed_previous, n, over, under, inclusive, least)
    if forward <= 0.0 or backward <= 0.0:
        return NAN
    return (<double> n / forward + <double> n / backward) / 2.0


# The moving-average MTLD. For the stretch that begins at i, a bit a word says whether the word is new to it; new words add 7,
# repeated ones take 18 off, and the factor ends where the sum falls below 0 (25 V < 18 n). From i to i + 1 a single bit
# changes: the next occurrence of word i becomes new. So the answer for every start is a search for the first negative sum,
# eight words at a time by table, and whole blocks of 64, 64 * 64, ... words where nothing falls that low.
cdef struct Step:
    int16_t sum
    int16_t low
    uint8_t need[8]       # after each word of the eight, how large the sum before them must be for none to be below 0

cdef Step STEP[256]
cdef int _b, _i, _s, _m
for _b in range(256):
    _s = 0
    _m = 1000
    for _i in range(8):
        _s += 7 if _b >> _i & 1 else -18
        _m = min(_m, _s)
        STEP[_b].need[_i] = <uint8_t> max(0, -_m)
    STEP[_b].sum = <int16_t> _s
    STEP[_b].low = <int16_t> _m

cdef struct Block:
    int32_t sum
    int32_t low
    bint stale

cdef struct Stretch:
    uint64_t *fresh
    int64_t size          # words, whole blocks of 64 behind them
    int depth             # levels of blocks
    Block *level[6]


cdef inline uint64_t bits_at(const Stretch *s, int64_t at) noexcept nogil:
    """The next 64 bits; the shift in two steps, since one of 64 places is undefined."""
    return s.fresh[at >> 6] >> (at & 63) | (s.fresh[(at >> 6) + 1] << 1) << (63 - (at & 63))


cdef Block *block(Stretch *s, int depth, int64_t index) noexcept nogil:
    """Sum and lowest prefix sum of a block, computed anew where a bit in it has changed."""
    cdef Block *found = &s.level[depth][index]
    cdef Block *child
    cdef int64_t j
    cdef int32_t total = 0, low = 1 << 30
    cdef int b
    if not found.stale:
        return found
    if depth == 0:
        for j in range(8):
            b = (s.fresh[index] >> (8 * j)) & 255
            low = min(low, total + STEP[b].low)
            total += STEP[b].sum
    else:
        for j in range(64):
            child = block(s, depth - 1, index * 64 + j)
            low = min(low, total + child.low)
            total += child.sum
    found.sum = total
    found.low = low
    found.stale = False
    return found


cdef inline void renew(Stretch *s, int64_t at) noexcept nogil:
    cdef int depth
    s.fresh[at >> 6] |= <uint64_t> 1 << (at & 63)
    for depth in range(s.depth):
        s.level[depth][at >> (6 * (depth + 1))].stale = True


cdef int64_t close_of(Stretch *s, int64_t start, int64_t least, int64_t limit) noexcept nogil:
    """Where the factor that begins at ``start`` ends, one past its last word; -1 where it has not by ``limit``."""
    cdef int64_t at = start, sum = 0, span
    cdef uint64_t bits
    cdef int b, i, j, depth
    cdef Block *whole
    if start + least > limit:
        return -1
    while at + 8 < start + least:
        sum += STEP[bits_at(s, at) & 255].sum
        at += 8
    while at < start + least - 1:
        sum += 7 if s.fresh[at >> 6] >> (at & 63) & 1 else -18
        at += 1
    if sum < 0:
        # one more word must follow, whatever the sum
        sum += 7 if s.fresh[at >> 6] >> (at & 63) & 1 else -18
        at += 1
        if sum < 0:
            return at
    while at < limit:
        if at - start >= 128:
            # far from the start: go on in whole blocks where they stay above zero
            if at & 63:
                sum += 7 if s.fresh[at >> 6] >> (at & 63) & 1 else -18
                at += 1
                if sum < 0:
                    return at
                continue
            depth = 0
            while depth + 1 < s.depth and at & ((<int64_t> 1 << (6 * (depth + 2))) - 1) == 0:
                depth += 1
            while depth >= 0:
                span = <int64_t> 1 << (6 * (depth + 1))
                if at + span <= limit:
                    whole = block(s, depth, at >> (6 * (depth + 1)))
                    if sum + whole.low >= 0:
                        sum += whole.sum
                        at += span
                        break
                depth -= 1
            if depth >= 0:
                continue
        bits = bits_at(s, at)
        for i in range(8):
            b = bits & 255
            if sum + STEP[b].low < 0:
                at += 1
                for j in range(8):
                    at += STEP[b].need[j] <= sum
                return at if at <= limit else -1
            sum += STEP[b].sum
            at += 8
            bits >>= 8
    return -1


cdef int open_stretch(Stretch *s, int64_t size) except -1 nogil:
    cdef int64_t blocks = size // 64 + 2
    memset(s, 0, sizeof(Stretch))
    s.size = size
    s.fresh = <uint64_t *> calloc(blocks + 64, 8)
    if not s.fresh:
        with gil:
            raise MemoryError
    while s.depth < 6:
        # whole families of 64, so that a parent never looks past the end of its children
        blocks = (blocks + 63) // 64 * 64
        s.level[s.depth] = <Block *> malloc(blocks * sizeof(Block))
        if not s.level[s.depth]:
            close_stretch(s)
            with gil:
                raise MemoryError
        memset(s.level[s.depth], 0xFF, blocks * sizeof(Block))
        s.depth += 1
        if blocks <= 64:
            break
        blocks //= 64
    return 0


cdef void close_stretch(Stretch *s) noexcept nogil:
    cdef int depth
    free(s.fresh)
    for depth in range(6):
        free(s.level[depth])


cdef int one_way(const int32_t *ids, const int32_t *previous, const int32_t *following, int64_t n, int64_t types, int64_t least, bint wrapped, double *wrap, double *mean) except -1 nogil:
    """Mean factor length over the starts whose factor ends within the text, and over all starts, wrapping round."""
    cdef Stretch s
    cdef int32_t *first = NULL
    cdef int64_t k, end, size = 2 * n if wrapped else n, lengths = 0, closed = 0, wrapped_lengths = 0, wrapped_closed = 0
    cdef int64_t after
    open_stretch(&s, size)
    if wrapped:
        first = <int32_t *> malloc(max(types, 1) * sizeof(int32_t))
        if not first:
            close_stretch(&s)
            with gil:
                raise MemoryError
        for k in range(n - 1, -1, -1):
            first[ids[k]] = <int32_t> k
    for k in range(n):
        if previous[k] < 0:
            s.fresh[k >> 6] |= <uint64_t> 1 << (k & 63)
    for k in range(n):
        end = close_of(&s, k, least, k + n if wrapped else n)
        if end >= 0:
            wrapped_lengths += end - k
            wrapped_closed += 1
            if end <= n:
                lengths += end - k
                closed += 1
        # the next occurrence of word k is new to the stretch that begins at k + 1
        after = following[n - 1 - k]
        if after >= 0:
            renew(&s, n - 1 - after)
        elif wrapped:
            renew(&s, n + first[ids[k]])
    free(first)
    close_stretch(&s)
    mean[0] = <double> lengths / <double> closed if closed else NAN
    if wrapped:
        wrap[0] = <double> wrapped_lengths / <double> wrapped_closed if wrapped_closed else NAN
    return 0


cdef int moving_average_of(const int32_t *ids, const int32_t *previous, const int32_t *reversed_previous, int64_t n, int64_t types, int64_t least, double *wrap, double *both_ways) except -1 nogil:
    cdef double forward = NAN, backward = NAN, unused = NAN
    wrap[0] = both_ways[0] = NAN
    if n == 0:
        return 0
    one_way(ids, previous, reversed_previous, n, types, least, True, wrap, &forward)
    one_way(ids, reversed_previous, previous, n, types, least, False, &unused, &backward)
    both_ways[0] = (forward + backward) / 2.0
    return 0


cdef class Words:
    """One row of word ids with what the measures share."""

    cdef const int32_t[::1] ids
    cdef int32_t[::1] frequency, previous, backwards, classes
    cdef Spectrum spectrum
    cdef readonly int64_t size, types

    def __init__(self, ids):
        dense = np.unique(np.asarray(ids), return_inverse=True)[1].astype(np.int32).ravel()
        self.ids = dense
        self.size = len(dense)
        self.types = int(dense.max()) + 1 if self.size else 0
        self.frequency = np.bincount(dense, minlength=1).astype(np.int32)
        self.previous = np.empty(self.size + 1, np.int32)
        self.backwards = np.empty(self.size + 1, np.int32)
        self.classes = np.empty(2 * (int(sqrt(2.0 * self.size)) + 4) + 1024, np.int32)
        last = np.empty(self.types + 1, np.int32)
        cdef int32_t[::1] seen = last
        cdef const int32_t *at = &self.ids[0] if self.size else NULL
        with nogil:
            neighbours(at, self.size, self.types, &seen[0], &self.previous[0], &self.backwards[0])
            spectrum_of(&self.frequency[0], self.types, self.size, &self.classes[0], &self.spectrum)

    def frequencies(self):
        return np.asarray(self.frequency[:self.types])

    def msttr(self, int64_t segment):
        return msttr_of(&self.previous[0], self.size, segment)

    def mattr(self, int64_t window):
        return mattr_of(&self.previous[0], &self.backwards[0], self.size, self.types, window)

    def hdd(self, int64_t sample):
        return hdd_of(&self.spectrum, sample)

    def vocd(self):
        return vocd_of(&self.spectrum)

    def mtld(self, int64_t over, int64_t under, bint inclusive, int64_t least):
        cdef double value
        with nogil:
            value = mtld_of(&self.previous[0], &self.backwards[0], self.size, over, under, inclusive, least)
        return value

    def moving_average_mtld(self, int64_t least):
        cdef double wrap = NAN, both = NAN
        cdef const int32_t *at = &self.ids[0] if self.size else NULL
        with nogil:
            moving_average_of(at, &self.previous[0], &self.backwards[0], self.size, self.types, least, &wrap, &both)
        return wrap, both
