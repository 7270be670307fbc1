/* The language of a page: what it says, held against what its text is written in.  Most scripts belong
 * to one language; Latin, Cyrillic, Arabic and Devanagari are told by frequent little words.  Without
 * a declaration a language is named when at least 20 words were read, 10 % of them are frequent words
 * of it, and it leads the second by a tenth.  A declaration is overruled only by 60 words or more of
 * which 20 % are frequent words of a language that has thrice as many as the declared one. */
#include "core/language.h"

#include "base/hash.h"
#include "base/str.h"
#include "base/utf8.h"

enum {
    SAMPLE = 32 * 1024, MAX_WORDS = 1500, MIN_WORDS = 20, MIN_LETTERS = 20,
    MIN_PERCENT = 10, PLAIN_WORDS = 60, PLAIN_LETTERS = 200, PLAIN_PERCENT = 20, PLAIN_TIMES = 3,
    CERTAIN_PERCENT = 18
};

#define RT_LANGUAGE(tag, words) { { tag, sizeof(tag) - 1 }, { words, sizeof(words) - 1 } },
static const struct language {
    rt_str tag;
    rt_str words;
} languages[] = {
#include "core/language.def"
};
#undef RT_LANGUAGE

enum { LANGUAGES = sizeof languages / sizeof *languages, BUCKETS = 4096, BUCKETS_OF_ONE = 512, LONGEST = 48 };

/* A frequent word and the languages that have it. */
struct entry {
    rt_str word;
    uint64_t languages;
};

enum script {
    NONE, LATIN, CYRILLIC, ARABIC, DEVANAGARI, HAN, KANA, HANGUL, GREEK, HEBREW, THAI, ARMENIAN,
    GEORGIAN, BENGALI, GURMUKHI, GUJARATI, TAMIL, TELUGU, KANNADA, MALAYALAM, SINHALA, LAO, TIBETAN,
    MYANMAR, KHMER, AMHARIC, SCRIPTS
};

static const struct block {
    uint32_t first, last;
    enum script script;
} blocks[] = {
    { 0x41, 0x5A, LATIN }, { 0x61, 0x7A, LATIN }, { 0xC0, 0x24F, LATIN }, { 0x370, 0x3FF, GREEK },
    { 0x400, 0x52F, CYRILLIC }, { 0x530, 0x58F, ARMENIAN }, { 0x5D0, 0x5EA, HEBREW },
    { 0x620, 0x6FF, ARABIC }, { 0x750, 0x77F, ARABIC }, { 0x900, 0x97F, DEVANAGARI },
    { 0x980, 0x9FF, BENGALI }, { 0xA00, 0xA7F, GURMUKHI }, { 0xA80, 0xAFF, GUJARATI },
    { 0xB80, 0xBFF, TAMIL }, { 0xC00, 0xC7F, TELUGU }, { 0xC80, 0xCFF, KANNADA },
    { 0xD00, 0xD7F, MALAYALAM }, { 0xD80, 0xDFF, SINHALA }, { 0xE00, 0xE7F, THAI },
    { 0xE80, 0xEFF, LAO }, { 0xF00, 0xFFF, TIBETAN }, { 0x1000, 0x109F, MYANMAR },
    { 0x10A0, 0x10FF, GEORGIAN }, { 0x1100, 0x11FF, HANGUL }, { 0x1200, 0x137F, AMHARIC },
    { 0x1780, 0x17FF, KHMER }, { 0x1E00, 0x1EFF, LATIN }, { 0x3041, 0x30FF, KANA },
    { 0x3400, 0x9FFF, HAN }, { 0xAC00, 0xD7A3, HANGUL }, { 0x20000, 0x323AF, HAN },
};

/* The language of a script that has but one of weight. */
static const char *const tag_of_script[SCRIPTS] = {
    [HAN] = "zh", [KANA] = "ja", [HANGUL] = "ko", [GREEK] = "el", [HEBREW] = "he", [THAI] = "th",
    [ARMENIAN] = "hy", [GEORGIAN] = "ka", [BENGALI] = "bn", [GURMUKHI] = "pa", [GUJARATI] = "gu",
    [TAMIL] = "ta", [TELUGU] = "te", [KANNADA] = "kn", [MALAYALAM] = "ml", [SINHALA] = "si",
    [LAO] = "lo", [TIBETAN] = "bo", [MYANMAR] = "my", [KHMER] = "km", [AMHARIC] = "am",
};

/* What was read of the text. */
struct survey {
    uint32_t letters[SCRIPTS];
    uint32_t words;
    uint32_t hits[LANGUAGES];
};

static enum script script_of(uint32_t c)
{
    if (c < 0x80)
        return rt_is_alpha((char)c) ? LATIN : NONE;
    size_t low = 0, high = sizeof blocks / sizeof *blocks;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (c > blocks[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    return low < sizeof blocks / sizeof *blocks && c >= blocks[low].first ? blocks[low].script : NONE;
}

/* The frequent words of some languages. */
struct lexicon {
    struct entry *entries;
    size_t buckets;     /* a power of two, more than twice the words */
};

static struct entry *find_entry(const struct lexicon *lexicon, rt_str word)
{
    size_t at = rt_hash(word, 0) & (lexicon->buckets - 1);
    while (lexicon->entries[at].word.len && !rt_str_eq(lexicon->entries[at].word, word))
        at = (at + 1) & (lexicon->buckets - 1);
    return &lexicon->entries[at];
}

/* Of the languages from..to-1. */
static bool make_lexicon(struct lexicon *lexicon, struct rt_arena *arena, size_t from, size_t to)
{
    lexicon->buckets = to - from == 1 ? BUCKETS_OF_ONE : BUCKETS;
    lexicon->entries = rt_arena_zeroed(arena, lexicon->buckets, sizeof *lexicon->entries);
    if (!lexicon->entries)
        return false;
    for (size_t i = from; i < to; i++) {
        rt_str words = languages[i].words, word;
        while (rt_str_word(&words, &word)) {
            struct entry *entry = find_entry(lexicon, word);
            entry->word = word;
            entry->languages |= (uint64_t)1 << i;
        }
    }
    return true;
}

static void count_word(struct survey *survey, const struct lexicon *lexicon, rt_str word)
{
    survey->words++;
    uint64_t found = find_entry(lexicon, word)->languages;
    for (size_t i = 0; found; i++, found >>= 1)
        survey->hits[i] += found & 1;
}

/* The run of ASCII letters at i, as far as there is room for them in the word; returns its end. */
static size_t read_letters(rt_str text, size_t i, char *word, size_t *len)
{
    size_t at = *len;
    for (; i < text.len && rt_is_alpha(text.at[i]); i++)
        if (at < LONGEST)
            word[at++] = text.at[i] | 0x20;
    *len = at;
    return i;
}

static void read_text(struct survey *survey, const struct lexicon *lexicon, rt_str text)
{
    char word[LONGEST + 8];
    size_t len = 0;
    for (size_t i = 0; i < text.len && survey->words < MAX_WORDS;) {
        size_t begin = i;
        i = read_letters(text, i, word, &len);
        survey->letters[LATIN] += (uint32_t)(i - begin);
        if (i == text.len)
            break;
        uint32_t c = rt_utf8_next(text, &i);
        if (c == 0x2019)
            c = '\'';
        enum script script = c < 0x80 ? NONE : script_of(c);
        survey->letters[script]++;
        if (script != NONE || (len && (c == '\'' || c == '-')) ||
            (c >= 0x300 && c <= 0x36F)) {
            if (len < LONGEST)
                len += rt_utf8_put(word + len, rt_utf8_lower(c));
            continue;
        }
        if (len)
            count_word(survey, lexicon, (rt_str){ word, len });
        len = 0;
    }
    if (len)
        count_word(survey, lexicon, (rt_str){ word, len });
}

/* The script of most letters; a text with kana among its characters is Japanese. */
static enum script main_script(const struct survey *survey)
{
    enum script best = LATIN;
    for (enum script s = LATIN; s < SCRIPTS; s++)
        if (survey->letters[s] > survey->letters[best])
            best = s;
    uint32_t kana = survey->letters[KANA];
    return (best == HAN || best == KANA) && kana * 12 > survey->letters[HAN] ? KANA : best;
}

static bool has_words(enum script script)
{
    return script >= LATIN && script <= DEVANAGARI;
}

static size_t best_language(const struct survey *survey, size_t except)
{
    size_t best = except == 0 ? 1 : 0;
    for (size_t i = 0; i < LANGUAGES; i++)
        if (i != except && survey->hits[i] > survey->hits[best])
            best = i;
    return best;
}

static size_t index_of(rt_str tag)
{
    size_t i = 0;
    while (i < LANGUAGES && !rt_str_eq(languages[i].tag, tag))
        i++;
    return i;
}

static rt_str detect(const struct survey *survey)
{
    enum script script = main_script(survey);
    uint32_t letters = survey->letters[script] + (script == KANA ? survey->letters[HAN] : 0);
    if (!has_words(script))
        return letters >= MIN_LETTERS ? rt_str_from_c(tag_of_script[script]) : (rt_str){ NULL, 0 };
    size_t best = best_language(survey, LANGUAGES), second = best_language(survey, best);
    bool clear = survey->words >= MIN_WORDS &&
                 survey->hits[best] * 100 >= survey->words * MIN_PERCENT &&
                 survey->hits[best] * 10 >= survey->hits[second] * 11;
    return clear ? languages[best].tag : (rt_str){ NULL, 0 };
}

/* Languages of the Latin script say nothing of a text in Han, and so on. */
static bool writes(rt_str tag, enum script script)
{
    static const char *const japanese_and_korean[] = { "ja", "ko", "yue", "wuu" };
    if (script == HAN)
        for (size_t i = 0; i < 4; i++)
            if (rt_str_eq(tag, rt_str_from_c(japanese_and_korean[i])))
                return true;
    if (script == HEBREW && rt_str_eq(tag, RT_LIT("yi")))
        return true;
    if (script == BENGALI && rt_str_eq(tag, RT_LIT("as")))
        return true;
    return script == AMHARIC && rt_str_eq(tag, RT_LIT("ti"));
}

/* The text is long enough and plainly in another language than declared. */
static bool contradicts(const struct survey *survey, rt_str declared, rt_str detected)
{
    enum script script = main_script(survey);
    if (!detected.at || rt_str_eq(declared, detected))
        return false;
    if (!has_words(script))
        return survey->letters[script] >= PLAIN_LETTERS && !writes(declared, script);
    uint32_t hits = survey->hits[index_of(detected)];
    size_t other = index_of(declared);
    uint32_t other_hits = other < LANGUAGES ? survey->hits[other] : 0;
    uint32_t percent = other < LANGUAGES ? PLAIN_PERCENT : PLAIN_PERCENT + 5;
    return survey->words >= PLAIN_WORDS && hits * 100 >= survey->words * percent &&
           hits >= other_hits * PLAIN_TIMES;
}

/* Tags that are written differently today. */
static rt_str modern(rt_str tag)
{
    static const char *const pairs[][2] = {
        { "iw", "he" }, { "in", "id" }, { "ji", "yi" }, { "nb", "no" }, { "nn", "no" }, { "mo", "ro" },
        { "tl", "fil" }, { "jp", "ja" }, { "cz", "cs" }, { "dk", "da" }, { "gr", "el" }, { "ua", "uk" },
        { "cn", "zh" }, { "kr", "ko" }, { "eng", "en" }, { "ger", "de" }, { "deu", "de" },
        { "fra", "fr" }, { "fre", "fr" }, { "spa", "es" }, { "ita", "it" }, { "por", "pt" },
        { "rus", "ru" }, { "jpn", "ja" }, { "zho", "zh" }, { "cmn", "zh" }, { "nld", "nl" },
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (rt_str_eq(tag, rt_str_from_c(pairs[i][0])))
            return rt_str_from_c(pairs[i][1]);
    return tag;
}

/* "en-US", "de_AT.UTF-8", "pt, en" -> the first tag's language in lower case; absent for anything that
 * is no such tag, and for "und", "mul", "zxx". */
static rt_str primary_tag(struct rt_arena *arena, rt_str declared)
{
    char lowered[3];
    size_t n = 0;
    rt_str s = rt_str_trim(declared);
    for (; n < s.len && rt_is_alpha(s.at[n]); n++)
        if (n < sizeof lowered)
            lowered[n] = rt_lower(s.at[n]);
    if (n < 2 || n > 3 || (n < s.len && !strchr("-_.,;@ ", s.at[n])))
        return (rt_str){ NULL, 0 };
    rt_str tag = { lowered, n };
    if (rt_str_eq(tag, RT_LIT("und")) || rt_str_eq(tag, RT_LIT("mul")) ||
        rt_str_eq(tag, RT_LIT("zxx")) || rt_str_eq(tag, RT_LIT("xx")))
        return (rt_str){ NULL, 0 };
    return rt_arena_copy(arena, modern(tag));
}

/* The text is written in the language that it declares: no other can lead it by so much that it
 * would be overruled, so that the others need not be looked at. */
static bool confirms(struct rt_arena *arena, rt_str tag, rt_str text)
{
    size_t declared = index_of(tag);
    struct lexicon lexicon;
    if (declared == LANGUAGES || !make_lexicon(&lexicon, arena, declared, declared + 1))
        return false;
    struct survey survey = { { 0 }, 0, { 0 } };
    read_text(&survey, &lexicon, text);
    rt_arena_give_back(arena, lexicon.entries, lexicon.buckets * sizeof *lexicon.entries);
    return has_words(main_script(&survey)) &&
           survey.hits[declared] * 100 >= survey.words * CERTAIN_PERCENT;
}

rt_str rt_language_find(struct rt_arena *arena, rt_str declared, rt_str text)
{
    rt_str tag = primary_tag(arena, declared);
    text = rt_utf8_whole(rt_str_first(text, SAMPLE));
    struct lexicon lexicon;
    if ((tag.at && confirms(arena, tag, text)) || !make_lexicon(&lexicon, arena, 0, LANGUAGES))
        return tag;
    struct survey survey = { { 0 }, 0, { 0 } };
    read_text(&survey, &lexicon, text);
    rt_arena_give_back(arena, lexicon.entries, lexicon.buckets * sizeof *lexicon.entries);
    rt_str detected = detect(&survey);
    return !tag.at || contradicts(&survey, tag, detected) ? detected : tag;
}
