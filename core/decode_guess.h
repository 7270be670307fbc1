#ifndef RT_CORE_DECODE_GUESS_H
#define RT_CORE_DECODE_GUESS_H

#include <lexbor/encoding/encoding.h>
#include <riptide/content.h>

/* The most plausible encoding of bytes that are not UTF-8, windows-1252 where none stands out. */
lxb_encoding_t rt_decode_guess(rt_str bytes);

#endif
