# cython: boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
"""Split UTF-8 text into words by the project's one word rule and intern them. The stub beside this file documents it.

Nearly every word is a run of at most 15 ASCII letters: it is found, lower-cased and made a key by a handful of vector
instructions. What else there is takes the slow road, one code point at a time.
"""

cimport cython
from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc, realloc
from libc.string cimport memcmp, memcpy, memset

from unicodedata import is_normalized, normalize

import numpy as np

cdef extern from "Python.h" nogil:
    # lookups in constant tables: they need no interpreter lock
    bint Py_UNICODE_ISALNUM(uint32_t c)
    bint Py_UNICODE_ISDECIMAL(uint32_t c)
    uint32_t Py_UNICODE_TOLOWER(uint32_t c)

cdef extern from "Python.h":
    Py_UCS4 PyUnicode_MAX_CHAR_VALUE(object text)

cdef extern from *:
    """
    #include <stddef.h>
    #include <stdint.h>
    #include <string.h>
    #if defined(__x86_64__)
    #include <emmintrin.h>
    #endif

    /* How many ASCII letters text begins with, 16 at most; low and high get them in lower case, padded with zeros.
       16 bytes are read. */
    static inline int ascii_letters(const uint8_t *text, uint64_t *low, uint64_t *high)
    {
    #if defined(__x86_64__) && defined(__GNUC__)
        static const uint8_t keep[32] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
        __m128i lower = _mm_or_si128(_mm_loadu_si128((const __m128i *)text), _mm_set1_epi8(0x20));
        __m128i letter = _mm_and_si128(_mm_cmpgt_epi8(lower, _mm_set1_epi8('a' - 1)),
                                       _mm_cmpgt_epi8(_mm_set1_epi8('z' + 1), lower));
        int count = __builtin_ctz(~(unsigned)_mm_movemask_epi8(letter));
        lower = _mm_and_si128(lower, _mm_loadu_si128((const __m128i *)(keep + 16 - count)));
        *low = (uint64_t)_mm_cvtsi128_si64(lower);
        *high = (uint64_t)_mm_cvtsi128_si64(_mm_unpackhi_epi64(lower, lower));
        return count;
    #else
        uint8_t both[16] = {0};
        int count = 0;
        for (; count < 16; count++) {
            uint8_t c = text[count] | 0x20;
            if (c < 'a' || c > 'z') break;
            both[count] = c;
        }
        memcpy(low, both, 8);
        memcpy(high, both + 8, 8);
        return count;
    #endif
    }

    /* what a byte can begin */
    enum { OTHER, LETTER, DIGIT, JOINER, BRACKET, HIGH };
    #define L LETTER
    static const uint8_t byte_class[256] = {
        ['0'] = DIGIT, ['1'] = DIGIT, ['2'] = DIGIT, ['3'] = DIGIT, ['4'] = DIGIT,
        ['5'] = DIGIT, ['6'] = DIGIT, ['7'] = DIGIT, ['8'] = DIGIT, ['9'] = DIGIT,
        ['a'] = L, ['b'] = L, ['c'] = L, ['d'] = L, ['e'] = L, ['f'] = L, ['g'] = L, ['h'] = L, ['i'] = L, ['j'] = L,
        ['k'] = L, ['l'] = L, ['m'] = L, ['n'] = L, ['o'] = L, ['p'] = L, ['q'] = L, ['r'] = L, ['s'] = L, ['t'] = L,
        ['u'] = L, ['v'] = L, ['w'] = L, ['x'] = L, ['y'] = L, ['z'] = L,
        ['A'] = L, ['B'] = L, ['C'] = L, ['D'] = L, ['E'] = L, ['F'] = L, ['G'] = L, ['H'] = L, ['I'] = L, ['J'] = L,
        ['K'] = L, ['L'] = L, ['M'] = L, ['N'] = L, ['O'] = L, ['P'] = L, ['Q'] = L, ['R'] = L, ['S'] = L, ['T'] = L,
        ['U'] = L, ['V'] = L, ['W'] = L, ['X'] = L, ['Y'] = L, ['Z'] = L,
        [39] = JOINER, ['-'] = JOINER, ['['] = BRACKET,
        [128 ... 255] = HIGH
    };
    #undef L
    """
    int ascii_letters(const uint8_t *text, uint64_t *low, uint64_t *high) noexcept nogil
    int OTHER, LETTER, DIGIT, JOINER, BRACKET, HIGH
    const uint8_t *byte_class

cdef uint64_t LONG_WORD = 0xFF00000000000000
cdef uint64_t PLACE = 0x00FFFFFFFFFFFFFF
# a table of 1,024 places holds the types of most dialogues and fits a processor's first cache
cdef int SMALLEST = 10
cdef uint64_t MIX = 0x9E3779B97F4A7C15
PADDING = 32


cdef inline uint64_t mixed(uint64_t x) noexcept nogil:
    """A 64-bit finaliser (Stafford's variant 13, used by SplitMix64)."""
    x ^= x >> 30
    x *= <uint64_t> 0xBF58476D1CE4E5B9
    x ^= x >> 27
    x *= <uint64_t> 0x94D049BB133111EB
    return x ^ (x >> 31)


cdef uint64_t hash_bytes(const uint8_t *word, Py_ssize_t length) noexcept nogil:
    cdef uint64_t value = <uint64_t> length * MIX, part
    cdef Py_ssize_t at = 0
    while at + 8 <= length:
        memcpy(&part, word + at, 8)
        value = mixed(value ^ part)
        at += 8
    part = 0
    memcpy(&part, word + at, length - at)
    return mixed(value ^ part)


cdef inline uint32_t decode(const uint8_t *p, const uint8_t *end, int *length) noexcept nogil:
    """The code point at p, its bytes in ``length``; U+FFFD of one byte where the bytes are no UTF-8."""
    cdef uint32_t c = p[0]
    cdef Py_ssize_t left = end - p
    length[0] = 1
    if c < 0x80:
        return c
    if 0xC2 <= c <= 0xDF:
        if left > 1 and p[1] & 0xC0 == 0x80:
            length[0] = 2
            return (c & 0x1F) << 6 | (p[1] & 0x3F)
    elif c & 0xF0 == 0xE0:
        if left > 2 and p[1] & 0xC0 == 0x80 and p[2] & 0xC0 == 0x80:
            c = (c & 0x0F) << 12 | <uint32_t> (p[1] & 0x3F) << 6 | (p[2] & 0x3F)
            if c >= 0x800 and not 0xD800 <= c <= 0xDFFF:
                length[0] = 3
                return c
    elif 0xF0 <= c <= 0xF4:
        if left > 3 and p[1] & 0xC0 == 0x80 and p[2] & 0xC0 == 0x80 and p[3] & 0xC0 == 0x80:
            c = (c & 7) << 18 | <uint32_t> (p[1] & 0x3F) << 12 | <uint32_t> (p[2] & 0x3F) << 6 | (p[3] & 0x3F)
            if 0x10000 <= c <= 0x10FFFF:
                length[0] = 4
                return c
    return 0xFFFD


cdef inline int encode(uint32_t c, uint8_t *out) noexcept nogil:
    if c < 0x80:
        out[0] = c
        return 1
    if c < 0x800:
        out[0] = 0xC0 | c >> 6
        out[1] = 0x80 | (c & 0x3F)
        return 2
    if c < 0x10000:
        out[0] = 0xE0 | c >> 12
        out[1] = 0x80 | (c >> 6 & 0x3F)
        out[2] = 0x80 | (c & 0x3F)
        return 3
    out[0] = 0xF0 | c >> 18
    out[1] = 0x80 | (c >> 12 & 0x3F)
    out[2] = 0x80 | (c >> 6 & 0x3F)
    out[3] = 0x80 | (c & 0x3F)
    return 4


cdef inline bint is_letter(uint32_t c) noexcept nogil:
    # U+02BC is a letter to Unicode, but is read as an apostrophe
    return c != 0x2BC and Py_UNICODE_ISALNUM(c) and not Py_UNICODE_ISDECIMAL(c)


cdef inline bint is_apostrophe(uint32_t c) noexcept nogil:
    return c == 0x27 or c == 0x2019 or c == 0x2018 or c == 0x2BC


cdef inline bint is_hyphen(uint32_t c) noexcept nogil:
    return c == 0x2D or c == 0x2010 or c == 0x2011


@cython.final
cdef class Vocabulary:
    def __cinit__(self):
        self.bits = SMALLEST
        self.room = 1024
        self.arena_room = 4096
        self.slots = <Slot *> malloc(sizeof(Slot) << self.bits)
        self.keys = <Key *> malloc(self.room * sizeof(Key))
        self.kinds = <uint8_t *> malloc(self.room)
        self.arena = <uint8_t *> malloc(self.arena_room)
        if not self.slots or not self.keys or not self.kinds or not self.arena:
            raise MemoryError
        self.clear()

    def __dealloc__(self):
        free(self.slots)
        free(self.keys)
        free(self.kinds)
        free(self.arena)
        free(self.scratch)

    def __len__(self):
        return self.size

    def intern_text(self, text not None):
        cdef bytes data = utf8(text)
        cdef const uint8_t *p = data
        cdef Py_ssize_t size = len(data) - PADDING, count
        ids = np.empty(size, dtype=np.int32)
        cdef int32_t[::1] view = ids
        with nogil:
            count = self.tokenise(p, p + size, &view[0] if size else NULL)
        return ids[:count].copy()

    def intern_word(self, word not None):
        cdef bytes data = word.encode("utf-8", "surrogatepass")
        return self.intern_bytes(data, len(data), LETTERS)

    def words(self):
        return [self.spelled(id).decode("utf-8", "surrogatepass") for id in range(self.size)]

    cdef void clear(self) noexcept nogil:
        # a table that one long text made large would make forgetting every short one after it slow
        cdef Slot *small
        if self.bits > 13 and (<Py_ssize_t> self.size << 3) < (<Py_ssize_t> 1 << self.bits):
            small = <Slot *> malloc(sizeof(Slot) << SMALLEST)
            if small:
                free(self.slots)
                self.slots = small
                self.bits = SMALLEST
        memset(self.slots, 0xFF, sizeof(Slot) << self.bits)
        self.size = 0
        self.arena_size = 0

    cdef bytes spelled(self, int32_t id):
        return self.bytes_of(id)[:self.length_of(id)]

    cdef Py_ssize_t length_of(self, int32_t id) noexcept nogil:
        cdef const uint8_t *at = <const uint8_t *> &self.keys[id]
        cdef Py_ssize_t length = 16
        if self.keys[id].high & LONG_WORD == LONG_WORD:
            memcpy(&length, self.arena + (self.keys[id].high & PLACE), sizeof(length))
            return length
        while length and not at[length - 1]:
            length -= 1
        return length

    cdef const uint8_t *bytes_of(self, int32_t id) noexcept nogil:
        if self.keys[id].high & LONG_WORD == LONG_WORD:
            return self.arena + (self.keys[id].high & PLACE) + sizeof(Py_ssize_t)
        return <const uint8_t *> &self.keys[id]

    cdef uint64_t hash_of(self, int32_t id) noexcept nogil:
        # the same for the same word wherever and whenever it is met
        cdef Key key = self.keys[id]
        if key.high & LONG_WORD == LONG_WORD:
            return mixed(key.low)
        return mixed(mixed(key.low + MIX) ^ key.high)

    cdef bint same_long(self, Key a, const uint8_t *word, Py_ssize_t length) noexcept nogil:
        cdef Py_ssize_t stored
        cdef uint8_t *at
        if a.high & LONG_WORD != LONG_WORD:
            return False
        at = self.arena + (a.high & PLACE)
        memcpy(&stored, at, sizeof(stored))
        return stored == length and memcmp(at + sizeof(Py_ssize_t), word, length) == 0

    cdef inline int32_t intern(self, Key key, uint8_t kind) except -2 nogil:
        cdef uint64_t mask = (<uint64_t> 1 << self.bits) - 1
        cdef uint64_t at = ((key.low ^ key.high * <uint64_t> 0xC2B2AE3D27D4EB4F) * MIX) >> (64 - self.bits)
        cdef Slot *slot
        while True:
            slot = &self.slots[at]
            if slot.id < 0:
                break
            if slot.key.low == key.low and slot.key.high == key.high:
                return slot.id
            at = (at + 1) & mask
        if self.size >= self.room or self.is_full():
            self.grow()
            return self.intern(key, kind)
        slot.key = key
        slot.id = self.size
        self.keys[self.size] = key
        self.kinds[self.size] = kind
        self.size += 1
        return slot.id

    cdef int32_t intern_bytes(self, const uint8_t *word, Py_ssize_t length, uint8_t kind) except -2 nogil:
        cdef Key key
        cdef uint64_t mask, at
        cdef Slot *slot
        cdef uint8_t *grown
        cdef Py_ssize_t needed
        key.low = key.high = 0
        if length <= 16:
            memcpy(&key, word, length)
            return self.intern(key, kind)
        key.low = hash_bytes(word, length)
        while True:
            mask = (<uint64_t> 1 << self.bits) - 1
            at = (key.low * MIX) >> (64 - self.bits)
            while self.slots[at].id >= 0:
                slot = &self.slots[at]
                if slot.key.low == key.low and self.same_long(slot.key, word, length):
                    return slot.id
                at = (at + 1) & mask
            if self.size < self.room and not self.is_full():
                break
            self.grow()
        needed = self.arena_size + <Py_ssize_t> sizeof(Py_ssize_t) + length
        if needed > self.arena_room:
            grown = <uint8_t *> realloc(self.arena, 2 * needed)
            if not grown:
                with gil:
                    raise MemoryError
            self.arena = grown
            self.arena_room = 2 * needed
        memcpy(self.arena + self.arena_size, &length, sizeof(length))
        memcpy(self.arena + self.arena_size + sizeof(Py_ssize_t), word, length)
        key.high = LONG_WORD | <uint64_t> self.arena_size
        self.arena_size = needed
        slot = &self.slots[at]
        slot.key = key
        slot.id = self.size
        self.keys[self.size] = key
        self.kinds[self.size] = kind
        self.size += 1
        return slot.id

    cdef int32_t find_key(self, Vocabulary other, int32_t id) noexcept nogil:
        """The id here of a word of another vocabulary; -1 where it is not known."""
        cdef Key key = other.keys[id]
        cdef uint64_t mask = (<uint64_t> 1 << self.bits) - 1, at
        cdef bint is_long = key.high & LONG_WORD == LONG_WORD
        cdef uint8_t *word = NULL
        cdef Py_ssize_t length = 0
        cdef Slot *slot
        if is_long:
            word = other.arena + (key.high & PLACE)
            memcpy(&length, word, sizeof(length))
            word += sizeof(Py_ssize_t)
            at = (key.low * MIX) >> (64 - self.bits)
        else:
            at = ((key.low ^ key.high * <uint64_t> 0xC2B2AE3D27D4EB4F) * MIX) >> (64 - self.bits)
        while self.slots[at].id >= 0:
            slot = &self.slots[at]
            if slot.key.low == key.low:
                if self.same_long(slot.key, word, length) if is_long else slot.key.high == key.high:
                    return slot.id
            at = (at + 1) & mask
        return -1

    cdef bint is_full(self) noexcept nogil:
        """Whether five of eight places are taken."""
        return <int64_t> self.size << 3 >= <int64_t> 5 << self.bits

    cdef int grow(self) except -1 nogil:
        cdef Py_ssize_t room = self.room, i
        cdef uint64_t mask, at
        cdef Key key
        cdef Key *keys
        cdef uint8_t *kinds
        cdef Slot *slots
        if self.size >= room:
            if room >= 1 << 30:
                with gil:
                    raise MemoryError("more than a milliard different words")
            keys = <Key *> realloc(self.keys, 2 * room * sizeof(Key))
            if keys:
                self.keys = keys
            kinds = <uint8_t *> realloc(self.kinds, 2 * room)
            if kinds:
                self.kinds = kinds
            if not keys or not kinds:
                with gil:
                    raise MemoryError
            self.room = 2 * room
        if self.is_full():
            slots = <Slot *> malloc(sizeof(Slot) << (self.bits + 1))
            if not slots:
                with gil:
                    raise MemoryError
            free(self.slots)
            self.slots = slots
            self.bits += 1
            memset(slots, 0xFF, sizeof(Slot) << self.bits)
            mask = (<uint64_t> 1 << self.bits) - 1
            for i in range(self.size):
                key = self.keys[i]
                if key.high & LONG_WORD == LONG_WORD:
                    at = (key.low * MIX) >> (64 - self.bits)
                else:
                    at = ((key.low ^ key.high * <uint64_t> 0xC2B2AE3D27D4EB4F) * MIX) >> (64 - self.bits)
                while slots[at].id >= 0:
                    at = (at + 1) & mask
                slots[at].key = key
                slots[at].id = i
        return 0

    cdef int reserve_scratch(self, Py_ssize_t room) except -1 nogil:
        cdef uint8_t *grown
        if room > self.scratch_room:
            grown = <uint8_t *> realloc(self.scratch, 2 * room)
            if not grown:
                with gil:
                    raise MemoryError
            self.scratch = grown
            self.scratch_room = 2 * room
        return 0

    cdef Py_ssize_t tokenise(self, const uint8_t *p, const uint8_t *end, int32_t *ids) except -1 nogil:
        """Word ids of the text from p to end, at most one a byte; their number.

        The byte at ``end`` must be readable and no letter, digit or joiner, and so must PADDING bytes be readable.
        """
        cdef Py_ssize_t count = 0
        cdef Key key
        cdef int n, kind, length
        cdef uint32_t c
        cdef const uint8_t *after
        key.low = key.high = 0
        while p < end:
            kind = byte_class[p[0]]
            if kind == OTHER:
                p += 1
                continue
            if kind == LETTER:
                n = ascii_letters(p, &key.low, &key.high)
                if n < 16:
                    kind = byte_class[p[n]]
                    if kind != HIGH and (kind != JOINER or byte_class[p[n + 1]] not in (LETTER, HIGH)):
                        ids[count] = self.intern(key, LETTERS)
                        count += 1
                        p += n
                        continue
                p = self.slow_word(p, end, &ids[count])
                count += 1
            elif kind == DIGIT:
                p = self.number(p, end, &ids[count])
                count += 1
            elif kind == BRACKET:
                after = self.placeholder(p, end, &ids[count])
                if after != NULL:
                    count += 1
                    p = after
                else:
                    p += 1
            elif kind == HIGH:
                c = decode(p, end, &length)
                if is_letter(c):
                    p = self.slow_word(p, end, &ids[count])
                    count += 1
                elif Py_UNICODE_ISDECIMAL(c):
                    p = self.number(p, end, &ids[count])
                    count += 1
                else:
                    p += length
            else:
                p += 1
        return count

    cdef const uint8_t *slow_word(self, const uint8_t *p, const uint8_t *end, int32_t *id) except NULL nogil:
        cdef const uint8_t *start = p
        cdef uint8_t *out
        cdef uint32_t c
        cdef int length, after
        cdef Py_ssize_t size = 0
        cdef bint greek = False
        while p < end:
            if size + 16 > self.scratch_room:
                self.reserve_scratch(size + 64)
            out = self.scratch
            c = decode(p, end, &length)
            if is_letter(c):
                p += length
                if c == 0x130:  # İ: the one letter that str.lower makes two code points
                    memcpy(out + size, b"i\xcc\x87", 3)
                    size += 3
                    continue
                greek |= c == 0x3A3
                size += encode(Py_UNICODE_TOLOWER(c), out + size)
            elif is_apostrophe(c) or is_hyphen(c):
                if p + length >= end or not is_letter(decode(p + length, end, &after)):
                    break
                p += length
                out[size] = 0x27 if is_apostrophe(c) else 0x2D
                size += 1
            else:
                break
        if greek:
            with gil:
                self.lower_greek(start, p, &size)
        id[0] = self.intern_bytes(self.scratch, size, LETTERS)
        return p

    cdef int lower_greek(self, const uint8_t *p, const uint8_t *end, Py_ssize_t *length) except -1:
        """A word with a capital sigma: which small one it gets depends on its neighbours, as Python knows."""
        cdef bytes word = PyUnicode_DecodeUTF8(<const char *> p, end - p, NULL).translate(FOLD).lower().encode()
        length[0] = len(word)
        self.reserve_scratch(length[0])
        memcpy(self.scratch, <const char *> word, length[0])
        return 0

    cdef const uint8_t *number(self, const uint8_t *p, const uint8_t *end, int32_t *id) except NULL nogil:
        cdef const uint8_t *start = p
        cdef int length
        while p < end:
            if byte_class[p[0]] == DIGIT:
                p += 1
            elif p[0] >= 0x80 and Py_UNICODE_ISDECIMAL(decode(p, end, &length)):
                p += length
            else:
                break
        id[0] = self.intern_bytes(start, p - start, DIGITS)
        return p

    cdef const uint8_t *placeholder(self, const uint8_t *p, const uint8_t *end, int32_t *id) except? NULL nogil:
        """The end of a placeholder such as ``[PERSOON-1]`` that begins at p; NULL where there is none."""
        cdef const uint8_t *q = p + 1
        cdef const uint8_t *mark
        cdef int length
        cdef Py_ssize_t size, i
        while q < end and 65 <= q[0] <= 90:
            q += 1
        if q == p + 1 or q >= end or not is_hyphen(decode(q, end, &length)):
            return NULL
        size = q - p
        q += length
        mark = q
        while q < end:
            if byte_class[q[0]] == DIGIT:
                q += 1
            elif q[0] >= 0x80 and Py_UNICODE_ISDECIMAL(decode(q, end, &length)):
                q += length
            else:
                break
        if q == mark or q >= end or q[0] != 93:
            return NULL
        q += 1
        self.reserve_scratch(size + 1 + (q - mark))
        for i in range(size):
            self.scratch[i] = p[i] | 0x20 if i else p[i]
        self.scratch[size] = 0x2D
        memcpy(self.scratch + size + 1, mark, q - mark)
        id[0] = self.intern_bytes(self.scratch, size + 1 + (q - mark), PLACEHOLDER)
        return q


cdef dict FOLD = {0x2019: "'", 0x2018: "'", 0x2BC: "'", 0x2010: "-", 0x2011: "-"}
cdef Vocabulary shared = Vocabulary()


cdef str composed(str text):
    # up to U+00FF there is nothing to compose
    if PyUnicode_MAX_CHAR_VALUE(text) <= 0xFF or is_normalized("NFC", text):
        return text
    return normalize("NFC", text)


cdef bint may_need_composing(const uint8_t *p, Py_ssize_t size) noexcept nogil:
    """Whether text may not be in NFC: it holds a code point from U+0300 on, quotation marks and dashes apart."""
    cdef Py_ssize_t i
    cdef uint8_t worst = 0
    for i in range(size):
        worst = p[i] if p[i] > worst else worst
    if worst < 0xCC:
        return False
    for i in range(size):
        if p[i] >= 0xCC and not (p[i] == 0xE2 and i + 1 < size and 0x80 <= p[i + 1] <= 0x83):
            return True
    return False


cdef bytes utf8(text):
    """UTF-8 bytes of a text in NFC, with PADDING zeros behind; of bytes, as they are but for the form."""
    if isinstance(text, str):
        return composed(text).encode("utf-8", "surrogatepass") + bytes(PADDING)
    cdef bytes data = bytes(text)
    if may_need_composing(data, len(data)):
        return normalize("NFC", data.decode("utf-8", "replace")).encode() + bytes(PADDING)
    return data + bytes(PADDING)


def split_words(str text not None):
    shared.clear()
    cdef list ids = shared.intern_text(text).tolist()
    cdef list types = shared.words()
    return [types[id] for id in ids]


def count_words(str text not None):
    shared.clear()
    return len(shared.intern_text(text))
