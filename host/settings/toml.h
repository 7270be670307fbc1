#ifndef RT_HOST_SETTINGS_TOML_H
#define RT_HOST_SETTINGS_TOML_H

#include "base/str.h"

#include <stdint.h>

/* A strict reader of the flat part of TOML 1.0: comments; bare and quoted keys; strings on one
 * line, basic with all escapes and literal; whole numbers in all notations; booleans.  What it
 * takes means the same to every reader of TOML; tables, dotted keys, strings of several lines,
 * floats, dates, arrays and inline tables are refused.  Takes time linear in the text, and no
 * memory. */

enum rt_toml_kind { RT_TOML_STRING, RT_TOML_NUMBER, RT_TOML_BOOLEAN };

struct rt_toml_pair {
    unsigned line; /* from 1 */
    enum rt_toml_kind kind;
    rt_str key;
    const char *value; /* what it stands for: a number in decimal, true or false, a text */
    rt_str shown;      /* the value as it is written */
};

struct rt_toml {
    rt_str rest; /* what is still to be read */
    unsigned line;
    char *room;
    size_t used;
    const char *expected; /* after a fault: what was expected, else NULL */
    rt_str found;         /* what stands there instead, up to the end of the line */
};

/* Bytes of room that a text of that length needs. */
static inline size_t rt_toml_room(size_t len) { return len + 32; }

/* text is UTF-8.  room: for what a pair says; text and room outlive the reading. */
void rt_toml_begin(struct rt_toml *toml, rt_str text, char *room);
/* The next pair; what it points to holds until the call after it.  False at the end of the text,
 * and at a fault: then toml->expected is set, and toml->line says where. */
bool rt_toml_next(struct rt_toml *toml, struct rt_toml_pair *out);

#endif
