# Lexicons in compiled form: flags by word, and terms of one or more words found by longest match.

cimport cython
from libc.stdint cimport int32_t, int64_t, uint8_t, uint64_t

from synthdial._core.words cimport Vocabulary

cdef enum:
    FUNCTION = 1
    HESITATION = 2
    BACKCHANNEL = 4           # on its own
    BEGINS_BACKCHANNEL = 8
    BEGINS_TERM = 16

cdef struct Edge:
    uint64_t key              # node << 32 | word
    int32_t node

@cython.final
cdef class Lexicons:
    cdef Vocabulary vocabulary
    cdef uint8_t *flags
    cdef Py_ssize_t flag_room
    cdef Edge *edges
    cdef int bits
    cdef int64_t edge_count
    cdef int32_t *ends        # the term a node ends, or -1
    cdef int32_t nodes
    cdef Py_ssize_t node_room
    cdef readonly int32_t term_count

    cdef int put(self, int32_t root, list words, int32_t term) except -1
    cdef int32_t child(self, int32_t node, int32_t word) noexcept nogil
    cdef int32_t longest(self, int32_t root, const int32_t *ids, const int32_t *word_of, int64_t length, int32_t *term) noexcept nogil
