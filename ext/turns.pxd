# Turn-taking of a dialogue from the lengths of its turns.

from libc.stdint cimport int32_t, int64_t

cdef struct LengthFigures:
    double mean, median, sd, p90, cv, burstiness, burstiness_finite, gini, short_share, lag1, entropy

cdef void lengths_of(const int32_t *lengths, int64_t n, int32_t *sorted_room, LengthFigures *out) noexcept nogil
cdef void sort_lengths(int32_t *lengths, int64_t n) noexcept nogil
cdef double entropy_of_counts(const int64_t *counts, int64_t bins) noexcept nogil
