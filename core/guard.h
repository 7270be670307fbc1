#ifndef RT_CORE_GUARD_H
#define RT_CORE_GUARD_H

#include "base/arena.h"
#include "core/tokens.h"

#include <lexbor/html/html.h>

/* Stands between lexbor's tokenizer and its tree builder while a page is parsed. */
struct rt_guard {
    const struct rt_arena *arena;
    struct rt_tokens *tokens;
    lxb_html_tokenizer_token_f build;
    void *build_context;
    const lxb_html_tree_t *tree;
    unsigned roots;     /* <html> and <body> tags with attributes so far */
    size_t patience;    /* steps that end tags may still look far up the open elements */
};

/* Between the beginning of a parse and its first piece.  Parsing ends with
 * LXB_STATUS_ERROR_MEMORY_ALLOCATION once the arena has refused something.  guard and tokens outlive
 * the parse. */
void rt_guard_install(struct rt_guard *guard, const struct rt_arena *arena,
                      lxb_html_parser_t *parser, struct rt_tokens *tokens, size_t html_len);

/* The tokenizer's callback: to the tree builder with the token, or not. */
lxb_html_token_t *rt_guard_token(lxb_html_tokenizer_t *tokenizer, lxb_html_token_t *token,
                                 void *context);

/* Sends the tokenizer's token that way and makes it empty again.  False where parsing has to end. */
bool rt_guard_emit(lxb_html_tokenizer_t *tokenizer);

#endif
