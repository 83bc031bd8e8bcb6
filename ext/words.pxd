# The word splitter over UTF-8 bytes and the table that interns its words, for the other compiled modules.

cimport cython
from libc.stdint cimport int32_t, uint8_t, uint64_t

cdef enum:
    LETTERS = 1
    DIGITS = 2
    PLACEHOLDER = 3

# A word of up to 16 bytes is its lower-cased bytes, padded with zeros. A longer one stands in the table's arena: `low`
# is its hash and `high` its place there under a top byte that no UTF-8 has.
cdef struct Key:
    uint64_t low
    uint64_t high

cdef struct Slot:
    Key key
    int32_t id

@cython.final
cdef class Vocabulary:
    cdef Slot *slots
    cdef int bits
    cdef readonly int32_t size
    cdef Key *keys
    cdef uint8_t *kinds
    cdef Py_ssize_t room
    cdef uint8_t *arena
    cdef Py_ssize_t arena_size, arena_room
    cdef uint8_t *scratch
    cdef Py_ssize_t scratch_room

    cdef void clear(self) noexcept nogil
    cdef bint same_long(self, Key a, const uint8_t *word, Py_ssize_t length) noexcept nogil
    cdef int32_t intern(self, Key key, uint8_t kind) except -2 nogil
    cdef int32_t find_key(self, Vocabulary other, int32_t id) noexcept nogil
    cdef int32_t intern_bytes(self, const uint8_t *word, Py_ssize_t length, uint8_t kind) except -2 nogil
    cdef uint64_t hash_of(self, int32_t id) noexcept nogil
    cdef Py_ssize_t tokenise(self, const uint8_t *p, const uint8_t *end, int32_t *ids) except -1 nogil
    cdef bint is_full(self) noexcept nogil
    cdef int grow(self) except -1 nogil
    cdef int reserve_scratch(self, Py_ssize_t room) except -1 nogil
    cdef const uint8_t *slow_word(self, const uint8_t *p, const uint8_t *end, int32_t *id) except NULL nogil
    cdef const uint8_t *number(self, const uint8_t *p, const uint8_t *end, int32_t *id) except NULL nogil
    cdef const uint8_t *placeholder(self, const uint8_t *p, const uint8_t *end, int32_t *id) except? NULL nogil
    cdef int lower_greek(self, const uint8_t *p, const uint8_t *end, Py_ssize_t *length) except -1
    cdef bytes spelled(self, int32_t id)
    cdef Py_ssize_t length_of(self, int32_t id) noexcept nogil
    cdef const uint8_t *bytes_of(self, int32_t id) noexcept nogil

cdef bint may_need_composing(const uint8_t *p, Py_ssize_t size) noexcept nogil
cdef str composed(str text)

