#ifndef RT_CORE_TOKENS_H
#define RT_CORE_TOKENS_H

#include "core/token_names.h"

/* What of lexbor's tokenizer pages are made of: text and plain tags, read straight from the page.  A
 * token never holds more attributes than this; further ones are dropped. */
enum { RT_TOKENS_MAX_ATTRIBUTES = 256 };

struct rt_tokens {
    struct rt_token_names names;
    lxb_html_token_attr_t attrs[RT_TOKENS_MAX_ATTRIBUTES];
    bool in_pre;
};

/* A state of lexbor's tokenizer, in place of lxb_html_tokenizer_state_data_before: takes tokens for as
 * long as it knows what they are, and leaves the rest to that one.  The context of the tokenizer's
 * callback is a struct rt_guard. */
const lxb_char_t *rt_tokens_read(lxb_html_tokenizer_t *tokenizer, const lxb_char_t *data,
                                 const lxb_char_t *end);

#endif
