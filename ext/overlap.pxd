# Repetition inside a dialogue: distinct n-grams, self-BLEU over its turns, and fingerprints to find copies by.

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t

cdef struct Gram:
    uint64_t key          # the two shorter n-grams it is made of
    int32_t turn          # the last turn that held it
    int32_t here          # how often, there
    int32_t owner         # the turn that holds it most often
    int32_t most
    int32_t second        # the largest count in any other turn

cdef struct Repetition:
    double distinct[3]
    double self_bleu

cdef class NGrams:
    cdef int32_t *slots
    cdef int bits
    cdef int32_t *names
    cdef int32_t *longer
    cdef int32_t *places
    cdef int32_t *turn_of
    cdef uint8_t *again
    cdef Gram *grams
    cdef int32_t *matches
    cdef int32_t *order
    cdef Py_ssize_t room, turn_room

    cdef int reserve(self, Py_ssize_t words, Py_ssize_t turns) except -1 nogil
    cdef int measure(self, const int32_t *ids, int64_t types, const int32_t *begins, int64_t turns, Repetition *out) except -1 nogil

cdef int64_t gram_hashes(const int32_t *ids, const uint64_t *hashes, const int32_t *begins, int64_t turns, int64_t size, uint64_t *out) noexcept nogil
cdef void sign(const uint64_t *hashes, int64_t count, uint32_t *signature, int64_t bins) noexcept nogil
