/* A small table in front of lexbor's, which lowers and hashes each name each time.  Names are taken
 * as they are written: "DIV" and "div" are two that mean the same. */
#include "core/token_names.h"

#include "base/str.h"
#include "core/scan.h"

bool rt_token_names_init(struct rt_token_names *names, lxb_html_parser_t *parser,
                         bool all_attributes)
{
    memset(names, 0, sizeof *names);
    names->tokenizer = parser->tkz;
    names->all_attributes = all_attributes;
    names->scratch = lxb_dom_attr_interface_create(&parser->tree->document->dom_document);
    return names->scratch != NULL;
}

static bool is_read(rt_str name)
{
    static const rt_str read[] = {
#define RT_ATTR_READ(name) { name, sizeof(name) - 1 },
#include "core/attr_read.def"
#undef RT_ATTR_READ
    };
    for (size_t i = 0; i < sizeof read / sizeof *read; i++)
        if (read[i].len == name.len && rt_str_eq_nocase(read[i], name))
            return true;
    return false;
}

static uint64_t part(const uint8_t *at, size_t len)
{
    uint64_t word = 0;
    for (size_t i = 0; i < len; i++)
        word |= (uint64_t)at[i] << 8 * i;
    return word;
}

static struct rt_token_name key_of(const uint8_t *at, size_t len, const uint8_t *end)
{
    struct rt_token_name key = { .at = at, .len = len };
    if (len >= 8) {
        key.head = rt_scan_load(at);
        key.tail = rt_scan_load(at + len - 8);
    } else if (len > 0) {
        key.head = end - at >= 8 ? rt_scan_load(at) & UINT64_MAX >> (64 - 8 * len) : part(at, len);
    }
    return key;
}

/* The place of a name; `slots` is a power of two. */
static struct rt_token_name *slot_of(struct rt_token_name *table, size_t slots,
                                     const struct rt_token_name *key)
{
    uint64_t hash = (key->head ^ (key->tail << 7 | key->tail >> 57)) * UINT64_C(0x9E3779B97F4A7C15);
    return &table[(hash >> 40) % slots];
}

static bool is_same(const struct rt_token_name *a, const struct rt_token_name *b)
{
    return a->head == b->head && a->tail == b->tail && a->len == b->len &&
           (a->len <= 16 || memcmp(a->at, b->at, a->len) == 0);
}

lxb_tag_id_t rt_token_names_tag(struct rt_token_names *names, const uint8_t *at, size_t len,
                                const uint8_t *end)
{
    struct rt_token_name key = key_of(at, len, end);
    struct rt_token_name *slot = slot_of(names->tags, sizeof names->tags / sizeof *slot, &key);
    if (is_same(slot, &key))
        return slot->meaning;
    key.meaning = lxb_tag_id_by_name(names->tokenizer->tags, at, len);
    if (key.meaning != LXB_TAG__UNDEF)
        *slot = key;
    return key.meaning;
}

static const lxb_dom_attr_data_t *ask_lexbor(struct rt_token_names *names, const uint8_t *at,
                                             size_t len)
{
    lexbor_hash_t *table = names->tokenizer->attrs;
    const lxb_dom_attr_data_t *data = lxb_dom_attr_data_by_local_name(table, at, len);
    if (data || lxb_dom_attr_set_name(names->scratch, at, len, true) != LXB_STATUS_OK)
        return data;
    return lxb_dom_attr_data_by_id(table, names->scratch->node.local_name);
}

const lxb_dom_attr_data_t *rt_token_names_attr(struct rt_token_names *names, const uint8_t *at,
                                               size_t len, const uint8_t *end)
{
    struct rt_token_name key = key_of(at, len, end);
    struct rt_token_name *slot = slot_of(names->attrs, sizeof names->attrs / sizeof *slot, &key);
    if (!is_same(slot, &key)) {
        bool is_wanted = names->all_attributes || is_read((rt_str){ (const char *)at, len });
        key.meaning = is_wanted ? (uintptr_t)ask_lexbor(names, at, len) : 0;
        *slot = key;
    }
    return (const lxb_dom_attr_data_t *)slot->meaning;
}
