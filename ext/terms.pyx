# cython: boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
"""Lexicons in compiled form. The stub beside this file documents the module.

All lexicons share one table of words, so that each type of a dialogue is looked up once; two tries over those words, one of
backchannels and one of terms, stand in one hash table of edges.
"""

cimport cython
from libc.stdint cimport int32_t, int64_t, uint8_t, uint64_t
from libc.stdlib cimport free, malloc, realloc
from libc.string cimport memset

from synthdial._core.words cimport Vocabulary

cdef uint64_t MIX = 0x9E3779B97F4A7C15
cdef uint64_t EMPTY = 0xFFFFFFFFFFFFFFFF


@cython.final
cdef class Lexicons:
    def __cinit__(self):
        self.vocabulary = Vocabulary()
        self.bits = 10
        self.node_room = 1024
        self.edges = <Edge *> malloc(sizeof(Edge) << self.bits)
        self.ends = <int32_t *> malloc(self.node_room * sizeof(int32_t))
        if not self.edges or not self.ends:
            raise MemoryError
        memset(self.edges, 0xFF, sizeof(Edge) << self.bits)
        self.ends[0] = self.ends[1] = -1
        self.nodes = 2

    def __dealloc__(self):
        free(self.flags)
        free(self.edges)
        free(self.ends)

    def __init__(self, function_words=(), hesitations=(), backchannels=(), terms=(), int32_t term_count=0):
        for words in function_words:
            self.mark(words, FUNCTION)
        for words in hesitations:
            self.mark(words, HESITATION)
        for words in backchannels:
            self.mark(words, BACKCHANNEL)
            self.put(0, list(words), 0)
            self.mark(words[:1], BEGINS_BACKCHANNEL)
        self.term_count = term_count
        for words, term in terms:
            if not 0 <= term < term_count:
                raise ValueError("a form names a term that is not there")
            self.put(1, list(words), term)
            self.mark(words[:1], BEGINS_TERM)

    def mark(self, words, uint8_t flag):
        cdef int32_t id
        cdef uint8_t *grown
        if len(words) != 1:
            return
        id = self.vocabulary.intern_word(words[0])
        if id >= self.flag_room:
            grown = <uint8_t *> realloc(self.flags, 2 * id + 64)
            if not grown:
                raise MemoryError
            memset(grown + self.flag_room, 0, 2 * id + 64 - self.flag_room)
            self.flags = grown
            self.flag_room = 2 * id + 64
        self.flags[id] |= flag

    cdef int put(self, int32_t root, list words, int32_t term) except -1:
        cdef int32_t node = root, next_node, id
        cdef int32_t *grown
        cdef str word
        if not words:
            return 0
        for word in words:
            id = self.vocabulary.intern_word(word)
            next_node = self.child(node, id)
            if next_node < 0:
                if self.nodes >= self.node_room:
                    grown = <int32_t *> realloc(self.ends, 2 * self.node_room * sizeof(int32_t))
                    if not grown:
                        raise MemoryError
                    self.ends = grown
                    self.node_room *= 2
                next_node = self.nodes
                self.ends[next_node] = -1
                self.nodes += 1
                self.connect(node, id, next_node)
            node = next_node
        if self.ends[node] < 0:
            self.ends[node] = term
        return 0

    def connect(self, int32_t node, int32_t word, int32_t target):
        cdef Edge *old = self.edges
        cdef Edge *grown
        cdef int64_t i, before = <int64_t> 1 << self.bits
        if 2 * self.edge_count >= before:
            grown = <Edge *> malloc(sizeof(Edge) << (self.bits + 1))
            if not grown:
                raise MemoryError
            self.edges = grown
            self.bits += 1
            memset(self.edges, 0xFF, sizeof(Edge) << self.bits)
            for i in range(before):
                if old[i].key != EMPTY:
                    self.edges[self.free_place(old[i].key)] = old[i]
            free(old)
        i = self.free_place(<uint64_t> node << 32 | <uint64_t> word)
        self.edges[i].key = <uint64_t> node << 32 | <uint64_t> word
        self.edges[i].node = target
        self.edge_count += 1

    def free_place(self, uint64_t key):
        cdef uint64_t mask = (<uint64_t> 1 << self.bits) - 1
        cdef uint64_t at = (key * MIX ^ (key >> 29)) * MIX >> (64 - self.bits)
        while self.edges[at].key != EMPTY:
            at = (at + 1) & mask
        return at

    cdef int32_t child(self, int32_t node, int32_t word) noexcept nogil:
        cdef uint64_t key = <uint64_t> node << 32 | <uint64_t> word
        cdef uint64_t mask = (<uint64_t> 1 << self.bits) - 1
        cdef uint64_t at = (key * MIX ^ (key >> 29)) * MIX >> (64 - self.bits)
        while self.edges[at].key != EMPTY:
            if self.edges[at].key == key:
                return self.edges[at].node
            at = (at + 1) & mask
        return -1

    cdef int32_t longest(self, int32_t root, const int32_t *ids, const int32_t *word_of, int64_t length, int32_t *term) noexcept nogil:
        """Words of the longest entry that begins at ids[0]; 0 where none does."""
        cdef int32_t node = root, found = 0, word
        cdef int64_t j
        for j in range(length):
            word = word_of[ids[j]]
            if word < 0:
                break
            node = self.child(node, word)
            if node < 0:
                break
            if self.ends[node] >= 0:
                found = <int32_t> (j + 1)
                term[0] = self.ends[node]
        return found
