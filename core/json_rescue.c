/* Reading JSON that was written by templates.  yyjson reads it as it stands where it can; what it
 * refuses is mended in one pass over the bytes and read again. */
#include "core/json_rescue.h"

#include "base/buf.h"
#include "base/str.h"

#include <yyjson.h>

/* Nesting that is mended, and bytes of one script that are looked at. */
enum { MAX_NESTING = 256, MAX_BYTES = 1024 * 1024 };

static const yyjson_read_flag flags =
    YYJSON_READ_ALLOW_TRAILING_COMMAS | YYJSON_READ_ALLOW_COMMENTS |
    YYJSON_READ_ALLOW_INF_AND_NAN | YYJSON_READ_ALLOW_INVALID_UNICODE | YYJSON_READ_STOP_WHEN_DONE;

static void *json_malloc(void *ctx, size_t size)
{
    return rt_arena_take(ctx, size);
}

static void *json_realloc(void *ctx, void *p, size_t old_size, size_t size)
{
    return rt_arena_grow(ctx, p, old_size, size);
}

static void json_free(void *ctx, void *p)
{
    (void)ctx, (void)p;
}

static yyjson_doc *read_strictly(struct rt_arena *arena, rt_str text)
{
    yyjson_alc alc = { json_malloc, json_realloc, json_free, arena };
    return yyjson_read_opts((char *)(uintptr_t)text.at, text.len, flags, &alc, NULL);
}

/* Mends while it copies. */
struct mender {
    rt_str in;
    size_t at;
    struct rt_buf out;
    char open[MAX_NESTING];     /* brackets that wait for their end */
    size_t depth;
};

/* What ends a string in JSON is followed by one of these; a quotation mark inside it seldom is. */
static bool ends_string(rt_str in, size_t behind)
{
    while (behind < in.len && rt_is_space(in.at[behind]))
        behind++;
    return behind >= in.len || strchr(",:}]", in.at[behind]);
}

/* The code unit of "\uXXXX" at `at`, 0 where there is none. */
static unsigned code_unit(rt_str in, size_t at)
{
    enum { LENGTH = 6 };
    unsigned value = 0;
    if (in.len < LENGTH || at > in.len - LENGTH || in.at[at] != '\\' || in.at[at + 1] != 'u')
        return 0;
    for (size_t i = at + 2; i < at + LENGTH; i++) {
        char c = rt_lower(in.at[i]);
        if (!rt_is_digit(c) && !(c >= 'a' && c <= 'f'))
            return 0;
        value = value * 16 + (unsigned)(rt_is_digit(c) ? c - '0' : c - 'a' + 10);
    }
    return value;
}

/* "\uXXXX", and the pair that makes one character; halves of pairs are left out. */
static void mend_code_unit(struct mender *m)
{
    unsigned unit = code_unit(m->in, m->at), second = code_unit(m->in, m->at + 6);
    size_t length = unit ? 6 : 1;
    bool is_half = unit >= 0xd800 && unit <= 0xdfff;
    if (is_half && unit <= 0xdbff && second >= 0xdc00 && second <= 0xdfff) {
        length = 12;
        is_half = false;
    }
    if (unit && !is_half)
        rt_buf_add(&m->out, m->in.at + m->at, length);
    m->at += length;
}

static void mend_escape(struct mender *m)
{
    char c = m->at + 1 < m->in.len ? m->in.at[m->at + 1] : '\0';
    if (c == 'u') {
        mend_code_unit(m);
    } else if (c && strchr("\"\\/bfnrt", c)) {
        rt_buf_byte(&m->out, '\\');
        rt_buf_byte(&m->out, c);
        m->at += 2;
    } else {
        m->at++;
    }
}

static void mend_string(struct mender *m)
{
    rt_buf_byte(&m->out, '"');
    m->at++;
    while (m->at < m->in.len) {
        char c = m->in.at[m->at];
        if (c == '\\') {
            mend_escape(m);
            continue;
        }
        m->at++;
        if (c == '"' && ends_string(m->in, m->at))
            break;
        if (c == '"')
            rt_buf_byte(&m->out, '\\');
        rt_buf_byte(&m->out, (unsigned char)c < 0x20 ? ' ' : c);
    }
    rt_buf_byte(&m->out, '"');
}

/* False where the document ends here. */
static bool mend_bracket(struct mender *m, char c)
{
    if (c == '{' || c == '[') {
        if (m->depth == MAX_NESTING) {
            m->out.failed = true;
            return false;
        }
        m->open[m->depth++] = c == '{' ? '}' : ']';
        rt_buf_byte(&m->out, c);
        return true;
    }
    size_t found = m->depth;
    while (found > 0 && m->open[found - 1] != c)
        found--;
    while (found > 0 && m->depth >= found)
        rt_buf_byte(&m->out, m->open[--m->depth]);
    return m->depth > 0;
}

static rt_str mend(struct rt_arena *arena, rt_str *text)
{
    struct mender m = { .in = *text };
    rt_buf_init(&m.out, arena);
    bool is_open = true;
    while (is_open && m.at < m.in.len && !m.out.failed) {
        char c = m.in.at[m.at];
        if (c == '"') {
            mend_string(&m);
            continue;
        }
        m.at++;
        if (c == '{' || c == '[' || c == '}' || c == ']')
            is_open = mend_bracket(&m, c);
        else if ((unsigned char)c >= 0x20 || rt_is_space(c))
            rt_buf_byte(&m.out, c);
    }
    while (m.depth > 0)
        rt_buf_byte(&m.out, m.open[--m.depth]);
    *text = rt_str_from(*text, m.at);
    return rt_buf_get(&m.out);
}

struct yyjson_doc *rt_json_read(struct rt_arena *arena, rt_str *text)
{
    size_t first = 0;
    if (text->len > MAX_BYTES)
        text->len = 0;
    while (first < text->len && text->at[first] != '{' && text->at[first] != '[') {
        /* "<![CDATA[" is no array. */
        bool is_cdata = rt_str_starts(rt_str_from(*text, first), RT_LIT("<![CDATA["));
        first += is_cdata ? 9 : 1;
    }
    *text = rt_str_from(*text, first);
    if (text->len == 0)
        return NULL;
    yyjson_doc *doc = read_strictly(arena, *text);
    if (doc) {
        *text = rt_str_from(*text, yyjson_doc_get_read_size(doc));
        return doc;
    }
    if (arena->refused)
        return NULL;
    rt_str mended = mend(arena, text);
    return mended.at ? read_strictly(arena, mended) : NULL;
}
