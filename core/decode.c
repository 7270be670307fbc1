/* Bytes to UTF-8.  Runs in the host, before a page goes into the sandbox. */
#include "core/decode.h"

#include "base/error.h"
#include "base/str.h"
#include "base/utf8.h"
#include "core/decode_guess.h"
#include "core/lexbor_port.h"

#include <lexbor/encoding/encoding.h>
#include <lexbor/html/encoding.h>

/* The standard looks at 1024 bytes; pages with a long head exist. */
enum { PRESCAN = 4096, CHUNK = 1024 };

/* What is made, with room for CHUNK more characters at any time. */
struct output {
    const struct rt_alloc *alloc;
    char *at;
    size_t len, room;
};

static bool make_room(struct output *out, size_t more)
{
    if (out->room - out->len >= more)
        return true;
    size_t room = out->room + out->room / 2 + more;
    char *p = room > out->room ? rt_alloc_resize(out->alloc, out->at, room) : NULL;
    if (!p)
        return false;
    out->at = p;
    out->room = room;
    return true;
}

static bool put_all(struct output *out, const lxb_codepoint_t *characters, size_t count)
{
    if (!make_room(out, 4 * CHUNK + 1))
        return false;
    for (size_t i = 0; i < count; i++)
        out->len += rt_utf8_put(out->at + out->len, characters[i]);
    return true;
}

static bool convert(struct output *out, rt_str bytes, lxb_encoding_t encoding)
{
    static const lxb_codepoint_t replacement = LXB_ENCODING_REPLACEMENT_CODEPOINT;
    lxb_codepoint_t characters[CHUNK];
    lxb_encoding_decode_t decode;
    const lxb_encoding_data_t *data = lxb_encoding_data(encoding);
    lxb_encoding_decode_init(&decode, data, characters, CHUNK);
    lxb_encoding_decode_replace_set(&decode, &replacement, 1);
    const lxb_char_t *p = (const lxb_char_t *)bytes.at, *end = p + bytes.len;
    lxb_status_t s;
    do {
        s = data->decode(&decode, &p, end);
        if (!put_all(out, characters, lxb_encoding_decode_buf_used(&decode)))
            return false;
        lxb_encoding_decode_buf_used_set(&decode, 0);
    } while (s == LXB_STATUS_SMALL_BUFFER);
    lxb_encoding_decode_finish(&decode);
    return put_all(out, characters, lxb_encoding_decode_buf_used(&decode));
}

static bool copy(struct output *out, rt_str bytes)
{
    if (!make_room(out, bytes.len + 1))
        return false;
    if (bytes.len)
        memcpy(out->at, bytes.at, bytes.len);
    out->len = bytes.len;
    return true;
}

/* LXB_ENCODING_DEFAULT where the page does not say. */
static lxb_encoding_t declared_in_page(rt_str bytes)
{
    const lxb_encoding_data_t *data = NULL;
    const lxb_char_t *p = (const lxb_char_t *)bytes.at;
    lxb_html_encoding_t scan;
    size_t len = 0;
    if (lxb_html_encoding_init(&scan) == LXB_STATUS_OK) {
        const lxb_char_t *end = p + (bytes.len < PRESCAN ? bytes.len : PRESCAN);
        const lxb_char_t *name = lxb_html_encoding_prescan(&scan, p, end, &len);
        bool is_wide = bytes.len >= 2 && (p[0] == 0 || p[1] == 0);
        if (name && len)
            data = is_wide ? lxb_encoding_data_by_pre_name(name, len)
                           : lxb_encoding_data_prescan_validate(name, len);
    }
    lxb_html_encoding_destroy(&scan, false);
    return data ? data->encoding : LXB_ENCODING_DEFAULT;
}

static lxb_encoding_t encoding_of_label(rt_str label)
{
    label = rt_str_trim(label);
    while (label.len && (label.at[0] == '"' || label.at[0] == '\''))
        label = rt_str_from(label, 1);
    while (label.len && (label.at[label.len - 1] == '"' || label.at[label.len - 1] == '\''))
        label.len--;
    if (label.len == 0)
        return LXB_ENCODING_DEFAULT;
    const lxb_encoding_data_t *data =
        lxb_encoding_data_by_pre_name((const lxb_char_t *)label.at, label.len);
    return data ? data->encoding : LXB_ENCODING_DEFAULT;
}

/* Few of its characters above ASCII are UTF-8: another encoding under a wrong name. */
static bool is_hardly_utf8(rt_str bytes)
{
    size_t bad = 0, good = 0;
    for (size_t i = 0; i < bytes.len;) {
        if ((unsigned char)bytes.at[i] < 0x80) {
            i++;
            continue;
        }
        size_t from = i;
        rt_utf8_next(bytes, &i);
        if (i - from > 1)
            good++;
        else
            bad++;
    }
    return bad > good;
}

/* Zero bytes in every other place: UTF-16 without a mark. */
static lxb_encoding_t wide_encoding(rt_str bytes)
{
    size_t zeros[2] = { 0, 0 }, n = bytes.len < 256 ? bytes.len : 256;
    for (size_t i = 0; i < n; i++)
        zeros[i % 2] += bytes.at[i] == '\0';
    if (n < 4 || zeros[0] + zeros[1] < n / 3)
        return LXB_ENCODING_DEFAULT;
    return zeros[1] > 4 * zeros[0] ? LXB_ENCODING_UTF_16LE
           : zeros[0] > 4 * zeros[1] ? LXB_ENCODING_UTF_16BE : LXB_ENCODING_DEFAULT;
}

static lxb_encoding_t choose(rt_str bytes, rt_str charset)
{
    lxb_encoding_t encoding = encoding_of_label(charset);
    if (encoding == LXB_ENCODING_DEFAULT)
        encoding = declared_in_page(bytes);
    if (encoding == LXB_ENCODING_DEFAULT)
        encoding = wide_encoding(bytes);
    if (encoding == LXB_ENCODING_REPLACEMENT)
        encoding = LXB_ENCODING_DEFAULT;
    if (encoding != LXB_ENCODING_DEFAULT && encoding != LXB_ENCODING_UTF_8)
        return encoding;
    if (rt_utf8_check(bytes) == bytes.len || !is_hardly_utf8(bytes))
        return LXB_ENCODING_UTF_8;
    return rt_decode_guess(bytes);
}

rt_status rt_decode_html(rt_str bytes, rt_str charset, const struct rt_alloc *alloc, char **out,
                         size_t *out_len, rt_error *err)
{
    struct rt_arena *before = rt_lexbor_use(NULL);
    struct output made = { alloc, NULL, 0, 0 };
    const lxb_char_t *p = (const lxb_char_t *)bytes.at;
    lxb_encoding_t encoding = bytes.len ? lxb_encoding_bom_sniff(p, bytes.len) : LXB_ENCODING_UTF_8;
    if (encoding == LXB_ENCODING_DEFAULT)
        encoding = choose(bytes, charset);
    else if (bytes.len)
        bytes = rt_str_from(bytes, encoding == LXB_ENCODING_UTF_8 ? 3 : 2);
    bool done = encoding == LXB_ENCODING_UTF_8 && rt_utf8_check(bytes) == bytes.len
                    ? copy(&made, bytes) : convert(&made, bytes, encoding);
    rt_lexbor_use(before);
    if (!done) {
        rt_alloc_resize(alloc, made.at, 0);
        return rt_fail(err, RT_NO_MEMORY, "No memory to decode a page of %zu bytes", bytes.len);
    }
    made.at[made.len] = '\0';
    *out = made.at;
    *out_len = made.len;
    return RT_OK;
}
