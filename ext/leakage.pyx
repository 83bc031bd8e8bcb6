# cython: boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
"""What two texts share, exact and linear in their words. The stub beside this file documents the module.

Most states of an automaton or a trie have one edge, which stands in the state itself. Further ones stand in one array in the
order they were made, found through a hash table of their numbers; those of one state are a list inside that array, so that a
state can be copied.
"""

cimport cython
from libc.stdint cimport int32_t, int64_t, uint8_t, uint64_t
from libc.stdlib cimport free, malloc, realloc
from libc.string cimport memset

from synthdial._core.words cimport Vocabulary

import numpy as np

cdef uint64_t MIX = 0x9E3779B97F4A7C15
cdef int64_t MOST_WORDS = 1 << 29

cdef struct Edge:
    uint64_t key              # state << 32 | word
    int32_t target
    int32_t next              # the next edge of the same state, or -1

cdef struct State:
    int32_t length            # words of the longest run that ends in it
    int32_t link              # the state of the longest run that is an end of it and stands elsewhere too
    int32_t end               # where its first occurrence ends
    int32_t word              # of its own edge, or -1
    int32_t target
    int32_t first             # its first further edge, or -1


cdef inline uint64_t place_of(uint64_t key, int bits) noexcept nogil:
    return (key * MIX ^ (key >> 29)) * MIX >> (64 - bits)


@cython.final
cdef class Graph:
    """States and the edges between them."""

    cdef State *states
    cdef Edge *edges
    cdef int32_t *slots
    cdef int bits
    cdef int64_t state_count, state_room, edge_count, edge_room

    def __cinit__(self):
        self.bits = 6
        self.state_room = self.edge_room = 32
        self.states = <State *> malloc(self.state_room * sizeof(State))
        self.edges = <Edge *> malloc(self.edge_room * sizeof(Edge))
        self.slots = <int32_t *> malloc(sizeof(int32_t) << self.bits)
        if not self.states or not self.edges or not self.slots:
            raise MemoryError
        memset(self.slots, 0xFF, sizeof(int32_t) << self.bits)

    def __dealloc__(self):
        free(self.states)
        free(self.edges)
        free(self.slots)

    cdef int32_t new_state(self, int32_t length, int32_t link, int32_t end) except -1 nogil:
        cdef State *grown
        if self.state_count >= self.state_room:
            grown = <State *> realloc(self.states, 2 * self.state_room * sizeof(State))
            if not grown:
                with gil:
                    raise MemoryError
            self.states = grown
            self.state_room *= 2
        self.states[self.state_count] = State(length, link, end, -1, 0, -1)
        self.state_count += 1
        return <int32_t> (self.state_count - 1)

    cdef int32_t *edge(self, int32_t state, int32_t word) noexcept nogil:
        """Where the target of an edge stands until the next one is added, or NULL."""
        cdef uint64_t key = <uint64_t> state << 32 | <uint64_t> word
        cdef uint64_t mask = (<uint64_t> 1 << self.bits) - 1, at
        if self.states[state].word == word:
            return &self.states[state].target
        if self.states[state].first < 0:
            return NULL
        at = place_of(key, self.bits)
        while self.slots[at] >= 0:
            if self.edges[self.slots[at]].key == key:
                return &self.edges[self.slots[at]].target
            at = (at + 1) & mask
        return NULL

    cdef int connect(self, int32_t state, int32_t word, int32_t target) except -1 nogil:
        """Add an edge that is not there yet."""
        cdef Edge *grown
        if self.states[state].word < 0:
            self.states[state].word = word
            self.states[state].target = target
            return 0
        if self.edge_count >= self.edge_room:
            grown = <Edge *> realloc(self.edges, 2 * self.edge_room * sizeof(Edge))
            if not grown:
                with gil:
                    raise MemoryError
            self.edges = grown
            self.edge_room *= 2
        if 2 * (self.edge_count + 1) > <int64_t> 1 << self.bits:
            self.widen()
        self.edges[self.edge_count] = Edge(<uint64_t> state << 32 | <uint64_t> word, target, self.states[state].first)
        self.states[state].first = <int32_t> self.edge_count
        self.put(<int32_t> self.edge_count)
        self.edge_count += 1
        return 0

    cdef void put(self, int32_t number) noexcept nogil:
        cdef uint64_t mask = (<uint64_t> 1 << self.bits) - 1, at = place_of(self.edges[number].key, self.bits)
        while self.slots[at] >= 0:
            at = (at + 1) & mask
        self.slots[at] = number

    cdef int widen(self) except -1 nogil:
        cdef int64_t k
        cdef int32_t *slots = <int32_t *> malloc(sizeof(int32_t) << (self.bits + 1))
        if not slots:
            with gil:
                raise MemoryError
        free(self.slots)
        self.slots = slots
        self.bits += 1
        memset(slots, 0xFF, sizeof(int32_t) << self.bits)
        for k in range(self.edge_count):
            self.put(<int32_t> k)
        return 0

    cdef int32_t extend(self, int32_t last, int32_t word, int32_t end) except -1 nogil:
        """Add a word at the end (Blumer et al. 1985); the state of the whole text."""
        cdef int32_t new = self.new_state(end, 0, end), state = last, target, clone, k
        cdef int32_t *edge = NULL
        while state >= 0:
            edge = self.edge(state, word)
            if edge != NULL:
                break
            self.connect(state, word, new)
            state = self.states[state].link
        if state < 0:
            return new
        target = edge[0]
        if self.states[target].length == self.states[state].length + 1:
            self.states[new].link = target
            return new
        clone = self.new_state(self.states[state].length + 1, self.states[target].link, self.states[target].end)
        self.connect(clone, self.states[target].word, self.states[target].target)
        k = self.states[target].first
        while k >= 0:
            self.connect(clone, <int32_t> (self.edges[k].key & <uint64_t> 0xFFFFFFFF), self.edges[k].target)
            k = self.edges[k].next
        while state >= 0:
            edge = self.edge(state, word)
            if edge == NULL or edge[0] != target:
                break
            edge[0] = clone
            state = self.states[state].link
        self.states[target].link = clone
        self.states[new].link = clone
        return new


cdef const int32_t[::1] row(ids, bint known):
    """Word ids as a row that can be read; ``known``: none may be below 0."""
    array = np.ascontiguousarray(ids, np.int32)
    if array.ndim != 1:
        raise ValueError("word ids must be one row")
    if len(array) > MOST_WORDS:
        raise ValueError("more words than can be numbered")
    if known and len(array) and array.min() < 0:
        raise ValueError("a word id must be 0 or more")
    return array


@cython.final
cdef class SuffixAutomaton:
    cdef Graph graph
    cdef readonly int64_t size

    def __cinit__(self, ids not None):
        cdef const int32_t[::1] words = row(ids, True)
        cdef int64_t k
        cdef int32_t last
        self.graph = Graph()
        self.size = len(words)
        with nogil:
            last = self.graph.new_state(0, -1, 0)
            for k in range(self.size):
                last = self.graph.extend(last, words[k], <int32_t> (k + 1))

    def matches(self, ids not None):
        cdef const int32_t[::1] words = row(ids, False)
        cdef int64_t k, count = len(words)
        lengths, ends = np.zeros(count, np.int32), np.zeros(count, np.int32)
        cdef int32_t[::1] length = lengths, end = ends
        cdef int32_t state = 0, run = 0
        cdef int32_t *edge
        cdef Graph graph = self.graph
        with nogil:
            for k in range(count):
                edge = graph.edge(state, words[k]) if words[k] >= 0 else NULL
                while edge == NULL and state > 0 and words[k] >= 0:
                    state = graph.states[state].link
                    run = graph.states[state].length
                    edge = graph.edge(state, words[k])
                if edge == NULL:
                    state = run = 0
                    continue
                state = edge[0]
                run += 1
                length[k] = run
                end[k] = graph.states[state].end
        return lengths, ends


@cython.final
cdef class Phrases:
    cdef Graph graph
    cdef readonly int32_t longest

    def __cinit__(self, phrases=()):
        cdef const int32_t[::1] words
        cdef int32_t state, target
        cdef int32_t *edge
        cdef int64_t k
        self.graph = Graph()
        self.graph.new_state(0, -1, 0)
        for phrase in phrases:
            words = row(phrase, True)
            state = 0
            for k in range(len(words)):
                edge = self.graph.edge(state, words[k])
                if edge == NULL:
                    target = self.graph.new_state(<int32_t> (k + 1), -1, 0)
                    self.graph.connect(state, words[k], target)
                    state = target
                else:
                    state = edge[0]
            self.graph.states[state].end = self.graph.states[state].length
            self.longest = max(self.longest, <int32_t> len(words))

    def cover(self, ids not None, begins not None):
        cdef const int32_t[::1] words = row(ids, False)
        cdef const int32_t[::1] edges = row(begins, True)
        cdef int64_t count = len(words), t, k, j, covered
        cdef int32_t state, found
        cdef int32_t *edge
        cdef Graph graph = self.graph
        if len(edges) < 1 or edges[0] != 0 or edges[len(edges) - 1] != count or np.any(np.diff(edges) < 0):
            raise ValueError("begins must rise from 0 to the number of words")
        common = np.zeros(count, np.uint8)
        cdef uint8_t[::1] out = common
        with nogil:
            for t in range(len(edges) - 1):
                covered = edges[t]
                for k in range(edges[t], edges[t + 1]):
                    state = found = 0
                    for j in range(k, edges[t + 1]):
                        edge = graph.edge(state, words[j]) if words[j] >= 0 else NULL
                        if edge == NULL:
                            break
                        state = edge[0]
                        if graph.states[state].end:
                            found = graph.states[state].end
                    covered = max(covered, k + found)
                    out[k] = covered > k
        return common.view(bool)


def gram_names(ids not None, int64_t size):
    cdef const int32_t[::1] words = row(ids, True)
    cdef int64_t count = len(words), width = 1, step, k, at, mask
    cdef int bits = 6
    cdef int32_t different
    cdef int32_t *slots
    cdef uint64_t *keys
    cdef uint64_t key
    if size < 1:
        raise ValueError("an n-gram has at least one word")
    if count < size:
        return np.zeros(0, np.int32)
    names = np.array(words, np.int32)
    cdef int32_t[::1] name = names
    while <int64_t> 1 << bits < 2 * count:
        bits += 1
    mask = (<int64_t> 1 << bits) - 1
    slots = <int32_t *> malloc(sizeof(int32_t) << bits)
    keys = <uint64_t *> malloc(count * sizeof(uint64_t))
    if not slots or not keys:
        free(slots)
        free(keys)
        raise MemoryError
    with nogil:
        while True:
            # an n-gram is named by the names of two shorter ones that it is made of; a single word by itself
            step = min(width, size - width)
            memset(slots, 0xFF, sizeof(int32_t) << bits)
            different = 0
            count -= step
            for k in range(count):
                key = <uint64_t> name[k] << 32 | <uint64_t> name[k + step]
                at = <int64_t> place_of(key, bits)
                while slots[at] >= 0 and keys[slots[at]] != key:
                    at = (at + 1) & mask
                if slots[at] < 0:
                    slots[at] = different
                    keys[different] = key
                    different += 1
                name[k] = slots[at]
            width += step
            if width == size:
                break
        free(slots)
        free(keys)
    return names[:count].copy()


def look_up(Vocabulary known not None, Vocabulary words not None):
    ids = np.empty(words.size, np.int32)
    cdef int32_t[::1] out = ids
    cdef int32_t k
    for k in range(words.size):
        out[k] = known.find_key(words, k)
    return ids
