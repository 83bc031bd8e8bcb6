# cython: boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
"""Every measure of one dialogue in one go, from its UTF-8 text. The stub beside this file documents the module."""

cimport cython
from cpython.unicode cimport PyUnicode_AsUTF8AndSize
from libc.math cimport NAN, log, sqrt
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc, realloc
from libc.string cimport memchr, memcpy, memset

from synthdial._core.lexical cimport (
    Spectrum, hdd_of, mattr_of, moving_average_of, msttr_of, neighbours, spectrum_of, three_mtlds, vocd_of,
)
from synthdial._core.overlap cimport NGrams, Repetition, gram_hashes, sign
from synthdial._core.terms cimport BACKCHANNEL, BEGINS_BACKCHANNEL, BEGINS_TERM, FUNCTION, HESITATION, Lexicons
from synthdial._core.turns cimport LengthFigures, entropy_of_counts, lengths_of
from synthdial._core.words cimport LETTERS, Vocabulary, composed, may_need_composing

import numpy as np

NAMES = (
    "n_utterances", "n_turns", "n_words", "n_types",
    "ttr", "rttr", "cttr", "herdan_c", "summer", "dugast", "maas_a2", "yule_k", "simpson_d", "hapax_share",
    "msttr", "mattr", "hdd", "vocd", "mtld", "mtld_le", "mtld_min10", "mtld_ma_wrap", "mtld_ma_bid",
    "words_per_turn", "words_per_turn_median", "words_per_turn_sd", "words_per_turn_p90",
    "cv", "burstiness", "burstiness_finite", "gini", "short_turn_share", "backchannel_share", "lag1", "length_entropy",
    "switch_rate", "run_entropy", "dominance",
    "doctor_word_share", "patient_word_share", "doctor_turn_share", "patient_turn_share",
    "question_share", "doctor_question_share", "patient_question_share", "hesitations", "uptake",
    "distinct_1", "distinct_2", "distinct_3", "self_bleu_turns",
    "npmi_coherence", "drift", "term_coverage", "term_density", "term_spread",
)
cdef int COUNT = len(NAMES)
cdef int PAD = 32
cdef int BINS = 128
cdef uint8_t CONTENT = 128
SIGNATURE_BINS = BINS


cdef inline double ratio(double above, double below) noexcept nogil:
    return above / below if below != 0.0 else NAN


cdef struct Utterance:
    int64_t begin
    int64_t end
    int32_t speaker


@cython.final
cdef class DialogueMeasurer:
    cdef Lexicons lexicons
    cdef Vocabulary vocabulary
    cdef NGrams ngrams
    cdef bint moving_average, with_topic
    # the text, its utterances, its words
    cdef uint8_t *text
    cdef Py_ssize_t text_size, text_room
    cdef Utterance *utterances
    cdef int64_t utterance_count
    cdef Py_ssize_t utterance_room
    cdef int32_t *ids
    cdef Py_ssize_t id_room
    cdef int64_t words
    # one number a turn
    cdef int32_t *begins
    cdef int32_t *speakers
    cdef int32_t *lengths
    cdef int32_t *order
    cdef uint8_t *asks
    cdef int64_t turns
    cdef Py_ssize_t turn_room
    # one number a word
    cdef int32_t *previous
    cdef int32_t *backwards
    cdef Py_ssize_t word_room
    # one number a type
    cdef int32_t *frequency
    cdef int32_t *last
    cdef int32_t *word_of
    cdef int32_t *front
    cdef int32_t *back
    cdef uint8_t *flags
    cdef Py_ssize_t type_room
    cdef int32_t *classes
    cdef Py_ssize_t class_room
    cdef uint8_t *term_seen
    cdef int64_t *runs
    cdef Py_ssize_t run_room
    cdef double *weight          # k ln k for small k
    cdef int32_t windows[1024]   # how many windows hold which of the ten words

    def __cinit__(self, Lexicons lexicons not None, *, bint moving_average=True, bint topic=True):
        cdef int k
        self.lexicons = lexicons
        self.vocabulary = Vocabulary()
        self.ngrams = NGrams()
        self.moving_average = moving_average
        self.with_topic = topic
        self.term_seen = <uint8_t *> malloc(max(1, lexicons.term_count))
        self.weight = <double *> malloc(1024 * sizeof(double))
        if not self.term_seen or not self.weight:
            raise MemoryError
        self.weight[0] = 0.0
        for k in range(1, 1024):
            self.weight[k] = k * log(<double> k)
        memset(self.windows, 0, sizeof(self.windows))

    def __dealloc__(self):
        free(self.text)
        free(self.utterances)
        free(self.ids)
        free(self.begins)
        free(self.speakers)
        free(self.lengths)
        free(self.order)
        free(self.asks)
        free(self.previous)
        free(self.backwards)
        free(self.frequency)
        free(self.last)
        free(self.word_of)
        free(self.front)
        free(self.back)
        free(self.flags)
        free(self.classes)
        free(self.term_seen)
        free(self.runs)
        free(self.weight)

    def measure(self, speakers not None, list texts not None, *, bint merged=True):
        cdef const uint8_t[::1] roles = bytes(speakers)
        cdef int64_t i, count = len(texts)
        if len(roles) != count:
            raise ValueError("one speaker an utterance is expected")
        self.utterance_count = 0
        self.text_size = 0
        self.reserve_utterances(count)
        for i in range(count):
            self.add(texts[i], roles[i])
        return self.figures(merged)

    def measure_spans(self, const uint8_t[::1] data not None, const int64_t[::1] spans not None, *, bint merged=True):
        """Rows of (speaker, begin, end) in ``data``, end to end in ``spans``."""
        cdef int64_t i, count = len(spans) // 3, size = len(data), begin, end
        self.utterance_count = 0
        self.text_size = 0
        self.reserve_utterances(count)
        for i in range(count):
            begin = spans[3 * i + 1]
            end = spans[3 * i + 2]
            if not 0 <= begin <= end <= size:
                raise ValueError("a span lies outside the text")
            if may_need_composing(&data[0] + begin if size else NULL, end - begin):
                self.add(bytes(data[begin:end]).decode("utf-8", "replace"), <int32_t> spans[3 * i])
            else:
                self.append(&data[0] + begin if size else NULL, end - begin, <int32_t> spans[3 * i])
        return self.figures(merged)

    def joined_words(self):
        cdef Py_ssize_t room = 0, length
        cdef int64_t k
        for k in range(self.words):
            room += self.vocabulary.length_of(self.ids[k]) + 1
        joined = np.empty(max(1, room), np.uint8)
        cdef uint8_t[::1] view = joined
        cdef uint8_t *at = &view[0]
        for k in range(self.words):
            length = self.vocabulary.length_of(self.ids[k])
            memcpy(at, self.vocabulary.bytes_of(self.ids[k]), length)
            at[length] = 32
            at += length + 1
        return joined.tobytes()[:max(0, room - 1)].decode("utf-8", "replace")

    def turn_lengths(self):
        lengths = np.empty(self.turns, np.int32)
        cdef int32_t[::1] view = lengths
        cdef int64_t t
        for t in range(self.turns):
            view[t] = self.lengths[t]
        return lengths

    def opening(self, int64_t count=3):
        return " ".join(self.vocabulary.spelled(self.ids[k]).decode("utf-8", "replace") for k in range(min(count, self.words)))

    def gram_hashes(self, int64_t size):
        if not 1 <= size <= 64:
            raise ValueError("n-grams of 1 to 64 words")
        out = np.empty(max(1, self.words), np.uint64)
        hashes = np.empty(max(1, self.vocabulary.size), np.uint64)
        cdef uint64_t[::1] hash_view = hashes
        cdef uint64_t[::1] out_view = out
        cdef int64_t k, count
        for k in range(self.vocabulary.size):
            hash_view[k] = self.vocabulary.hash_of(<int32_t> k)
        with nogil:
            count = gram_hashes(self.ids, &hash_view[0], self.begins, self.turns, size, &out_view[0])
        return out[:count]

    def signature(self, int64_t shingle=5):
        cdef const uint64_t[::1] hashes
        cdef uint32_t[::1] view
        signature = np.empty(BINS, np.uint32)
        view = signature
        row = self.shingles(shingle)
        hashes = row
        sign(&hashes[0] if len(hashes) else NULL, len(hashes), &view[0], BINS)
        return signature

    def type_hashes(self):
        out = np.empty(self.vocabulary.size, np.uint64)
        cdef uint64_t[::1] view = out
        cdef int32_t k
        for k in range(self.vocabulary.size):
            view[k] = self.vocabulary.hash_of(k)
        return out

    def shingles(self, int64_t size):
        """Hashes of all runs of words, from turn to turn as well."""
        cdef int32_t whole[2]
        cdef uint64_t[::1] hash_view = np.empty(max(1, self.vocabulary.size), np.uint64)
        out = np.empty(max(1, self.words), np.uint64)
        cdef uint64_t[::1] out_view = out
        cdef int64_t k, count
        whole[0] = 0
        whole[1] = <int32_t> self.words
        for k in range(self.vocabulary.size):
            hash_view[k] = self.vocabulary.hash_of(<int32_t> k)
        count = gram_hashes(self.ids, &hash_view[0], whole, 1, size, &out_view[0])
        return out[:count]

    cdef figures(self, bint merged):
        row = np.empty(COUNT)
        cdef double[::1] view = row
        with nogil:
            self.tokenise(merged)
            self.compute(&view[0])
        return row

    cdef int add(self, text, int32_t speaker) except -1:
        cdef const char *data
        cdef Py_ssize_t size
        cdef str clean
        cdef bytes encoded
        if isinstance(text, str):
            clean = composed(<str> text)
            try:
                data = PyUnicode_AsUTF8AndSize(clean, &size)
            except UnicodeEncodeError:  # lone surrogates: no UTF-8, and no word
                encoded = clean.encode("utf-8", "surrogatepass")
                data = encoded
                size = len(encoded)
        else:
            encoded = text
            data = encoded
            size = len(encoded)
            if may_need_composing(<const uint8_t *> data, size):
                encoded = composed(encoded.decode("utf-8", "replace")).encode()
                data = encoded
                size = len(encoded)
        return self.append(<const uint8_t *> data, size, speaker)

    cdef int append(self, const uint8_t *data, Py_ssize_t size, int32_t speaker) except -1 nogil:
        cdef Py_ssize_t needed = self.text_size + size + 1 + PAD
        cdef uint8_t *grown
        cdef Utterance *u
        if needed > self.text_room:
            grown = <uint8_t *> realloc(self.text, 2 * needed)
            if not grown:
                with gil:
                    raise MemoryError
            self.text = grown
            self.text_room = 2 * needed
        u = &self.utterances[self.utterance_count]
        u.begin = self.text_size
        u.end = self.text_size + size
        u.speaker = speaker
        self.utterance_count += 1
        if size:
            memcpy(self.text + self.text_size, data, size)
        self.text[self.text_size + size] = 10
        self.text_size += size + 1
        memset(self.text + self.text_size, 0, PAD)
        return 0

    cdef int reserve_utterances(self, Py_ssize_t count) except -1:
        if count + 2 > self.utterance_room:
            free(self.utterances)
            free(self.begins)
            free(self.speakers)
            free(self.lengths)
            free(self.order)
            free(self.asks)
            free(self.runs)
            self.utterance_room = 2 * count + 64
            self.utterances = <Utterance *> malloc(self.utterance_room * sizeof(Utterance))
            self.begins = <int32_t *> malloc(self.utterance_room * sizeof(int32_t))
            self.speakers = <int32_t *> malloc(self.utterance_room * sizeof(int32_t))
            self.lengths = <int32_t *> malloc(self.utterance_room * sizeof(int32_t))
            self.order = <int32_t *> malloc(self.utterance_room * sizeof(int32_t))
            self.asks = <uint8_t *> malloc(self.utterance_room)
            self.runs = <int64_t *> malloc(self.utterance_room * sizeof(int64_t))
            if not (self.utterances and self.begins and self.speakers and self.lengths and self.order and self.asks and self.runs):
                self.utterance_room = 0
                raise MemoryError
        return 0

    cdef int reserve_words(self, Py_ssize_t words) except -1 nogil:
        if words + 1 > self.word_room:
            free(self.previous)
            free(self.backwards)
            free(self.classes)
            self.word_room = 2 * words + 1024
            self.class_room = 2 * (<Py_ssize_t> sqrt(2.0 * self.word_room) + 4)
            self.previous = <int32_t *> malloc(self.word_room * sizeof(int32_t))
            self.backwards = <int32_t *> malloc(self.word_room * sizeof(int32_t))
            self.classes = <int32_t *> malloc(self.class_room * sizeof(int32_t))
            if not (self.previous and self.backwards and self.classes):
                self.word_room = 0
                with gil:
                    raise MemoryError
        return 0

    cdef int reserve_types(self, Py_ssize_t types) except -1 nogil:
        if types + 1 > self.type_room:
            free(self.frequency)
            free(self.last)
            free(self.word_of)
            free(self.front)
            free(self.back)
            free(self.flags)
            self.type_room = 2 * types + 512
            self.frequency = <int32_t *> malloc(self.type_room * sizeof(int32_t))
            self.last = <int32_t *> malloc(self.type_room * sizeof(int32_t))
            self.word_of = <int32_t *> malloc(self.type_room * sizeof(int32_t))
            self.front = <int32_t *> malloc(self.type_room * sizeof(int32_t))
            self.back = <int32_t *> malloc(self.type_room * sizeof(int32_t))
            self.flags = <uint8_t *> malloc(self.type_room)
            if not (self.frequency and self.last and self.word_of and self.front and self.back and self.flags):
                self.type_room = 0
                with gil:
                    raise MemoryError
        return 0

    cdef int tokenise(self, bint merged) except -1 nogil:
        """Words of all utterances, and the turns they make."""
        cdef int64_t i, t = -1, count
        cdef Utterance *u
        cdef int32_t *grown
        cdef int32_t speaker = -1
        self.vocabulary.clear()
        self.words = 0
        self.turns = 0
        if self.text_size + 1 > self.id_room:
            free(self.ids)
            self.id_room = 2 * self.text_size + 64
            self.ids = <int32_t *> malloc(self.id_room * sizeof(int32_t))
            if not self.ids:
                self.id_room = 0
                with gil:
                    raise MemoryError
        for i in range(self.utterance_count):
            u = &self.utterances[i]
            if t < 0 or not merged or u.speaker != speaker:
                t += 1
                speaker = u.speaker
                self.begins[t] = <int32_t> self.words
                self.speakers[t] = speaker
                self.asks[t] = 0
            count = self.vocabulary.tokenise(self.text + u.begin, self.text + u.end, self.ids + self.words)
            self.words += count
            if not self.asks[t] and u.end > u.begin and memchr(self.text + u.begin, 63, u.end - u.begin) != NULL:
                self.asks[t] = 1
        self.turns = t + 1
        self.begins[self.turns] = <int32_t> self.words
        for i in range(self.turns):
            self.lengths[i] = self.begins[i + 1] - self.begins[i]
        return 0

    cdef int compute(self, double *row) except -1 nogil:
        cdef int64_t k, types = self.vocabulary.size, n = self.words
        cdef int32_t word
        cdef double *out = row
        self.reserve_words(n)
        self.reserve_types(types)
        memset(self.frequency, 0, types * sizeof(int32_t))
        for k in range(n):
            self.frequency[self.ids[k]] += 1
        for k in range(types):
            word = self.lexicons.vocabulary.find_key(self.vocabulary, <int32_t> k)
            self.word_of[k] = word
            self.flags[k] = self.lexicons.flags[word] if 0 <= word < self.lexicons.flag_room else 0
            if self.vocabulary.kinds[k] == LETTERS and not self.flags[k] & (FUNCTION | HESITATION | BACKCHANNEL):
                self.flags[k] |= CONTENT
        out[0] = <double> self.utterance_count
        out[1] = <double> self.turns
        out[2] = <double> n
        out[3] = <double> types
        out = self.lexical(out + 4)
        out = self.turn_taking(out)
        out = self.redundancy(out)
        self.topic(out)
        return 0

    cdef double *lexical(self, double *out) except NULL nogil:
        cdef Spectrum s
        cdef int64_t n = self.words, types = self.vocabulary.size
        cdef double v = types, w = n, ln_n, ln_v
        neighbours(self.ids, n, types, self.last, self.previous, self.backwards)
        spectrum_of(self.frequency, types, n, self.classes, &s)
        ln_n = log(w) if n else NAN
        ln_v = log(v) if n else NAN
        out[0] = ratio(v, w)
        out[1] = ratio(v, sqrt(w))
        out[2] = ratio(v, sqrt(2.0 * w))
        out[3] = ratio(ln_v, ln_n)
        out[4] = log(ln_v) / log(ln_n) if types > 1 else NAN
        out[5] = ln_n * ln_n / (ln_n - ln_v) if types < n else NAN
        out[6] = (ln_n - ln_v) / (ln_n * ln_n) if n > 1 else NAN
        out[7] = 1e4 * (s.squares - w) / (w * w) if n else NAN
        out[8] = (s.squares - w) / (w * (w - 1.0)) if n > 1 else NAN
        out[9] = ratio(<double> s.hapaxes, v)
        out[10] = msttr_of(self.previous, n, 50)
        out[11] = mattr_of(self.previous, self.backwards, n, types, 50)
        out[12] = hdd_of(&s, 42)
        out[13] = vocd_of(&s)
        three_mtlds(self.previous, self.backwards, n, out + 14)
        out[17] = out[18] = NAN
        if self.moving_average:
            moving_average_of(self.ids, self.previous, self.backwards, n, types, 10, &out[17], &out[18])
        return out + 19

    cdef double *turn_taking(self, double *out) except NULL nogil:
        cdef LengthFigures f
        cdef int64_t t, i, k, n = self.turns, words = self.words, switches = 0, run = 0, backchannels = 0, questions = 0
        cdef int64_t spoken[2]
        cdef int64_t turns[2]
        cdef int64_t asked[2]
        cdef int64_t hesitations = 0
        cdef int64_t who[256]
        cdef int64_t most = 0
        cdef int32_t speaker
        lengths_of(self.lengths, n, self.order, &f)
        out[0] = f.mean
        out[1] = f.median
        out[2] = f.sd
        out[3] = f.p90
        out[4] = f.cv
        out[5] = f.burstiness
        out[6] = f.burstiness_finite
        out[7] = f.gini
        out[8] = f.short_share
        out[10] = f.lag1
        out[11] = f.entropy
        memset(who, 0, sizeof(who))
        memset(spoken, 0, sizeof(spoken))
        memset(turns, 0, sizeof(turns))
        memset(asked, 0, sizeof(asked))
        for t in range(n):
            speaker = self.speakers[t]
            who[speaker & 255] += self.lengths[t]
            questions += self.asks[t]
            if 0 <= speaker <= 1:
                spoken[speaker] += self.lengths[t]
                turns[speaker] += 1
                asked[speaker] += self.asks[t]
            if 1 <= self.lengths[t] <= 3:
                backchannels += self.is_backchannel(self.ids + self.begins[t], self.lengths[t])
        for i in range(256):
            most = max(most, who[i])
        for k in range(self.vocabulary.size):
            if self.flags[k] & HESITATION:
                hesitations += self.frequency[k]
        memset(self.runs, 0, (self.utterance_count + 1) * sizeof(int64_t))
        for i in range(self.utterance_count):
            if i and self.utterances[i].speaker == self.utterances[i - 1].speaker:
                run += 1
            else:
                switches += 1 if i else 0
                if i:
                    self.runs[run] += 1
                run = 1
        if run:
            self.runs[run] += 1
        out[9] = ratio(<double> backchannels, <double> n)
        out[12] = ratio(<double> switches, <double> (self.utterance_count - 1)) if self.utterance_count > 1 else NAN
        out[13] = entropy_of_counts(self.runs, self.utterance_count + 1)
        out[14] = ratio(<double> most, <double> words)
        out[15] = ratio(<double> spoken[0], <double> words)
        out[16] = ratio(<double> spoken[1], <double> words)
        out[17] = ratio(<double> turns[0], <double> n)
        out[18] = ratio(<double> turns[1], <double> n)
        out[19] = ratio(<double> questions, <double> n)
        out[20] = ratio(<double> asked[0], <double> turns[0])
        out[21] = ratio(<double> asked[1], <double> turns[1])
        out[22] = ratio(100.0 * hesitations, <double> words)
        out[23] = self.uptake()
        return out + 24

    cdef bint is_backchannel(self, const int32_t *ids, int64_t length) noexcept nogil:
        cdef int64_t at = 0
        cdef int32_t matched, term = 0
        while at < length:
            if not self.flags[ids[at]] & BEGINS_BACKCHANNEL:
                return False
            matched = self.lexicons.longest(0, ids + at, self.word_of, length - at, &term)
            if matched == 0:
                return False
            at += matched
        return True

    cdef inline bint is_content(self, int32_t id) noexcept nogil:
        return self.flags[id] & CONTENT

    cdef double uptake(self) noexcept nogil:
        cdef int64_t t, k, counted = 0, content, taken, counts
        cdef double total = 0.0
        memset(self.last, 0xFF, self.vocabulary.size * sizeof(int32_t))
        for t in range(self.turns):
            if t:
                content = taken = 0
                for k in range(self.begins[t], self.begins[t + 1]):
                    counts = self.flags[self.ids[k]] >> 7  # 1 for a content word
                    content += counts
                    taken += counts & (self.last[self.ids[k]] == t - 1)
                if content:
                    total += <double> taken / <double> content
                    counted += 1
            for k in range(self.begins[t], self.begins[t + 1]):
                self.last[self.ids[k]] = <int32_t> t
        return total / counted if counted else NAN

    cdef double *redundancy(self, double *out) except NULL nogil:
        cdef Repetition r
        self.ngrams.measure(self.ids, self.vocabulary.size, self.begins, self.turns, &r)
        out[0] = r.distinct[0]
        out[1] = r.distinct[1]
        out[2] = r.distinct[2]
        out[3] = r.self_bleu
        return out + 4

    cdef int topic(self, double *out) except -1 nogil:
        cdef int k
        for k in range(5):
            out[k] = NAN
        if self.with_topic:
            out[0] = self.coherence()
            out[1] = self.drift()
            self.find_terms(out + 2)
        return 0

    cdef double coherence(self) noexcept nogil:
        """NPMI over the pairs of the ten most frequent content words, in sliding windows of ten words."""
        cdef int32_t top[10]
        cdef int32_t inside[10]
        cdef int32_t touched[1024]
        cdef int64_t single[10]
        cdef int64_t pair[100]
        cdef int64_t k, windows, n = self.words, hits
        cdef int count = 0, i, j, mask, touch = 0, m
        cdef double total = 0.0, p, p_i, p_j
        for k in range(self.vocabulary.size):
            if not self.is_content(<int32_t> k):
                continue
            i = count
            while i > 0 and self.frequency[top[i - 1]] < self.frequency[k]:
                i -= 1
            if i >= 10:
                continue
            j = count if count < 9 else 9
            while j > i:
                top[j] = top[j - 1]
                j -= 1
            top[i] = <int32_t> k
            count = min(count + 1, 10)
        if count < 2:
            return NAN
        for k in range(self.vocabulary.size):
            self.front[k] = -1
        for i in range(count):
            self.front[top[i]] = i
        memset(inside, 0, sizeof(inside))
        mask = 0
        windows = 0
        for k in range(n):
            i = self.front[self.ids[k]]
            if i >= 0:
                inside[i] += 1
                mask |= 1 << i
            if k >= 10:
                i = self.front[self.ids[k - 10]]
                if i >= 0:
                    inside[i] -= 1
                    if inside[i] == 0:
                        mask &= ~(1 << i)
            if k >= 9 or k == n - 1:
                if self.windows[mask] == 0:
                    touched[touch] = mask
                    touch += 1
                self.windows[mask] += 1
                windows += 1
        memset(single, 0, sizeof(single))
        memset(pair, 0, sizeof(pair))
        for m in range(touch):
            mask = touched[m]
            hits = self.windows[mask]
            self.windows[mask] = 0
            for i in range(count):
                if mask >> i & 1:
                    single[i] += hits
                    for j in range(i):
                        if mask >> j & 1:
                            pair[10 * i + j] += hits
        for i in range(count):
            for j in range(i):
                hits = pair[10 * i + j]
                if hits == 0:
                    total -= 1.0
                elif hits == windows:
                    total += 1.0
                else:
                    p = <double> hits / windows
                    p_i = <double> single[i] / windows
                    p_j = <double> single[j] / windows
                    total += log(p / (p_i * p_j)) / -log(p)
        return total / (count * (count - 1) // 2)

    cdef inline double k_log_k(self, int64_t k) noexcept nogil:
        return self.weight[k] if k < 1024 else k * log(<double> k)

    cdef double drift(self) noexcept nogil:
        """Jensen-Shannon divergence of the content words of the first and the last third, natural logarithms."""
        cdef int64_t k, third = self.words // 3, a = 0, b = 0, types = self.vocabulary.size
        cdef double h_front = 0.0, h_back = 0.0, h_mean = 0.0, m, ln_a, ln_b
        memset(self.front, 0, types * sizeof(int32_t))
        memset(self.back, 0, types * sizeof(int32_t))
        for k in range(third):
            self.front[self.ids[k]] += 1
        for k in range(self.words - third, self.words):
            self.back[self.ids[k]] += 1
        for k in range(types):
            if self.is_content(<int32_t> k):
                a += self.front[k]
                b += self.back[k]
        if a == 0 or b == 0:
            return NAN
        ln_a = log(<double> a)
        ln_b = log(<double> b)
        for k in range(types):
            if not (self.front[k] or self.back[k]) or not self.is_content(<int32_t> k):
                continue
            h_front -= self.k_log_k(self.front[k])
            h_back -= self.k_log_k(self.back[k])
            if not self.back[k]:
                h_mean -= (self.k_log_k(self.front[k]) - self.front[k] * (ln_a + 0.6931471805599453)) / (2.0 * a)
            elif not self.front[k]:
                h_mean -= (self.k_log_k(self.back[k]) - self.back[k] * (ln_b + 0.6931471805599453)) / (2.0 * b)
            else:
                m = (<double> self.front[k] / a + <double> self.back[k] / b) / 2.0
                h_mean -= m * log(m)
        m = h_mean - 0.5 * (h_front / a + ln_a) - 0.5 * (h_back / b + ln_b)
        return m if m > 0.0 else 0.0

    cdef int find_terms(self, double *out) except -1 nogil:
        cdef int64_t t, k, found = 0, different = 0, quarters = 0
        cdef uint8_t quarter[4]
        cdef int32_t matched, term = 0
        out[0] = out[1] = out[2] = NAN
        if self.lexicons.term_count == 0:
            return 0
        memset(self.term_seen, 0, self.lexicons.term_count)
        memset(quarter, 0, sizeof(quarter))
        for t in range(self.turns):
            k = self.begins[t]
            while k < self.begins[t + 1]:
                matched = 0
                if self.flags[self.ids[k]] & BEGINS_TERM:
                    matched = self.lexicons.longest(1, self.ids + k, self.word_of, self.begins[t + 1] - k, &term)
                if matched == 0:
                    k += 1
                    continue
                found += 1
                if not self.term_seen[term]:
                    self.term_seen[term] = 1
                    different += 1
                quarter[4 * k // self.words] = 1
                k += matched
        for k in range(4):
            quarters += quarter[k]
        out[0] = <double> different / <double> self.lexicons.term_count
        out[1] = ratio(100.0 * found, <double> self.words)
        out[2] = quarters / 4.0 if self.words else NAN
        return 0
