# cython: boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
"""Repetition inside a dialogue, exact and linear in its words. The stub beside this file documents the module.

An n-gram is named by the names of the two (n-1)-grams it is made of. Where either of them occurs once only, the n-gram does too:
it is neither looked up nor counted again, and most are of that kind.
"""

cimport cython
from libc.math cimport NAN, exp, sqrt
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy, memset

from synthdial._core.turns cimport sort_lengths

import numpy as np

cdef uint64_t MIX = 0x9E3779B97F4A7C15
cdef uint64_t EMPTY = 0xFFFFFFFFFFFFFFFF


cdef inline int32_t chosen(int32_t mask, int32_t yes, int32_t no) noexcept nogil:
    """``yes`` where the mask is -1, ``no`` where it is 0: a choice that compilers leave without a branch."""
    return no ^ ((no ^ yes) & mask)


cdef inline void meet(Gram *g, int32_t turn, int32_t *matches) noexcept nogil:
    """One more occurrence of an n-gram: the matches of its turn, and of the turn that holds it most often.

    A turn matches an n-gram as often as it holds it, but no more often than any other turn does. The owner's count is the
    largest, so that one more in its own turn always beats it. Turns count from 1 here.
    """
    cdef int32_t most = g.most, second = g.second, owner = g.owner
    cdef int32_t here = (g.here & -<int32_t> (g.turn == turn)) + 1
    cdef int32_t other = -<int32_t> (owner != turn), beats = -<int32_t> (here > most), further = -<int32_t> (here > second)
    cdef int32_t matched = other & ~beats
    matches[turn] -= matched
    matches[owner] -= matched & further
    g.second = chosen(other & beats, most, chosen(other & further, here, second))
    g.owner = chosen(beats, turn, owner)
    g.most = chosen(beats, here, most)
    g.here = here
    g.turn = turn


@cython.final
cdef class NGrams:
    def __cinit__(self):
        self.reserve(2048, 128)

    def __dealloc__(self):
        free(self.slots)
        free(self.names)
        free(self.longer)
        free(self.places)
        free(self.turn_of)
        free(self.again)
        free(self.grams)
        free(self.matches)
        free(self.order)

    cdef int reserve(self, Py_ssize_t words, Py_ssize_t turns) except -1 nogil:
        cdef bint lost = False
        if words > self.room:
            self.room = words + words // 2
            self.bits = 12
            while (<Py_ssize_t> 1 << self.bits) < 2 * self.room:
                self.bits += 1
            free(self.slots)
            free(self.names)
            free(self.longer)
            free(self.places)
            free(self.turn_of)
            free(self.again)
            free(self.grams)
            self.slots = <int32_t *> malloc(sizeof(int32_t) << self.bits)
            self.names = <int32_t *> malloc(self.room * sizeof(int32_t))
            self.longer = <int32_t *> malloc(self.room * sizeof(int32_t))
            self.places = <int32_t *> malloc(self.room * sizeof(int32_t))
            self.turn_of = <int32_t *> malloc(self.room * sizeof(int32_t))
            self.again = <uint8_t *> malloc(self.room)
            self.grams = <Gram *> malloc(self.room * sizeof(Gram))
            lost = not (self.slots and self.names and self.longer and self.places and self.turn_of and self.again and self.grams)
        if turns > self.turn_room:
            self.turn_room = turns + turns // 2
            free(self.matches)
            free(self.order)
            self.matches = <int32_t *> malloc(4 * self.turn_room * sizeof(int32_t))
            self.order = <int32_t *> malloc(self.turn_room * sizeof(int32_t))
            lost = lost or not (self.matches and self.order)
        if lost:
            self.room = self.turn_room = 0
            with gil:
                raise MemoryError
        return 0

    cdef int measure(self, const int32_t *ids, int64_t types, const int32_t *begins, int64_t turns, Repetition *out) except -1 nogil:
        """Everything at once: turn t is the words from begins[t] up to begins[t + 1].

        For each length, ``names`` holds the name of the n-gram that begins at a word, from 1 on, and 0 where it does not fit
        into its turn or cannot come back; ``places`` are the words where one begins that comes back. Which n-grams do is nothing
        a processor could guess, so that nothing branches on it.
        """
        cdef int64_t words = begins[turns], t, k, n, i, total, count, different, at, mask
        cdef int bits
        cdef int32_t name, fresh
        cdef int32_t *swap
        cdef int32_t *longer
        cdef int32_t *matches
        cdef int32_t *names
        cdef int32_t *places
        cdef int32_t *turn_of
        cdef int32_t *slots
        cdef uint8_t *again
        cdef uint64_t key
        cdef Gram *grams
        self.reserve(words + 2, turns + 2)
        names, longer, places = self.names, self.longer, self.places
        turn_of, again = self.turn_of, self.again
        grams, slots, matches = self.grams, self.slots, self.matches
        memset(matches, 0, 4 * (turns + 1) * sizeof(int32_t))
        for t in range(turns):
            for k in range(begins[t], begins[t + 1]):
                turn_of[k] = <int32_t> t + 1
        turn_of[words] = 0
        memset(again, 0, types + 1)
        memset(slots, 0, (types + 1) * sizeof(int32_t))
        for k in range(words):
            name = ids[k] + 1
            again[name] = slots[name] > 0
            slots[name] = 1
            names[k] = name
            places[k] = <int32_t> k
        names[words] = 0
        count = words
        different = types
        for n in range(1, 5):
            total = 0
            for t in range(turns):
                total += max(0, begins[t + 1] - begins[t] - n + 1)
            if n > 1:
                # an n-gram may come back only where both of its parts do: those places, the others being different ones
                i = 0
                for k in range(count):
                    at = places[k]
                    places[i] = <int32_t> at
                    i += again[names[at + 1]] & <int32_t> (turn_of[at + 1] == turn_of[at])
                count = i
                bits = 6
                while (<int64_t> 1 << bits) < 2 * count:
                    bits += 1
                mask = (<int64_t> 1 << bits) - 1
                memset(slots, 0, sizeof(int32_t) << bits)
                memset(longer, 0, (words + 1) * sizeof(int32_t))
                memset(again, 0, count + 1)
                matches += turns + 1
                different = 0
                for i in range(count):
                    k = places[i]
                    key = <uint64_t> names[k] << 32 | <uint64_t> names[k + 1]
                    at = <int64_t> ((key * MIX ^ (key >> 29)) * MIX >> (64 - bits))
                    name = slots[at]
                    while name and grams[name].key != key:
                        at = (at + 1) & mask
                        name = slots[at]
                    fresh = name == 0
                    different += fresh
                    name += <int32_t> different & -fresh
                    slots[at] = name
                    again[name] = 1 - fresh
                    grams[name].key = key
                    longer[k] = name
                swap = names
                names = longer
                longer = swap
                memset(grams, 0, (different + 1) * sizeof(Gram))
                different += total - count
            else:
                memset(grams, 0, (types + 1) * sizeof(Gram))
            if n <= 3:
                out.distinct[n - 1] = <double> different / <double> total if total else NAN
            i = 0
            for k in range(count):
                at = places[k]
                places[i] = <int32_t> at
                i += again[names[at]]
            count = i
            for k in range(count):
                at = places[k]
                meet(&grams[names[at]], turn_of[at], matches)
        out.self_bleu = self_bleu_of(self.matches, begins, turns, self.order)
        return 0


cdef double self_bleu_of(const int32_t *matches, const int32_t *begins, int64_t turns, int32_t *order) noexcept nogil:
    """Mean BLEU-4 of the turns that hold a word, from their clipped matches of 1 to 4 words."""
    cdef int64_t t, n, count = 0, low, high, middle
    cdef int32_t length
    cdef double total = 0.0, product, possible, matched
    for t in range(turns):
        if begins[t + 1] > begins[t]:
            order[count] = begins[t + 1] - begins[t]
            count += 1
    if count < 2:
        return NAN
    sort_lengths(order, count)
    for t in range(turns):
        length = begins[t + 1] - begins[t]
        if length == 0 or matches[t + 1] == 0:
            continue
        product = 1.0
        for n in range(4):
            possible = <double> max(1, length - n)
            matched = matches[n * (turns + 1) + t + 1]
            product *= (matched if matched else 0.1) / possible
        total += sqrt(sqrt(product)) * brevity(order, count, length)
    return total / count


cdef double brevity(const int32_t *order, int64_t count, int32_t length) noexcept nogil:
    """BLEU's penalty against the other turn that is closest in length, the shorter of two that are as close."""
    cdef int64_t low = 0, high = count, middle
    cdef int32_t longer
    while low < high:
        middle = (low + high) >> 1
        if order[middle] < length:
            low = middle + 1
        else:
            high = middle
    # order[low] is a turn of this length, possibly this turn itself
    if low + 1 >= count or order[low + 1] == length:
        return 1.0
    longer = order[low + 1]
    if low > 0 and length - order[low - 1] <= longer - length:
        return 1.0
    return exp(1.0 - <double> longer / <double> length)


cdef int64_t gram_hashes(const int32_t *ids, const uint64_t *hashes, const int32_t *begins, int64_t turns, int64_t size, uint64_t *out) noexcept nogil:
    """A 64-bit hash of every n-gram inside a turn, by the words alone; how many there are."""
    cdef int64_t t, k, j, count = 0
    cdef uint64_t value
    for t in range(turns):
        for k in range(begins[t], begins[t + 1] - size + 1):
            value = <uint64_t> size
            for j in range(size):
                value = (value ^ hashes[ids[k + j]]) * MIX
                value ^= value >> 31
            value *= <uint64_t> 0xBF58476D1CE4E5B9
            out[count] = value ^ (value >> 29)
            count += 1
    return count


cdef void sign(const uint64_t *hashes, int64_t count, uint32_t *signature, int64_t bins) noexcept nogil:
    """One-permutation MinHash: each hash falls into one bin, of a power of two, which keeps the smallest."""
    cdef int64_t k
    cdef uint64_t at
    cdef uint32_t value
    memset(signature, 0xFF, bins * sizeof(uint32_t))
    for k in range(count):
        value = <uint32_t> (hashes[k] >> 32)
        at = hashes[k] & <uint64_t> (bins - 1)
        if value < signature[at]:
            signature[at] = value


cdef NGrams shared = NGrams()


def repetition(ids, begins):
    cdef int32_t[::1] names
    cdef int32_t[::1] edges = np.ascontiguousarray(begins, np.int32)
    cdef Repetition out
    row = np.asarray(ids)
    if len(edges) < 1 or edges[0] != 0 or edges[len(edges) - 1] != len(row) or np.any(np.diff(begins) < 0):
        raise ValueError("begins must rise from 0 to the number of words")
    dense = np.unique(row, return_inverse=True)[1].astype(np.int32).ravel()
    names = dense if len(dense) else np.zeros(1, np.int32)
    shared.measure(&names[0], int(dense.max()) + 1 if len(dense) else 0, &edges[0], len(edges) - 1, &out)
    return out.distinct[0], out.distinct[1], out.distinct[2], out.self_bleu


def unmet_lately(const uint64_t[::1] hashes not None, uint64_t[::1] recent not None):
    cdef int64_t k, count = 0, size = len(hashes), mask = len(recent) - 1
    if mask < 0 or (mask + 1) & mask:
        raise ValueError("the places of what was met must be a power of two")
    out = np.empty(size, np.uint64)
    cdef uint64_t[::1] kept = out
    cdef uint64_t value
    for k in range(size):
        value = hashes[k]
        kept[count] = value
        # an empty place is 0, a hash like any other: that one is always kept
        count += (recent[value & <uint64_t> mask] != value) | (value == 0)
        recent[value & <uint64_t> mask] = value
    return out[:count]
