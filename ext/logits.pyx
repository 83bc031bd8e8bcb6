# cython: boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
"""The two passes over a row of logits that every sampled token needs. The stub beside this file documents them."""

from libc.math cimport INFINITY, log

# Both loops are written so that a compiler turns them into vector instructions without reordering any sum by itself:
# many running values side by side.
cdef extern from *:
    """
    #include <stddef.h>
    #include <stdint.h>
    #include <string.h>

    enum { RUN = 512 };

    static float largest(const float *row, ptrdiff_t n)
    {
        float best[RUN];
        ptrdiff_t at;
        for (int j = 0; j < RUN; j++) best[j] = -INFINITY;
        for (at = 0; at + RUN <= n; at += RUN)
            for (int j = 0; j < RUN; j++) best[j] = row[at + j] > best[j] ? row[at + j] : best[j];
        for (int j = 0; at < n; at++, j++) best[j] = row[at] > best[j] ? row[at] : best[j];
        for (int j = 1; j < RUN; j++) best[0] = best[j] > best[0] ? best[j] : best[0];
        return best[0];
    }

    /* e^x for x <= 0 to 2e-7: 2^k times a Taylor polynomial of 2^f, f in [-1/2, 1/2], below e^-87 as good as nothing */
    static inline float exp_below_zero(float x)
    {
        float t = x * 1.44269504f;
        t = t > -126.0f ? t : -126.0f;
        int32_t k = (int32_t)(t - 0.5f);
        float f = t - (float)k;
        float p = 1.54035304e-4f;
        p = p * f + 1.33335581e-3f;
        p = p * f + 9.61812911e-3f;
        p = p * f + 5.55041087e-2f;
        p = p * f + 2.40226507e-1f;
        p = p * f + 6.93147181e-1f;
        p = p * f + 1.0f;
        int32_t bits = (k + 127) << 23;
        float scale;
        memcpy(&scale, &bits, sizeof scale);
        return p * scale;
    }

    static double sum_exp_portable(const float *row, ptrdiff_t n, float top)
    {
        float terms[RUN];
        double total = 0.0;
        ptrdiff_t at;
        for (at = 0; at + RUN <= n; at += RUN) {
            for (int j = 0; j < RUN; j++) terms[j] = exp_below_zero(row[at + j] - top);
            for (int half = RUN / 2; half >= 16; half /= 2)
                for (int j = 0; j < half; j++) terms[j] += terms[j + half];
            for (int j = 0; j < 16; j++) total += terms[j];
        }
        for (; at < n; at++) total += exp_below_zero(row[at] - top);
        return total;
    }

    #if defined(__GNUC__) && defined(__x86_64__)
    #include <immintrin.h>
    /* GCC 12 vectorises the loop above for SSE2 but not for AVX2, so the same steps are written out for it: 4 times */
    __attribute__((target("avx2,fma")))
    static double sum_exp_avx2(const float *row, ptrdiff_t n, float top)
    {
        const __m256 tops = _mm256_set1_ps(top), log2e = _mm256_set1_ps(1.44269504f), low = _mm256_set1_ps(-126.0f);
        double total = 0.0;
        ptrdiff_t at;
        for (at = 0; at + RUN <= n; at += RUN) {
            __m256 sums[2] = {_mm256_setzero_ps(), _mm256_setzero_ps()};
            for (int j = 0; j < RUN; j += 8) {
                __m256 t = _mm256_mul_ps(_mm256_sub_ps(_mm256_loadu_ps(row + at + j), tops), log2e);
                t = _mm256_max_ps(t, low);
                __m256i k = _mm256_cvtps_epi32(t);
                __m256 f = _mm256_sub_ps(t, _mm256_cvtepi32_ps(k));
                __m256 p = _mm256_set1_ps(1.54035304e-4f);
                p = _mm256_fmadd_ps(p, f, _mm256_set1_ps(1.33335581e-3f));
                p = _mm256_fmadd_ps(p, f, _mm256_set1_ps(9.61812911e-3f));
                p = _mm256_fmadd_ps(p, f, _mm256_set1_ps(5.55041087e-2f));
                p = _mm256_fmadd_ps(p, f, _mm256_set1_ps(2.40226507e-1f));
                p = _mm256_fmadd_ps(p, f, _mm256_set1_ps(6.93147181e-1f));
                p = _mm256_fmadd_ps(p, f, _mm256_set1_ps(1.0f));
                __m256i bits = _mm256_slli_epi32(_mm256_add_epi32(k, _mm256_set1_epi32(127)), 23);
                sums[j / 8 & 1] = _mm256_fmadd_ps(p, _mm256_castsi256_ps(bits), sums[j / 8 & 1]);
            }
            float lanes[8];
            _mm256_storeu_ps(lanes, _mm256_add_ps(sums[0], sums[1]));
            for (int j = 0; j < 8; j++) total += lanes[j];
        }
        for (; at < n; at++) total += exp_below_zero(row[at] - top);
        return total;
    }

    static double sum_exp(const float *row, ptrdiff_t n, float top)
    {
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? sum_exp_avx2(row, n, top)
                                                                               : sum_exp_portable(row, n, top);
    }
    #else
    #define sum_exp sum_exp_portable
    #endif
    """
    float largest(const float *row, Py_ssize_t n) nogil
    double sum_exp(const float *row, Py_ssize_t n, float top) nogil


cdef inline bint any_above(const float *row, float threshold) noexcept nogil:
    cdef int found = 0
    cdef Py_ssize_t j
    for j in range(64):
        found |= row[j] > threshold
    return found != 0


cdef void sink(float *heap, int *ids, Py_ssize_t k) noexcept nogil:
    """Restore the smallest-first heap after its root was replaced."""
    cdef Py_ssize_t i = 0, child
    cdef float value = heap[0]
    cdef int token = ids[0]
    while True:
        child = 2 * i + 1
        if child >= k:
            break
        if child + 1 < k and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= value:
            break
        heap[i] = heap[child]
        ids[i] = ids[child]
        i = child
    heap[i] = value
    ids[i] = token


cdef Py_ssize_t select(const float *row, Py_ssize_t n, float *heap, int *ids, Py_ssize_t k) noexcept nogil:
    cdef Py_ssize_t i, j, found = 0
    cdef float value
    cdef int token
    for i in range(k):
        heap[i] = -INFINITY
        ids[i] = -1
    for i in range(0, n - n % 64, 64):
        if any_above(row + i, heap[0]):
            for j in range(i, i + 64):
                if row[j] > heap[0]:
                    heap[0] = row[j]
                    ids[0] = <int>j
                    sink(heap, ids, k)
    for j in range(n - n % 64, n):
        if row[j] > heap[0]:
            heap[0] = row[j]
            ids[0] = <int>j
            sink(heap, ids, k)
    # heap sort: the root, the smallest that is left, goes to the end, so the largest comes first
    for i in range(k - 1, 0, -1):
        value = heap[0]
        token = ids[0]
        heap[0] = heap[i]
        ids[0] = ids[i]
        heap[i] = value
        ids[i] = token
        sink(heap, ids, i)
    while found < k and ids[found] >= 0:
        found += 1
    return found


def log_sum_exp(const float[::1] row not None):
    cdef Py_ssize_t n = row.shape[0]
    cdef float top
    cdef double total
    if n == 0:
        return -INFINITY
    with nogil:
        top = largest(&row[0], n)
        total = sum_exp(&row[0], n, top) if top > -INFINITY else 0.0
    return top + log(total) if total > 0.0 else -INFINITY


def top_k(const float[::1] row not None, int[::1] ids not None, float[::1] values not None):
    cdef Py_ssize_t n = row.shape[0]
    cdef Py_ssize_t k = ids.shape[0]
    cdef Py_ssize_t found
    if values.shape[0] != k:
        raise ValueError(f"ids holds {k} places and values {values.shape[0]}: give both the same length")
    if n == 0 or k == 0:
        for found in range(k):
            ids[found] = -1
        return 0
    with nogil:
        found = select(&row[0], n, &values[0], &ids[0], k)
    return found
