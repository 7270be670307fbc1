#ifndef RT_CORE_LANGUAGE_H
#define RT_CORE_LANGUAGE_H

#include "base/arena.h"

#include <riptide/content.h>

/* The BCP 47 primary tag in lower case: `declared` normalised ("de_AT" -> "de"), unless it is absent
 * or the text plainly contradicts it; then what the text is written in.  Absent below the confidence
 * that language.c states.  The result is static or lives in the arena. */
rt_str rt_language_find(struct rt_arena *arena, rt_str declared, rt_str text);

#endif
