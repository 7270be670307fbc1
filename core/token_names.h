#ifndef RT_CORE_TOKEN_NAMES_H
#define RT_CORE_TOKEN_NAMES_H

#include <lexbor/html/html.h>

struct rt_token_name {
    uint64_t head, tail;        /* its first and last eight bytes */
    const uint8_t *at;
    size_t len;
    uintptr_t meaning;          /* the tag's id, the attribute's data */
};

/* What the names of tags and attributes stand for, as far as they were met in this page: it has a few
 * dozen of them, and each thousands of times. */
struct rt_token_names {
    struct rt_token_name tags[64], attrs[128];
    lxb_html_tokenizer_t *tokenizer;
    lxb_dom_attr_t *scratch;    /* to give new names to lexbor with */
    bool all_attributes;        /* not only those in attr_read.def */
};

/* False without memory. */
bool rt_token_names_init(struct rt_token_names *names, lxb_html_parser_t *parser,
                         bool all_attributes);

/* The id of a tag; LXB_TAG__UNDEF for one that lexbor has not met yet.  Names are slices of the page,
 * which ends at `end`. */
lxb_tag_id_t rt_token_names_tag(struct rt_token_names *names, const uint8_t *at, size_t len,
                                const uint8_t *end);
/* The attribute's data; NULL where nobody reads it, or without memory. */
const lxb_dom_attr_data_t *rt_token_names_attr(struct rt_token_names *names, const uint8_t *at,
                                               size_t len, const uint8_t *end);

#endif
