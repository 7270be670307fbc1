#ifndef RT_CORE_JSON_RESCUE_H
#define RT_CORE_JSON_RESCUE_H

#include "base/arena.h"

struct yyjson_doc;

/* The JSON document at the beginning of *text, which is moved behind it; NULL at the end of the
 * text and where nothing can be rescued.  Forgives HTML comments and CDATA round the document,
 * comments and trailing commas in it, raw line ends and control characters in strings, escapes that
 * JSON does not know, quotation marks that were not escaped, and an end that is missing.  The
 * document lives in the arena and needs no free.  Its strings may hold bytes that are not UTF-8. */
struct yyjson_doc *rt_json_read(struct rt_arena *arena, rt_str *text);

#endif
