# Lexical diversity of a row of word ids. Every kernel is linear in the words.

from libc.stdint cimport int32_t, int64_t, uint8_t

# What one pass over the frequencies of the types tells.
cdef struct Spectrum:
    int64_t words
    int64_t types
    int64_t hapaxes
    double squares        # sum of the squared frequencies
    int32_t *classes      # the frequencies that occur, ascending
    int32_t *members      # how many types have each
    int64_t class_count

cdef int spectrum_of(const int32_t *frequency, int64_t types, int64_t words, int32_t *room, Spectrum *out) except -1 nogil
cdef void neighbours(const int32_t *ids, int64_t n, int64_t types, int32_t *last, int32_t *previous, int32_t *reversed_previous) noexcept nogil
cdef void three_mtlds(const int32_t *previous, const int32_t *reversed_previous, int64_t n, double *out) noexcept nogil
cdef double msttr_of(const int32_t *previous, int64_t n, int64_t segment) noexcept nogil
cdef double mattr_of(const int32_t *previous, const int32_t *reversed_previous, int64_t n, int64_t types, int64_t window) noexcept nogil
cdef double hdd_of(const Spectrum *s, int64_t sample) noexcept nogil
cdef double vocd_of(const Spectrum *s) noexcept nogil
cdef double mtld_of(const int32_t *previous, const int32_t *reversed_previous, int64_t n, int64_t over, int64_t under, bint inclusive, int64_t least) noexcept nogil
cdef int moving_average_of(const int32_t *ids, const int32_t *previous, const int32_t *reversed_previous, int64_t n, int64_t types, int64_t least, double *wrap, double *both_ways) except -1 nogil
