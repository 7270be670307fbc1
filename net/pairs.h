#ifndef RT_NET_PAIRS_H
#define RT_NET_PAIRS_H

#include <stdbool.h>

/* "key=value,key=value" with %XX in values, as W3C baggage has it, without properties. */

/* Takes the next pair off *rest and decodes it, in place, both trimmed.  1: there is one; 0: none
 * is left; -1: it is malformed, not UTF-8, or has control characters. */
int rt_pairs_next(char **rest, char **key, char **value);

/* Whether all of the list can be read: one with a mistake in it is to be left alone as a whole.
 * Writes over the text. */
bool rt_pairs_are_good(char *text);

/* UTF-8 without control characters. */
bool rt_is_plain_text(const char *text);

#endif
