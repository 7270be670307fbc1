#ifndef RT_CORE_CHAR_REF_H
#define RT_CORE_CHAR_REF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What stands for the '&' at `at`: *len bytes at `to`, which has room for 4, never more than were
 * read.  Returns how many bytes that takes; 0 for one of the many that only lexbor knows. */
size_t rt_char_ref_read(const uint8_t *at, const uint8_t *end, bool in_attribute, uint8_t *to,
                        size_t *len);

#endif
