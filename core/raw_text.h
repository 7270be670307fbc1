#ifndef RT_CORE_RAW_TEXT_H
#define RT_CORE_RAW_TEXT_H

#include <lexbor/html/html.h>

/* To be called behind each start tag, when the tree builder has set the tokenizer's state: the text of
 * a script or a style sheet is then passed by, or given on as a whole where it is data. */
void rt_raw_text_expect(lxb_html_tokenizer_t *tokenizer, lxb_tag_id_t tag, bool is_data);

/* A script that is read: JSON-LD, a formula.  All others are programs. */
bool rt_raw_text_is_data(const lxb_html_token_t *script);

#endif
