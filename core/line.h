#ifndef RT_CORE_LINE_H
#define RT_CORE_LINE_H

#include "core/page.h"

/* One line of clean text, as metadata wants it: white space collapsed and trimmed, control,
 * zero-width and direction characters gone, never longer than `cap` bytes (cut between characters).
 * Absent where nothing is left, where the arena gave out, and for what scripts print for nothing:
 * "null", "undefined", "[object Object]".  Results live in the arena. */
rt_str rt_line_clean(struct rt_arena *arena, rt_str raw, size_t cap);

/* The same after character references ("&amp;", "&#39;", "&eacute;") are decoded once. */
rt_str rt_line_decode(struct rt_arena *arena, rt_str raw, size_t cap);

/* The visible text inside node, as one line.  Elements that start a line part words. */
rt_str rt_line_of_node(const struct rt_page *page, rt_node *node, size_t cap);
/* The same as lines of their own, at most `room`, where elements that start a line part them.
 * Returns how many; empty ones are left out. */
size_t rt_lines_of_node(const struct rt_page *page, rt_node *node, size_t cap, rt_str *out,
                        size_t room);

/* Letters and digits of s alone, in lower case: what two spellings of a name have in common.
 * Writes at most room bytes of whole characters to out and says how many. */
size_t rt_line_fold(rt_str s, char *out, size_t room);

/* The folded forms are equal, and not empty.  Looks at the first 400 bytes of them. */
bool rt_line_same(rt_str a, rt_str b);
/* The folded form of whole has that of part in it, and that is not empty. */
bool rt_line_has(rt_str whole, rt_str part);

/* Adds value to list unless it is there, whatever the case; list has room for `room`. */
void rt_line_add_once(rt_str *list, size_t *count, size_t room, rt_str value);

#endif
