#ifndef RT_CORE_AUTHOR_NAME_H
#define RT_CORE_AUTHOR_NAME_H

#include "base/arena.h"

/* The name in a text: "By Ann Lee | 5 May 2024" -> "Ann Lee".  Lives in the arena; absent where it
 * is no name: an address, "admin", too many words. */
rt_str rt_author_name(struct rt_arena *arena, rt_str raw);

/* raw begins with "By", "Von", "Written by" and the like; rest: what stands behind it, may be
 * empty. */
bool rt_author_prefix(rt_str raw, rt_str *rest);

/* Every word of name begins with a capital or is one that names have: "van", "de", "and". */
bool rt_author_looks_like_name(rt_str name);

#endif
