# cython: boundscheck=False, wraparound=False, initializedcheck=False
"""Split text into words by the project's one word rule. The stub beside this file documents it."""

from cpython.unicode cimport (
    PyUnicode_DATA,
    PyUnicode_KIND,
    PyUnicode_READ,
    PyUnicode_Substring,
    Py_UNICODE_ISALNUM,
    Py_UNICODE_ISDECIMAL,
)

from unicodedata import is_normalized, normalize

cdef inline bint is_letter(Py_UCS4 c) noexcept:
    if c < 128:
        return 97 <= c <= 122 or 65 <= c <= 90
    return Py_UNICODE_ISALNUM(c) and not Py_UNICODE_ISDECIMAL(c)


cdef inline bint is_digit(Py_UCS4 c) noexcept:
    if c < 128:
        return 48 <= c <= 57
    return Py_UNICODE_ISDECIMAL(c)


cdef inline bint is_joiner(Py_UCS4 c) noexcept:
    # ' ’ ‘ ʼ (U+02BC is itself a letter: it joins only because it is mapped to ' first) and - ‐ ‑
    return c == 0x27 or c == 0x2D or c == 0x2019 or c == 0x2018 or c == 0x2BC or c == 0x2010 or c == 0x2011


cdef inline bint is_word_letter(Py_UCS4 c) noexcept:
    return c != 0x2BC and is_letter(c)


cdef Py_ssize_t placeholder_end(int kind, void *data, Py_ssize_t start, Py_ssize_t length) noexcept:
    """The end of a placeholder such as ``[PERSOON-1]`` that begins at ``start``, or -1."""
    cdef Py_ssize_t i = start + 1
    cdef Py_ssize_t mark = i
    while i < length and 65 <= PyUnicode_READ(kind, data, i) <= 90:
        i += 1
    if i == mark or i >= length or not _is_hyphen(PyUnicode_READ(kind, data, i)):
        return -1
    i += 1
    mark = i
    while i < length and is_digit(PyUnicode_READ(kind, data, i)):
        i += 1
    if i == mark or i >= length or PyUnicode_READ(kind, data, i) != 93:
        return -1
    return i + 1


cdef inline bint _is_hyphen(Py_UCS4 c) noexcept:
    return c == 0x2D or c == 0x2010 or c == 0x2011


cdef Py_ssize_t next_word(int kind, void *data, Py_ssize_t i, Py_ssize_t length, Py_ssize_t *end) noexcept:
    """The start of the first word at or after ``i`` (its end in ``end``), or -1 when there is none."""
    cdef Py_UCS4 c
    cdef Py_ssize_t start, stop
    while i < length:
        c = PyUnicode_READ(kind, data, i)
        if is_word_letter(c):
            start = i
            i += 1
            while i < length:
                c = PyUnicode_READ(kind, data, i)
                if is_word_letter(c):
                    i += 1
                elif is_joiner(c) and i + 1 < length and is_word_letter(PyUnicode_READ(kind, data, i + 1)):
                    i += 2
                else:
                    break
            end[0] = i
            return start
        if is_digit(c):
            start = i
            i += 1
            while i < length and is_digit(PyUnicode_READ(kind, data, i)):
                i += 1
            end[0] = i
            return start
        if c == 91:
            stop = placeholder_end(kind, data, i, length)
            if stop >= 0:
                end[0] = stop
                return i
        i += 1
    return -1


cdef dict FOLD = {0x2019: "'", 0x2018: "'", 0x2BC: "'", 0x2010: "-", 0x2011: "-"}


cdef str composed(str text):
    return text if is_normalized("NFC", text) else normalize("NFC", text)


def split_words(str text not None):
    cdef str source = composed(text)
    cdef int kind = PyUnicode_KIND(source)
    cdef void *data = PyUnicode_DATA(source)
    cdef Py_ssize_t length = len(source)
    cdef Py_ssize_t end = 0, start
    cdef list words = []
    cdef str word
    while True:
        start = next_word(kind, data, end, length, &end)
        if start < 0:
            return words
        word = PyUnicode_Substring(source, start, end)
        if not word.isascii():
            word = word.translate(FOLD)
        words.append(word.lower())


def count_words(str text not None):
    cdef str source = composed(text)
    cdef int kind = PyUnicode_KIND(source)
    cdef void *data = PyUnicode_DATA(source)
    cdef Py_ssize_t length = len(source)
    cdef Py_ssize_t end = 0, count = 0
    while next_word(kind, data, end, length, &end) >= 0:
        count += 1
    return count
